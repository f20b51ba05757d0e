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

__all__ = ["as_of_of", "effects", "keep_lines", "mark_lines", "with_amount"]


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


_INCOMPLETE = ("have no date that could be read", "have no amount", "have no customer")
_ONE = {
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
        "zero_prices": (nothing & ~marked["returned"], f"have the {_zero(marked)} zero"),
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


def keep_lines(marked: pd.DataFrame, settings: TransactionSettings, as_of: str, notes: list[Note]) -> pd.DataFrame:
    """Leave out the lines that the choices leave out, one reason after the other, and note how many each reason took.

    Returns stay in (they are subtracted or make the return share); leaving them out is up to `rfm_features`.
    """
    customer = marked["customer"]
    if settings.missing_customer == "guest":
        guests = customer.isna() & marked["invoice"].notna()
        customer = customer.where(~guests, "guest " + marked["invoice"].astype("str"))
        if guests.any():
            notes.append(
                Note(LINES.label, "Lines without a customer became guests, one an invoice.", int(guests.sum()))
            )
        marked = marked.assign(customer=customer)
    after = marked["date"] > moments(pd.Series([as_second(as_of, "The as-of date")])).iloc[0] if as_of else False
    again = marked["repeated"] & (marked["invoice"].notna() | (settings.duplicates != "orders"))
    nothing = marked["free"] & ~marked["rest"]
    reasons = [
        (marked["date"].isna(), _INCOMPLETE[0], True),
        (marked["amount"].isna(), _INCOMPLETE[1], True),
        (marked["none"] & ~marked["foreign"], "are no purchases, by what their words say", True),
        (marked["foreign"], "are in a currency that does not count", True),
        (marked["customer"].isna(), _INCOMPLETE[2], True),
        (again, "repeat an earlier line", settings.duplicates != "keep"),
        (nothing & ~marked["returned"], f"have the {_zero(marked)} zero", settings.zero_prices == "drop"),
        (~_inside(marked, settings), "lie outside the chosen dates", bool(settings.start or settings.end)),
        (after, f"are later than {plain_text(as_of)}", as_of != ""),
    ]
    kept = pd.Series(True, index=marked.index)
    for which, words, wanted in reasons:
        gone = kept & which if wanted else kept & False
        if gone.any():
            sentence = f"{_counted(int(gone.sum()), words)}: left out."
            notes.append(
                Note(LINES.label, sentence, int(gone.sum()), kind="incomplete" if words in _INCOMPLETE else "")
            )
            kept &= ~gone
    twice = kept & marked["repeated"]
    if twice.any():
        ordered = twice & marked["invoice"].notna()
        same = "repeat an order number and the whole line" if ordered.any() else "repeat an earlier line word for word"
        twice = ordered if ordered.any() else twice
        several = _several(marked["currency"][twice]) if settings.currencies != "rates" else None
        worth = sums_text(marked["amount"][twice], several)
        sentence = f"{_counted(int(twice.sum()), same)}, worth {worth}: counted twice"
        notes.append(
            Note(
                LINES.label,
                f"{sentence}. If two exports overlap, leave them out.",
                int(twice.sum()),
                kind="repeated",
                by="--set duplicates=orders" if ordered.any() else "--set duplicates=drop",
            )
        )
    returned = int((kept & marked["returned"]).sum())
    if returned:
        done = "subtracted from the amounts" if settings.returns == "net" else "left out of the amounts"
        notes.append(Note(LINES.label, f"{_counted(returned, 'are cancellations or returns')}: {done}.", returned))
    return marked[kept]


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


def _zero(marked: pd.DataFrame) -> str:
    return "price" if marked["price"].notna().any() else "amount"


def _inside(marked: pd.DataFrame, settings: TransactionSettings) -> pd.Series:
    inside = pd.Series(True, index=marked.index)
    if settings.start:
        inside &= marked["date"] >= pd.Timestamp(as_second(settings.start, "From") // 86_400 * 86_400, unit="s")
    if settings.end:
        inside &= marked["date"] <= pd.Timestamp(as_second(settings.end, "To"), unit="s")
    return inside
