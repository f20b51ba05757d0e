"""What is said of some rows of a table, counted of all of them or of a part of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from segmentation.core.tables import Note
from segmentation.core.text import count_text, plain_text

__all__ = ["Tally", "notes_of", "tally", "together"]

_SHOWN = 3


@dataclass(frozen=True)
class Tally:
    """How many rows there are of a kind, and the first of the ids that they have; its index: the places of the rows."""

    where: str
    words: str
    count: int
    first: pd.Series


def tally(where: str, which: pd.Series, words: str, ids: pd.Series | None = None) -> Tally:
    """The rows under a mask, counted; ids: of the rows, where some are to be named."""
    count = int(which.sum())
    here = ids[which].dropna() if ids is not None and count else pd.Series(dtype="str")
    places = [int((here == one).to_numpy().argmax()) for one in here.unique()[:_SHOWN]]
    return Tally(where, words, count, here.iloc[places])


def together(parts: Sequence[Sequence[Tally]]) -> list[Tally]:
    """The tallies of each part, all of the same kinds in the same order and of different ids → those of the whole."""
    return [
        replace(
            kind[0],
            count=sum(one.count for one in kind),
            first=pd.concat([one.first for one in kind]).sort_index()[:_SHOWN],
        )
        for kind in zip(*parts, strict=True)
    ]


def notes_of(tallies: Sequence[Tally]) -> list[Note]:
    """A note of each kind that there is."""
    notes = []
    for one in tallies:
        shown = ", ".join(map(plain_text, one.first))
        example = f" (for example {shown})" if shown else ""
        if one.count:
            notes.append(Note(one.where, f"{count_text(one.count)} {one.words}{example}.", one.count))
    return notes
