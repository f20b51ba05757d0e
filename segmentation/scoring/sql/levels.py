"""Categories in SQL: a cell as text, the place of its level as `Block.place` finds it, and the features of 0 and 1.

A level is told by its text, blanks around it aside; where none is, capitals and blanks between words do not matter if
that leaves one level. Warehouses lower letters beyond A to Z each in their own way: what a level may look like is
therefore written out, as it is, in small and in large letters.
"""

from __future__ import annotations

from collections.abc import Iterable

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import Block
from segmentation.core.dialects import Dialect
from segmentation.core.sql_steps import Column, Step
from segmentation.core.text import counted

__all__ = ["cells", "folded_cell", "folded_texts", "indicator", "place"]

_BLANKS = (9, 10, 13)
"""Tab and line breaks, as the letters that they are by number."""
_TRUTHS = {"yes": "true", "no": "false"}


def cells(made: Segmentation, dialect: Dialect, customer: str) -> Step:
    """The first step of a model with categories: the customer, its numbers as they are, its categories as text.

    n1 … are the cells of numbers by their place among the features; a1 … the text of every category, b1 … the same in
    small letters with single blanks.
    """
    columns = [Column("customer", customer)]
    for index, info in enumerate(made.info, start=1):
        if made.recipe.block_of(info.name) is None:
            columns.append(Column(f"n{index}", dialect.column(info.name), info.label))
    for number, block in enumerate(made.recipe.blocks, start=1):
        text = f"CAST({dialect.column(block.column)} AS {dialect.string})"
        columns.append(Column(f"a{number}", f"TRIM({text})", block.label))
        columns.append(Column(f"b{number}", folded_cell(dialect, block.column)))
    return Step(
        "cells", f"The columns; of {counted(len(made.recipe.blocks), 'category', 'categories')} the text.", columns, ()
    )


def folded_cell(dialect: Dialect, column: str) -> str:
    """The text of a cell in small letters with single blanks, to be one of `folded_texts`."""
    text = f"CAST({dialect.column(column)} AS {dialect.string})"
    for code in _BLANKS:
        text = f"REPLACE({text}, {dialect.letter}({code}), ' ')"
    for _ in range(4):
        text = f"REPLACE({text}, '  ', ' ')"
    return f"REPLACE(LOWER(TRIM({text})), {dialect.exactly('ß')}, 'ss')"


def folded_texts(text: str) -> list[str]:
    """What `folded_cell` gives for a text that is written with any capitals and blanks."""
    return _folded(text, " ".join(text.casefold().split()))


def place(block: Block, number: int, dialect: Dialect) -> Column:
    """The place g of a customer's level among `Block.answers`; NULL where nothing is known."""
    a, b = f"a{number}", f"b{number}"
    missing = [f"{a} IS NULL", f"{b} = ''"]
    if all(_is_number(level) for level in block.levels):
        missing.append(f"{b} = 'nan'")
    whens = [f"WHEN {' OR '.join(missing)} THEN NULL"]
    whens += [
        f"WHEN {a} IN ({_listed(_exact(level, block), dialect)}) THEN {at}" for at, level in enumerate(block.levels)
    ]
    keys = [" ".join(level.casefold().split()) for level in block.levels]
    for at, (level, key) in enumerate(zip(block.levels, keys, strict=True)):
        if keys.count(key) == 1:
            whens.append(f"WHEN {b} IN ({_listed(_folded(level, key), dialect)}) THEN {at}")
    otherwise = f"WHEN {a} IS NOT NULL THEN {len(block.levels)} " if block.other else ""
    return Column(f"g{number}", f"CASE {' '.join(whens)} {otherwise}END", f"{block.label}: the place of the level")


def indicator(block: Block, number: int, feature: int, dialect: Dialect) -> str:
    """Whether a customer has the level of a feature (its place in the block), 0 or 1; NULL where nothing is known."""
    holds = f"g{number} >= {feature + 1}" if block.kind == "ordered" else f"g{number} = {feature}"
    one, zero = dialect.number(1.0), dialect.number(0.0)
    return f"CASE WHEN g{number} IS NULL THEN NULL WHEN {holds} THEN {one} ELSE {zero} END"


def _exact(level: str, block: Block) -> list[str]:
    """What a cell of this level looks like as text: a whole number also with .0, yes and no also as a truth value."""
    if _is_number(level) and level.lstrip("-").isdecimal() and f"{level}.0" not in block.levels:
        return [level, f"{level}.0"]
    word = _TRUTHS.get(level, "")
    return [level, word] if word and word not in block.levels else [level]


def _folded(level: str, key: str) -> list[str]:
    """A level in small letters as a warehouse may give them that lowers A to Z only, or all letters."""
    forms = (key, *(" ".join(form.split()) for form in (level.lower(), level, level.upper(), level.title())))
    lowered = (text for form in forms for text in (form.lower(), _lowered(form)))
    return list(dict.fromkeys(text.replace("ß", "ss") for text in lowered))


def _lowered(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _listed(texts: Iterable[str], dialect: Dialect) -> str:
    return ", ".join(dialect.exactly(text) for text in texts)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
