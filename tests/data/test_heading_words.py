"""Headings keep the spelling of the file in labels, sentences and names, but for English words of ours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from segmentation.core.tables import FeatureInfo
from segmentation.data.heading_words import in_sentence, is_ours
from segmentation.data.sources.categories import block_from, level_infos
from segmentation.data.vocabulary import describe_column
from segmentation.personas.naming import name_segments

SYLLABLES = (
    "um",
    "satz",
    "kun",
    "den",
    "zahl",
    "art",
    "treue",
    "pro",
    "gramm",
    "ver",
    "trag",
    "süd",
    "łod",
    "ñan",
    "ка",
)
NOUNS = st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4).map(lambda parts: "".join(parts).capitalize())
HEADINGS = st.lists(NOUNS, min_size=1, max_size=3)


@given(HEADINGS, st.sampled_from((" ", "_", "-")), st.booleans())
def test_a_heading_that_is_none_of_ours_keeps_its_spelling_in_label_sentences_and_names(
    words: list[str], between: str, whole: bool
) -> None:
    assume(not any(map(is_ours, words)))
    values = pd.Series([1.0, 2.0, 30.0] if whole else [1.5, 2.25, 30.0])
    info = describe_column(between.join(words), values)
    heading = " ".join(words)
    assert info.label == heading
    assert all(heading in text for text in (info.high, info.low, info.trait_high, info.trait_low))


@given(NOUNS, NOUNS)
def test_the_parts_of_a_name_keep_it_too(one: str, other: str) -> None:
    assume(one != other and not is_ours(one) and not is_ours(other))
    notes: list[object] = []
    block = block_from(pd.Series(["Nord", "Süd"] * 10, name=other), other, [], notes, [])  # type: ignore[arg-type]
    assert block is not None
    info = [FeatureInfo(one), *level_infos(block)]
    names = [item.name for item in info]
    effects = pd.DataFrame([[2.0, 1.9, -1.9], [-2.0, -1.9, 1.9]], index=[1, 2], columns=names)
    named = name_segments(effects, effects * 0.1 + 0.5, info, {1: 10, 2: 10})
    assert named[1].name == f"High {one}, {other}: Nord"
    assert named[2].name == f"Low {one}, {other}: not Nord"


@pytest.mark.parametrize(
    ("text", "inside"),
    [("Monthly charges", "monthly charges"), ("High income", "high income"), ("Umsatz", "Umsatz"),
     ("VIP points", "VIP points"), ("Purchases", "purchases"), ("Zahlungsart: Rechnung", "Zahlungsart: Rechnung"),
     ("", ""), ("3D views", "3D views"), ("One-off buyers", "one-off buyers")],
)  # fmt: skip
def test_only_a_first_word_of_ours_is_small_inside_a_sentence(text: str, inside: str) -> None:
    assert in_sentence(text) == inside


def test_a_heading_that_begins_small_stays_so() -> None:
    assert in_sentence("Umsatz", "umsatz") == "umsatz"
    assert describe_column("umsatz").trait_high == "High umsatz"
    assert describe_column("UMSATZ").trait_high == "High Umsatz"


def test_english_headings_read_as_before() -> None:
    labels = [describe_column(name).label for name in ("MonthlyCharges", "Annual Income (k$)", "CASH_ADVANCE_TRX")]
    assert labels == ["Monthly charges", "Annual income", "Number of cash advances"]
    assert describe_column("Days Since Last Visit").trait_high == "Last visit long ago"
    assert describe_column("Anzahl_Besuche", pd.Series(np.arange(9.0))).trait_high == "High Anzahl Besuche"
    assert describe_column("Number of Bestellungen").trait_high == "Many Bestellungen"
