"""One block of customers, scored: its rows for the list, and what is counted of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import altered_counts
from segmentation.core.csv_lines import untouched
from segmentation.data.reading import ReadSettings
from segmentation.data.reading.distinct import distinct_cells
from segmentation.data.reading.stream import Column, Lane, NotPlain, Piece
from segmentation.scoring import NO_PERSONA
from segmentation.scoring.assign import finished, placed_in, prepared_of
from segmentation.scoring.certainty import certainty_words
from segmentation.scoring.stream.crowd import Counted, count

__all__ = ["COLUMNS", "ScoredRows", "ids_in", "score_rows", "unread_table"]

COLUMNS = ("id", "segment", "persona", "distance", "margin", "certainty", "how_sure", "probability", "reason")
"""What a list of scored customers holds; the probability only where the model knows it."""
_TEXT = pa.large_string()


@dataclass(frozen=True)
class ScoredRows:
    """rows: one a customer, columns of `COLUMNS`. counted: the same as counts. values: the features as given.

    altered: what is done to the ids for a spreadsheet's sake (`csv_export.altered_counts`).
    """

    rows: pa.Table
    counted: Counted
    values: Mapping[str, np.ndarray]
    altered: Mapping[str, Mapping[str, int]]


def score_rows(
    made: Segmentation, personas: Mapping[int, str], values: Mapping[str, np.ndarray], ids: pa.Array
) -> ScoredRows:
    """Model, persona of each segment, features (NaN where missing) and ids of one block → `ScoredRows`.

    Raises `NotPlain` for a customer who cannot be scored.
    """
    prepared = prepared_of(made, values)
    scored = finished(placed_in(made, values, prepared), np.full(len(ids), "", dtype=object))
    counted = count(made, values, prepared, scored)
    if counted.placed != counted.rows:
        raise NotPlain
    segment, noise = scored["segment"], scored["noise"]
    codes, words = certainty_words(scored["certainty"], scored["filled"], len(values), segment)
    for word, number in enumerate(np.bincount(codes, minlength=len(words))):
        counted.how_sure[words[word]] += int(number)
    counted.how_sure = _as_they_came(codes, words, counted.how_sure)
    names = {number: personas.get(number, f"Segment {number}") for number in range(made.k + 1)} | {0: NO_PERSONA}
    columns = {
        "id": ids,
        "segment": pa.array(segment),
        "persona": pa.DictionaryArray.from_arrays(pa.array(segment), pa.array(list(names.values()), _TEXT)),
        "distance": pa.array(scored["distance"]),
        "margin": pa.array(scored["margin"]),
        "certainty": pa.array(scored["certainty"]),
        "how_sure": pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(words, _TEXT)),
        **({"probability": pa.array(scored["probability"])} if "probability" in scored else {}),
        "reason": pa.array(scored["reason"], _TEXT) if noise.any() else _same("", len(ids)),
    }
    altered = {} if untouched(ids) else altered_counts(pd.DataFrame({"id": ids.to_pylist()}))
    return ScoredRows(pa.table(columns), counted, values, altered)


def _as_they_came(codes: np.ndarray, words: list[str], counts: Counter[str]) -> Counter[str]:
    """The counts in the order in which their words first stand; without the rows that have none."""
    first = {word: int(np.argmax(codes == at)) for at, word in enumerate(words) if counts[word]}
    return Counter({word: counts[word] for word in sorted(first, key=lambda word: first[word]) if word})


def _same(text: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), pa.array([text], _TEXT))


def ids_in(piece: Piece, column: Column | None, before: int) -> pa.Array:
    """The ids of a block as `new_files.identify` has them; before: how many rows stand above it in the file."""
    if column is None:
        return _numbered(piece.rows, before, "")
    if column.lane is Lane.WHOLE:
        values = piece.numbers[column.name]
        if not (np.isnan(values) | (values == np.rint(values))).all():
            raise NotPlain
        cells = pc.cast(pc.cast(pa.array(values, from_pandas=True), pa.int64()), _TEXT)
    elif column.lane is Lane.CODE:
        cells = pc.if_else(pc.equal(piece.cells[column.name], ""), pa.scalar(None, _TEXT), piece.cells[column.name])
    else:
        found = distinct_cells(column.name, piece.cells[column.name], ReadSettings())
        if pc.any(pc.match_substring_regex(found.trimmed, r"[\x00-\x1f\x7f]")).as_py():
            raise NotPlain
        missing = pa.array(found.blank | found.text_mark)
        cells = pc.if_else(missing, pa.scalar(None, _TEXT), found.trimmed).take(found.codes)
    return pc.coalesce(cells, _numbered(piece.rows, before, "row ")) if cells.null_count else cells


def _numbered(rows: int, before: int, word: str) -> pa.Array:
    numbers = pc.cast(pa.array(np.arange(before + 1, before + rows + 1)), _TEXT)
    return pc.binary_join_element_wise(pa.scalar(word, _TEXT), numbers, pa.scalar("", _TEXT)) if word else numbers


def unread_table(unread: pd.DataFrame, like: pa.Schema) -> pa.Table:
    """Lines that could not be read (id, reason) as rows of the list: in no segment, with the reason."""
    rows = len(unread)
    columns = {}
    for field in like:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if field.name in unread:
            columns[field.name] = pa.array(unread[field.name].astype(str).tolist(), _TEXT)
        elif pa.types.is_floating(kind):
            columns[field.name] = pa.array(np.full(rows, np.nan))
        elif pa.types.is_integer(kind):
            columns[field.name] = pa.array(np.zeros(rows, dtype=np.int32))
        else:
            columns[field.name] = pa.array([""] * rows, _TEXT)
    return pa.table(columns)
