"""Guess what files are and which column is which, from their names and contents. Every guess can be changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from segmentation.core.money import is_name
from segmentation.core.tables import Table
from segmentation.core.text import word_key
from segmentation.data.heading_languages import further_names, says_customer
from segmentation.data.sources.base import ColumnSpec, Source, TableSpec
from segmentation.data.sources.nameless import are_nameless, by_contents, rest_by_contents
from segmentation.data.sources.status_words import kinds_of, known_share

__all__ = ["assign_files", "complete", "guess_columns", "name_words", "named_tables", "told_by_contents"]

_EXACT, _INSIDE, _KIND = 100, 10, 1
_MOSTLY = 0.8
_FIRST = 5_000
_OTHER_WORDS = {"method", "methode", "means", "fulfillment", "fulfilment", "shipping", "delivery", "zahlungsart",
                "mode", "metodo", "versand", "customer", "product", "user", "kunden"}  # fmt: skip
"""Beside a word such as status or payment, these tell that the column speaks of something else."""


_OPPOSITES = {
    "status": (
        (frozenset({"paid", "billed"}), frozenset({"refunded", "part refunded", "void", "failed", "chargeback"})),
    ),
    "type": ((frozenset({"sale"}), frozenset({"return"})),),
}
"""Column of words → kinds that, together in one column, say what it is."""


def name_words(name: object) -> str:
    """A column or file name as lower-case words: "InvoiceNo" and "INVOICE_NO" → "invoice no"."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", str(name))
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def guess_columns(spec: TableSpec, frame: pd.DataFrame) -> dict[str, str]:
    """Column of the source → column of the file, as far as names and types tell; a file's column is used once.

    A name that equals a known one beats a name that contains one; among equals the order of the specification and of
    the file decides. A column of the wrong type is never guessed. Purchases without names of columns are told by what
    stands in them.
    """
    there = {name_words(name) for name in frame.columns}
    scored = [
        (-_score(column, name, frame[name], there), index, order, column.name, name)
        for index, column in enumerate(spec.columns)
        for order, name in enumerate(frame.columns)
    ]
    if spec.name == "transactions" and are_nameless(frame.columns):
        return by_contents(frame)
    mapping: dict[str, str] = {}
    for score, _, _, column, name in sorted(scored, key=lambda item: item[:3]):
        if score < -_KIND and column not in mapping and name not in mapping.values():
            mapping[column] = name
    _only_candidates(spec, frame, mapping)
    _by_their_words(spec, frame, mapping)
    _by_currencies(spec, frame, mapping)
    return {column.name: mapping[column.name] for column in spec.columns if column.name in mapping}


def assign_files(source: Source, tables: Mapping[str, Table]) -> dict[str, str]:
    """Table of the source → name of the file that holds it, by file name first, then by the columns found in it."""
    scored = []
    for index, spec in enumerate(source.tables):
        for order, (name, table) in enumerate(tables.items()):
            scored.append((-_table_score(spec, name, table.frame), index, order, spec.name, name))
    files: dict[str, str] = {}
    for score, _, _, spec_name, name in sorted(scored):
        if score < 0 and spec_name not in files and name not in files.values():
            files[spec_name] = name
    if len(source.tables) == 1 and len(tables) == 1:
        files = {source.tables[0].name: next(iter(tables))}
    return {spec.name: files[spec.name] for spec in source.tables if spec.name in files}


def named_tables(source: Source, files: Iterable[str]) -> set[str]:
    """The tables of a source that a file is named after."""
    stems = {_stem_words(file) for file in files}
    return {spec.name for spec in source.tables if stems & {name_words(spec.name), *spec.synonyms}}


def told_by_contents(spec: TableSpec, frame: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, str]:
    """What a list of purchases still needs beside the mapped columns → columns of the file by what stands in them."""
    if spec.name != "transactions" or are_nameless(frame.columns):
        return {}
    priced = "amount" in columns or {"quantity", "price"} <= set(columns)
    return {} if complete(spec, columns) and priced else rest_by_contents(frame, columns)


def complete(spec: TableSpec, columns: Mapping[str, str]) -> bool:
    """Whether every column that the table cannot do without is mapped."""
    return all(column.name in columns for column in spec.columns if column.required)


def _score(column: ColumnSpec, name: str, values: pd.Series, there: set[str]) -> float:
    if not _fits(column.kind, values):
        return 0
    words = name_words(name)
    plain = word_key(words)
    known = (name_words(column.name), *column.synonyms)
    if words in column.weak and _looks(values, column.looks):
        return _EXACT // 2
    words = words if words in known else plain
    if words not in known and plain in further_names(column.name):
        return _further_score(column, name, values)
    if words in known:
        return _known_score(column, words, known, values, there)
    if not any(_contains(words, other) for other in known if len(other) > 3 and other not in dict(column.beside)):
        return 0
    if column.words and (set(words.split()) & _OTHER_WORDS or known_share(values.iloc[:_FIRST]) < _MOSTLY):
        return 0
    return _INSIDE


def _known_score(column: ColumnSpec, words: str, known: tuple[str, ...], values: pd.Series, there: set[str]) -> int:
    """The score of a heading that is one of the names of the specification."""
    if any(words == short and other not in there for short, other in column.beside):
        return 0
    if words == "type" and known_share(values.iloc[:_FIRST]) < _MOSTLY:
        return 0  # A type of product or of customer says nothing about the line.
    numbered = column.kind == "id" and words.startswith(f"{known[0]} ")  # Customer No rather than Customer
    return _EXACT + numbered - known.index(words) // 5


def _further_score(column: ColumnSpec, name: str, values: pd.Series) -> float:
    """The score of a heading in one of the `heading_languages`: behind every name of the specification, in order."""
    if column.name == "type" and known_share(values.iloc[:_FIRST]) < _MOSTLY:
        return 0
    numbered = column.name == "customer" and says_customer(name) == "number"
    order = further_names(column.name)[word_key(name_words(name))] / 1_000
    return _EXACT - len(column.synonyms) // 5 + 2 * numbered - order


def _looks(values: pd.Series, pattern: str) -> bool:
    cells = values.dropna().astype("str").iloc[:_FIRST]
    return bool(len(cells)) and bool(cells.str.fullmatch(pattern).all())


def _by_their_words(spec: TableSpec, frame: pd.DataFrame, mapping: dict[str, str]) -> None:
    """A status or type that no name gave away is the column whose cells are words of one.

    A status has good and bad ones, a type has sales and returns; all of them are known.
    """
    for column in spec.columns:
        if not column.words or column.name in mapping:
            continue
        for name in frame.columns:
            if (
                name in mapping.values()
                or not _fits("text", frame[name])
                or set(name_words(name).split()) & _OTHER_WORDS
            ):
                continue
            if pd.api.types.is_numeric_dtype(frame[name]) or known_share(frame[name].iloc[:_FIRST]) < _MOSTLY:
                continue
            kinds = set(kinds_of([str(word) for word in frame[name].dropna().unique()[:60]]).values())
            if any(kinds & good and kinds & bad for good, bad in _OPPOSITES[column.name]):
                mapping[column.name] = str(name)
                break


def _by_currencies(spec: TableSpec, frame: pd.DataFrame, mapping: dict[str, str]) -> None:
    """A column of currencies that no name gave away is the one in which every cell is the name of one."""
    if "currency" in mapping or not any(column.name == "currency" for column in spec.columns):
        return
    for name in frame.columns:
        if name in mapping.values() or not pd.api.types.is_string_dtype(frame[name]):
            continue
        words = frame[name].dropna().iloc[:_FIRST].unique()
        if len(words) and all(map(is_name, map(str, words))):
            mapping["currency"] = str(name)
            return


def _contains(words: str, other: str) -> bool:
    return f" {other} " in f" {words} "


def _fits(kind: str, values: pd.Series) -> bool:
    if kind == "date":
        return pd.api.types.is_datetime64_any_dtype(values)
    if kind == "number":
        return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if kind in ("id", "text"):
        return not pd.api.types.is_datetime64_any_dtype(values)
    return True


def _only_candidates(spec: TableSpec, frame: pd.DataFrame, mapping: dict[str, str]) -> None:
    """A required date that no name gave away is the only date of the file."""
    free = [name for name in frame.columns if name not in mapping.values()]
    for column in spec.columns:
        if column.required and column.kind == "date" and column.name not in mapping:
            dates = [name for name in free if _fits("date", frame[name])]
            if len(dates) == 1:
                mapping[column.name] = dates[0]


def _table_score(spec: TableSpec, file: str, frame: pd.DataFrame) -> int:
    words = _stem_words(file)
    known: Iterable[str] = (name_words(spec.name), *spec.synonyms)
    columns = guess_columns(spec, frame)
    fit = len(columns) if complete(spec, columns) else 0
    if words in known:
        return _EXACT + fit
    if any(_contains(words, other) for other in known):
        return _EXACT // 2 + fit
    return fit if spec.required or fit >= 3 else 0


def _stem_words(file: str) -> str:
    return name_words(re.sub(r"\.\w+$", "", file))
