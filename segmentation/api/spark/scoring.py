"""`score`: every row of a Spark table with its persona, by the library's own scoring on the workers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from segmentation.api.checks import segments_of
from segmentation.api.spark.frames import (
    DAYS,
    NUMBERS,
    as_pandas,
    check_columns,
    checked,
    free_names,
    kinds_of,
    mapped,
    plainly,
    taken_by,
)
from segmentation.api.spark.models import packed, unpacked
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import DataProblems, Problem
from segmentation.core.tables import Derived
from segmentation.core.text import plain_text
from segmentation.data.derived import derived_from, sources_of
from segmentation.personas.cards import segment_names
from segmentation.scoring.answers import answers
from segmentation.scoring.assign import assign, numbers_of
from segmentation.store import SavedModel, check_accepted

__all__ = ["score"]

_COLUMNS = {
    "segment": "int",
    "persona": "string",
    "distance": "double",
    "margin": "double",
    "certainty": "double",
    "how_sure": "string",
    "next_persona": "string",
    "probability": "double",
    "noise": "boolean",
    "far": "boolean",
    "filled": "int",
    "capped": "int",
    "outside": "int",
    "caution": "string",
    "reason": "string",
}
"""What is told of a customer, as in `Batch.rows`, and its type; the probability only where the model knows it."""


def score(
    df: Any,
    model: SavedModel | Segmentation | str,
    *,
    accept_changed: bool = False,
    root: str | os.PathLike[str] | None = None,
) -> Any:
    """A Spark table of customers → the same rows with the persona of each, when they are asked for.

    The workers run the library's own scoring on batches of rows (`mapInArrow`), so no answer can differ from
    `seg.score`. They get the model as the plain values of its `params.json`. Whether the crowd has changed (drift) and
    whether a column moved by a power of ten is not looked at: run `seg.score` on a sample for that.

    Parameters
    ----------
    df
        A DataFrame of Spark with the model's features as columns of numbers (text is read as numbers, cell by cell)
        and its categories; further columns of any kind stay as they are.
    model
        A saved model, its reference (`cards/v1`), or segments.
    accept_changed
        Score with a saved model whose files were changed since it was saved.
    root
        The folder of models, as in `seg.save`.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of `df`, then those of `Batch.rows`: segment (0: in none), persona, distance, margin, certainty
        (share of the refits that agree, 0 to 1), how_sure, next_persona, probability (of a mixture), noise, far,
        filled, capped, outside, caution and reason (why a row is in no segment). What is undefined is NULL. A name
        that `df` has already gets "scored_" in front.

    Raises
    ------
    DataProblems
        When a feature is missing, or a column can hold no number.
    SegmentationError
        Where Spark is not installed, for what is no table of Spark, and for a model that was changed, without
        `accept_changed`.
    """
    df = checked(df)
    made, names = _model(model, accept_changed, root)
    derived = derived_from(made.replay)
    others = [*(block.column for block in made.recipe.blocks), *sources_of(derived)]
    check_columns(df, made.feature_names, others)
    _check_sources(df, derived)
    wanted = {*made.feature_names, *others}
    places = {name: place for place, name in enumerate(df.columns) if name in wanted}
    numbers_of(made, as_pandas(df.limit(0)))  # says which columns are missing, and what is needed instead
    fields = {name: kind for name, kind in _COLUMNS.items() if name != "probability" or _has_chances(made)}
    text = packed(made)

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield scored_batch(batch, text, names, places)

    scored = mapped(plainly(df), work, fields, keep=True)
    return scored.toDF(*df.columns, *free_names(list(fields), df.columns))


def scored_batch(
    batch: pa.RecordBatch, text: str, names: Mapping[int, str], places: Mapping[str, int]
) -> pa.RecordBatch:
    """Rows, the packed model, persona names, where its columns stand → the rows with the answers; on a worker."""
    made = unpacked(text)
    told = answers(made, names, assign(made, taken_by(batch, places)))
    arrays = [_array(told[name], kind) for name, kind in _COLUMNS.items() if name in told]
    fields = [pa.field(name, array.type) for name, array in zip(told, arrays, strict=True)]
    return pa.RecordBatch.from_arrays([*batch.columns, *arrays], schema=pa.schema([*batch.schema, *fields]))


def _array(column: pd.Series, kind: str) -> pa.Array:
    types = {"int": pa.int32(), "double": pa.float64(), "boolean": pa.bool_(), "string": pa.string()}
    return pa.array(column.to_numpy(), types[kind], from_pandas=True)


def _model(
    model: SavedModel | Segmentation | str, accept_changed: bool, root: str | os.PathLike[str] | None
) -> tuple[Segmentation, dict[int, str]]:
    from segmentation.api.saved import load

    saved = load(model, root) if isinstance(model, str) else model
    if isinstance(saved, SavedModel):
        check_accepted(saved.seal, saved.ref, accept_changed, "scored")
    made = segments_of(saved)
    return made, dict(segment_names(made, saved.personas if isinstance(saved, SavedModel) else ()))


def _check_sources(df: Any, derived: Iterable[Derived]) -> None:
    """Raise `DataProblems` for columns behind made ones that would have to be read: a worker sees a few rows only."""
    kinds, allowed = kinds_of(df), {"date": DAYS, "number": NUMBERS, "yes/no": NUMBERS}
    needed = {column: kind for item in derived if item.name not in df.columns for column, kind in item.kinds}
    problems = [
        Problem(
            f'Column "{plain_text(name)}"', f"it is of type {kinds[name]}.", f"Cast it to {allowed[kind][0]} first."
        )
        for name, kind in needed.items()
        if name in kinds and kind in allowed and kinds[name] not in allowed[kind]
    ]
    if problems:
        raise DataProblems(problems)


def _has_chances(made: Segmentation) -> bool:
    return made.rule.probabilities(made.centres) is not None
