"""Latent classes: which columns are levels, the same probabilities as the classes themselves, planted groups found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import segmentation as seg
from segmentation.clustering.assignment import Mixture
from segmentation.clustering.methods import METHODS
from segmentation.clustering.methods.classes import ClassesSettings, _Classes, _rule
from segmentation.clustering.methods.level_columns import level_columns
from tests.small_mixed import ROLES, mixed, mixed_table

LN2, LN3 = np.log(2), np.log(3)


def test_levels_are_told_from_the_prepared_columns() -> None:
    m = mixed()
    blocks, numbers = level_columns(m.recipe.transform(m.features.frame))
    names = [tuple(m.recipe.names[place] for place in block.columns) for block in blocks]
    assert names == [block.features for block in m.recipe.blocks]
    assert [block.ordered for block in blocks] == [block.kind == "ordered" for block in m.recipe.blocks]
    assert [m.recipe.names[place] for place in numbers] == ["spend"]
    for block, known in zip(blocks, m.recipe.blocks, strict=True):
        assert block.member.shape[1] == len(known.answers)
        np.testing.assert_allclose(block.member.sum(axis=1), 1.0)
        places = [known.place(value) for value in m.frame[known.column]]
        there = np.array(places) >= 0
        assert block.member[there].argmax(axis=1).tolist() == [place for place in places if place >= 0]


def test_two_classes_worked_by_hand() -> None:
    """One yes or no, as -1 and 3 after preparation: P(yes) = 3/4 in the first class of weight 1/3, 1/3 in the second.

    yes: 1/3 · 3/4 = 1/4 against 2/3 · 1/3 = 2/9, so 9 : 8. no: 1/3 · 1/4 = 1/12 against 2/3 · 2/3 = 4/9, so 3 : 16.
    """
    Z = np.array([[-1.0], [3.0], [-1.0], [3.0]])
    blocks, places = level_columns(Z)
    shares = np.log([[1 / 4, 3 / 4], [2 / 3, 1 / 3]])
    classes = _Classes(np.array([1 / 3, 2 / 3]), np.empty((2, 0)), np.empty((2, 0)), (shares,))
    rule = _rule(classes, 1, blocks, places)
    np.testing.assert_allclose(rule.probabilities(Z[:2]), [[3 / 19, 16 / 19], [9 / 17, 8 / 17]])


def test_the_rule_gives_the_probabilities_of_the_classes() -> None:
    rng = np.random.default_rng(0)
    Z = mixed().recipe.transform(mixed().features.frame)
    blocks, places = level_columns(Z)
    levels = tuple(np.log(rng.dirichlet(np.full(block.member.shape[1], 0.5), 3)) for block in blocks)
    classes = _Classes(
        rng.dirichlet(np.ones(3)), rng.normal(size=(3, len(places))), rng.uniform(0.1, 2, (3, len(places))), levels
    )
    logs = classes.logarithms(Z[:, places], blocks)
    wanted = np.exp(logs - logs.max(axis=1, keepdims=True))
    wanted /= wanted.sum(axis=1, keepdims=True)
    rule = _rule(classes, Z.shape[1], blocks, places)
    np.testing.assert_allclose(rule.probabilities(Z), wanted, atol=1e-10)
    again = Mixture.from_dict(rule.to_dict())
    np.testing.assert_array_equal(again.costs(Z), rule.costs(Z))


@pytest.mark.parametrize("seed", [0, 7])
def test_planted_groups_of_both_kinds_are_found(seed: int) -> None:
    frame, group = mixed_table(seed=seed)
    made = seg.fit(seg.features(frame, roles=ROLES), "plain", k=3, method="classes")
    assert adjusted_rand_score(group, made.labels) > 0.85
    assert made.metrics["reproduced"] == 1.0
    assert made.metrics["figures"]["categories"] == 4


def test_an_unknown_level_adds_nothing_and_a_number_alone_is_a_mixture() -> None:
    made = seg.fit(mixed().features, mixed().recipe, k=3, method="classes")
    unknown = {"spend": 180.0}
    told = made.explain(unknown)
    assert told.filled == 4
    assert 0 < told.probability < 1
    numbers = pd.DataFrame({"a": [0.0, 1, 0, 1, 9, 10, 9, 10], "b": [5.0, 6, 5.5, 6, 0, 1, 0.4, 1]})
    fit = METHODS["classes"].run(numbers.to_numpy(), ClassesSettings(k=2))
    assert fit.labels.tolist() == [1] * 4 + [2] * 4 or fit.labels.tolist() == [2] * 4 + [1] * 4
