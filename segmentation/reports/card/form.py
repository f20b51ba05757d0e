"""The form for one customer, made from what a model knows of its features; and finding a customer by id."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import count_text, number_text
from segmentation.scoring.blocks import commonest_level

__all__ = [
    "Field",
    "find_customer",
    "fixed_features",
    "form_fields",
    "most_telling",
    "similar_ids",
    "starting_values",
    "typed_text",
]

_UNITS = {"share": "%", "boolean": "yes or no"}
_WHOLE = ("count", "days", "boolean")
_FIXED = re.compile(r"(?<![a-z])(age|tenure|gender|sex|birth|signup|seniority|vintage)(?![a-z])|days since signup")


@dataclass(frozen=True)
class Field:
    """One box of the form. label has the unit; placeholder says the typical value and the range seen in training.

    about: what the feature is. boolean: offer yes and no instead of a number. choices: the levels to offer instead, of
    a category.
    """

    name: str
    label: str
    placeholder: str
    about: str
    boolean: bool
    choices: tuple[str, ...] = ()


def form_fields(segmentation: Segmentation) -> tuple[Field, ...]:
    """Segmentation → one `Field` a column in use, in its order. Shares are typed as they are shown, in percent."""
    fields = []
    for info in segmentation.inputs:
        block = segmentation.recipe.block_by_column(info.name)
        if block is not None:
            help = f"One of {count_text(len(block.answers))} values seen in training. Blank means not known."
            fields.append(Field(info.name, block.label, "", help, False, block.answers))
            continue
        low, high = segmentation.seen[info.name]
        typical = float(segmentation.training[info.name].loc[50])
        unit = info.unit or _UNITS.get(info.kind, "")
        label = f"{info.label} ({unit})" if unit and unit.lower() not in info.label.lower() else info.label
        texts = [typed_text(round(value) if info.kind in _WHOLE else value, info) for value in (typical, low, high)]
        seen = f"typical {texts[0]} · seen {texts[1]} to {texts[2]}"
        fields.append(Field(info.name, label, seen, info.about, info.kind == "boolean"))
    return tuple(fields)


def most_telling(segmentation: Segmentation, most: int) -> frozenset[str]:
    """The columns to ask for first: so many in which typical customers of the segments differ most, and categories.

    They differ by parts of the middle nine tenths of the values that were seen.
    """
    typical, seen = segmentation.typical, segmentation.training
    differ = pd.Series((typical.max() - typical.min()) / (seen.loc[95] - seen.loc[5]))
    inputs = [info.name for info in segmentation.inputs]
    numbers = [name for name in inputs if segmentation.recipe.block_by_column(name) is None]
    first = {*differ.loc[numbers].replace(np.inf, np.nan).nlargest(most).index}
    return frozenset(name for name in inputs if name in first or name not in numbers)


def typed_text(value: float, info: FeatureInfo) -> str:
    """A value as it is typed into the form: a share in percent, no thousands marks."""
    return number_text(100 * value if info.kind == "share" else value, digits=4).replace(",", "")


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
