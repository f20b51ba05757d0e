"""A list of customers narrowed by words, by a column and by persona; expected rows by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from segmentation.personas.narrowing import Wanted, choices_of, narrowed

TABLE = pd.DataFrame(
    {
        "id": ["C1", "C2", "C10", "D1"],
        "segment": [1, 2, 1, 2],
        "persona": ["Savers", "C1 fans", "Savers", "C1 fans"],
        "spend": [5.0, 10.0, None, 20.0],
        "city": ["Zürich", "Bern", None, "Genève"],
    }
)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(), ["C1", "C2", "C10", "D1"]),
        (Wanted(segment=2), ["C2", "D1"]),
        (Wanted(words="c1"), ["C1", "C10"]),  # of the id, not of the name of a persona
        (Wanted(words="zurich"), ["C1"]),  # accents and capitals do not matter
        (Wanted(words="c1 zurich"), ["C1"]),
        (Wanted(words="nobody"), []),
        (Wanted(column="spend", low=10.0), ["C2", "D1"]),  # both limits are included, missing never is
        (Wanted(column="spend", high=10.0), ["C1", "C2"]),
        (Wanted(column="city", values=["Bern", "Genève"]), ["C2", "D1"]),
        (Wanted(segment=1, column="spend", low=0.0), ["C1"]),
    ],
)
def test_everything_that_is_wanted_must_hold(wanted: Wanted, ids: list[str]) -> None:
    assert narrowed(TABLE, wanted)["id"].tolist() == ids


def test_words_are_chosen_from_a_list_and_numbers_from_a_range() -> None:
    assert choices_of(TABLE["spend"]) == []
    assert choices_of(pd.Series(["b", "a", "b", None])) == ["b", "a"]
