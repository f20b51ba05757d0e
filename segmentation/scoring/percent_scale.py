"""Shares of 1 and per cent: the figures of a new file brought to the scale of the model, or asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.tables import Note, Question, Table
from segmentation.core.text import number_text, plain_text
from segmentation.data.reading.evidence import Evidence
from segmentation.scoring.choices import SCALE, Choices

__all__ = ["middle_of", "to_scale", "where_percent"]

_NEAR = 0.75  # powers of ten between two middle values that are alike
_SAYS = re.compile(r"%|(?<![a-z])(?:per ?cent|percentage|pct|prozent|pourcentage|porcentaje|procent)", re.IGNORECASE)
_SIGN = r"%\s*\)?$"


def middle_of(values: np.ndarray) -> float:
    """The middle size of values other than zero; 0 where there is none."""
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    return float(np.median(sizes)) if sizes.size else 0.0


def where_percent(table: Table, evidence: Evidence, names: Mapping[str, str]) -> dict[str, str]:
    """A new file → column, by the model's name, → where it says per cent: its heading, some of its cells, or most.

    names: heading there → the model's heading.
    """
    pairs = {str(name): names.get(str(name), str(name)) for name in table.frame.columns}
    said = {known: "heading" for name, known in pairs.items() if _SAYS.search(name) and not _SAYS.search(known)}
    said |= {pairs[name]: "cells" for name in evidence.percent if name in pairs}
    mixed = {problem.where for problem in table.problems if problem.kind == "percent"}
    return said | {known: "some" for name, known in pairs.items() if plain_text(name, longest=60) in mixed}


def to_scale(
    stored: Mapping[str, Any],
    table: Table,
    percents: Mapping[str, str],
    middles: Mapping[str, float],
    choices: Choices,
) -> tuple[Table, list[Note], list[Question]]:
    """A table, and where it says per cent → the same on the scale of the model; what is said; what must be asked."""
    signed_before = {name for name, unit in stored.get("units", {}).items() if unit == "%"}
    frame, problems = table.frame.copy(deep=False), table.problems
    notes, questions = list[Note](), list[Question]()
    for name in map(str, table.frame.columns):
        values, middle, where = table.frame[name], middles.get(name), percents.get(name, "")
        if name in choices.scale:
            frame[name] = values * choices.scale[name]
        elif not middle or not pd.api.types.is_float_dtype(values):
            continue
        elif where and name not in signed_before and middle <= 1.0:
            frame[name], note, question = _as_shares(name, values, middle, where, table)
            notes += filter(None, [note])
            questions += filter(None, [question])
            shown = plain_text(name, longest=60)
            problems = tuple(item for item in problems if (item.kind, item.where) != ("percent", shown))
        elif name in signed_before and where in ("", "heading") and middle > 1.0 >= values.abs().max() > 0:
            questions.append(_without_a_sign(name, values))
    return replace(table, frame=frame, problems=problems), notes, questions


def _as_shares(
    name: str, values: pd.Series, middle: float, where: str, table: Table
) -> tuple[pd.Series, Note | None, Question | None]:
    """A column that says per cent, for a model of shares → its values, what is said and what must be asked."""
    known = values.notna()
    if where == "some":
        known = table.text[name].str.contains(_SIGN, regex=True, na=False)
        what = "Some of its cells have a percent sign"
    else:
        top = float(values.abs().max()) if known.any() else 0.0
        fits = _is_percent(name, values, middle, top, where)
        if not fits:
            return values, None, _of_a_sign(name, values) if fits is None else None
        what = "Its cells have a percent sign" if where == "cells" else "Its heading says per cent"
    what += ", the model's file had shares of 1: 80 % was read as 0.8."
    return values.where(~known, values * 0.01), Note(name, what, int(known.sum()), kind="changed"), None


def _is_percent(name: str, values: pd.Series, middle: float, top: float, where: str) -> bool | None:
    """Whether figures that a file calls per cent are hundredths for a model of shares; None where nobody can tell.

    A model whose own heading says per cent may hold them as they stand, below 1: then the sizes decide.
    """
    size = middle_of(values.to_numpy(dtype=np.float64))
    if not size or (where == "heading" and top <= 1.0):
        return False
    if _SAYS.search(name) and abs(np.log10(size / middle)) <= _NEAR:
        return False
    if abs(np.log10(size / 100 / middle)) <= _NEAR or (top > 1.0 and not _SAYS.search(name)):
        return True
    return None


def _of_a_sign(name: str, values: pd.Series) -> Question:
    """What to ask where a file has percent signs, the model's had none, and the figures fit both."""
    cell = number_text(middle_of(values.to_numpy(dtype=np.float64)), digits=3)
    share = float(cell.replace(",", "")) / 100
    text = f"{plain_text(name, longest=40)}: this file has percent signs, the model's had none. What is {cell} %?"
    return Question(f"{SCALE}{name}", text, ((0.01, f"a share of {share:g}"), (1.0, cell)), None, decides=True)


def _without_a_sign(name: str, values: pd.Series) -> Question:
    """What to ask where the model's file had percent signs and this one has figures up to 1."""
    cell = number_text(float(values[values != 0].abs().median()), digits=3)
    choices = ((100.0, f"{cell} is a share: {float(cell.replace(',', '')) * 100:g} %"), (1.0, f"{cell} %"))
    text = f"{plain_text(name, longest=40)}: the model's file had percent signs, this one has none. What is {cell}?"
    return Question(f"{SCALE}{name}", text, choices, None, decides=True)
