"""The choices of a source as a person types them: NAME=VALUE, with a dot for one word or one currency."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.data.sources.base import Source
from segmentation.data.sources.registry import SOURCES

__all__ = ["SWITCHES", "choices_from", "is_choice"]

_OF_ONE = ("words", "rates")
SWITCHES = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def is_choice(name: str) -> bool:
    """Whether some kind of file has a choice of this name, such as returns, words.pending or rates.USD."""
    head = name.partition(".")[0]
    return any(
        source.settings is not None and head in {item.name for item in fields(source.settings)}
        for source in SOURCES.values()
    )


def choices_from(source: Source, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Name → text (or the value itself) → the choices of a source, as `settings_from` takes them.

    "words.WORD" says what a word counts as and "rates.CODE" what one of a currency is worth; "use" is a list with
    commas. Raises one sentence for a value that its choice does not take; unknown names are left to `settings_from`.
    """
    if source.settings is None and typed:
        name = plain_text(next(iter(typed)), longest=40)
        raise SegmentationError(f"{source.label} has no choices, so “{name}” would change nothing. Leave it out.")
    defaults = {item.name: item.default for item in fields(source.settings)} if source.settings is not None else {}
    made: dict[str, Any] = {}
    for name, value in typed.items():
        head, _, one = name.partition(".")
        if head in _OF_ONE and one:
            made.setdefault(head, {})[one] = _number(name, value) if head == "rates" else value
        elif not isinstance(value, str):
            made[name] = value
        elif isinstance(defaults.get(name), bool):
            if value.lower() not in SWITCHES:
                raise _wrong(name, "yes or no", value)
            made[name] = SWITCHES[value.lower()]
        elif isinstance(defaults.get(name), int):
            made[name] = int(_number(name, value))
        elif isinstance(defaults.get(name), tuple):
            made[name] = tuple(part.strip() for part in value.split(",") if part.strip())
        else:
            made[name] = value
    return made


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise _wrong(name, "a number", value)
    return number


def _wrong(name: str, needed: str, value: Any) -> SegmentationError:
    shown = plain_text(value, longest=40)
    return SegmentationError(f"The choice {plain_text(name)} needs {needed}; it was “{shown}”. Choose such a value.")
