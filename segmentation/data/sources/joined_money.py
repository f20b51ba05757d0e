"""Money in a joined table: lines that are no purchase do not count, and no two currencies are added up unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Note, Table
from segmentation.core.text import counted, listed, plain_text
from segmentation.data.sources.base import Figures, ids_of
from segmentation.data.sources.currencies import currency_of, in_one_currency, per_currency
from segmentation.data.sources.guessing import guess_columns
from segmentation.data.sources.joins import Join, RelatedSettings
from segmentation.data.sources.orders import sum_text
from segmentation.data.sources.purchases import WORD_COLUMNS, check_words, say_words, words_table
from segmentation.data.sources.status_words import KINDS, kinds_of, known_share
from segmentation.data.sources.transaction_table import LINES

__all__ = ["joined_figures", "mixed", "settle_money"]

_KNOWN = 0.8
_CODE = r"\s*[A-Za-z]{3}\s*"
_FIX = "Choose “Only purchases count”, or take the sum out."
_BY = "--set money=settle"


@dataclass(frozen=True)
class _Amounts:
    """The rows of a joined table that hold amounts of money.

    amount: the column. words: status and type → their columns, where nearly all cells are words that are known.
    lines: customer (the key), amount, status and type of each row. currency: of each row.
    """

    amount: str
    words: dict[str, str]
    lines: pd.DataFrame
    currency: pd.Series


def settle_money(
    table: Table, rows: pd.DataFrame, join: Join, settings: RelatedSettings, notes: list[Note], problems: list[Problem]
) -> pd.DataFrame:
    """Rows of a joined table with their key → those that count, amounts in one currency for each customer.

    As in a list of purchases: lines that a status or type says are no purchase, and returns, are left out and said; a
    customer's amounts in a second currency are left out or converted. Rows of a table without amounts stay as they are.
    """
    money = _amounts(table, rows, join)
    if money is None or not join.adds_up:
        return rows
    check_words(settings.words)
    words = words_table(money.lines, money.words, settings.words, money.currency)
    out = _no_purchase(money, words)
    if out.any():
        said: list[Note] = []
        say_words(words, said)
        notes += [Note(f"{join.table}: {note.where}", note.what, note.count, kind=note.kind) for note in said]
        lost = counted(int(out.sum()), "line is no purchase", "lines are no purchases")
        worth = sum_text(float(money.lines.loc[out, "amount"].sum()))
        mixed_up = "" if money.currency[out].nunique() > 1 else f", {plain_text(money.amount)} {worth}"
        notes.append(Note(join.table, f"{lost} or returns: left out{mixed_up}.", int(out.sum())))
    settled = in_one_currency(
        money.currency,
        money.lines["amount"],
        money.lines["customer"],
        ~out,
        settings,
        plain_text(join.table),
        notes,
        problems,
    )
    return rows.assign(**{money.amount: settled.amounts})[~(out | settled.out)]


def joined_figures(tables: Mapping[str, Table], columns: object, settings: RelatedSettings) -> Figures:
    """The numbers behind the choices: the words of every joined table with amounts, and its currencies."""
    words, currencies = [], []
    for join in settings.joins:
        table = tables.get(join.table)
        if table is None or not join.adds_up or join.table_key not in table.frame:
            continue
        money = _amounts(table, table.frame.assign(key=ids_of(table, join.table_key)), join)
        if money is not None:
            told = words_table(money.lines, money.words, settings.words, money.currency)
            counts = ~_no_purchase(money, told)
            words.append(told)
            currencies.append(per_currency(money.currency, money.lines["amount"], money.lines["customer"], counts))
    several = next((one for one in currencies if len(one) > 1), pd.DataFrame())
    effects = pd.DataFrame(columns=["choice", "lines", "sentence"]).set_index("choice")
    return Figures(effects, pd.concat(words, ignore_index=True) if words else pd.DataFrame(), several)


def mixed(table: Table, join: Join) -> list[Problem]:
    """What is said where amounts are taken as they stand although they mix currencies or count what is no purchase."""
    money = _amounts(table, table.frame.assign(key=None), join)
    if money is None:
        return []
    where, taken = plain_text(join.table), "the sums add up" if join.adds_up else "its amounts are in"
    by = _BY if join.adds_up else ""
    fix = _FIX if join.adds_up else "Leave the column out, or bring the file to one currency."
    problems = []
    codes = sorted({str(code) for code in money.currency.dropna()})
    if len(codes) > 1:
        several = counted(len(codes), "currency", "currencies")
        shown = listed([plain_text(code) for code in codes[:5]])
        problems.append(Problem(where, f"{taken} {several} ({shown}).", fix, False, "currencies", len(codes), by))
    for column, rows, shown in _no_purchase_words(money):
        what = f"the sums count {counted(rows, 'line')} whose {plain_text(column)} is no purchase ({shown})."
        if join.adds_up:
            problems.append(Problem(where, what, _FIX, False, "words", rows, _BY))
    return problems


def _amounts(table: Table, rows: pd.DataFrame, join: Join) -> _Amounts | None:
    """The amounts among the rows, where the join adds up or takes a column that is known to hold some; else None."""
    frame = table.frame
    columns = guess_columns(LINES, frame.drop(columns=join.table_key, errors="ignore"))
    amount = columns.get("amount", columns.get("price", ""))
    if not amount or amount not in (*join.sums, *join.columns):
        return None
    words = {
        name: columns[name]
        for name in WORD_COLUMNS
        if name in columns and columns[name] != join.only_column and known_share(frame[columns[name]]) >= _KNOWN
    }
    lines = pd.DataFrame({"customer": rows["key"], "amount": rows[amount]}, index=rows.index)
    for name in WORD_COLUMNS:
        lines[name] = rows[words[name]].astype("str").where(rows[words[name]].notna(), None) if name in words else None
    currency = _currency(columns.get("currency", ""), frame)
    return _Amounts(amount, words, lines, currency_of(table, currency, amount).loc[rows.index])


def _currency(column: str, frame: pd.DataFrame) -> str:
    """The column of currencies, where its cells are codes of three letters."""
    if not column or pd.api.types.is_numeric_dtype(frame[column]):
        return ""
    return column if frame[column].dropna().astype("str").str.fullmatch(_CODE).mean() > _KNOWN else ""


def _no_purchase(money: _Amounts, words: pd.DataFrame) -> pd.Series:
    """The lines with a word that says they are no purchase, or a return."""
    out = pd.Series(False, index=money.lines.index)
    for name, column in money.words.items():
        none = set(words.loc[(words["column"] == column) & (words["treatment"] != "purchase"), "word"])
        out |= money.lines[name].fillna("").isin(none)
    return out


def _no_purchase_words(money: _Amounts) -> Iterator[tuple[str, int, str]]:
    """Each column of words with the number of lines that are no purchase, and the words."""
    for name, column in money.words.items():
        counts = money.lines[name].dropna().value_counts()
        kinds = kinds_of([str(word) for word in counts.index])
        others = [str(word) for word in counts.index if getattr(KINDS[kinds[str(word)]], name) != "purchase"]
        if others and len(others) < len(counts):
            yield column, int(counts[others].sum()), listed([f"“{plain_text(word)}”" for word in others[:5]])
