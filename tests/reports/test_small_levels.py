"""A level that one customer of a persona has: nobody can tell from a report whether it is there."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from segmentation.core.tables import FeatureTable
from segmentation.personas import describe
from segmentation.reports import FORMATS, Facts, ReportSettings, collect
from segmentation.reports.small_levels import few_as_most, level_share
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
    assert counts[2] == pytest.approx(0, abs=1e-9)
    by_everyone = typical["everyone"] * sizes.sum() - (typical[[1, 2]].to_numpy() * sizes[:2]).sum()
    assert by_everyone == pytest.approx((sizes[2] - of_known[2]) * filled)
    assert shown.value("Internet: Fiber optic", 3) == "under 7.2 %"
    assert "none, or all, had it" in " ".join(shown.notes)
    assert shown.recipe.loc[shown.recipe["feature"].isin(names), "missing becomes"].isna().all()


def test_few_count_as_the_most_of_their_segment_and_many_stay() -> None:
    m = mixed()
    table, changed = few_as_most(m.made, m.features, 10)
    assert changed
    assert table is not None
    assert m.made.labels is not None
    before, after = (
        item["Contract: Two year"].groupby(m.made.labels).sum() for item in (m.features.frame, table.frame)
    )
    few = before < 10
    assert few.any()
    assert (after[few] == 0).all()
    assert (after[~few] >= before[~few]).all()
    assert few_as_most(m.made, m.features, 1) == (m.features, False)


@pytest.mark.parametrize(
    ("value", "size", "text"),
    [(0.0, 100, "under 10.0 %"), (0.12, 100, "12.0 %"), (1.0, 100, "over 90.0 %"), (0.5, 15, "50.0 %")],
)
def test_a_share_of_few_is_told_by_its_edge(value: float, size: int, text: str) -> None:
    assert level_share(value, size, 10) == text
    assert level_share(0.0, 100, 1) == "0.0 %"
