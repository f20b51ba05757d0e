"""The glossary finds technical words however they stand in a sentence, and explains each once."""

from __future__ import annotations

import pytest

from segmentation.core.glossary import GLOSSARY, explained, meaning


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Mean silhouette", "silhouette"),
        ("By the Silhouettes alone", "silhouette"),
        ("(rank correlation 0.92)", "rank correlation"),  # the longer of two that fit
        ("Stability of each segment", "stability"),
        ("in 3 standard deviations", "standard deviation"),
    ],
)
def test_words_are_found_in_any_form(text: str, word: str) -> None:
    assert meaning(text) == GLOSSARY[word]


def test_the_index_of_how_a_crowd_moved_is_not_the_stability_of_segments() -> None:
    assert meaning("The mix of personas has shifted (stability index 3.07).") == GLOSSARY["stability index"]


def test_each_word_of_a_sentence_is_explained_once_and_a_part_of_a_word_is_none() -> None:
    text = explained("The silhouette rises, the inertia falls, and silhouettes differ.")
    assert text.split("\n\n") == [
        f"**Silhouette**: {GLOSSARY['silhouette']}",
        f"**Inertia**: {GLOSSARY['inertia']}",
    ]
    assert explained("Featured customers disagreement") == meaning("Nothing technical here") == ""


def test_every_meaning_is_one_short_sentence_or_two_in_words_of_its_own() -> None:
    for word, sentence in GLOSSARY.items():
        assert sentence.endswith(".")
        assert len(sentence) <= 130, word
        assert not sentence.casefold().startswith(f"{word.casefold()} "), word
