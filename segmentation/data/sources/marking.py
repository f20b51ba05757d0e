"""Every purchase line with what it counts as: the choices and what the file itself says, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from segmentation.core.errors import DataProblems, Problem, raise_if_fatal
from segmentation.core.tables import Note, Table
from segmentation.core.text import count_text, counted, plain_text
from segmentation.data.sources.currencies import Money, currency_of, in_one_currency, per_currency
from segmentation.data.sources.lines import mark_lines, mostly_c, with_amount
from segmentation.data.sources.nameless import are_nameless, guessed_by_contents
from segmentation.data.sources.orders import carry_down, once_an_order, subtract_refunds, sums_text
from segmentation.data.sources.people import alike, settle_ids
from segmentation.data.sources.purchases import check_words, count_as, signed, words_table
from segmentation.data.sources.standard import standard
from segmentation.data.sources.transaction_table import LINES, TransactionSettings

__all__ = ["Marked", "mark", "more_effects", "repeated"]

_MANY = 0.3
_TELLING = ("invoice", "product")


@dataclass(frozen=True)
class Marked:
    """Marked lines with what was found on the way.

    lines: see `mark_lines`, with none (no purchase at all) and rest (a further line of an order whose amount stands on
    another). settings: with what was decided by the file. words: `words_table`. currencies: `per_currency`. ids: those
    of several spellings (`people.alike`). refunded: the sum refunded beside the orders as text, "" for none.
    below: lines below zero. orders: orders with several lines. currency: the one that all amounts are in, "" where
    the file states none, or several.
    """

    lines: pd.DataFrame
    settings: TransactionSettings
    words: pd.DataFrame
    currencies: pd.DataFrame
    ids: pd.DataFrame
    refunded: str
    below: int
    orders: int
    currency: str


def mark(
    table: Table,
    mapping: dict[str, str],
    settings: TransactionSettings,
    notes: list[Note],
    problems: list[Problem],
) -> Marked:
    """Every line with what it counts as: amounts settled, words weighed, returns and gifts marked."""
    check_words(settings.words)
    telling = [mapping[name] for name in _TELLING if mapping.get(name) in table.frame]
    with ThreadPoolExecutor(1) as beside:
        again = beside.submit(repeated, table.frame, telling)
        lines = with_amount(standard(table, LINES, mapping, notes, problems), mapping, problems)
    raise_if_fatal(problems)
    if are_nameless(table.frame.columns):
        problems.append(guessed_by_contents(mapping))
    if lines.empty:
        raise DataProblems(
            [Problem(LINES.label, "there is no line below the header.", "Load a file with lines in it.")]
        )
    lines["repeated"] = again.result()
    ids = alike(lines["customer"])
    where = str(mapping.get("customer", "Customer"))
    lines["customer"] = settle_ids(lines["customer"], settings.same_ids, where, notes, problems, ids)
    lines = carry_down(lines, mapping)
    currency = _of_the_order(
        currency_of(table, mapping.get("currency", ""), mapping.get("amount", mapping.get("price", ""))), lines
    )
    apart = currency if currency.nunique() > 1 else None
    below, back = int((lines["amount"] < 0).sum()), lines["refunded"].abs()
    refunded = sums_text(back, apart) if back.sum() else ""
    orders = 0
    if "amount" in mapping:
        several = lines["invoice"].duplicated() & lines["invoice"].notna() & ~lines["rest"] & ~lines["repeated"]
        orders = int(lines["invoice"][several].nunique())
    lines = once_an_order(lines, table.frame, mapping, settings.order_totals, notes, problems, apart)
    words = words_table(lines, mapping, settings.words, currency)
    own_rows = bool(words["kind"].eq("return").any()) if len(words) else False
    lines = subtract_refunds(lines, mapping, settings.refund_column, notes, rows_of_their_own=own_rows, currency=apart)
    lines = signed(count_as(lines, mapping, words), words, settings.sign, notes, problems, _amount_label(mapping))
    counts = lines["treatment"].ne("none") & lines["customer"].notna()
    split = per_currency(currency, lines["amount"], lines["customer"], counts & (lines["amount"] > 0))
    money = in_one_currency(
        currency, lines["amount"], lines["customer"], counts, settings, _amount_label(mapping), notes, problems
    )
    lines["amount"], lines["foreign"] = money.amounts, money.out
    lines["none"] = lines["treatment"].eq("none") | money.out
    lines["currency"] = currency if len(split) > 1 else None
    if money.currency and settings.currencies != "own":
        settings = replace(settings, currency=money.currency)
    marked = mark_lines(lines, c_invoices=settings.c_invoices)
    if settings.c_invoices and marked["returned"].mean() > 0.5:
        without = mark_lines(lines, c_invoices=False)
        if without["returned"].mean() <= 0.5:
            notes.append(mostly_c())
            marked, settings = without, replace(settings, c_invoices=False)
    return Marked(marked, settings, words, split, ids, refunded, below, orders, _one_currency(split, counts, money))


def more_effects(marked: Marked, mapping: Mapping[str, str]) -> pd.DataFrame:
    """What the choices are about that matter only where the file has such a thing, as `lines.effects` tells the others.

    A choice that has no row is about nothing in this file.
    """
    rows: dict[str, tuple[int, str]] = {}
    if marked.refunded:
        rows["refund_column"] = (0, f"{marked.refunded} stand in {plain_text(mapping.get('refunded', ''))}.")
    if marked.below > _MANY * len(marked.lines):
        rows["sign"] = (marked.below, f"{count_text(marked.below)} amounts are below zero.")
    if marked.orders:
        rows["order_totals"] = (0, f"{count_text(marked.orders)} orders have several lines.")
    if len(marked.currencies) > 1:
        rows["currencies"] = (0, f"There are {count_text(len(marked.currencies))} currencies, listed below.")
    if len(marked.ids):
        people = counted(marked.ids["key"].nunique(), "customer")
        rows["same_ids"] = (0, f"{count_text(len(marked.ids))} ids may be {people} in several spellings.")
    return pd.DataFrame(
        [(name, lines, sentence) for name, (lines, sentence) in rows.items()], columns=["choice", "lines", "sentence"]
    ).set_index("choice")


def repeated(rows: pd.DataFrame, telling: Sequence[str] = ()) -> np.ndarray:
    """Rows → which of them are an earlier row word for word: bool.

    telling: columns in which most rows differ; only rows that agree in them have to be compared in all.
    """
    again = np.ones(len(rows), dtype=bool)
    if telling:
        again = rows.duplicated(list(telling), keep=False).to_numpy(copy=True)
    again[again] = rows[again].duplicated()
    return again


def _one_currency(split: pd.DataFrame, counts: pd.Series, money: Money) -> str:
    """The currency that all amounts are in: of most lines that count, or the one that was chosen or converted to."""
    if len(split) == 1 and 2 * int(split["lines"].iloc[0]) > int(counts.sum()):
        return str(split["currency"].iloc[0])
    return money.currency


def _of_the_order(currency: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """A line without a currency whose order has one on another line is in that one."""
    blank = currency.isna() & lines["invoice"].notna()
    if not blank.any() or blank.all():
        return currency
    return currency.where(~blank, currency.groupby(lines["invoice"]).transform("first"))


def _amount_label(mapping: Mapping[str, str]) -> str:
    return str(mapping.get("amount", mapping.get("price", "Amounts")))
