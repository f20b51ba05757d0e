"""Purchase lines whose columns have no names, or names that nobody knows: which is what, by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.text import listed, plain_text
from segmentation.data.sources.status_words import known_share

__all__ = ["are_nameless", "by_contents", "guessed_by_contents", "may_be_purchases", "rest_by_contents"]

_NAMELESS = re.compile(r"^Column [0-9]+$")
_FIRST = 20_000
_CODE = re.compile(r"[A-Z]{1,3}")
_PERSON = re.compile(r"^[^\s0-9@]*[0-9@]\S*$")
_MOSTLY, _MOST_NUMBERS = 0.9, 6
_MOST_LINES, _FEWEST_PEOPLE = 60, 3
""" "Customers" with more lines than this each, or fewer than this in all, are rather kinds of something."""


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


def rest_by_contents(frame: pd.DataFrame, known: Mapping[str, str]) -> dict[str, str]:
    """What the headings left open of customer, date and amount → the columns that can only be it, without the doubtful.

    known: column of the source → column of the file. As `by_contents`, but a file with headings may well be something
    else: the customer must be the only column that repeats with cells that look like an id or an address, and the
    amount the only column of numbers, or the product of two, as a table of customers has many.
    """
    rows = frame.iloc[:_FIRST]
    free = [name for name in map(str, rows.columns) if name not in known.values()]
    told: dict[str, str] = {}
    if "date" not in known:
        told["date"] = _only([name for name in free if pd.api.types.is_datetime64_any_dtype(rows[name])])
    if "customer" not in known:
        people = _may_be_people(rows, [name for name in free if name not in told.values()], known.get("invoice"))
        told["customer"] = _only([name for name in people if _share_of(rows[name], _PERSON) > _MOSTLY])
    if "amount" not in known and not {"quantity", "price"} <= set(known):
        told["amount"] = _amount_of_few(rows[[name for name in free if name not in told.values()]])
    return {column: name for column, name in told.items() if name}


def may_be_purchases(frame: pd.DataFrame) -> list[str]:
    """The columns by which a table of customers without ids may be a list of purchases instead; none if it is not.

    It has dates, and codes or names that repeat.
    """
    rows = frame.iloc[:_FIRST]
    dates = [name for name in map(str, rows.columns) if pd.api.types.is_datetime64_any_dtype(rows[name])]
    return _may_be_people(rows, [name for name in map(str, rows.columns) if name not in dates]) if dates else []


def _amount_of_few(rows: pd.DataFrame) -> str:
    """The only column of numbers that are no running numbers, or the product of two others; "" where that is open."""
    numbers = [name for name in map(str, rows.columns) if _is_number(rows[name])]
    numbers = [name for name in numbers if _measured(rows[name]) or not rows[name].is_unique] or numbers
    return _only(numbers) or _product(rows, numbers[:_MOST_NUMBERS])


def _only(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ""


def _may_be_people(rows: pd.DataFrame, names: list[str], invoice: str | None = None) -> list[str]:
    """The columns whose values repeat as customers do: many of them, a few lines each, one an invoice."""
    return [
        name
        for name in names
        if _repeats(rows[name])
        and not _measured(rows[name])
        and not pd.api.types.is_bool_dtype(rows[name])
        and rows[name].nunique() >= _FEWEST_PEOPLE
        and rows[name].count() <= _MOST_LINES * rows[name].nunique()
        and not _are_kinds(rows[name])
        and (invoice is None or _one_each(rows[invoice], rows[name]))
    ]


def _are_kinds(values: pd.Series) -> bool:
    """Whether the cells are words of a status, or codes such as those of countries and currencies."""
    if _is_number(values):
        return False
    words = values.dropna().astype("str")
    return known_share(values) > 0.5 or all(_CODE.fullmatch(word) for word in words.unique())


def _share_of(values: pd.Series, form: re.Pattern[str]) -> float:
    known = values.dropna()
    return float(known.astype("str").str.fullmatch(form).mean()) if len(known) else 0.0


def _people_and_invoices(rows: pd.DataFrame, names: list[str], date: str) -> tuple[list[str], list[str]]:
    """The columns that may number customers, and those that may number invoices."""
    days = rows[date].dt.normalize()
    repeated = [name for name in names if _repeats(rows[name]) and not _measured(rows[name])]
    invoices = [name for name in repeated if _one_each(rows[name], days)]
    people = [name for name in repeated if name not in invoices]
    return [name for name in people if not invoices or _one_each(rows[invoices[0]], rows[name])], invoices


def guessed_by_contents(columns: Mapping[str, str], *, named: bool = False) -> Problem:
    """What is said where the columns of a list of purchases were told by their contents alone.

    named: the columns have names, of which nobody knows what they mean.
    """
    each = listed([f"{plain_text(name)} is the {column}" for column, name in columns.items()], most=6)
    if not named:
        what = f"the file has no names of columns, so they were told by what stands in them: {each}."
        return Problem("Columns", what, "Choose others, or add a line with names, if that is wrong.", False, "no names")
    what = f"the headings do not tell what it is, so it was told by what stands below them: {each}."
    fix = "Choose others, if that is wrong."
    return Problem("Columns", what, fix, False, "by contents", len(columns), "--roles COLUMN=customer")


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
    decimals = [name for name in names if (rows[name].dropna() % 1 != 0).any()]
    return _product(rows, names) or (decimals or names)[-1]


def _product(rows: pd.DataFrame, names: list[str]) -> str:
    """The column that is the product of two others; "" where there is none."""
    for name in names:
        others = [other for other in names if other != name]
        pairs = [(one, two) for at, one in enumerate(others) for two in others[at + 1 :]]
        if any(np.allclose(rows[one] * rows[two], rows[name], atol=0.011, equal_nan=True) for one, two in pairs):
            return name
    return ""
