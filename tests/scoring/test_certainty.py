"""How sure a persona is: refits by hand, missing values, and one answer in every way of asking."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering import refits
from segmentation.clustering.assignment import Rule
from segmentation.clustering.model import Segmentation
from segmentation.clustering.refits import N_REFITS, Refits, learn_refits
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.evaluation.final import fit
from segmentation.reports.card import answer
from segmentation.scoring import assign, explain
from segmentation.scoring.certainty import MEANING, NOT_ENOUGH, certainty_text, certainty_word
from segmentation.store.form import from_plain, to_plain
from tests.bench.certainty import DOCUMENT, RESULTS, document


def groups(seed: int = 1, rows: int = 600, apart: float = 6.0) -> pd.DataFrame:
    """Two groups far apart in spend, which goes with visits; age says nothing of them."""
    rng = np.random.default_rng(seed)
    kind = rng.random(rows) < 0.4
    spend = rng.normal(100 + 10 * apart * kind, 10)
    frame = pd.DataFrame(
        {"spend": spend, "visits": spend / 20 + rng.normal(0, 1, rows), "age": rng.normal(40, 9, rows)}
    )
    return frame.set_axis([f"c{place}" for place in range(rows)])


def table(frame: pd.DataFrame) -> FeatureTable:
    return FeatureTable(frame, tuple(FeatureInfo(name) for name in frame), frame[[]])


@pytest.fixture(scope="module")
def made() -> Segmentation:
    return fit(table(groups()), k=2, n_init=2)


def test_the_share_is_that_of_the_refits_whose_nearest_centre_is_ours(made: Segmentation) -> None:
    centres = np.array([[[0.0, 0, 0], [4, 0, 0]], [[0.0, 0, 0], [1, 0, 0]], [[3.0, 0, 0], [9, 0, 0]]])
    three = replace(made, refits=Refits(centres, (), ()))
    at = three.recipe.inverse_transform(np.array([[1.5, 0.0, 0.0], [-9.0, 0.0, 0.0]]))
    ours = replace(three, rule=replace(three.rule, centres=np.array([[1.0, 0, 0], [20, 0, 0]])))
    # 1.5 is nearer to 0 than to 4, nearer to 1 than to 0 (so not ours), nearer to 3 than to 9.
    assert assign(ours, at)["certainty"].tolist() == pytest.approx([2 / 3, 1.0])


def test_thirty_refits_are_kept_and_come_back_with_the_model(made: Segmentation) -> None:
    assert made.refits is not None
    assert made.refits.centres.shape == (N_REFITS, 2, 3)
    plain = json.loads(json.dumps(to_plain(made, (), created="", note={"verdict": "", "headline": ""}, libraries={})))
    again, _ = from_plain(plain)
    pd.testing.assert_frame_equal(assign(made, groups(2)), assign(again, groups(2)))


@pytest.mark.parametrize(("method", "few", "part"), [("kmeans", 200, 100), ("mixture", 200, 200), ("kmeans", 40, 150)])
def test_refits_are_made_from_a_part_of_the_customers(
    made: Segmentation, method: str, few: int, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sixth of 600, a third with other methods; where 40 are in a segment, 150, so that ten of them are there."""
    sizes: list[int] = []

    def again(rows: np.ndarray, *_: object) -> Rule:
        sizes.append(len(rows))
        return made.rule

    monkeypatch.setattr(refits, "_again", again)
    rows = np.repeat([[1.0, 0, 0], [-1.0, 0, 0]], [600 - few, few], axis=0)
    rule = replace(made.rule, centres=rows[[0, -1]])
    learn_refits(rows, rule, method, {})
    assert set(sizes) == {part}


def test_a_model_without_refits_says_nothing_of_certainty(made: Segmentation) -> None:
    scored = assign(replace(made, refits=None), groups(2, 20))
    assert scored["certainty"].isna().all()
    explained = explain(replace(made, refits=None), groups(2, 1).iloc[0])
    assert "The call is" in answer(explained, {1: "A", 2: "B"})


def test_groups_far_apart_are_sure_and_a_crowd_cut_in_four_is_not() -> None:
    rng = np.random.default_rng(5)
    cloud = pd.DataFrame(rng.normal(size=(600, 3)), columns=list("abc")).set_axis([f"c{row}" for row in range(600)])
    sure = assign(fit(table(groups()), k=2, n_init=2), groups(3))["certainty"]
    unsure = assign(fit(table(cloud), k=4, n_init=2), cloud)["certainty"]
    assert (sure > 0.95).mean() > 0.9
    assert (unsure > 0.95).mean() < 0.5


def test_fewer_values_are_never_more_sure_on_average_and_what_goes_with_them_helps(made: Segmentation) -> None:
    frame = groups(4)
    known = assign(made, frame)["certainty"].mean()
    without_age = assign(made, frame.assign(age=np.nan))["certainty"].mean()
    without_spend = assign(made, frame.assign(spend=np.nan))["certainty"].mean()
    only_age = assign(made, frame.assign(spend=np.nan, visits=np.nan))["certainty"].mean()
    assert known >= without_age > without_spend > only_age  # visits tell of spend, age tells nothing
    assert only_age < 0.7


def test_nothing_known_is_not_enough_known(made: Segmentation) -> None:
    scored = assign(made, groups(2, 1) * np.nan)
    assert math.isnan(scored["certainty"].iloc[0])
    explained = explain(made, {})
    assert explained.how_sure == NOT_ENOUGH
    assert answer(explained, {1: "A", 2: "B"}) == (
        "Not enough is known of this customer (0 of 3 values). “A” is the nearest to what is given, and it could well "
        "be another."
    )


def test_the_headline_says_from_how_many_values(made: Segmentation) -> None:
    explained = explain(made, {"spend": 100.0})
    assert explained.given == "1 of 3 values"
    assert answer(explained, {1: "A", 2: "B"}).startswith("This customer belongs with “A”, judged from 1 of 3 values.")


def test_one_customer_gets_the_same_certainty_as_in_any_batch(made: Segmentation) -> None:
    frame = groups(6, 120).mask(np.random.default_rng(1).random((120, 3)) < 0.3)
    whole = assign(made, frame)["certainty"]
    alone = pd.concat([assign(made, frame.iloc[[row]])["certainty"] for row in range(len(frame))])
    pd.testing.assert_series_equal(whole, alone)
    shuffled = frame.sample(frac=1, random_state=3)
    pd.testing.assert_series_equal(assign(made, shuffled)["certainty"].reindex(frame.index), whole)


def test_other_methods_know_it_by_the_margin() -> None:
    made = fit(table(groups(apart=2.5)), k=2, method="mixture")
    assert made.refits is not None
    assert made.refits.centres.shape == (0, 2, 3)
    assert all(low <= high for low, high in zip(made.refits.agreement, made.refits.agreement[1:], strict=False))
    scored = assign(made, groups(7, apart=2.5))
    clear = scored["margin"] > 0.999
    assert scored.loc[clear, "certainty"].mean() > scored.loc[~clear, "certainty"].mean()


@pytest.mark.parametrize(
    ("share", "filled", "word"),
    [
        (1.0, 0, "Sure"),
        (0.95, 0, "Sure"),
        (0.9, 0, "Fairly sure"),
        (0.7, 1, "Unsure"),
        (0.55, 1, "Could as well be another"),
        (0.4, 0, "Could as well be another"),
        (0.4, 1, NOT_ENOUGH),
        (math.nan, 4, NOT_ENOUGH),
        (math.nan, 0, ""),
    ],
)
def test_the_words_of_certainty(share: float, filled: int, word: str) -> None:
    assert certainty_word(share, filled, 4) == word


def test_the_count_stands_beside_the_word() -> None:
    assert certainty_text(1.0, 0, 3, 30) == "Sure (30 of 30 agree)"
    assert certainty_text(0.9, 1, 3, 30) == "Fairly sure (27 of 30 agree)"
    assert certainty_text(0.9, 1, 3) == "Fairly sure (90.0 % agree)"


def test_what_the_words_promise_was_measured_and_holds() -> None:
    summary = pd.read_csv(RESULTS)
    assert DOCUMENT.read_text(encoding="utf-8") == document(summary)
    asked = summary[(summary["method"] == "kmeans") & (summary["customers"] >= 100)]
    assert asked["set"].nunique() == 6
    for word, least in (("Sure", 0.95), ("Fairly sure", 0.8), ("Unsure", 0.6)):
        assert f"{word}: " in MEANING
        assert f"at least {100 * least:.0f}" in MEANING
        assert asked.loc[asked["word"] == word, "right"].min() >= least
