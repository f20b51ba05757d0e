"""The form for one customer, made from what a model knows of its features; and finding a customer by id."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.text import count_text, number_text
from segmentation.scoring.blocks import commonest_level

__all__ = ["Field", "find_customer", "fixed_features", "form_fields", "similar_ids", "starting_values"]

_UNITS = {"share": "0 to 1", "boolean": "yes or no"}
_SHARE = "Typed as a share: 0.25 means 25 %."
_WHOLE = ("count", "days", "boolean")
_FIXED = re.compile(r"(?<![a-z])(age|tenure|gender|sex|birth|signup|seniority|vintage)(?![a-z])|days since signup")
_STEPS_IN_MIDDLE_HALF = 10


@dataclass(frozen=True)
class Field:
    """One box of the form. label has the unit; placeholder says the typical value and the range seen in training.

    step: a sensible step for this feature's size. boolean: offer yes and no instead of a number. choices: the levels to
    offer instead, of a category.
    """

    name: str
    label: str
    placeholder: str
    help: str
    step: float
    boolean: bool
    choices: tuple[str, ...] = ()


def form_fields(segmentation: Segmentation) -> tuple[Field, ...]:
    """Segmentation → one `Field` a column in use, in its order. Shares are typed as in the file (0 to 1)."""
    fields = []
    for info in segmentation.inputs:
        block = segmentation.recipe.block_by_column(info.name)
        if block is not None:
            help = f"One of {count_text(len(block.answers))} values seen in training. Blank means not known."
            fields.append(Field(info.name, block.label, "", help, 1.0, False, block.answers))
            continue
        low, high = segmentation.seen[info.name]
        typical = float(segmentation.training[info.name].loc[50])
        unit = info.unit or _UNITS.get(info.kind, "")
        label = f"{info.label} ({unit})" if unit and unit.lower() not in info.label.lower() else info.label
        seen = f"typical {number_text(typical)} · seen {number_text(low)} to {number_text(high)}"
        about = f"{info.about} {_SHARE}" if info.kind == "share" else info.about
        help = f"{about} Seen in training: {number_text(low)} to {number_text(high)}. Blank means not known."
        step = _step(segmentation.training[info.name], info.kind)
        fields.append(Field(info.name, label, seen, help.strip(), step, info.kind == "boolean"))
    return tuple(fields)


def starting_values(segmentation: Segmentation, segment: int = 0) -> dict[str, float | str]:
    """A typical customer of a segment (0: of everyone, the median), rounded to what a person would type.

    Of a category it is the commonest level.
    """
    row = (segmentation.training.loc[50] if segment == 0 else segmentation.typical.loc[segment]).to_dict()
    values: dict[str, float | str] = {}
    for info in segmentation.inputs:
        block = segmentation.recipe.block_by_column(info.name)
        if block is not None:
            values[info.name] = commonest_level(segmentation, block, segment)
            continue
        value, (low, high) = row[info.name], segmentation.seen[info.name]
        rounded = float(round(value)) if info.kind in _WHOLE else float(f"{value:.4g}")
        values[info.name] = min(max(rounded, low), high)
    return values


def fixed_features(segmentation: Segmentation) -> tuple[str, ...]:
    """Features that nobody can change at will (age, tenure …), by their name or label."""
    names = {info.name: f"{info.name} {info.label}".lower().replace("_", " ") for info in segmentation.inputs}
    return tuple(name for name, text in names.items() if _FIXED.search(text))


def find_customer(ids: pd.Index, text: str) -> str | None:
    """The id that equals the text, blanks around it ignored; else the only one that equals it in another case."""
    wanted = text.strip()
    if wanted in ids:
        return wanted
    same = list(ids[ids.str.casefold() == wanted.casefold()])
    return same[0] if len(same) == 1 else None


def similar_ids(ids: pd.Index, text: str, *, most: int = 5) -> tuple[str, ...]:
    """Up to `most` ids that begin with the text, else that contain it."""
    wanted = text.strip().casefold()
    plain = ids.str.casefold()
    similar = ids[plain.str.startswith(wanted)]
    similar = similar if len(similar) else ids[plain.str.contains(wanted, regex=False)]
    return tuple(similar[:most])


def _step(seen: pd.Series, kind: str) -> float:
    if kind in _WHOLE:
        return 1.0
    reach = float(seen.loc[75] - seen.loc[25]) or float(seen.iloc[-1] - seen.iloc[0])
    return 10.0 ** math.floor(math.log10(reach / _STEPS_IN_MIDDLE_HALF)) if reach > 0 else 1.0
