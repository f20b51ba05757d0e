"""Settings: frozen dataclasses of plain values, with their range, label and help beside each one.

The same field metadata makes the widget in the browser, the sentence of an error and the help of the
command line, so a limit is written down once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text

__all__ = [
    "MOST_SEGMENTS",
    "N_INIT",
    "PREP_PRESETS",
    "SEED",
    "ColumnPrep",
    "KSettings",
    "PrepSettings",
    "Progress",
    "Settings",
    "option",
]

SEED = 42
N_INIT = 10
MOST_SEGMENTS = 20
"""More segments are not compared: nobody tells more personas apart."""

Progress = Callable[[float, str], None]
"""`progress(share_done, text)`: called by long work; raises `Cancelled` when the user has cancelled."""


def option(
    default: Any,
    label: str,
    help: str = "",
    *,
    low: float | None = None,
    high: float | None = None,
    choices: Mapping[Any, str] | None = None,
    percent: bool = False,
) -> Any:
    """A dataclass field that carries its own label, help and allowed values; percent: a share, shown as 12 %."""
    metadata = {"label": label, "help": help, "low": low, "high": high, "choices": choices, "percent": percent}
    return field(default=default, metadata=metadata)


class Settings:
    """What every dataclass of settings inherits: an object with a wrong value cannot be made.

    The first value of another type than its field, or outside its range or choices, raises one sentence. A true or
    false is no number, 2.5 no whole number and "3" no number. Fields of other types than `_KINDS` are not looked at.
    """

    def __post_init__(self) -> None:
        kinds = _kinds(type(self))  # type: ignore[arg-type]  # a class can be hashed
        for item in fields(self):  # type: ignore[arg-type]  # whoever inherits is a dataclass
            value, (kind, optional) = getattr(self, item.name), kinds[item.name]
            if value is None and optional:
                continue
            label = item.metadata.get("label") or item.name.replace("_", " ").capitalize()
            right = kind is None or _is(value, kind)
            if kind is not None and not right and item.metadata.get("choices") is None:
                raise SegmentationError(f"{label} must be {_KINDS[kind]}; it was {_given(value)}. Choose such a value.")
            if item.metadata:
                _in_range(label, value, item.metadata, right)


_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    tuple: "a list of texts",
}


@cache
def _kinds(settings_class: type) -> dict[str, tuple[type | None, bool]]:
    """Field name → its type where `_KINDS` has it, and whether None is allowed."""
    kinds: dict[str, tuple[type | None, bool]] = {}
    for name, hint in get_type_hints(settings_class).items():
        options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        real = [option for option in options if option is not NoneType]
        kind = tuple if real == [tuple[str, ...]] else real[0] if len(real) == 1 and real[0] in _KINDS else None
        kinds[name] = (kind, NoneType in options)
    return kinds


def _is(value: Any, kind: type) -> bool:
    if kind is tuple:
        return isinstance(value, tuple | list) and all(isinstance(item, str) for item in value)
    if kind in (int, float):
        number = isinstance(value, Integral if kind is int else Real) and not isinstance(value, bool)
        return number and math.isfinite(value)
    return isinstance(value, kind)


def _in_range(label: str, value: Any, about: Mapping[str, Any], right: bool) -> None:
    """Refuse a value outside the choices or the range; right: whether it is of the type of its field."""
    choices, low, high = about["choices"], about["low"], about["high"]
    if choices is not None and not (right and value in choices):
        allowed = ", ".join(_shown(choice) for choice in choices if choice is not None)
        raise SegmentationError(f"{label} must be one of {allowed}; it was {_given(value)}. Choose one of them.")
    below, above = low is not None and value < low, high is not None and value > high
    if below or above:
        allowed = (
            f"from {low} to {high}" if None not in (low, high) else f"at least {low}" if below else f"at most {high}"
        )
        raise SegmentationError(f"{label} must be {allowed}; it was {_given(value)}. Choose a value in that range.")


def _given(value: Any) -> str:
    return plain_text(repr(value), longest=60)


def _shown(choice: Any) -> str:
    """A word as it is, a mark such as a tab or a blank in quotes."""
    text = str(choice)
    return text if re.fullmatch(r"\w[\w .-]*", text) else repr(choice)


FILLS = {
    "median": "The middle value of the column",
    "zero": "Zero",
    "constant": "A value of your own",
    "larger": "Larger than any seen (the maximum + 1)",
}
WHEN = {"off": "Off", "auto": "Where the column needs it", "all": "Every column it fits"}
TRANSFORMS = {
    "none": "As it is",
    "log1p": "Logarithm (ratios count, not differences)",
    "yeo-johnson": "Power transformation (Yeo-Johnson)",
}


@dataclass(frozen=True)
class ColumnPrep(Settings):
    """What the user decided for one column; None leaves the decision to the general setting.

    weight: how many columns it counts as in every distance (squared); a category is one column.
    """

    fill: str | None = option(None, "Missing values of one column are filled with", choices=FILLS)
    fill_value: float | None = None
    cap: bool | None = None
    transform: str | None = option(None, "The transformation of one column", choices=TRANSFORMS)
    keep: bool | None = None
    weight: float | None = option(
        None,
        "Weight of this column",
        "1 counts like every other column; with 2 a difference in this column counts twice, with 0.5 half.",
        low=0.25,
        high=10.0,
    )


@dataclass(frozen=True)
class PrepSettings(Settings):
    """How features are prepared. The default is *Plain*: median fill and StandardScaler, nothing else."""

    fill: str = option("median", "Missing values are filled with", choices=FILLS)
    fill_value: float = option(0.0, "Value of your own")
    cap: str = option("off", "Cap extreme values", choices=WHEN)
    cap_low: float = option(0.01, "Lower percentile", low=0.0, high=0.25, percent=True)
    cap_high: float = option(0.99, "Upper percentile", low=0.75, high=1.0, percent=True)
    log: str = option("off", "Logarithm for skewed columns without negative values", choices=WHEN)
    power: str = option("off", "Power transformation for skewed columns with negative values", choices=WHEN)
    skew_limit: float = option(1.0, "A column counts as skewed from a skewness of", low=0.25, high=10.0)
    drop_correlated: bool = option(False, "Keep only one of columns that say almost the same")
    correlation_limit: float = option(0.9, "Columns say almost the same from a correlation of", low=0.5, high=1.0)
    correlated_from: int = option(
        5, "With so few columns all are kept", "Few columns were each chosen on purpose.", low=0, high=1000
    )
    scale: bool = option(True, "Bring all columns to one scale (mean 0, standard deviation 1)")
    columns: Mapping[str, ColumnPrep] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.columns, Mapping) or not all(
            isinstance(name, str) and isinstance(own, ColumnPrep) for name, own in self.columns.items()
        ):
            raise SegmentationError(
                'The choices for single columns are column → ColumnPrep. Write {"income": ColumnPrep(fill="zero")}.'
            )


PREP_PRESETS: dict[str, PrepSettings] = {
    "plain": PrepSettings(),
    "recommended": PrepSettings(cap="auto", log="auto", power="auto", drop_correlated=True),
}


@dataclass(frozen=True)
class KSettings(Settings):
    """Which numbers of segments are tried, and how."""

    k_min: int = option(2, "Fewest segments", low=2, high=MOST_SEGMENTS)
    k_max: int = option(12, "Most segments", low=2, high=MOST_SEGMENTS)
    n_init: int = option(N_INIT, "Restarts", "More restarts find a better fit more surely.", low=1, high=100)
    seed: int = option(SEED, "Seed", "The same seed gives the same segments.", low=0, high=2**31 - 1)
    min_share: float = option(0.02, "Smallest useful share of customers", low=0.0, high=0.5, percent=True)
    min_size: int = option(10, "Smallest useful number of customers", low=1, high=1_000_000)
    at_most: int = option(
        MOST_SEGMENTS, "Recommend at most so many segments", "Your own limit.", low=2, high=MOST_SEGMENTS
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.k_min > self.k_max:
            raise SegmentationError(
                f"The fewest segments ({self.k_min}) must not be more than the most ({self.k_max}). Swap them."
            )
