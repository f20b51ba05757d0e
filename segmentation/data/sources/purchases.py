"""What counts as a purchase: by the words of a status or type, by a cancellation, and by the sign of the amounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.errors import Problem, SegmentationError
from segmentation.core.tables import Note
from segmentation.core.text import counted, plain_text, share_text, word_key
from segmentation.data.sources.guessing import name_words
from segmentation.data.sources.orders import sum_text, sums_text
from segmentation.data.sources.status_words import KINDS, TREATMENTS, kinds_of

__all__ = [
    "MOST_WORDS",
    "WORD_COLUMNS",
    "check_words",
    "count_as",
    "say_words",
    "signed",
    "status_words",
    "words_table",
]

WORD_COLUMNS = ("status", "type")
_CANCELLED, _NOT_CANCELLED = "cancelled", {"", "0", "no", "false", "n", "nein", "non", "nao", "nee", "none", "falsch"}
_BACK = {"refund", "return", "retoure", "retour", "devolucion"}
"""In the heading of a flag, these say that a line of its own takes money back; "refunded" speaks of the sale itself."""
_NEGATIVE_SALES = 0.6
MOST_WORDS = 200
"""A column with more different words is not one of words."""
_OF_WORDS = (*WORD_COLUMNS, _CANCELLED)
_COLUMNS = ["column", "word", "lines", "amount", "customers", "kind", "treatment", "usual"]


def check_words(words: Mapping[str, str]) -> None:
    """Raise one sentence for a word that is to count as something there is not."""
    for word, treatment in words.items():
        if treatment not in TREATMENTS:
            raise SegmentationError(
                f"What “{plain_text(word, longest=40)}” counts as must be one of {', '.join(TREATMENTS)}; it was "
                f"“{plain_text(treatment, longest=40)}”. Choose one of them."
            )


def words_table(
    lines: pd.DataFrame, columns: Mapping[str, str], chosen: Mapping[str, str], currency: pd.Series | None = None
) -> pd.DataFrame:
    """Lines and what the user chose → one row a word.

    Columns: column, word, lines, amount, customers, kind, treatment, usual (what it counts as unless one chooses),
    worth (the amount as text, apart for every currency of the lines).
    column: of the file. A blank cell is the word "". Only columns of which at least one word is known, or that are
    called a status. chosen: word → treatment, where it is not to be the usual one (compared as in `word_key`).
    """
    own = {word_key(word): treatment for word, treatment in chosen.items()}
    rows = []
    for name in WORD_COLUMNS:
        if name in columns:
            rows += _words(lines, name, columns[name], own, _has_return_rows(lines, columns))
    if _CANCELLED in columns:
        filled = _cancelled(lines)
        if filled.any():
            back = bool(set(name_words(columns[_CANCELLED]).split()) & _BACK)
            kind, usual = ("return", "return") if back else ("void", "none")
            treatment = own.get(_CANCELLED, usual)
            rows.append((columns[_CANCELLED], _CANCELLED, *_figures(lines, filled), kind, treatment, usual))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["worth"] = [_worth(lines, columns, row, currency) for row in table.to_dict("records")]
    return table


def status_words(figures: pd.DataFrame, column: str, chosen: Mapping[str, str]) -> pd.DataFrame:
    """Figures of the words of a status (lines and amount, most lines first) → their `words_table`.

    All amounts are in one currency; how many customers have a word is not known.
    """
    own = {word_key(word): treatment for word, treatment in chosen.items()}
    rows = _weighed(figures.assign(customers=np.nan), "status", column, own, refunds_are_rows=False)
    return pd.DataFrame(rows, columns=_COLUMNS).assign(worth=lambda table: table["amount"].map(sum_text))


def count_as(lines: pd.DataFrame, columns: Mapping[str, str], table: pd.DataFrame) -> pd.DataFrame:
    """Lines and `words_table` → the lines with treatment (a key of `TREATMENTS`) and word (what decided it).

    No purchase outweighs a return, and a return a purchase.
    """
    if table.empty and lines["kept"].all():
        same = pd.Categorical.from_codes(np.zeros(len(lines), dtype="int8"), pd.Index(list(TREATMENTS)))
        return lines.assign(treatment=same, word="")
    lines["treatment"], lines["word"] = "purchase", ""
    for name, file_column in (*((name, columns.get(name)) for name in WORD_COLUMNS), ("", columns.get(_CANCELLED))):
        rows = table[(table["column"] == file_column) & ((table["word"] == _CANCELLED) if not name else True)]
        if file_column is None or not len(rows):
            continue
        treatments = dict(zip(rows["word"], rows["treatment"], strict=True))
        if name:
            words = lines[name].fillna("")
        else:
            words = pd.Series(_CANCELLED, index=lines.index).where(_cancelled(lines), "")
        means = words.map(treatments).fillna("purchase")
        stronger = (means == "none") & (lines["treatment"] != "none")
        stronger |= (means == "return") & (lines["treatment"] == "purchase")
        lines["treatment"] = lines["treatment"].where(~stronger, means)
        lines["word"] = lines["word"].where(~stronger, words)
    full = ~lines["kept"] & (lines["treatment"] == "purchase")
    lines["treatment"] = lines["treatment"].mask(full, "none")
    lines["word"] = lines["word"].mask(full, "refunded in full")
    return lines


def signed(
    lines: pd.DataFrame, table: pd.DataFrame, choice: str, notes: list[Note], problems: list[Problem], where: str
) -> pd.DataFrame:
    """Amounts with purchases above zero and returns below, however the file writes them.

    choice: find | positive | negative. Where sales are told by their type and stand below zero, that decides; without a
    type, a file whose amounts are mostly negative is read as one that writes sales so, and it is asked.
    """
    sale = (lines["treatment"] == "purchase") & lines["amount"].notna() & (lines["amount"] != 0)
    below = float((lines.loc[sale, "amount"] < 0).mean()) if sale.any() else 0.0
    negative = choice == "negative" or (choice == "find" and below > _NEGATIVE_SALES)
    if negative:
        lines["amount"] = -lines["amount"]
        lines["quantity"] = lines["quantity"].mask(lines["quantity"] < 0, -lines["quantity"])
        sentence = f"Sales are written as negative amounts ({share_text(below)} of them): their sign was turned."
        kinds_tell = bool(table["kind"].isin(["sale", "return"]).any()) if len(table) else False
        if choice == "find" and not kinds_tell:
            fix = "If they are returns, choose “Sales are above zero”."
            what = sentence[0].lower() + sentence[1:]
            problems.append(Problem(plain_text(where, longest=60), what, fix, False, "sign", by="--set sign=positive"))
        else:
            notes.append(Note(where, sentence, int(sale.sum()), kind="sign"))
    returns = lines["treatment"] == "return"
    if returns.any():
        lines["amount"] = lines["amount"].where(~returns, -lines["amount"].abs())
    return lines


def say_words(table: pd.DataFrame, notes: list[Note]) -> None:
    """Say of every word that is no plain purchase how many lines have it, their sum, and what it counts as."""
    for row in table.to_dict("records"):
        unsure = row["kind"] in ("unknown", "billed", "part refunded") and row["word"]
        if row["treatment"] == "purchase" and not unsure:
            continue
        word = plain_text(row["word"], longest=40) or "(blank)"
        kind = KINDS[row["kind"]].label if row["kind"] in KINDS else ""
        counts = {"purchase": "counted as purchases", "return": "returns", "none": "no purchase"}[row["treatment"]]
        lines = counted(row["lines"], "line")
        what = f"“{word}” ({kind}): {lines} worth {row['worth']}, {counts}."
        notes.append(Note(str(row["column"]), what, int(row["lines"]), kind="words"))


def _words(
    lines: pd.DataFrame, name: str, file_column: str, own: Mapping[str, str], refunds_are_rows: bool
) -> list[tuple[object, ...]]:
    words = lines[name].fillna("")
    distinct = words.value_counts().index
    if len(distinct) > MOST_WORDS:
        return []
    figures = [_figures(lines, words == word) for word in distinct]
    table = pd.DataFrame(figures, distinct, ["lines", "amount", "customers"])
    return _weighed(table, name, file_column, own, refunds_are_rows)


def _weighed(
    figures: pd.DataFrame, name: str, file_column: str, own: Mapping[str, str], refunds_are_rows: bool
) -> list[tuple[object, ...]]:
    """The words of a status or type with their figures → the rows of `words_table`."""
    kinds = kinds_of([str(word) for word in figures.index])
    if name == "type" and not {"sale", "return"} & set(kinds.values()):
        return []
    rows: list[tuple[object, ...]] = []
    for word, lines, amount, customers in figures[["lines", "amount", "customers"]].itertuples():
        kind = kinds[str(word)] if word else "paid"
        usual = getattr(KINDS[kind], name)
        if kind == "refunded" and refunds_are_rows:
            usual = "purchase"  # The refund itself is a line of its own.
        treatment = own.get(word_key(word), usual) if word else usual
        rows.append((file_column, str(word), lines, amount, customers, kind if word else "", treatment, usual))
    return rows


def _worth(lines: pd.DataFrame, columns: Mapping[str, str], row: Mapping[Any, Any], currency: pd.Series | None) -> str:
    """The sum of the lines of one word, each currency apart."""
    if currency is None or currency.nunique() < 2:
        return sum_text(row["amount"])
    name = next(name for name, column in columns.items() if column == row["column"] and name in _OF_WORDS)
    which = _cancelled(lines) if name == _CANCELLED else lines[name].fillna("") == row["word"]
    return sums_text(lines.loc[which, "amount"], currency[which])


def _has_return_rows(lines: pd.DataFrame, columns: Mapping[str, str]) -> bool:
    """Whether lines of the file are refunds by their type."""
    if "type" not in columns:
        return False
    kinds = kinds_of([str(word) for word in lines["type"].dropna().unique()[:200]])
    return "return" in kinds.values() and "sale" in kinds.values()


def _cancelled(lines: pd.DataFrame) -> pd.Series:
    filled = lines[_CANCELLED].notna()
    return filled & ~lines[_CANCELLED].map(word_key, na_action="ignore").isin(_NOT_CANCELLED)


def _figures(lines: pd.DataFrame, which: pd.Series) -> tuple[int, float, int]:
    return int(which.sum()), float(lines.loc[which, "amount"].sum()), int(lines.loc[which, "customer"].nunique())
