"""Spark's tables as this package takes them: checked with a sentence, under plain names, and as pandas has them.

Spark reads dots and backticks in a name as syntax and takes names that differ in capitals for one. So every table is
worked on under the names c0, c1, …, and gets its own back in the end, by place.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from segmentation.core.checks import kind_text
from segmentation.core.errors import DataProblems, Problem, SegmentationError
from segmentation.core.text import plain_text

__all__ = [
    "DAYS",
    "NUMBERS",
    "as_pandas",
    "check_columns",
    "checked",
    "free_names",
    "kinds_of",
    "mapped",
    "plainly",
    "taken_by",
]

NUMBERS = ("double", "float", "byte", "short", "integer", "long", "decimal", "boolean")
"""Types of Spark that hold numbers."""
DAYS = ("date", "timestamp_ntz")
"""Types whose day hangs on no time zone."""
_NOT_ONE_VALUE = ("array", "map", "struct", "binary", "variant")
Batches = Iterator[pa.RecordBatch]


def checked(df: Any) -> Any:
    """The table, if it is one of Spark; else one sentence, also where Spark is not installed."""
    try:
        from pyspark.sql import DataFrame
    except ImportError as error:
        raise SegmentationError(
            "Spark is not installed here. Install it with pip install 'customer-segmentation-studio[spark]', and Java, "
            "17 or newer; segmentation.score and segmentation.fit need neither."
        ) from error
    if not isinstance(df, DataFrame):
        raise SegmentationError(
            f"A table for Spark cannot be {kind_text(df)}. Give a DataFrame of Spark, such as spark.read.parquet(…)."
        )
    return df


def check_columns(df: Any, numbers: Sequence[str], categories: Sequence[str] = (), *, text: bool = True) -> None:
    """Raise `DataProblems` for columns of a kind that no number (text: or text) or no category can be read from."""
    problems = []
    for name, kind in kinds_of(df).items():
        what = f'Column "{plain_text(name)}"'
        if name in numbers and kind not in (*NUMBERS, *(["string"] if text else [])):
            problems.append(Problem(what, f"it must hold numbers and is of type {kind}.", "Cast it to a number first."))
        elif name in categories and kind in _NOT_ONE_VALUE:
            problems.append(Problem(what, f"a category cannot be of type {kind}.", "Make it text or a number first."))
    repeated = sorted({name for name in (*numbers, *categories) if df.columns.count(name) > 1})
    problems += [
        Problem(f'Column "{plain_text(name)}"', "there are two of this name.", "Rename one.") for name in repeated
    ]
    if problems:
        raise DataProblems(problems)


def kinds_of(df: Any) -> dict[str, str]:
    """Column → the name of its type."""
    return {field.name: field.dataType.typeName() for field in df.schema.fields}


def plainly(df: Any) -> Any:
    """The table under the names c0, c1, …"""
    return df.toDF(*(f"c{place}" for place in range(len(df.columns))))


def free_names(wanted: Sequence[str], taken: Sequence[str]) -> list[str]:
    """Names for new columns: a name that is taken, in whatever capitals, gets "scored_" in front."""
    used, free = {name.casefold() for name in taken}, []
    for name in wanted:
        while name.casefold() in used:
            name = f"scored_{name}"
        used.add(name.casefold())
        free.append(name)
    return free


def mapped(df: Any, work: Callable[[Batches], Batches], fields: Mapping[str, str], *, keep: bool = False) -> Any:
    """A table under plain names, what is done to its batches, the new columns (name → type) → the result.

    keep: the batches come out with their own columns in front.
    """
    from pyspark.sql import types

    kinds = {"int": types.IntegerType(), "double": types.DoubleType(), "boolean": types.BooleanType()}
    kinds |= {"string": types.StringType(), "doubles": types.ArrayType(types.DoubleType())}
    new = [types.StructField(name, kinds[kind]) for name, kind in fields.items()]
    with warnings.catch_warnings():  # nothing that Spark does with pandas is used
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        return df.mapInArrow(work, types.StructType([*(df.schema.fields if keep else ()), *new]))


def taken_by(batch: pa.RecordBatch, places: Mapping[str, int]) -> pd.DataFrame:
    """Some columns of a batch (name → place) as pandas has them."""
    frame: pd.DataFrame = pa.table([batch.column(place) for place in places.values()], names=list(places)).to_pandas()
    return frame


def as_pandas(df: Any) -> pd.DataFrame:
    """The rows, all of them, through Arrow: decimals, dates and what is missing stay what they are.

    A moment is what the clock of the session's time zone shows, as Spark's own functions see it.
    """
    from pyspark.sql import functions as fn

    plain = plainly(df)
    cells = [
        fn.col(field.name).cast("timestamp_ntz").alias(field.name)
        if field.dataType.typeName() == "timestamp"
        else fn.col(field.name)
        for field in plain.schema.fields
    ]
    frame = plain.select(*cells).toArrow().to_pandas()
    named: pd.DataFrame = frame.set_axis(df.columns, axis=1)
    return named
