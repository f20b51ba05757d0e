"""What every kind of file is: the tables it needs, their columns, and the function that makes customers of them.

A kind of file is one `Source` entry in `SOURCES`; the chooser, the mapping form, the guesses and the command line
are generated from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.blocks import Block
from segmentation.core.notices import notices_of
from segmentation.core.tables import FeatureTable, Note, Table

__all__ = [
    "ColumnSpec",
    "Columns",
    "Figures",
    "Source",
    "TableSpec",
    "fingerprint",
    "id_text",
    "ids_of",
    "known_as_text",
    "reading_of",
    "with_notices",
]

Columns = Mapping[str, Mapping[str, str]]
"""Table of the source → column of the source → column of the file. For customers: column of the file → role."""


@dataclass(frozen=True)
class ColumnSpec:
    """One column that a source understands, whatever the file calls it.

    kind: id | date | number | flag | text. synonyms: other names, lower case, words apart ("invoice no").
    weak, looks: names that say too little alone ("name"), and the pattern that every cell must then have.
    beside: (name, other) pairs: the name counts only where a column with the other name stands in the file.
    words: the cells are words of a status or type, by which the column is found whatever its name.
    """

    name: str
    label: str
    kind: str = "text"
    synonyms: tuple[str, ...] = ()
    required: bool = False
    about: str = ""
    weak: tuple[str, ...] = ()
    looks: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    words: bool = False


@dataclass(frozen=True)
class TableSpec:
    """One table that a source needs (or can use when it is there)."""

    name: str
    label: str
    columns: tuple[ColumnSpec, ...] = ()
    required: bool = True
    synonyms: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnSpec:
        """The description of one column."""
        return next(item for item in self.columns if item.name == name)


@dataclass(frozen=True)
class Figures:
    """The numbers behind the choices of a source.

    effects: one row a choice (its index), with sentence. words: one row a word of a status or type, see
    `purchases.words_table`. currencies: one row a currency, see `currencies.per_currency`.
    """

    effects: pd.DataFrame
    words: pd.DataFrame
    currencies: pd.DataFrame


@dataclass(frozen=True)
class Source:
    """One kind of file: its tables, its choices, and how they become one row a customer.

    build(tables, columns, settings, progress) -> FeatureTable, with tables by `TableSpec.name`.
    settings: frozen dataclass of the choices, with label, help and range beside each one; None when there are none.
    figures(tables, columns, settings) -> Figures: the numbers behind the choices; None where there are none to show.
    before: choice → what was done before there was this choice, for models that were made then.
    """

    name: str
    label: str
    help: str
    tables: tuple[TableSpec, ...]
    build: Callable[..., FeatureTable]
    settings: type | None = None
    figures: Callable[..., Figures] | None = None
    before: Mapping[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> TableSpec:
        """The description of one table."""
        return next(item for item in self.tables if item.name == name)


def fingerprint(tables: Mapping[str, Table], **choices: Any) -> str:
    """sha256 of the files (their own sha256, or every cell where there is none) and of the choices made."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name]
        digest.update(name.encode())
        digest.update(table.sha256.encode() or _cells(table.frame))
        digest.update(json.dumps(list(map(str, table.frame.columns))).encode())
    digest.update(json.dumps(choices, sort_keys=True, default=str).encode())
    return digest.hexdigest()


_MEANING = ("decimal", "date_order", "dash", "blanks_below", "missing", "as_text", "no_answer", "columns", "table")


def reading_of(tables: Mapping[str, Table]) -> dict[str, dict[str, Any]]:
    """Table → how its cells were understood (decimal mark, dates, kinds of columns), for reading the next files alike.

    units: column → the unit that stood beside its numbers, such as "%". middles: column → the middle size of its
    values, zeros aside, by which figures that can be read in two ways are told apart.
    Encoding, separator and the line of the header are found anew in every file.
    """
    plain = {name: table.settings.to_dict() for name, table in tables.items() if hasattr(table.settings, "to_dict")}
    kept = {name: {key: settings[key] for key in _MEANING if settings.get(key)} for name, settings in plain.items()}
    for name, known in kept.items():
        known |= {"units": dict(tables[name].units), "middles": _middles(tables[name].frame)}
    return kept


def known_as_text(note: Note, blocks: Iterable[Block]) -> bool:
    """Whether a note says that cells with digits stayed text, of a category: its levels may well hold digits."""
    return note.kind == "stayed text" and note.where in {block.column for block in blocks}


def with_notices(made: FeatureTable, tables: Iterable[Table]) -> FeatureTable:
    """A feature table with what reading its tables and building it noticed; `replay` keeps the facts for a model."""
    read = list(tables)
    notes = [note for table in read for note in table.notes if not known_as_text(note, made.blocks)]
    problems = [problem for table in read for problem in table.problems]
    notices = notices_of((*notes, *made.notes), (*problems, *made.problems))
    return replace(made, notices=notices, replay={**made.replay, "noticed": [notice.facts() for notice in notices]})


def _middles(frame: pd.DataFrame) -> dict[str, float]:
    sizes = {str(name): frame[name].abs() for name in frame.columns if pd.api.types.is_float_dtype(frame[name])}
    middles = {name: values[values > 0].median() for name, values in sizes.items()}
    return {name: float(value) for name, value in middles.items() if pd.notna(value) and value < float("inf")}


def _cells(frame: pd.DataFrame) -> bytes:
    return pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()


_UNSEEN = "\ufeff\u200b\u2060\u00a0 \t\r\n"
"""What is no part of an id at its ends; files that were joined have a mark of byte order between them."""


def ids_of(table: Table, name: str) -> pd.Series:
    """The ids of one column as the file has them: an id is never a number, so 1.10 and 12.036 stay what they are.

    Only where every cell is a plain whole number (with ".0" behind it at most) its value says as much as its text.
    """
    column = table.frame[name]
    if pd.api.types.is_string_dtype(column) or name not in table.text:
        return id_text(column)
    known = column.notna()
    codes, cells = table.text[name].factorize()
    different = pd.Series(cells, dtype="str").str.strip(_UNSEEN).str.replace(r'^="([^"]*)"$', r"\1", regex=True)
    in_use = np.unique(codes[known.to_numpy()])
    if different.iloc[in_use[in_use >= 0]].str.fullmatch(r"[0-9]+(?:\.0+)?").all() and (in_use >= 0).all():
        return id_text(column)
    return id_text(_spread(different, codes, table.text[name]).where(known, None))


def id_text(column: pd.Series) -> pd.Series:
    """Ids as text: 17850.0 → "17850" (if all are whole), blanks around text removed, empty text → missing."""
    if not _tells_values_apart(column):
        return _id_text(column)
    codes, different = column.factorize()
    return _spread(_id_text(pd.Series(different, dtype=column.dtype)), codes, column)


def _tells_values_apart(column: pd.Series) -> bool:
    """Whether equal values are written alike, so that each needs to be looked at once: 0.0 and -0.0 are not."""
    if column.dtype == np.float64:
        values = column.to_numpy()
        return not np.signbit(values[values == 0.0]).any()
    return isinstance(column.dtype, pd.StringDtype)


def _spread(different: pd.Series, codes: np.ndarray, like: pd.Series) -> pd.Series:
    """Values that are all different, back in the rows that have them; code −1 is missing."""
    texts = different.array.take(codes, allow_fill=True)
    return pd.Series(texts, index=like.index, name=like.name)


def _id_text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = column.astype("float64")
        whole = numbers.dropna().mod(1).eq(0).all()
        column = numbers.astype("Int64") if whole and numbers.abs().max() < 2**63 else numbers
    text = column.astype("str").str.strip()
    known = column.notna() & text.ne("")
    if len(text) and text[known].str.fullmatch(r"\d+\.0").all():
        text = text.str.removesuffix(".0")
    return text.where(known, None)
