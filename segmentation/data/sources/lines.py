"""Purchase lines: what each line is, which lines the choices leave out, and how many that concerns."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Note
from segmentation.core.text import count_text, number_text, plain_text, share_text
from segmentation.data.sources.days import as_second, day_after, moments
from segmentation.data.sources.orders import sums_text
from segmentation.data.sources.transaction_table import LINES, TransactionSettings

__all__ = [
    "COUNTED",
    "INCOMPLETE",
    "as_of_of",
    "counted_twice",
    "effects",
    "guests",
    "keep_lines",
    "left_out",
    "mark_lines",
    "mostly_c",
    "returns_of",
    "sort_out",
    "window",
    "with_amount",
    "with_guests",
    "zero_words",
]


def with_amount(lines: pd.DataFrame, columns: dict[str, str], problems: list[Problem]) -> pd.DataFrame:
    """Fill the amount of every line: as the file has it, or quantity × price; a problem when neither is there."""
    if "amount" in columns:
        return lines
    if "quantity" in columns and "price" in columns:
        return lines.assign(amount=lines["quantity"] * lines["price"])
    problems.append(
        Problem(
            LINES.label,
            "there is no amount.",
            "Choose the column of the amount, or both quantity and price.",
        )
    )
    return lines


INCOMPLETE = ("have no date that could be read", "have no amount", "have no customer")
_ONE = {
    "are no purchases": "is no purchase",
    "are cancellations or returns": "is a cancellation or return",
    "have ": "has ",
    "are ": "is ",
    "lie ": "lies ",
    "repeat ": "repeats ",
}


def mark_lines(lines: Any, *, c_invoices: bool = True) -> Any:
    """Say of every line whether it is a return or free of charge, in any engine that narwhals knows.

    Adds returned and free (true/false); the amount of a return becomes negative whatever sign the file gave it.
    """
    marked = nw.from_native(lines)
    returned = (nw.col("quantity") < 0).fill_null(False) | (nw.col("amount") < 0).fill_null(False)
    if c_invoices:
        returned = returned | nw.col("invoice").str.contains(r"^[Cc][0-9]").fill_null(False)
    free = (nw.col("amount") == 0).fill_null(False) | (nw.col("price") == 0).fill_null(False)
    return (
        marked.with_columns(returned=returned, free=free)
        .with_columns(amount=nw.when(nw.col("returned")).then(0.0 - nw.col("amount").abs()).otherwise(nw.col("amount")))
        .to_native()
    )


def as_of_of(marked: pd.DataFrame, settings: TransactionSettings) -> str:
    """The moment that days count up to: the one chosen, or one day after the last date inside the window."""
    if settings.as_of:
        return settings.as_of
    dates = marked["date"][_inside(marked, settings)].dropna()
    return day_after(dates.max()) if len(dates) else ""


def effects(marked: pd.DataFrame) -> pd.DataFrame:
    """What every choice is about, in numbers → one row a choice: lines, share of lines, customers, amount, sentence."""
    marked = marked[~marked["none"]]
    nothing = marked["free"] & ~marked["rest"]
    kinds = {
        "missing_customer": (marked["customer"].isna(), "have no customer"),
        "returns": (marked["returned"], "are cancellations or returns"),
        "zero_prices": (nothing & ~marked["returned"], zero_words(priced=bool(marked["price"].notna().any()))),
        "duplicates": (marked["repeated"], "repeat an earlier line word for word"),
    }
    rows = []
    for name, (which, words) in kinds.items():
        count, amount = int(which.sum()), float(marked["amount"].where(which).sum())
        sentence = f"{count_text(count)} of {count_text(len(marked))} lines {words} ({share_text(which.mean())})"
        several = _several(marked["currency"].where(which))
        worth = number_text(amount) if several is None else sums_text(marked["amount"][which], several[which])
        sentence += f", worth {worth}." if amount else "."
        customers = int(marked["customer"].where(which).nunique())
        rows.append((name, count, which.mean(), customers, amount, sentence))
    columns = ["choice", "lines", "share", "customers", "amount", "sentence"]
    return pd.DataFrame(rows, columns=columns).set_index("choice")


COUNTED = ("customer", "date", "amount", "invoice", "product", "returned", "currency", "country")
"""What is counted of the lines that are kept."""


def keep_lines(marked: pd.DataFrame, settings: TransactionSettings, as_of: str, notes: list[Note]) -> pd.DataFrame:
    """Leave out the lines that the choices leave out, one reason after the other, and note how many each reason took.

    Returns stay in (they are subtracted or make the return share); leaving them out is up to `rfm_features`.
    """
    if settings.missing_customer == "guest":
        marked, unknown = with_guests(marked)
        notes += guests(unknown)
    kept, gone = sort_out(marked, settings, as_of, priced=bool(marked["price"].notna().any()))
    notes += [left_out(count, words) for words, count in gone.items() if count]
    twice = kept & marked["repeated"]
    if twice.any():
        ordered = twice & marked["invoice"].notna()
        twice = ordered if ordered.any() else twice
        several = _several(marked["currency"][twice]) if settings.currencies != "rates" else None
        worth = sums_text(marked["amount"][twice], several)
        notes.append(counted_twice(int(twice.sum()), worth, ordered=bool(ordered.any())))
    notes += returns_of(int((kept & marked["returned"]).sum()), settings)
    return marked.loc[kept, list(COUNTED)]


def with_guests(marked: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The lines, those without a customer given to a guest, one an invoice; and how many these are."""
    customer = marked["customer"]
    unknown = customer.isna() & marked["invoice"].notna()
    customer = customer.where(~unknown, "guest " + marked["invoice"].astype("str"))
    return marked.assign(customer=customer), int(unknown.sum())


def sort_out(
    marked: pd.DataFrame, settings: TransactionSettings, as_of: str, *, priced: bool
) -> tuple[pd.Series, dict[str, int]]:
    """Which lines stay, and how many each reason took, one after the other: what is said of them → lines.

    priced: whether the file has prices.
    """
    after = marked["date"] > moments(pd.Series([as_second(as_of, "The as-of date")])).iloc[0] if as_of else False
    again = marked["repeated"] & (marked["invoice"].notna() | (settings.duplicates != "orders"))
    nothing = marked["free"] & ~marked["rest"]
    reasons = [
        (marked["date"].isna(), INCOMPLETE[0], True),
        (marked["amount"].isna(), INCOMPLETE[1], True),
        (marked["none"] & ~marked["foreign"], "are no purchases, by what their words say", True),
        (marked["foreign"], "are in a currency that does not count", True),
        (marked["customer"].isna(), INCOMPLETE[2], True),
        (again, "repeat an earlier line", settings.duplicates != "keep"),
        (nothing & ~marked["returned"], zero_words(priced=priced), settings.zero_prices == "drop"),
        (~_inside(marked, settings), "lie outside the chosen dates", bool(settings.start or settings.end)),
        (after, f"are later than {plain_text(as_of)}", as_of != ""),
    ]
    kept, counts = pd.Series(True, index=marked.index), dict[str, int]()
    for which, words, wanted in reasons:
        gone = kept & which if wanted else kept & False
        counts[words] = int(gone.sum())
        kept &= ~gone
    return kept, counts


def window(settings: TransactionSettings) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last moment of the chosen dates."""
    first, last = pd.Timestamp("0001-01-01"), pd.Timestamp("9999-12-31T23:59:59.999999")
    if settings.start:
        first = pd.Timestamp(as_second(settings.start, "From") // 86_400 * 86_400, unit="s")
    if settings.end:
        last = pd.Timestamp(as_second(settings.end, "To"), unit="s")
    return first, last


def guests(count: int) -> list[Note]:
    """What is said of lines that became a customer of their own."""
    return [Note(LINES.label, "Lines without a customer became guests, one an invoice.", count)] if count else []


def mostly_c() -> Note:
    """What is said where a C before the number of an invoice means nothing."""
    return Note(LINES.label, "Most invoices start with C, so that does not mean a cancellation here.")


def left_out(count: int, words: str) -> Note:
    """What is said of so many lines that do not count."""
    kind = "incomplete" if words in INCOMPLETE else ""
    return Note(LINES.label, f"{_counted(count, words)}: left out.", count, kind=kind)


def counted_twice(count: int, worth: str, *, ordered: bool) -> Note:
    """What is said of lines that repeat another and count; ordered: their order number as well."""
    same = "repeat an order number and the whole line" if ordered else "repeat an earlier line word for word"
    sentence = f"{_counted(count, same)}, worth {worth}: counted twice. If two exports overlap, leave them out."
    by = "--set duplicates=orders" if ordered else "--set duplicates=drop"
    return Note(LINES.label, sentence, count, kind="repeated", by=by)


def returns_of(count: int, settings: TransactionSettings) -> list[Note]:
    """What was done with so many returns."""
    done = "subtracted from the amounts" if settings.returns == "net" else "left out of the amounts"
    return [Note(LINES.label, f"{_counted(count, 'are cancellations or returns')}: {done}.", count)] if count else []


def _counted(count: int, words: str) -> str:
    """“12 lines have no date”, “1 line has no date”."""
    if count != 1:
        return f"{count_text(count)} lines {words}"
    for many, one in _ONE.items():
        if words.startswith(many):
            return f"1 line {one}{words[len(many) :]}"
    return f"1 line {words}"


def _several(currency: pd.Series) -> pd.Series | None:
    """The currencies of lines where there are several; else None, as nothing has to be told apart."""
    return currency if currency.nunique() > 1 else None


def zero_words(*, priced: bool) -> str:
    """What is said of lines that are free of charge; priced: whether the file has prices."""
    return f"have the {'price' if priced else 'amount'} zero"


def _inside(marked: pd.DataFrame, settings: TransactionSettings) -> pd.Series:
    if not settings.start and not settings.end:
        return pd.Series(True, index=marked.index)
    return marked["date"].between(*window(settings))
