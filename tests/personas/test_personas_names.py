"""Names and ideas as data: every rule can be reached, every segment gets exactly one name of its own."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.core.tables import FeatureInfo
from segmentation.data.known_columns import KNOWN
from segmentation.data.vocabulary import column_key, describe_column
from segmentation.personas.ideas import IDEAS, Idea, suggest
from segmentation.personas.naming import CLOSE, name_segments
from segmentation.personas.rules import RULES, Need, Rule, Standing, fitting_rules
from tests.conftest import cases


def just_enough(needs: tuple[Need, ...]) -> dict[str, Standing]:
    """Standings that meet these needs and nothing else: the effects nearest to nothing that do."""
    standings = {}
    for need in needs:
        low, high = max(need.low, -9.0), min(need.high, 9.0)
        effect = low if low > 0 else high if high < 0 else 0.25 * high
        mean = need.least if need.least > -math.inf else 0.1
        standings[need.keys[0]] = Standing(need.keys[0], effect, mean)
    return standings


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_can_be_reached(rule: Rule) -> None:
    found = fitting_rules(just_enough(rule.needs))
    assert found[0][1] == rule


def test_rule_names_are_distinct_and_readable() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(name == name.strip() and name[0].isupper() and len(name) <= 48 for name in names)


@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.text[:30])
def test_every_idea_can_be_reached(idea: Idea) -> None:
    assert idea.sentence in suggest(just_enough(idea.needs), most=99)


def test_a_segment_without_anything_special_gets_general_ideas() -> None:
    assert suggest({}) != ()
    assert suggest({})[0].startswith("Research: ")


def effects(columns: dict[str, list[float]]) -> tuple[pd.DataFrame, tuple[FeatureInfo, ...]]:
    numbers = range(1, len(next(iter(columns.values()))) + 1)
    table = pd.DataFrame(columns, index=pd.Index(numbers, name="segment"))
    return table, tuple(describe_column(name) for name in columns)


def names_of(columns: dict[str, list[float]]) -> list[str]:
    table, info = effects(columns)
    sizes = dict.fromkeys(table.index, 10)
    return [named.name for named in name_segments(table, table * 10 + 50, info, sizes).values()]


def test_rules_speak_before_name_parts() -> None:
    assert names_of({"recency": [1.0, -0.5], "frequency": [-0.8, 0.9], "monetary": [-0.6, 0.9]}) == [
        "At risk of leaving",
        "Loyal high spenders",
    ]


def test_unknown_columns_give_names_from_their_parts() -> None:
    assert names_of({"widgets": [1.2, -1.2], "gizmo_speed": [0.1, -1.1]}) == [
        "High widgets",
        "Low widgets, low gizmo speed",
    ]


def test_a_segment_like_everyone_is_called_so() -> None:
    assert names_of({"widgets": [0.02, -1.0, 1.0]}) == [CLOSE, "Low widgets", "High widgets"]


def test_the_stronger_claim_gets_the_name_and_the_other_its_next_best() -> None:
    first, second, _ = names_of({"CASH_ADVANCE": [1.0, 2.0, -3.0], "BALANCE": [0.9, 0.1, -1.0]})
    assert second == "Cash-advance heavy"
    assert first == "Cash-advance heavy, high-balance"


def test_two_names_never_have_the_same_parts_in_another_order() -> None:
    # Both are high in the same two features; what sets the second apart from the first is the third feature.
    names = names_of({"widgets": [1.0, 1.1, -1.0], "gizmo_speed": [1.2, 1.0, -0.9], "nuts": [0.4, -0.9, 0.2]})
    assert names[:2] == ["High gizmo speed, high widgets", "High widgets, high gizmo speed, low nuts"]


def test_equal_segments_are_told_apart_by_a_figure() -> None:
    table, info = effects({"widgets": [1.0, 1.0]})
    means = pd.DataFrame({"widgets": [12.0, 14.0]}, index=table.index)
    named = name_segments(table, means, info, {1: 10, 2: 10})
    assert [item.name for item in named.values()] == ["High widgets", "High widgets, widgets 14"]


@settings(max_examples=cases(25, 60), deadline=None)
@given(st.integers(2, 12), st.integers(1, 8), st.integers(0, 10_000))
def test_every_segment_gets_exactly_one_name_of_its_own(k: int, d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    known = rng.permutation([*KNOWN, "alpha", "beta", "gamma"])[:d]
    table = pd.DataFrame(rng.normal(size=(k, d)).round(1), columns=list(known), index=range(1, k + 1))
    info = tuple(describe_column(name) for name in known)
    named = name_segments(table, table * 3, info, dict.fromkeys(table.index, 5))
    assert list(named) == list(range(1, k + 1))
    names = [item.name.casefold() for item in named.values()]
    assert len({frozenset(name.split(", ")) for name in names}) == k
    assert all(names)
    assert all(set(item.features) <= set(known) for item in named.values())
    # The order of the columns does not matter.
    back = name_segments(table[table.columns[::-1]], table * 3, info[::-1], dict.fromkeys(table.index, 5))
    assert {number: item.name for number, item in back.items()} == {n: item.name for n, item in named.items()}


def test_rules_name_columns_as_the_vocabulary_does() -> None:
    ours = {key for rule in RULES for need in rule.needs for key in need.keys}
    assert {key for key in ours if column_key(key) != key} == set()
