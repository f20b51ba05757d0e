"""Customers with categories: the same bits however they come, one row a column, changes of a level, other values."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.model import Segmentation
from segmentation.scoring import assign, explain
from segmentation.scoring.batch import score_batch
from segmentation.scoring.blocks import typical_customers
from segmentation.scoring.choices import Undecided
from segmentation.scoring.counterfactuals import Move, change_text, smallest_moves, sureness_text
from segmentation.scoring.moved import stop_if_moved
from segmentation.scoring.stream import score_stream
from segmentation.store.form import from_plain, to_plain
from segmentation.store.pipeline import segment_pipeline
from tests.small_mixed import mixed

NAMES = {1: "a", 2: "b", 3: "c"}
ROW = {"spend": 120.0, "Contract": "One year", "Internet": "Mars", "Satisfaction": "low", "Region": None}


def saved(made: Segmentation) -> dict[str, object]:
    plain = to_plain(made, (), created="", note={"verdict": "", "headline": ""}, libraries={})
    again: dict[str, object] = json.loads(json.dumps(plain))
    return again


def test_training_batch_one_row_and_a_reloaded_model_give_the_same_bits() -> None:
    m = mixed()
    batch = assign(m.made, m.frame)
    assert m.made.labels is not None
    assert batch["segment"].tolist() == m.made.labels.tolist()
    pd.testing.assert_frame_equal(assign(m.made, m.features.frame).reset_index(drop=True), batch)
    alone = pd.concat([assign(m.made, m.frame.iloc[[place]]) for place in range(40)])
    pd.testing.assert_frame_equal(alone.drop(columns="certainty"), batch.head(40).drop(columns="certainty"))
    again, _ = from_plain(saved(m.made))
    pd.testing.assert_frame_equal(assign(again, m.frame), batch)
    assert again.recipe == m.made.recipe
    assert segment_pipeline(m.made).predict(m.frame).tolist() == m.made.labels.tolist()


def test_only_a_model_with_categories_or_weights_has_the_new_form() -> None:
    m = mixed()
    plain = saved(m.made)
    assert plain["schema"] == 4
    assert len(plain["recipe"]["blocks"]) == 4  # type: ignore[index]
    assert {"column", "level"} <= set(plain["features"][1])  # type: ignore[index]


def test_all_levels_of_a_category_are_one_row_and_the_pulls_still_add_up() -> None:
    m = mixed()
    e = explain(m.made, ROW)
    assert set(e.contributions["feature"]) == {"spend", "Contract", "Internet", "Satisfaction", "Region"}
    assert e.contributions["contribution"].sum() == pytest.approx(e.second_distance**2 - e.distance**2)
    rows = e.contributions.set_index("feature")
    assert rows.loc["Contract", ["kind", "value", "used", "state"]].tolist() == ["category", "One year", "One year", ""]
    assert rows.loc["Internet", ["value", "used", "state"]].tolist() == ["", "not known", "filled"]
    assert (e.filled, e.given) == (2, "3 of 5 values")
    assert "Internet: “Mars” was not seen in training, so it counts as the mix of everyone." in e.warnings
    assert "Region is not known, so it counts as the mix of everyone." in e.warnings


def test_a_customer_may_be_told_by_levels_or_by_columns() -> None:
    m = mixed()
    by_level = m.features.frame.iloc[0].to_dict()
    assert explain(m.made, by_level).distance == explain(m.made, m.frame.iloc[0].to_dict()).distance


def test_typical_customers_have_one_level_of_each_category_and_their_own_persona() -> None:
    typical = typical_customers(mixed().made)
    assert typical["Contract"].tolist() == ["Month-to-month", "One year", "Two year"]
    assert assign(mixed().made, typical)["segment"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("features", [1, 2])
def test_a_change_of_a_level_leads_where_it_says(features: int) -> None:
    made, row = mixed().made, ROW | {"Internet": "Fiber optic", "Region": 2.0}
    moves = smallest_moves(made, row, features=features, most=3)
    assert any(isinstance(step.after, str) for move in moves for step in move.steps)
    for move in moves:
        changed = row | {step.feature: step.after for step in move.steps}
        assert assign(made, pd.DataFrame([changed]))["segment"].tolist() == [move.target]
        assert len(move.steps) == features
        before = assign(made, pd.DataFrame([row]))["segment"].iloc[0]
        assert before != move.target


def test_the_best_single_change_of_a_level_is_found_by_trying_all() -> None:
    made, row = mixed().made, ROW | {"Internet": "Fiber optic", "Region": 2.0}
    tried = set()
    for block in made.recipe.blocks:
        for level in block.answers:
            target = int(assign(made, pd.DataFrame([row | {block.column: level}]))["segment"].iloc[0])
            if target != int(assign(made, pd.DataFrame([row]))["segment"].iloc[0]):
                tried.add((target, block.column))
    moves = smallest_moves(made, row, most=20)
    found = {(move.target, move.steps[0].feature) for move in moves if isinstance(move.steps[0].after, str)}
    assert found == tried
    assert "from “One year” to" in " ".join(change_text(move, made) for move in moves)


def test_the_surest_change_of_all_levels_comes_first_with_how_sure_it_is() -> None:
    made, row = mixed().made, ROW | {"Internet": "Fiber optic", "Region": 2.0}
    own = int(assign(made, pd.DataFrame([row]))["segment"].iloc[0])
    sure: dict[int, float] = {}
    for block in made.recipe.blocks:
        for level in block.answers:
            scored = assign(made, pd.DataFrame([row | {block.column: level}])).iloc[0]
            if scored["segment"] != own:
                sure[int(scored["segment"])] = max(sure.get(int(scored["segment"]), 0.0), scored["certainty"])
    moves = smallest_moves(made, row, locked=["spend"], surest=True)
    firsts = {move.target: move.certainty for move in reversed(moves)}
    assert firsts == pytest.approx(sure)
    assert [move.certainty for move in moves] == sorted((move.certainty for move in moves), reverse=True)


def test_what_is_not_known_makes_no_change_surer() -> None:
    made, blank = mixed().made, dict.fromkeys([*ROW, "Region"], np.nan)
    locked = [name for name in blank if name != "Contract"]
    moves = smallest_moves(made, blank | {"Contract": "One year"}, locked=locked, surest=True)
    assert moves
    for move in moves:
        alone = assign(made, pd.DataFrame([blank | {"Contract": move.steps[0].after}])).iloc[0]
        assert (alone["segment"], alone["certainty"]) == (move.target, pytest.approx(move.certainty))


def test_how_sure_a_persona_would_be_is_said_also_where_even_the_surest_is_not() -> None:
    unsure, sure = (Move(1, (), 1.0, certainty=share) for share in (0.7, 0.97))
    assert sureness_text([unsure, sure]) == "The surest comes first: after it the persona is sure."
    assert "leaves it open (unsure)" in sureness_text([unsure])
    assert sureness_text([Move(1, (), 1.0)]) == ""


def test_a_locked_category_does_not_change() -> None:
    columns = [block.column for block in mixed().made.recipe.blocks]
    moves = smallest_moves(mixed().made, ROW | {"Region": 2.0}, locked=columns)
    assert all(step.feature == "spend" for move in moves for step in move.steps)


def test_values_that_are_no_level_are_said_with_what_they_count_as() -> None:
    m = mixed()
    new = m.frame.head(200).assign(Internet="DSL")
    new.loc[:9, "Internet"] = "Mars"
    told = score_batch(m.made, NAMES, new["id"], new).columns
    assert told.to_numpy().tolist() == [
        [
            "Internet",
            "other value",
            "“Mars” (10 customers): none of the values that the model knows, so it tells nothing, as if it were "
            "missing.",
        ]
    ]


def test_a_new_level_stands_in_the_verdict_and_in_what_has_changed_by_its_name() -> None:
    m = mixed()
    new = m.frame.copy()
    new.loc[np.arange(600) % 5 == 0, "Contract"] = "48 months, <b>have</b>"
    batch = score_batch(m.made, NAMES, new["id"], new)
    said = (
        "Contract has a level that was not there in training: “48 months, <b>have</b>” (120 customers, 20.0 %); "
        "it tells nothing, as if it were missing."
    )
    assert said in batch.verdict.reasons
    assert batch.verdict.verdict in ("watch", "refit")
    assert not any("year” has shifted" in reason for reason in batch.verdict.reasons)
    assert batch.summary.endswith(said)
    row = batch.features.set_index("feature").loc["Contract"]
    assert row["label"] == "Contract: “48 months, <b>have</b>” (new)"
    assert (row["training_median"], row["median"]) == (0.0, pytest.approx(0.2))


def test_a_model_that_fits_no_longer_says_so_before_anything_calm() -> None:
    m = mixed()
    far = m.frame.assign(spend=m.frame["spend"] * 1000)
    assert score_batch(m.made, NAMES, far["id"], far).summary.startswith("Make the segments anew. 600 of 600 customers")
    assert score_batch(m.made, NAMES, m.frame["id"], m.frame).summary.startswith("600 of 600 customers")


def test_a_handful_of_new_levels_is_said_and_changes_no_verdict() -> None:
    m = mixed()
    new = m.frame.copy()
    new.loc[:1, "Contract"], new.loc[2, "Contract"] = "M2M", "None of it"
    batch = score_batch(m.made, NAMES, new["id"], new)
    assert batch.verdict.verdict == "keep"
    assert batch.verdict.reasons[-1] == (
        "Contract has 2 levels that were not there in training: “M2M” and “None of it” (3 customers, 0.5 %); they tell "
        "nothing, as if they were missing."
    )
    assert "M2M" not in batch.summary
    same = score_batch(m.made, NAMES, m.frame["id"], m.frame)
    assert len(same.new_levels) == 1  # rare kinds of internet, as in training
    assert same.verdict.verdict == "keep"


def test_the_same_crowd_is_calm_and_other_shares_of_a_level_are_a_shift() -> None:
    m = mixed()
    same = score_batch(m.made, NAMES, m.frame["id"], m.frame).features
    assert set(same["feature"]) == {"spend", "Contract", "Internet", "Satisfaction", "Region"}
    assert set(same["state"]) == {"calm"}
    moved = m.frame.assign(Contract=np.where(np.arange(600) % 2, "Two year", m.frame["Contract"]))
    row = score_batch(m.made, NAMES, moved["id"], moved).features.set_index("feature").loc["Contract"]
    assert row["state"] == "shifted"
    assert row["label"] == "Contract: “Two year”"
    assert row["training_median"] == pytest.approx(float((m.frame["Contract"].dropna() == "Two year").mean()), abs=0.01)


def test_a_category_of_which_no_value_is_known_stops_the_file() -> None:
    m = mixed()
    stop_if_moved(m.made, m.frame)
    with pytest.raises(Undecided, match="none of its values was seen in training, such as “M2M”"):
        stop_if_moved(m.made, m.frame.assign(Contract="M2M"))


def test_a_missing_level_is_drawn_as_one_level() -> None:
    m = mixed()
    lacking = m.frame.head(60).assign(Contract=None, Satisfaction=None)
    sure, whole = assign(m.made, lacking)["certainty"], assign(m.made, m.frame.head(60))["certainty"]
    assert sure.between(0, 1).all()
    assert sure.mean() < whole.mean()


def test_a_big_file_is_read_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    mixed().frame.to_csv(file, index=False)
    assert score_stream(mixed().made, NAMES, file, tmp_path / "out.csv") is None
    assert not (tmp_path / "out.csv").exists()
