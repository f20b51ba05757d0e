"""A level that one customer of a persona has: nobody can tell from what leaves the studio whether it is there."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import Block
from segmentation.core.csv_export import csv_bytes
from segmentation.core.disclosure import step_of
from segmentation.core.tables import FeatureTable
from segmentation.personas import describe, portray
from segmentation.personas.small_levels import few_as_most, level_share
from segmentation.personas.told import as_told
from segmentation.reports import FORMATS, Facts, ReportSettings, collect
from segmentation.store.form import to_plain
from tests.reports.small import DAY
from tests.reports.test_disclosure import words
from tests.small_mixed import mixed

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")


@cache
def without_one() -> FeatureTable:
    """The customers, of whom the only one with fiber in the third segment has what most there have."""
    m = mixed()
    assert m.made.labels is not None
    block = next(item for item in m.features.blocks if item.column == "Internet")
    names = list(block.features)
    own = m.features.frame.loc[(m.made.labels == 3).to_numpy(), names].dropna()
    (one,) = own.index[own["Internet: Fiber optic"] == 1]
    levels, sizes = np.unique(own.to_numpy(), axis=0, return_counts=True)
    frame = m.features.frame.copy()
    frame.loc[one, names] = levels[sizes.argmax()]
    return replace(m.features, frame=frame)


def facts(features: FeatureTable, smallest: int) -> Facts:
    m = mixed()
    personas = describe(m.made, m.features)
    return collect(m.made, personas, features=features, settings=ReportSettings(min_size=smallest), made_on=DAY)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_report_is_the_same_with_and_without_the_one_customer(kind: str) -> None:
    made = (words(FORMATS[kind].make(facts(item, 10))) for item in (mixed().features, without_one()))
    with_it, without = (MOMENT.sub("", text) for text in made)
    assert with_it == without


def saved(features: FeatureTable) -> Segmentation:
    """The segments as a model has them that was saved of these customers: centres, and no customers."""
    made = mixed().made
    assert made.labels is not None
    prepared = made.recipe.transform(features.frame)
    centres = np.array([prepared[made.labels == number].mean(axis=0) for number in made.segments])
    return replace(made, centres=centres, labels=None)


@pytest.mark.parametrize("told", [True, False], ids=["told when saved", "saved before"])
@pytest.mark.parametrize("kind", FORMATS)
def test_so_is_one_of_a_saved_model(kind: str, told: bool) -> None:
    made = []
    for table in (mixed().features, without_one()):
        personas = describe(mixed().made, table)
        personas = as_told(mixed().made, personas, table) if told else personas
        shown = collect(saved(table), personas, settings=ReportSettings(min_size=10), made_on=DAY)
        made.append(MOMENT.sub("", words(FORMATS[kind].make(shown))))
    assert made[0] == made[1]


def test_personas_told_when_saved_keep_what_they_say() -> None:
    m = mixed()
    told = as_told(m.made, describe(m.made, m.features), m.features)
    shown = collect(saved(m.features), told, made_on=DAY)
    assert [item.claims for item in shown.personas] == [item.claims for item in told]
    assert all(item.claims for item in told)


@pytest.mark.parametrize("given", [True, False], ids=["customers at hand", "no customers"])
def test_the_personas_of_a_saved_model_are_the_same_with_and_without_the_one(given: bool) -> None:
    made = []
    for table in (mixed().features, without_one()):
        personas = describe(mixed().made, table)
        personas = as_told(mixed().made, personas, table) if given else personas
        plain = to_plain(
            replace(mixed().made, centres=saved(table).centres), personas, created="", note={}, libraries={}
        )
        made.append(plain["personas"])
        assert any(item["claims"] for item in made[-1])
    assert made[0] == made[1]


def test_the_profiles_are_the_same_with_and_without_the_one() -> None:
    names = {1: "A", 2: "B", 3: "C"}
    with_it, without = (
        csv_bytes(portray(mixed().made, item).exported(names)) for item in (mixed().features, without_one())
    )
    assert with_it == without


def test_it_differs_where_nothing_is_hidden() -> None:
    make = FORMATS["report"].make
    assert words(make(facts(mixed().features, 1))) != words(make(facts(without_one(), 1)))


def test_the_share_follows_neither_from_the_other_levels_nor_from_everyone_s() -> None:
    shown = facts(mixed().features, 10)
    sizes = np.array([item.size for item in shown.personas])
    names = [item.name for item in shown.features if item.column == "Internet"]
    known = mixed().features.frame[names].notna().all(axis=1).to_numpy()
    assert mixed().made.labels is not None
    of_known = [int((known & (mixed().made.labels == item.segment)).sum()) for item in shown.personas]
    typical = shown.typical.loc["Internet: Fiber optic"]
    filled = shown.segmentation.recipe.features[shown.segmentation.recipe.names.index("Internet: Fiber optic")].fill
    counts = typical[[1, 2, 3]].to_numpy() * sizes - (sizes - of_known) * filled
    assert counts[2] == pytest.approx(0, abs=2.5)  # half a step, in customers
    by_everyone = typical["everyone"] * sizes.sum() - (typical[[1, 2]].to_numpy() * sizes[:2]).sum()
    assert by_everyone == pytest.approx((sizes[2] - of_known[2]) * filled, abs=4 * 2.5)
    assert shown.value("Internet: Fiber optic", 3) == "under 7.2 %"
    assert "none, or all, had it" in " ".join(shown.notes)
    assert shown.recipe.loc[shown.recipe["feature"].isin(names), "missing becomes"].isna().all()


def test_few_count_as_the_most_of_their_segment_and_many_stay() -> None:
    m = mixed()
    assert m.made.labels is not None
    labels = m.made.labels.to_numpy()
    table = few_as_most(m.made, m.features, labels, 10)
    before, after = (
        item["Contract: Two year"].groupby(m.made.labels).sum() for item in (m.features.frame, table.frame)
    )
    few = before < 10
    assert few.any()
    assert (after[few] == 0).all()
    assert (after[~few] >= before[~few]).all()
    assert few_as_most(m.made, m.features, labels, 1) is m.features


@pytest.mark.parametrize(
    ("value", "size", "text"),
    [(0.0, 100, "under 10.0 %"), (0.12, 100, "12.0 %"), (1.0, 100, "over 90.0 %"), (0.5, 20, "50.0 %"),
     (0.0, 15, "under 66.7 %")],
)  # fmt: skip
def test_a_share_of_few_is_told_by_its_edge(value: float, size: int, text: str) -> None:
    assert level_share("plus", {"plus": value}, None, size, 10) == text
    assert level_share("plus", {"plus": 0.0}, None, 100, 1) == "0.0 %"


LEVELS = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("feature", "named", "ordered"),
    [("a", "over 54.0 %", None), ("b", "under 10.0 %", "under 46.0 %"), ("c", "25.0 %", "under 36.0 %"),
     ("d", "under 10.0 %", "under 10.0 %")],
)  # fmt: skip
def test_what_is_told_is_true_where_few_have_several_levels(feature: str, named: str, ordered: str | None) -> None:
    """Of 100 customers 66, 5, 25 and 4 have a, b, c and d, told as 75, 0, 25 and 0; 34 have b or more, 29 c or more."""
    one_each = Block("Plan", "Plan", "named", LEVELS, LEVELS)
    means = {"a": 0.75, "b": 0.0, "c": 0.25, "d": 0.0}
    assert level_share(feature, means, one_each, 100, 10) == named
    if ordered is not None:
        higher = Block("Plan", "Plan", "ordered", LEVELS, LEVELS[1:])
        assert level_share(feature, {"b": 0.25, "c": 0.25, "d": 0.0}, higher, 100, 10) == ordered


def test_of_the_most_frequent_level_no_persona_says_more_than_is_true() -> None:
    m = mixed()
    assert m.made.labels is not None
    for persona in as_told(m.made, describe(m.made, m.features), m.features):
        own = m.features.frame[(m.made.labels == persona.segment).to_numpy()]
        for claim in persona.claims:
            if m.made.about(claim.feature).level:
                share = float(own[claim.feature].mean())
                over, under = (re.search(rf"{word} ([\d.]+) %", claim.sentence) for word in ("over", "under"))
                assert over is None or share > float(over[1]) / 100
                assert under is None or share < float(under[1]) / 100
                exact = re.search(r"(?<!over )(?<!under )(?<![\d.])([\d.]+) % have", claim.sentence)
                assert exact is None or abs(share - float(exact[1]) / 100) <= step_of(1.0, len(own)) / 2 + 1e-9
