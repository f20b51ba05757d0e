"""Columns made of others travel with the model: training, batch, one row and the reloaded model give the same bits."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

import segmentation as seg
from segmentation.__main__ import main
from segmentation.api.segments import Segments
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.data.sources import mapping_from_json, mapping_to_json, rebuild
from segmentation.data.sources.mapping import SavedMapping
from segmentation.scoring import assign, explain
from segmentation.scoring.batch import score_files
from segmentation.scoring.pasted import customer_from
from segmentation.scoring.stream import score_stream
from segmentation.store.form import from_plain, to_plain
from segmentation.store.pipeline import write_pipeline

DERIVE = {
    "stayed": "months_between(joined, 2026-11-28)",
    "spent": "sum(wine, meat)",
    "contact": "bands(pdays, 7, 30, never=-1)",
}
ROLES = {"contact": "category", "wine": "left out", "meat": "left out"}
NAMES = {1: "a", 2: "b"}


def customers(rows: int = 200, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 2, rows)
    joined = pd.Timestamp("2019-01-15") + pd.to_timedelta(rng.integers(0, 600, rows) + 1500 * group, "D")
    return pd.DataFrame(
        {
            "id": [f"c{number}" for number in range(rows)],
            "joined": joined.strftime("%d.%m.%Y"),
            "wine": np.where(rng.random(rows) < 0.1, np.nan, rng.gamma(3, 10, rows) + 90 * group).round(2),
            "meat": rng.gamma(3, 10, rows).round(2),
            "pdays": np.where(rng.random(rows) < 0.3 + 0.4 * group, -1, rng.integers(0, 60, rows)),
        }
    )


@lru_cache(1)
def model() -> tuple[pd.DataFrame, FeatureTable, Segments]:
    frame = customers()
    features = seg.features(frame, derive=DERIVE, roles=ROLES)
    return frame, features, seg.fit(features, "plain", k=2)


def reloaded(made: Segmentation) -> tuple[Segmentation, dict[str, object]]:
    plain = json.loads(json.dumps(to_plain(made, (), created="", note={"verdict": "", "headline": ""}, libraries={})))
    return from_plain(plain)[0], plain


def test_training_batch_one_row_and_the_reloaded_model_give_the_same_bits(tmp_path: Path) -> None:
    frame, features, made = model()
    assert features.inputs == ("stayed", "spent", "contact")
    again, plain = reloaded(made)
    assert plain["schema"] == 4, "a program that does not know them must not score with a column of that name"
    trained = assign(made, features.frame).reset_index(drop=True)
    path = tmp_path / "next.csv"
    frame.to_csv(path, index=False)
    for one in (made, again):
        batch, _ = score_files(one, NAMES, {path.name: path})
        assert batch.rows["segment"].tolist() == trained["segment"].tolist()
        assert batch.rows["distance"].tolist() == trained["distance"].tolist()
    row = seg.read(path).frame.iloc[7]
    assert explain(again, row).distance == trained["distance"].iloc[7]
    assert made.explain(row.to_dict()).distance == trained["distance"].iloc[7]
    assert score_stream(made, NAMES, path) is None, "the whole file is read where columns are made of others"


def test_a_customer_may_be_told_by_the_column_that_is_made() -> None:
    made = model()[2]
    known = {"stayed": 12.0, "spent": 100.0, "contact": "never"}
    by_sources = {"joined": "2025-11-28", "wine": 60.0, "meat": 40.0, "pdays": -1}
    assert explain(made, known).distance == explain(made, by_sources).distance


def test_a_row_pasted_from_the_file_is_the_customer_of_the_file() -> None:
    frame, features, made = model()
    wanted = assign(made, features.frame)["distance"].iloc[3]
    cells = [str(value) for value in frame.iloc[3]]
    for text in ("\t".join(cells), "\t".join(frame.columns) + "\n" + "\t".join(cells)):
        assert explain(made, customer_from(made, text)).distance == wanted
    assert explain(made, customer_from(made, "12\t100\tnever")).filled == 0
    with pytest.raises(SegmentationError, match='"soon" is not a date'):
        customer_from(made, "\t".join([cells[0], "soon", *cells[2:]]))


def test_another_order_of_day_and_month_and_a_missing_source(tmp_path: Path) -> None:
    frame, _, made = model()
    other = frame.assign(joined=pd.to_datetime(frame["joined"], format="%d.%m.%Y").dt.strftime("%m/%d/%Y"))
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    frame.to_csv(one, index=False)
    other.to_csv(two, index=False)
    first, second = (score_files(made, NAMES, {path.name: path})[0].rows for path in (one, two))
    pd.testing.assert_frame_equal(first, second)
    other.drop(columns="joined").to_csv(two, index=False)
    with pytest.raises(SegmentationError, match=r"stayed: it is made by months_between.*has no “joined”"):
        score_files(made, NAMES, {two.name: two})


def test_a_mapping_keeps_the_formulas() -> None:
    _, features, _ = model()
    mapping = SavedMapping("customers", {"customers": ROLES}, derived=DERIVE)
    again = mapping_from_json(mapping_to_json(mapping))
    assert again.derived == DERIVE
    by_mapping = seg.features(customers(), mapping=again)
    pd.testing.assert_frame_equal(by_mapping.frame, features.frame)
    assert by_mapping.fingerprint == features.fingerprint
    other = seg.features(customers(), derive=DERIVE | {"spent": "wine + meat"}, roles=ROLES)
    assert other.fingerprint != features.fingerprint
    with pytest.raises(SegmentationError, match="a column is made by no formula"):
        mapping_from_json('{"kind": "segmentation mapping", "version": 1, "derived": {"a": 3}}')


def test_the_features_are_built_again_from_a_later_file_and_the_notebook_is_told(tmp_path: Path) -> None:
    frame, features, made = model()
    table = seg.read(frame.to_csv(index=False).encode(), "later.csv")
    again = rebuild({"customers": table}, made.replay)
    pd.testing.assert_frame_equal(again.frame, features.frame)
    assert again.replay["derived"] == features.replay["derived"]
    write_pipeline(made, tmp_path / "model.joblib")
    held = joblib.load(tmp_path / "model.joblib")
    assert held["holds"].endswith("contact = bands(pdays, 7, 30, never=-1).")
    whole = pd.concat([features.frame, features.descriptors], axis=1)
    assert held["pipeline"].predict(whole).tolist() == made.labels.tolist()


def test_the_command_line_names_what_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "customers.csv"
    customers().to_csv(path, index=False)
    out = str(tmp_path / "features.csv")
    call = ["features", str(path), "--out", out, "--derive", "spent = sum(wine, meat)", "--json"]
    assert main(call) == 0
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert columns["made"] == {"spent": "sum(wine, meat)"}
    assert "spent" in columns["used"]
    assert main(call[:-1]) == 0
    assert "Made of others: spent = sum(wine, meat)." in capsys.readouterr().out
    assert main([*call[:5], "spent = sum(wine, mead)"]) == 2
    assert "Did you mean “meat”?" in capsys.readouterr().err


def test_an_edited_formula_of_a_saved_model_is_one_sentence() -> None:
    _, plain = reloaded(model()[2])
    plain["origin"]["replay"]["derived"][0]["formula"] = "joined.__class__"  # type: ignore[index]
    with pytest.raises(SegmentationError):
        from_plain(plain)


def test_scoring_asks_about_no_code_that_the_formula_names_and_takes_levels_with_digits_for_text() -> None:
    plan = ["monatlich", "1 Jahr", "2 Jahre"]
    frame = pd.DataFrame(
        {
            "id": [f"k{n}" for n in range(60)],
            "Vertrag": [plan[n % 3] for n in range(60)],
            "kontakt": [-1 if n % 4 == 0 else n for n in range(60)],
            "spent": [float(n % 3 * 50 + n % 7) for n in range(60)],
        }
    )
    roles = {"Vertrag": "category", "nie": "category", "kontakt": "left out"}
    features = seg.features(frame, roles=roles, derive={"nie": "bands(kontakt, 20, nie=-1)"})
    made = seg.fit(features, "plain", k=3)
    assert features.notices == ()
    assert seg.score(made, frame).notices == ()
