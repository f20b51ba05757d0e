"""Every file, and the screen to present, begins with the state of the evidence; cuts are never called groups."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from segmentation.evaluation.evidence import Evidence, Finding, finding_of, state_text
from segmentation.evaluation.evidence.verdict import Decision
from segmentation.reports import FORMATS, Facts, collect, screens
from tests.reports.small import DAY, personas_of, planted, planted_comparison

UNTESTED = "Not tested: whether there are gaps between these groups was not looked at."
CUT = "No gaps found: one crowd. 3 segments were asked for."
APART = "Distinct groups: there are gaps."


def evidence_of(state: str, headline: str, recommended: int | None, method: str = "kmeans") -> Evidence:
    decision = Decision(state, recommended, method)
    return Evidence(state, headline, (), recommended, pd.DataFrame(), {}, 135, 135, decision=decision)


def facts_with(evidence: Evidence | None = None, note: dict[str, str] | None = None) -> Facts:
    table, seg = planted()
    known: dict[str, Any] = {"comparison": planted_comparison()} if evidence else {}
    return collect(seg, personas_of(seg), features=table, evidence=evidence, note=note, made_on=DAY, **known)


NONE = evidence_of("none", "No gaps found: one crowd.", 1)
CASES = [
    (None, None, UNTESTED, "135 customers are divided into 3 personas, by 6 features."),
    (NONE, None, CUT, "135 customers are divided into 3 personas, by 6 features."),
    (
        None,
        {"verdict": "slices", "headline": "No gaps found: one crowd."},
        CUT,
        "135 customers are divided into 3 personas, by 6 features.",
    ),
    (evidence_of("distinct", APART, 3), None, APART, "135 customers fall into 3 personas, by 6 features."),
    (
        evidence_of("distinct", APART, 2),
        None,
        f"{APART} 3 segments were asked for.",
        "135 customers are divided into 3 personas, by 6 features.",
    ),
    (None, {"verdict": "", "headline": ""}, UNTESTED, "135 customers are divided into 3 personas, by 6 features."),
]


@pytest.mark.parametrize(("evidence", "note", "state", "answer"), CASES)
def test_the_first_screen_page_and_sheet_say_what_was_found(
    evidence: Evidence | None, note: dict[str, str] | None, state: str, answer: str
) -> None:
    facts = facts_with(evidence, note)
    assert (facts.state, facts.answer, facts.sure[0]) == (state, answer, state)
    first = screens(facts)[0]
    assert first.title == answer
    assert f'</h1><p class="state">{state}</p>' in first.html
    slide = Presentation(io.BytesIO(FORMATS["slides"].make(facts))).slides[0]
    said = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert answer in said
    assert state in said
    sheet = openpyxl.load_workbook(io.BytesIO(FORMATS["workbook"].make(facts)))["Summary"]
    assert (sheet["A2"].value, sheet["A3"].value) == (answer, state)
    page = FORMATS["report"].make(facts).decode()
    assert f'<p class="state">{state}</p>' in page.split("</header>")[0]


def test_with_one_crowd_nothing_says_that_one_was_recommended() -> None:
    made = facts_with(NONE).made[-1]
    assert made == "Every number of segments from 2 to 5 was compared. No number was recommended; 3 were asked for."
    other = facts_with(evidence_of("distinct", APART, 2)).made[-1]
    assert other.endswith("2 were recommended; 3 were asked for.")
    same = facts_with(evidence_of("distinct", APART, 3)).made[-1]
    assert same.endswith("3 was recommended and chosen.")


def test_groups_of_a_mixture_are_not_those_of_k_means() -> None:
    finding = finding_of(3, evidence_of("distinct", APART, 3, "mixture"))
    assert finding.cut
    assert not replace(finding, method="kmeans").cut
    assert state_text(Finding(1, "none", "One crowd.", 1)) == "One crowd. 1 segment was asked for."
