"""A category as a block of features: hand-worked levels, and what holds for any column of any levels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from segmentation.core.blocks import OTHER, Block, inputs_of, level_text, with_levels

PLAN = Block("Plan", "Plan", "named", ("Basic", "Gold"), ("Plan: Basic", "Plan: Gold", "Plan: other"), other=True)
TERM = Block("Term", "Term", "named", ("1", "2"), ("Term: 1", "Term: 2"))
SIZE = Block("Size", "Size", "ordered", ("S", "M", "L"), ("Size: from M", "Size: from L"))


def rows(block: Block, values: list[object]) -> list[list[float]]:
    made = block.indicators(pd.Series(values, dtype=object))
    return np.column_stack([made[name] for name in block.features]).tolist()


def test_each_level_is_one_in_its_own_feature_and_every_other_value_is_other() -> None:
    assert rows(PLAN, ["Gold", "Basic", "Silver", " gold "]) == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_nothing_is_known_of_a_missing_cell_and_of_a_strange_value_where_there_is_no_other() -> None:
    assert np.isnan(rows(PLAN, [None])).all()
    assert np.isnan(rows(TERM, [3.0, None])).all()
    assert rows(TERM, [1.0, "2", 2]) == [[1, 0], [0, 1], [0, 1]]


def test_of_ordered_levels_all_up_to_the_own_are_reached() -> None:
    assert rows(SIZE, ["S", "M", "L"]) == [[0, 0], [1, 0], [1, 1]]
    assert SIZE.shares([0.6, 0.25]) == pytest.approx({"S": 0.4, "M": 0.35, "L": 0.25})
    assert [SIZE.answer(row) for row in ([0, 0], [1, 0], [1, 1], [np.nan, np.nan])] == ["S", "M", "L", ""]


def test_capitals_decide_where_two_levels_differ_by_them_alone() -> None:
    block = Block("x", "x", "named", ("a", "A"), ("x: a", "x: A"))
    assert [block.place(text) for text in ("a", "A", " a")] == [0, 1, 0]
    assert Block("x", "x", "named", ("aa", "AA"), ("1", "2")).place("aA") == -1


def test_a_cell_is_the_text_that_a_person_would_write() -> None:
    cells = [1.0, 2.5, True, False, None, float("nan"), pd.NA, " x ", 3]
    assert [level_text(cell) for cell in cells] == ["1", "2.5", "yes", "no", "", "", "", "x", "3"]


def test_levels_that_do_not_fit_the_features_are_refused() -> None:
    for wrong in (
        {"features": ("Size: from M",)},
        {"levels": ("S", "S", "L")},
        {"kind": "round"},
        {"other": True, "features": ("1", "2", "3")},
    ):
        with pytest.raises(ValueError, match="do not fit"):
            Block(**({"column": "Size", "label": "Size", "kind": "ordered", "levels": ("S", "M", "L"),
                      "features": ("Size: from M", "Size: from L")} | wrong))  # fmt: skip


def test_a_table_gets_the_features_that_it_lacks_and_keeps_those_it_has() -> None:
    frame = pd.DataFrame({"Plan": ["Gold", None], "n": [1.0, 2.0]}, index=["a", "b"])
    made = with_levels(frame, [PLAN, SIZE])
    assert list(made.columns) == ["Plan", "n", "Plan: Basic", "Plan: Gold", "Plan: other"]
    assert made.loc["a", ["Plan: Basic", "Plan: Gold", "Plan: other"]].tolist() == [0.0, 1.0, 0.0]
    assert with_levels(made.assign(Plan="Basic"), [PLAN]).loc["a", "Plan: Gold"] == 1.0
    assert with_levels(frame[["n"]], [PLAN]) is not None
    assert inputs_of(["n", *PLAN.features, *SIZE.features], [PLAN, SIZE]) == ("n", "Plan", "Size")


@given(st.lists(st.text(max_size=8), min_size=1, max_size=6, unique=True), st.lists(st.text(max_size=8), max_size=30))
def test_any_value_has_one_level_or_nothing_and_reading_it_back_gives_the_level(
    levels: list[str], values: list[str]
) -> None:
    levels = [level.strip() for level in levels]
    assume(all(levels) and len(set(levels)) == len(levels) and OTHER not in levels)
    names = tuple(f"f{place}" for place in range(len(levels) + 1))
    block = Block("c", "c", "named", tuple(levels), names, other=True)
    made = np.array(rows(block, [*values, *levels]))
    known = ~np.isnan(made).any(axis=1)
    assert (made[known].sum(axis=1) == 1).all()
    assert np.isnan(made[~known]).all()
    read = [block.answer(row) for row in made]
    assert read[len(values) :] == levels
    assert all(text in block.answers or not level_text(value) for text, value in zip(read, values, strict=False))


@given(st.integers(2, 7), st.lists(st.integers(0, 6), min_size=2, max_size=40))
def test_the_shares_of_the_levels_are_those_of_the_customers(many: int, drawn: list[int]) -> None:
    levels = tuple(f"l{place}" for place in range(many))
    values = pd.Series([levels[number % many] for number in drawn])
    for block in (
        Block("c", "c", "named", levels, tuple(f"f{level}" for level in levels)),
        Block("c", "c", "ordered", levels, tuple(f"f{level}" for level in levels[1:])),
    ):
        means = [float(column.mean()) for column in block.indicators(values).values()]
        counted = {level: float((values == level).mean()) for level in levels}
        assert block.shares(means) == pytest.approx(counted)
