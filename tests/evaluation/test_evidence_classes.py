"""Where most columns are categories latent classes are recommended, with the figures of the study as it stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import EvidenceSettings, assess
from segmentation.evaluation.evidence.categories import levels_of
from segmentation.evaluation.evidence.classes import MISSED, RIGHT, STUDY, classes_text, mostly_categories
from segmentation.evaluation.evidence.verdict import Decision
from segmentation.evaluation.evidence.words import headline, reasons
from tests.small_mixed import mixed

RESULTS = Path(__file__).parents[1] / "bench" / "results"


def test_half_of_the_columns_are_most_of_them() -> None:
    assert [mostly_categories(*counts) for counts in ((0, 4), (1, 3), (2, 4), (3, 4), (5, 5), (0, 0))] == [
        None, None, 0.5, 0.75, 1.0, None,
    ]  # fmt: skip


def test_the_figures_are_those_of_the_studies() -> None:
    ways = pd.read_csv(RESULTS / "mixed.csv").groupby(["categories", "way"])["agreement"].mean()
    for share, kmeans, classes in STUDY:
        at = round(8 * share)
        assert ways[at, "Indicators, a block weighs as one number"] == pytest.approx(kmeans, abs=5e-4)
        assert ways[at, "Latent classes (this program)"] == pytest.approx(classes, abs=5e-4)
    numbers = pd.read_csv(RESULTS / "mixed_number.csv")
    assert ((numbers["state"] == "none").sum(), len(numbers)) == MISSED
    named = numbers[numbers["state"] == "classes"]
    assert ((named["board"] == named["k"]).sum(), len(named)) == RIGHT
    assert (numbers["board"] <= numbers["k"]).all()
    assert not (pd.read_csv(RESULTS / "mixed_none.csv")["state"] == "classes").any()


@pytest.mark.parametrize(
    ("share", "recommended", "words"),
    [
        (None, True, ""),
        (0.6, True, "adjusted Rand index 0.83 against 0.69"),
        (0.7, True, "adjusted Rand index 0.80 against 0.54"),
        (1.0, True, "adjusted Rand index 0.79 against 0.40"),
        (1.0, False, "of 36 made-up data sets with groups told mostly by categories, 1 was called so"),
    ],
)
def test_why_is_said_with_the_figure_of_such_columns(share: float | None, recommended: bool, words: str) -> None:
    text = classes_text(share, recommended=recommended)
    assert words in text
    assert bool(words) == bool(text)


def test_the_verdict_recommends_them_at_its_number_and_only_where_most_columns_are_categories() -> None:
    m = mixed()
    Z, levels = m.recipe.transform(m.features.frame), levels_of(m.recipe)
    comparison = search(Z)
    evidence = assess(Z, comparison, EvidenceSettings(references=5, resamples=5, n_init=1), levels=levels)
    assert evidence.facts["categories"] == 0.8  # four of five columns
    k = evidence.recommended_k
    assert evidence.classes_k == k
    assert evidence.headline.endswith(
        f"Most columns are categories: {k} latent classes are recommended; Compare shows both."
    )
    assert any("latent classes found the groups more surely" in reason for reason in evidence.reasons[:4])
    apart = replace(evidence, verdict="distinct", facts={**evidence.facts, "classes_named": 5, "classes_finer": True})
    assert apart.classes_k == 5
    assert headline(apart).endswith(
        "The categories tell more groups apart: 5 latent classes are recommended; Compare shows both."
    )
    assert apart.classes_gains is None
    classes = replace(evidence, decision=Decision("classes", 3, "classes"), facts={"classes_gains": (0.0, 0.2, 0.5)})
    assert classes.classes_gains is not None
    assert classes.classes_gains.to_dict() == {1: 0.0, 2: 0.2, 3: 0.5}
    numbers = replace(evidence, facts={"gap_k": evidence.facts["gap_k"], "mixture_k": None, "categories": None})
    assert numbers.classes_k is None
    assert "latent classes" not in headline(numbers) + " ".join(reasons(numbers, comparison, 1))
    none = replace(evidence, verdict="none", recommended_k=1)
    assert none.classes_k is None
    assert any("made-up data sets with groups" in reason for reason in reasons(none, comparison, 1))
