"""Drift: hand-worked indices, calm on a fresh sample of the same crowd, awake when the crowd moves."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import csv_bytes
from segmentation.core.errors import DataProblems
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.evaluation.final import fit
from segmentation.scoring.batch import column_differences, score_batch
from segmentation.scoring.drift import chance_index, feature_drift, judge, stability_index
from segmentation.scoring.mix import persona_mix
from tests.small import credit_card_segmentation, two_segments


def crowd(seed: int, rows: int = 2000, shift: float = 0.0) -> pd.DataFrame:
    """Two kinds of customers with a count full of ties, a money column and a gap now and then."""
    random = np.random.default_rng(seed)
    kind = random.random(rows) < 0.4
    visits = random.poisson(np.where(kind, 9, 1)).astype(float)
    spend = np.exp(random.normal(np.where(kind, 5, 3) + shift, 0.5))
    spend[random.random(rows) < 0.05] = np.nan
    index = pd.Index([f"c{row}" for row in range(rows)], name="customer")
    return pd.DataFrame({"visits": visits, "spend": spend}, index=index)


@pytest.fixture(scope="module")
def made() -> Segmentation:
    frame = crowd(1)
    features = FeatureTable(frame, tuple(FeatureInfo(name) for name in frame), frame[[]])
    return fit(features, PREP_PRESETS["recommended"], 2)


def score(made: Segmentation, frame: pd.DataFrame):
    return score_batch(made, {1: "Quiet", 2: "Busy"}, pd.Series(frame.index), frame)


def test_the_stability_index_of_a_worked_example() -> None:
    # old 50 / 50, new 80 / 20: (0.3) ln(1.6) + (-0.3) ln(0.4) = 0.3 * 0.470004 + 0.3 * 0.916291 = 0.415888
    assert stability_index(np.array([0.5, 0.5]), np.array([0.8, 0.2])) == pytest.approx(0.415888, abs=1e-6)
    assert stability_index(np.array([0.2, 0.8]), np.array([0.2, 0.8])) == 0


def test_an_empty_bin_counts_as_one_in_ten_thousand() -> None:
    # old 0 -> 0.0001, new 0.1 (and 1.0 against 0.9): 0.0999 ln(1000) + (-0.1) ln(0.9) = 0.690085 + 0.010536
    assert stability_index(np.array([0.0, 1.0]), np.array([0.1, 0.9])) == pytest.approx(0.700621, abs=1e-5)


def test_chance_alone_rarely_exceeds_its_own_limit() -> None:
    random = np.random.default_rng(3)
    shares, above = np.full(10, 0.1), 0
    limit = chance_index(10, 500, 500)
    for _ in range(2000):
        old, new = (random.multinomial(500, shares) / 500 for _ in range(2))
        above += stability_index(old, new) > limit
    assert 0.003 < above / 2000 < 0.03  # one in a hundred, as far as χ² is near


def test_a_fresh_sample_of_the_same_crowd_keeps_the_model(made: Segmentation) -> None:
    batch = score(made, crowd(2))
    assert batch.verdict.verdict == "keep"
    assert batch.scored == 2000
    assert set(batch.features["state"]) == {"calm"}
    assert 0.001 < batch.far_share < 0.03


def test_a_crowd_that_spends_far_more_asks_for_new_segments(made: Segmentation) -> None:
    batch = score(made, crowd(2, shift=2.0))
    assert batch.verdict.verdict == "refit"
    assert batch.features["feature"].iloc[0] == "spend"
    assert any("spend" in reason for reason in batch.verdict.reasons)


def test_new_gaps_in_a_column_are_a_shift(made: Segmentation) -> None:
    frame = crowd(2)
    frame.loc[frame.index[:800], "spend"] = np.nan
    row = score(made, frame).features.set_index("feature").loc["spend"]
    assert row["state"] == "shifted"
    assert row["missing"] > 0.4 > row["training_missing"]


def test_a_handful_of_customers_is_not_judged(made: Segmentation) -> None:
    assert score(made, crowd(2, rows=20, shift=3.0)).verdict.verdict == "unknown"


@pytest.mark.parametrize(
    ("far", "verdict"),
    [(0.01, "keep"), (0.02, "keep"), (0.05, "watch"), (0.2, "refit")],
)
def test_customers_far_from_everyone_raise_the_verdict(made: Segmentation, far: float, verdict: str) -> None:
    mix = persona_mix(made, made.labels, {})
    calm = feature_drift(made, crowd(1))
    assert judge(mix, calm, far_share=far, scored=5000, customers=made.n_customers).verdict == verdict


def test_the_persona_mix_of_a_worked_example() -> None:
    mix = persona_mix(two_segments(), pd.Series([1, 1, 1, 2, 0]), {1: "Low", 2: "High"})
    assert mix.to_dict("list") == {
        "segment": [1, 2],
        "persona": ["Low", "High"],
        "size": [3, 1],
        "share": [0.75, 0.25],
        "training_share": [0.6, 0.4],
        "difference": pytest.approx([0.15, -0.15]),
    }


def test_rows_that_cannot_be_scored_are_kept_with_the_reason(made: Segmentation) -> None:
    frame = crowd(2, rows=300).astype(object)
    frame.iloc[3, 1] = "n/k"
    frame.iloc[7, 0] = np.inf
    batch = score(made, frame)
    assert list(batch.rows["id"]) == list(frame.index)
    assert batch.refused["id"].tolist() == ["c3", "c7"]
    assert batch.refused["reason"].str.contains("spend is not a number|visits is infinite").all()
    assert batch.scored == 298


def test_a_row_that_is_not_to_be_relied_on_says_so_beside_its_persona(made: Segmentation) -> None:
    frame = crowd(2, rows=300)
    frame.iloc[5, 0] = frame.iloc[6, 1] = 1e9
    frame.iloc[6, 0] = -1e9
    batch = score(made, frame)
    said = "Do not rely on this persona: {} far outside what was usual in training."
    assert batch.rows["caution"].iloc[[4, 5, 6]].tolist() == [
        "",
        said.format("1 value lies"),
        said.format("2 values lie"),
    ]
    assert batch.unreliable == int((batch.rows["caution"] != "").sum()) == 2
    assert (batch.rows["segment"].iloc[[5, 6]] > 0).all()


def test_a_file_scores_like_its_customers_one_by_one(made: Segmentation) -> None:
    frame = crowd(5, rows=200)
    whole = score(made, frame).rows
    for place in range(0, 200, 17):
        alone = score(made, frame.iloc[[place]]).rows.iloc[0]
        pd.testing.assert_series_equal(alone, whole.iloc[place], check_names=False)


def test_missing_and_new_columns_are_shown_as_a_difference() -> None:
    made = two_segments()
    frame = pd.DataFrame({"spend": [1.0], "shoe size": [44]})
    table = column_differences(made, frame)
    assert table["column"].tolist() == ["age"]
    assert table["state"].tolist() == ["missing"]
    with pytest.raises(DataProblems, match="age"):
        score_batch(made, {}, pd.Series(["c1"]), frame)


def test_the_export_keeps_every_column_of_the_file_and_runs_no_formula(made: Segmentation) -> None:
    frame = crowd(2, rows=3)
    original = frame.assign(id=["=1+1", "ok", "-5"], **{"@evil": 1})
    text = csv_bytes(score(made, frame).with_original(original)).decode("utf-8-sig")
    header, first, _, third = text.splitlines()
    assert header.startswith('"scored_id","segment","persona","distance","margin"')
    assert "'@evil" in header
    assert "'=1+1" in first
    assert '"-5"' in third


def test_the_list_has_the_ids_once_no_long_figures_and_yes_and_no_where_the_file_had_words(made: Segmentation) -> None:
    frame = crowd(2, rows=3)
    batch = score(made, frame)
    left = pd.array([True, None, False], dtype="boolean")
    listed = batch.with_original(pd.DataFrame({"left": left, "Customer no": batch.rows["id"].astype("str")}))
    assert list(listed)[:3] == ["Customer no", "segment", "persona"]
    assert "id" not in listed
    assert listed["left"].fillna("missing").tolist() == ["yes", "missing", "no"]
    figures = csv_bytes(listed).decode("utf-8-sig")
    assert not re.search(r"\.\d{9}", figures)
    assert listed["distance"].to_numpy() == pytest.approx(batch.rows["distance"].to_numpy(), rel=1e-5)


def test_real_customers_scored_again_are_no_drift(shared_data) -> None:
    made = credit_card_segmentation(shared_data)
    raw = pd.read_csv(shared_data / "credit_card/CC GENERAL.csv")
    batch = score_batch(made, {}, raw["CUST_ID"], raw)
    assert batch.verdict.verdict == "keep"
    assert (batch.rows["segment"].to_numpy() == made.labels.to_numpy()).all()
    assert batch.far_share == pytest.approx(0.01, abs=0.001)
    assert batch.features["index"].max() < 0.01


def many(seed: list[int], rows: int, columns: int) -> pd.DataFrame:
    """Skewed, whole, zero-heavy and yes-or-no columns that go together, with gaps."""
    rng = np.random.default_rng(seed)
    base = 0.8 * rng.normal(size=(rows, columns)) + 0.6 * rng.normal(size=(rows, 1))
    kinds = (lambda x: x, lambda x: np.exp(1.2 * x + 4), lambda x: np.floor(np.exp(x)), lambda x: np.maximum(x, 0) ** 2)
    frame = pd.DataFrame({f"x{place}": kinds[place % 4](base[:, place]) for place in range(columns)})
    frame["yes"] = (base[:, 0] > 0.8).astype(float)
    return frame.mask(rng.random(frame.shape) < 0.01).set_axis([f"c{row}" for row in range(rows)])


@pytest.mark.parametrize(("columns", "training", "rows"), [(3, 1000, 100), (20, 120, 100), (40, 1500, 100)])
def test_files_of_the_same_crowd_are_kept_in_nineteen_of_twenty(columns: int, training: int, rows: int) -> None:
    frame = many([columns, training], training, columns)
    features = FeatureTable(frame, tuple(FeatureInfo(name) for name in frame), frame[[]])
    made = fit(features, PREP_PRESETS["recommended"], 3, n_init=2)
    files = [score(made, many([columns, rows, turn], rows, columns)) for turn in range(40)]
    alarms = sum(batch.verdict.verdict != "keep" for batch in files)
    assert alarms <= 6  # of 40 at 5 % more than six come in 0.3 % of cases


@pytest.fixture(scope="module")
def wide() -> Segmentation:
    frame = many([1, 1], 4000, 12)
    features = FeatureTable(frame, tuple(FeatureInfo(name) for name in frame), frame[[]])
    return fit(features, PREP_PRESETS["recommended"], 3, n_init=2)


def test_columns_shuffled_one_by_one_no_longer_go_together(wide: Segmentation) -> None:
    frame, rng = many([1, 2], 2000, 12), np.random.default_rng(1)
    shuffled = frame.apply(lambda column: rng.permutation(column.to_numpy()))
    verdict = score(wide, shuffled).verdict
    assert verdict.verdict != "keep"
    assert any("no longer go together" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda frame: frame.assign(x1=frame["x1"] / 100), "refit"),
        (lambda frame: frame.assign(**{name: 1.2 * frame[name] for name in ("x1", "x5", "x9")}), "watch"),
        (lambda frame: frame.assign(**{name: frame[name] + 0.2 for name in ("x0", "x4", "x8")}), "watch"),
        (lambda frame: frame.assign(x0=frame["x0"] + 0.05), "keep"),
    ],
    ids=["another unit", "a fifth more money", "a fifth of a deviation in three", "a twentieth in one"],
)
def test_the_size_of_a_change_decides(wide: Segmentation, change, verdict: str) -> None:
    assert score(wide, change(many([1, 3], 10_000, 12))).verdict.verdict == verdict


def test_what_is_no_chance_but_too_small_to_matter_is_told(wide: Segmentation) -> None:
    moved = many([1, 3], 30_000, 12)
    verdict = score(wide, moved.assign(x0=moved["x0"] + 0.1)).verdict
    assert verdict.verdict == "keep"
    assert "too little to matter" in verdict.reasons[0]
    assert "how the features go together" in verdict.reasons[0]


def test_a_model_without_counts_does_not_claim_to_have_tested_how_features_go_together(made: Segmentation) -> None:
    old = replace(made, crowd=None)
    calm = score(old, crowd(2)).verdict
    assert calm.verdict == "keep"
    assert "go together" not in calm.reasons[0]
    assert score(old, crowd(2, shift=2.0)).verdict.verdict == "refit"
