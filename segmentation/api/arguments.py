"""Arguments that several verbs take, from what a person writes to what the functions behind them take."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import NoneType

from segmentation.core.checks import check_kind
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.text import plain_text
from segmentation.data.customers import mapping_file
from segmentation.data.sources import SavedMapping

__all__ = ["checked_progress", "day_text", "formulas_of", "mapping_of", "write_file"]


def mapping_of(mapping: SavedMapping | str | os.PathLike[str] | None) -> SavedMapping | None:
    """The mapping that was given, or the one in the file that was named."""
    remedy = "Name the file that the Data page saved, or give a SavedMapping."
    check_kind(mapping, (SavedMapping, str, os.PathLike, NoneType), "A mapping of columns", remedy)
    return mapping_file(mapping) if isinstance(mapping, str | os.PathLike) else mapping


def day_text(day: date | str | None) -> str | None:
    """A day as the files write it: 2024-12-31."""
    check_kind(day, (date, str, NoneType), "The day that days are counted up to", "Give a date, or text as 2024-12-31.")
    return f"{day:%Y-%m-%d}" if isinstance(day, date) else day


def formulas_of(derive: Mapping[str, str] | None) -> Mapping[str, str]:
    """Name → formula, each a text."""
    remedy = 'Write {"age": "years_between(born, 2026-11-28)"}.'
    check_kind(derive, (Mapping, NoneType), "Columns made of others", remedy)
    for name, formula in (derive or {}).items():
        check_kind(name, str, "The name of a column", remedy)
        check_kind(formula, str, "A formula", remedy)
    return derive or {}


def checked_progress(progress: Progress | None) -> Progress | None:
    """What hears how far the work is, if anything does."""
    kinds = (Callable, NoneType)
    return check_kind(progress, kinds, "Progress", "Give a function of a share and a text.")  # type: ignore[arg-type]


def write_file(target: Path, data: bytes) -> None:
    """Write the file that a person named; one sentence when the disk refuses."""
    try:
        target.write_bytes(data)
    except OSError as error:
        raise SegmentationError(f"Cannot write {plain_text(target)}: {error.strerror}. Choose another file.") from error
