"""Guess how tables belong together: which one holds the customers, and a safe join for each of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from segmentation.core.tables import Table
from segmentation.data.heading_languages import says_customer
from segmentation.data.profiling import suggest_roles
from segmentation.data.profiling.meanings import identifier_name
from segmentation.data.sources.base import id_text, ids_of
from segmentation.data.sources.guessing import guess_columns, name_words
from segmentation.data.sources.joins import Join, RelatedSettings
from segmentation.data.sources.people import among, id_keys
from segmentation.data.sources.transaction_table import LINES

__all__ = ["key_columns", "suggest_joins"]

_KEY_WORDS = {"id", "no", "nr", "key", "code", "number", "uid", "uuid"}
_PEOPLE = ("customer", "client", "user", "member", "person", "account", "household", "subscriber", "kunde", "haushalt",
           "mitglied", "abonnent", "cliente", "klant", "shopper", "buyer", "respondent")  # fmt: skip


def suggest_joins(tables: Mapping[str, Table], base: str = "") -> RelatedSettings:
    """A guess: the table of customers (unless given), its key, and a safe join for every table that can be reached.

    Tables belong together by a key column of the same name. A table with one row a key gives its columns, any other its
    count and the sums of its features. A join that would be refused is not suggested. A table whose name says that it
    holds customers comes first; among those the one from which most tables can be reached and fewest are refused.
    """
    keys = {name: key_columns(table) for name, table in tables.items()}
    candidates = [base] if keys.get(base) else [name for name in tables if keys[name]]
    if not candidates:
        return RelatedSettings(base=base or next(iter(tables), ""))
    tried = [_from_base(name, tables, keys) for name in candidates]
    return max(tried, key=lambda one: (_says_people(one.settings.base), one.worth)).settings


def key_columns(table: Table) -> list[str]:
    """Columns that tell the rows apart: complete, no value twice, and named like a key."""
    return [name for name in map(str, table.frame.columns) if _like_a_key(name) and _unique(ids_of(table, name))]


@dataclass(frozen=True)
class _Tried:
    settings: RelatedSettings
    refused: frozenset[str] = frozenset()
    """Tables that share a key with what is joined already, but not one that tells its rows or the customers apart."""

    @property
    def worth(self) -> int:
        return len(self.settings.joins) - 2 * len(self.refused)


def _from_base(base: str, tables: Mapping[str, Table], keys: Mapping[str, list[str]]) -> _Tried:
    frame = tables[base].frame
    tried = _Tried(RelatedSettings(base=base, key=keys[base][0]))
    asked = {str(name): ids_of(tables[base], str(name)) for name in frame.columns if _like_a_key(name)}
    everyones = {key for names in keys.values() for key in names}
    waiting = [name for name in tables if name != base]
    before = -1
    while before != len(waiting):
        before = len(waiting)
        for name in list(waiting):
            other = tables[name].frame
            shared = {key: key for key in asked if key in other.columns} or _by_another_name(tried.settings.key, other)
            joins = (_join(name, key, its, tables[name], asked[key]) for key, its in shared.items())
            join = next(filter(None, joins), None)
            if join is not None:
                waiting.remove(name)
                tried = _Tried(replace(tried.settings, joins=(*tried.settings.joins, join)), tried.refused - {name})
                asked = _pointers(other, join, asked[join.key]) | asked
            elif everyones & set(shared.values()):
                tried = replace(tried, refused=tried.refused | {name})
    return tried


def _by_another_name(key: str, other: pd.DataFrame) -> dict[str, str]:
    """The key of the customers → the column of another table that is the customer there, if it is called otherwise.

    "id" or "Kunde" in the table of customers is "customer_id" or "Kundennr" among the orders.
    """
    customer = guess_columns(LINES, other).get("customer", "")
    return {key: customer} if customer else {}


def _join(name: str, key: str, its: str, table: Table, asked: pd.Series) -> Join | None:
    """The safe join of a table by one key, called `its` there; None when there is none or nothing matches."""
    there = ids_of(table, its)
    if not among(id_keys(there), id_keys(asked.dropna())).any():
        return None
    if _unique(there) and id_keys(there).is_unique:
        return Join(name, key, its, columns=tuple(str(column) for column in table.frame.columns if column != its))
    if not asked.dropna().is_unique:
        return None
    numbers = table.frame.select_dtypes("number").columns
    measured = [item.name for item in suggest_roles(table) if item.role == "feature" and item.name in numbers]
    sums = tuple(column for column in measured if column != its and not _like_a_key(column))
    return Join(name, key, its, count=True, sums=sums)


def _pointers(frame: pd.DataFrame, join: Join, asked: pd.Series) -> dict[str, pd.Series]:
    """The keys that a joined table brings along, one a customer, by which further tables can be reached."""
    names = [column for column in join.columns if _like_a_key(column)]
    rows = frame.assign(**{column: id_text(frame[column]) for column in names}).set_axis(
        pd.Index(id_text(frame[join.table_key])), axis=0
    )
    rows = rows[rows.index.notna()]
    return {column: rows[column].reindex(asked).set_axis(asked.index) for column in names}


def _says_people(name: str) -> bool:
    return any(word in name_words(name).split() or f"{word}s" in name_words(name).split() for word in _PEOPLE)


def _like_a_key(name: Any) -> bool:
    """Whether a column is named like a key: with a word such as id or no, or as the number of a customer or order."""
    words = name_words(name)
    if _KEY_WORDS & set(words.split()) or identifier_name(str(name)) or says_customer(name) == "number":
        return True
    return any(words in LINES.column(column).synonyms for column in ("customer", "invoice"))


def _unique(ids: pd.Series) -> bool:
    return bool(len(ids) > 0 and ids.notna().all() and ids.is_unique)
