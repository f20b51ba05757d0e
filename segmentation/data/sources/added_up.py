"""What a sum over the rows of a joined table mixes without asking: currencies, and lines that are no purchases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Table
from segmentation.core.text import counted, listed, plain_text
from segmentation.data.sources.currencies import currency_of
from segmentation.data.sources.joins import Join
from segmentation.data.sources.status_words import KINDS, kinds_of, known_share

__all__ = ["mixed_sums"]

_KNOWN = 0.8
_CODE = r"\s*[A-Za-z]{3}\s*"
_HEADINGS = ("currency", "curr", "ccy", "waehrung", "währung", "devise", "moneda", "moeda", "munt", "valuta")
_FIX = "Choose the kind of data that tells them apart (Transactions, or An app's tables), or take the sum out."


def mixed_sums(tables: Mapping[str, Table], joins: tuple[Join, ...]) -> list[Problem]:
    """One problem for each table whose sums add up several currencies, or lines of a status that is no purchase."""
    problems = []
    for join in joins:
        table = tables.get(join.table)
        if table is None or not join.sums:
            continue
        for what, kind, count in (*_currencies(table, join), *_words(table, join)):
            problems.append(Problem(plain_text(join.table), what, _FIX, fatal=False, kind=kind, count=count))
    return problems


def _currencies(table: Table, join: Join) -> Iterator[tuple[str, str, int]]:
    columns = [str(name) for name in table.frame if _is_currency(str(name), table.frame[name])][:1] or [""]
    for column in columns:
        codes = sorted({str(code) for code in currency_of(table, column, join.sums[0]).dropna()})
        if len(codes) > 1:
            count, shown = (
                counted(len(codes), "currency", "currencies"),
                listed([plain_text(code) for code in codes[:5]]),
            )
            yield f"the sums add up {count} ({shown}).", "currencies", len(codes)


def _is_currency(name: str, cells: pd.Series) -> bool:
    if not any(word in name.casefold() for word in _HEADINGS) or pd.api.types.is_numeric_dtype(cells):
        return False
    return bool(cells.dropna().astype("str").str.fullmatch(_CODE).mean() > _KNOWN)


def _words(table: Table, join: Join) -> Iterator[tuple[str, str, int]]:
    for name in table.frame:
        cells = table.frame[name]
        if name == join.only_column or pd.api.types.is_numeric_dtype(cells) or known_share(cells) < _KNOWN:
            continue
        counts = cells.dropna().astype("str").value_counts()
        kinds = kinds_of([str(word) for word in counts.index])
        others = [str(word) for word in counts.index if KINDS[kinds[str(word)]].status != "purchase"]
        if others and len(others) < len(counts):
            rows = int(counts[others].sum())
            shown = listed([f"“{plain_text(word)}”" for word in others[:5]])
            yield (
                f"the sums count {counted(rows, 'line')} whose {plain_text(str(name))} is no purchase ({shown}).",
                "words",
                rows,
            )
