"""Purchase lines without names of columns: which column is what, by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.text import listed, plain_text

__all__ = ["are_nameless", "by_contents", "guessed_by_contents"]

_NAMELESS = re.compile(r"^Column [0-9]+$")
_FIRST = 20_000


def are_nameless(names: Iterable[object]) -> bool:
    """Whether a file had no header, so that its columns are only numbered."""
    names = list(names)
    return bool(names) and all(_NAMELESS.match(str(name)) for name in names)


def by_contents(frame: pd.DataFrame) -> dict[str, str]:
    """Columns without names → customer, date, amount (and invoice), as far as the cells tell; {} where they do not.

    The date is the only column of dates. A value of an invoice stands on one day only, one of a customer on several.
    A customer is the same on all lines of an invoice. The amount has decimals, or is quantity times price.
    """
    rows = frame.iloc[:_FIRST]
    names = list(map(str, rows.columns))
    dates = [name for name in names if pd.api.types.is_datetime64_any_dtype(rows[name])]
    if len(dates) != 1:
        return {}
    people, invoices = _people_and_invoices(rows, [name for name in names if name not in dates], dates[0])
    amounts = [name for name in names if _is_number(rows[name]) and name not in (*invoices, *people[:1])]
    if not people or not amounts:
        return {}
    columns = {"customer": people[0], "date": dates[0], "amount": _amount(rows, amounts)}
    return {**columns, "invoice": invoices[0]} if invoices else columns


def _people_and_invoices(rows: pd.DataFrame, names: list[str], date: str) -> tuple[list[str], list[str]]:
    """The columns that may number customers, and those that may number invoices."""
    days = rows[date].dt.normalize()
    repeated = [name for name in names if _repeats(rows[name]) and not _measured(rows[name])]
    invoices = [name for name in repeated if _one_each(rows[name], days)]
    people = [name for name in repeated if name not in invoices]
    return [name for name in people if not invoices or _one_each(rows[invoices[0]], rows[name])], invoices


def guessed_by_contents(columns: Mapping[str, str]) -> Problem:
    """What is said where the columns of a list of purchases were told by their contents alone."""
    each = listed([f"{plain_text(name)} is the {column}" for column, name in columns.items()], most=6)
    what = f"the file has no names of columns, so they were told by what stands in them: {each}."
    return Problem("Columns", what, "Choose others, or add a line with names, if that is wrong.", False, "no names")


def _repeats(values: pd.Series) -> bool:
    known = values.dropna()
    return bool(len(known)) and 1 < known.nunique() < len(known)


def _one_each(keys: pd.Series, values: pd.Series) -> bool:
    """Whether nearly every key has one value only."""
    return bool((values.groupby(keys).nunique() <= 1).mean() > 0.98)


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _measured(values: pd.Series) -> bool:
    """Whether a column of numbers measures or counts something: it has decimals, zeros or values below zero."""
    if not _is_number(values):
        return False
    known = values.dropna().to_numpy(dtype=float)
    return bool((known <= 0).any() or (known != np.floor(known)).any() or (known.max() < 100 and len(known) > 100))


def _amount(rows: pd.DataFrame, names: list[str]) -> str:
    """The column that is the product of two others, else the last one with decimals, else the last one."""
    for name in names:
        others = [other for other in names if other != name]
        pairs = [(one, two) for at, one in enumerate(others) for two in others[at + 1 :]]
        if any(np.allclose(rows[one] * rows[two], rows[name], atol=0.011, equal_nan=True) for one, two in pairs):
            return name
    decimals = [name for name in names if (rows[name].dropna() % 1 != 0).any()]
    return (decimals or names)[-1]
