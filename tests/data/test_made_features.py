"""Columns made of the features of purchases and of related tables: values by hand, the same again in later files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import segmentation as seg
from segmentation.core.errors import SegmentationError
from segmentation.scoring import assign
from tests.warehouses import in_duckdb

FORMULAS = {"basket": "monetary / frequency", "often": "frequency >= 2", "fresh": "bands(recency, 30, 90)"}


def purchases(rows: int = 900, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    customer = rng.integers(0, 120, rows)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, rows) * (1 + customer % 2) // 2, unit="D")
    amount = (rng.gamma(2, 10, rows) * (1 + customer % 3)).round(2)
    return pd.DataFrame(
        {"customer": [f"c{n:03}" for n in customer], "date": days.strftime("%Y-%m-%d"), "amount": amount}
    )


def test_values_of_purchases_worked_by_hand() -> None:
    rows = b"customer,date,amount\na,2024-01-01,10\na,2024-03-01,30\nb,2024-02-20,8\nc,2023-11-01,5\nc,2023-11-02,7\n"
    made = seg.features(rows, "transactions", derive={"basket": "monetary / frequency", "often": "frequency = 2"})
    assert made.frame["basket"].to_dict() == {"a": 20.0, "b": 8.0, "c": 6.0}
    assert made.frame["often"].to_dict() == {"a": 1.0, "b": 0.0, "c": 1.0}
    assert (made.about("often").kind, made.about("basket").about) == ("boolean", "Made by monetary / frequency.")
    assert [item["name"] for item in made.replay["derived"]] == ["basket", "often"]


def test_bands_of_a_feature_are_a_category() -> None:
    made = seg.features(purchases(), derive=FORMULAS)
    assert made.source == "transactions"
    (block,) = made.blocks
    assert (block.column, block.levels) == ("fresh", ("under 30", "30–90", "90+"))
    wanted = np.searchsorted([30, 90], made.frame["recency"], side="right")
    assert made.frame[list(block.features)].sum(axis=1).tolist() == wanted.tolist()
    assert made.descriptors["fresh"].tolist() == [block.levels[place] for place in wanted]


def test_related_tables_have_them_too() -> None:
    people = pd.DataFrame({"customer_id": ["a", "b", "c"], "city": ["x", "y", "x"]})
    orders = pd.DataFrame({"customer_id": ["a", "a", "b"], "total": [4.0, 6.0, 3.0], "day": ["2024-01-01"] * 3})
    plain = seg.features({"people.csv": people, "orders.csv": orders}, "related")
    amount = next(name for name in plain.names if plain.frame[name].tolist()[:2] == [10.0, 3.0])
    made = seg.features({"people.csv": people, "orders.csv": orders}, "related", derive={"half": f"[{amount}] / 2"})
    assert made.frame["half"].tolist()[:2] == [5.0, 1.5]
    assert list(made.names) == [*plain.names, "half"]


def test_a_formula_over_what_is_no_feature_is_one_sentence() -> None:
    with pytest.raises(SegmentationError, match=r"There is no column “amounts”.*recency"):
        seg.features(purchases(), "transactions", derive={"x": "amounts / 2"})


@pytest.mark.parametrize("seed", [0, 1])
def test_a_saved_model_makes_them_again_of_its_own_and_of_later_files(seed: int, tmp_path: Path) -> None:
    customers = seg.features(purchases(), derive={**FORMULAS, "third": "parts(monetary, 3)"})
    made = seg.fit(customers, "recommended", k=3)
    assert made.replay["derived"][-1]["formula"].startswith("bands(monetary, ")
    saved = seg.save(made, seg.describe(made, customers), "shop", tmp_path)
    later = purchases(500, seed)[: 900 if seed == 0 else 60]  # a short file has not every level
    file = tmp_path / "later.csv"
    (purchases() if seed == 0 else later).to_csv(file, index=False)
    scored = seg.score(saved, file, root=tmp_path)
    rows = scored.rows.set_index(scored.rows.columns[0])["segment"]
    wanted = assign(made, seg.features(file).frame)["segment"]  # made of the customers in memory
    assert rows.tolist() == wanted.loc[rows.index].tolist()
    if seed == 0:
        assert made.labels is not None
        assert rows.tolist() == made.labels.loc[rows.index].tolist()
        query = seg.export_sql(saved, "duckdb", root=tmp_path).query
        answer = in_duckdb(query, {"customers": customers.frame.iloc[:, :20].reset_index(names="customer")})
        answer = answer.set_index("customer")["segment"]
        assert answer.loc[rows.index].tolist() == rows.tolist()
