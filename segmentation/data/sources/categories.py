"""Columns of few values as features: which levels they have, and what the features are called."""

from __future__ import annotations

import math
from collections.abc import Collection

import pandas as pd

from segmentation.core.blocks import OTHER, Block, level_text
from segmentation.core.disclosure import SMALLEST_GROUP
from segmentation.core.errors import Problem
from segmentation.core.tables import FeatureInfo, Note
from segmentation.core.text import agree, count_text, counted, plain_text, quoted_level
from segmentation.data.profiling.scales import in_order

__all__ = ["MOST_LEVELS", "block_from", "level_infos"]

MOST_LEVELS = 12
_SMALLEST_SHARE = 0.01
_MOST_ORDERED = 30


def block_from(
    column: pd.Series, label: str, taken: Collection[str], notes: list[Note], problems: list[Problem]
) -> Block | None:
    """A column with the role category → its block; None, with the problem said, where it has no two levels.

    Words of a known order are its levels in that order, but those of fewer than ten customers. Else each value of at
    least 1 % of the customers who have one (and of ten customers) is a level, at most the twelve most frequent; the
    others together are "other" where they are as many, and tell nothing where they are fewer. taken: names that no
    feature may have.
    """
    texts = column.map(level_text)
    counts = texts[texts != ""].value_counts()
    name, known = plain_text(column.name), int(counts.sum())
    if len(counts) < 2:
        problems.append(Problem(name, "it has no two different values.", "Leave it out."))
        return None
    levels = [str(level) for level in counts.index]
    ordered = in_order(levels) if len(levels) <= _MOST_ORDERED else None
    needed = max(_SMALLEST_SHARE * known, min(SMALLEST_GROUP, known / 20))
    if ordered is not None:
        shared = tuple(level for level in ordered if counts[level] >= min(SMALLEST_GROUP, known / 20))
        if len(shared) > 1:
            _told(notes, name, len(ordered) - len(shared), known - int(counts[list(shared)].sum()), texts, other=False)
            return Block(str(column.name), label, "ordered", shared, _names(column, shared[1:], taken, ordered=True))
    kept = [level for level in levels[:MOST_LEVELS] if counts[level] >= needed and level != OTHER]
    if all(_is_number(level) for level in kept):
        kept.sort(key=float)
    rest = known - int(counts[kept].sum())
    other = rest >= needed
    if len(kept) + other < 2:
        problems.append(
            Problem(
                name,
                f"its {count_text(len(levels))} different values are too many for a category: hardly any is shared.",
                "Give the column the role descriptor, or leave it out.",
            )
        )
        return None
    _told(notes, name, len(levels) - len(kept), rest, texts, other=other)
    shown = [*kept, OTHER] if other else kept
    return Block(str(column.name), label, "named", tuple(kept), _names(column, shown, taken), other)


def _told(notes: list[Note], name: str, rare: int, rest: int, texts: pd.Series, *, other: bool) -> None:
    """Add what becomes of rare values (rest: of so many customers) and how many customers have none."""
    if rest:
        becomes = agree(rare, "counts", "count") + " as “other”"
        if not other:
            becomes = agree(rare, "is", "are") + " too few to tell anything and " + agree(rare, "counts", "count")
            becomes += " as not known"
        values = counted(rare, "rare value", "rare values")
        notes.append(Note(name, f"{values} of {counted(rest, 'customer')} {becomes}.", rest))
    if missing := int((texts == "").sum()):
        notes.append(Note(name, f"{counted(missing, 'customer has', 'customers have')} no value.", missing))


def level_infos(block: Block) -> tuple[FeatureInfo, ...]:
    """The descriptions of the features of a category, one a level."""
    column = plain_text(block.label, longest=60)
    infos = []
    for name, level in zip(block.features, block.answers[-len(block.features) :], strict=True):
        text = plain_text(level, longest=60)
        top = level == block.levels[-1]
        above = " or higher" if block.kind == "ordered" and not top else ""
        has, said = f"{text}{above}", f"{quoted_level(text)}{above}"
        lacks = f"below {text}" if block.kind == "ordered" else f"not {text}"
        infos.append(
            FeatureInfo(
                name,
                f"{column}: {has}",
                kind="boolean",
                about=f"Whether {column} is {said}.",
                high=f"have {said} as {column}",
                low=f"seldom have {said} as {column}",
                trait_high=f"{column}: {has}",
                trait_low=f"{column}: {lacks}",
                column=block.column,
                level=level,
            )
        )
    return tuple(infos)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _names(
    column: pd.Series, levels: Collection[str], taken: Collection[str], *, ordered: bool = False
) -> tuple[str, ...]:
    """A name a level that no column has."""
    names: list[str] = []
    for level in levels:
        name = f"{column.name}: {'from ' if ordered else ''}{level}"
        while name in taken or name in names:
            name += " "
        names.append(name)
    return tuple(names)
