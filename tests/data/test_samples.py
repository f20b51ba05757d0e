"""The sample data come out the same byte for byte, hold the promised mess, and hide the promised behaviours."""

from __future__ import annotations

import importlib.util
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import METHODS
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.data.reading import read
from segmentation.data.sources import assemble, guess_source
from segmentation.evaluation.choose_k import search
from segmentation.preparation import learn

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_data"


def _generator():
    spec = importlib.util.spec_from_file_location("sample_generator", SAMPLES / "generate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generator = _generator()
SHARES = {
    "credit_card": [0.42, 0.22, 0.22, 0.14],
    "income_spending": [0.30, 0.25, 0.25, 0.20],
    "no_structure": [1.0],
    "retail": [0.40, 0.30, 0.30],
    "fintech": [0.40, 0.35, 0.25],
    "app_habits": [0.50, 0.35, 0.15],
    "telecom": [0.34, 0.24, 0.22, 0.20],
    "marketing": [0.29, 0.27, 0.26, 0.18],
}


def test_the_files_are_the_same_byte_for_byte_when_made_again(tmp_path: Path) -> None:
    for path in generator.write(tmp_path):
        committed = SAMPLES / path.relative_to(tmp_path)
        assert path.read_bytes() == committed.read_bytes(), f"run python sample_data/generate.py: {committed.name}"
        assert path.stat().st_size < 1_100_000


@pytest.mark.parametrize("name", sorted(SHARES))
def test_the_planted_shares_are_those_of_the_readme(name: str) -> None:
    shares = generator.truth(name).value_counts(normalize=True)
    assert shares.tolist() == pytest.approx(SHARES[name], abs=0.001)
    text = (SAMPLES / "README.md").read_text(encoding="utf-8")
    if name != "no_structure":
        for behaviour in shares.index:
            assert f"| {behaviour} | {shares[behaviour] * 100:.0f} % |" in text


def test_no_file_gives_the_truth_away() -> None:
    for path in SAMPLES.rglob("*.csv"):
        header = path.read_text(encoding="utf-8").splitlines()[0].lower()
        assert not {"segment", "behaviour", "truth", "group", "label"} & set(header.split(","))


def test_the_card_sample_has_the_columns_and_the_gaps_of_the_public_set() -> None:
    frame = pd.read_csv(SAMPLES / "credit_card.csv")
    assert frame.shape == (2600, 18)
    assert frame["MINIMUM_PAYMENTS"].isna().mean() == pytest.approx(0.035, abs=0.01)
    assert frame["CREDIT_LIMIT"].isna().sum() == 1
    assert (frame["CASH_ADVANCE"] == 0).mean() > 0.4
    assert (frame.select_dtypes("number").skew() > 1).sum() >= 6


def test_the_shop_sample_has_the_promised_mess() -> None:
    frame = pd.read_csv(SAMPLES / "retail_transactions.csv", dtype={"invoice": "str"})
    assert frame["customer_id"].isna().sum() == 250
    assert (frame["unit_price"] == 0).sum() == 60
    assert frame.duplicated().sum() >= 45
    returned = frame["invoice"].str.startswith("C")
    assert (returned == (frame["quantity"] < 0)).all()
    assert returned.sum() > 200


def test_the_app_sample_has_strangers_and_users_with_nothing() -> None:
    tables = {path.stem: pd.read_csv(path) for path in (SAMPLES / "fintech").glob("*.csv")}
    users = set(tables["dim_users"]["user_id"])
    seen: set[str] = set()
    strangers = {}
    for name, frame in tables.items():
        if name != "dim_users":
            strangers[name] = int((~frame["user_id"].isin(users)).sum())
            seen |= set(frame["user_id"])
    assert strangers == {
        "dim_user_contacts": 12,
        "fct_ledger_entries": 20,
        "fct_payment_transactions": 8,
        "int_events": 25,
    }
    assert len(users - seen) > 50


FILES = {
    "credit_card": ("customers", ["credit_card.csv"], 4),
    "income_spending": ("customers", ["income_spending.csv"], 4),
    "retail": ("transactions", ["retail_transactions.csv"], 3),
    "fintech": ("fintech", [f"fintech/{path.name}" for path in sorted((SAMPLES / "fintech").glob("*.csv"))], 3),
}


@pytest.mark.parametrize("prep", ["plain", "recommended"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_the_product_finds_the_planted_behaviours(name: str, prep: str) -> None:
    source, files, k = FILES[name]
    tables = {Path(file).name: read((SAMPLES / file).read_bytes(), Path(file).name) for file in files}
    assert guess_source(tables) == source
    features = assemble(source, tables).build()
    recipe = learn(features, PREP_PRESETS[prep])
    comparison = search(recipe.transform(features.frame), KSettings(k_min=2, k_max=6, n_init=3))
    assert comparison.recommended_k == k
    planted = generator.truth(name).reindex(features.frame.index)
    assert planted.notna().all()
    assert adjusted_rand_score(planted, comparison.fits[k].labels) >= 0.9
    if name == "retail":
        assert comparison.table.loc[3, "silhouette"] == pytest.approx(0.54, abs=0.005)


WAYS = {
    "dbscan": {"eps": 0.3, "min_samples": 10},
    "hdbscan": {"min_cluster_size": 50},
    "spectral": {"k": 3},
    "graph": {},
}


def _app_habits() -> tuple[np.ndarray, pd.Series]:
    """The prepared customers of the sample with curved groups, and their planted behaviours."""
    features = assemble("customers", {"app": read((SAMPLES / "app_habits.csv").read_bytes(), "app_habits.csv")}).build()
    assert features.names == ("weeks_as_customer", "sessions_per_week", "average_basket")
    prepared = learn(features, PREP_PRESETS["plain"]).transform(features.frame)
    return prepared, generator.truth("app_habits").reindex(features.frame.index)


def test_curved_groups_are_cut_by_k_means_at_every_number_of_segments() -> None:
    prepared, planted = _app_habits()
    kmeans = METHODS["kmeans"]
    agreement = {
        k: adjusted_rand_score(planted, kmeans.run(prepared, kmeans.choose({"k": k})).labels) for k in range(2, 8)
    }
    assert agreement[3] == pytest.approx(0.503, abs=0.005)
    assert max(agreement.values()) == agreement[3]


@pytest.mark.parametrize("name", WAYS)
def test_curved_groups_are_seen_by_other_methods_and_given_back_by_their_rule(name: str) -> None:
    prepared, planted = _app_habits()
    fit = METHODS[name].run(prepared, METHODS[name].choose(WAYS[name]))
    assert fit.k == 3
    assert adjusted_rand_score(planted, fit.labels) > 0.98
    assert fit.rule is not None
    assert adjusted_rand_score(planted, fit.rule.place(prepared).segment) > 0.95


def test_the_database_has_the_customers_of_the_credit_card_file(tmp_path: Path) -> None:
    file = pd.read_csv(SAMPLES / "credit_card.csv")
    for path in (SAMPLES / "cards.db", generator.write_database(tmp_path)):
        with closing(sqlite3.connect(path)) as connection:
            there = pd.read_sql_query("SELECT * FROM customers", connection)
        pd.testing.assert_frame_equal(there, file, check_dtype=False)
        assert path.stat().st_size < 600_000
