"""One pass over all rows: every piece is made into a few figures where it lies, and only these come to the driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from segmentation.api.spark.frames import mapped, plainly, taken_by
from segmentation.clustering.assignment import Floats
from segmentation.core.blocks import Block, with_levels
from segmentation.preparation import numeric_column

__all__ = ["Values", "gathered", "numbers_of", "summed"]

Values = Mapping[str, Floats]
"""Feature → its values in some rows, NaN where missing."""


def numbers_of(df: Any, names: Sequence[str], blocks: Sequence[Block]) -> Any:
    """A Spark table of customers → one with a column of numbers v0, v1, … for each feature, NULL where missing.

    A category becomes its levels, as in the library.
    """
    wanted = {*names, *(block.column for block in blocks)}
    places = {name: place for place, name in enumerate(df.columns) if name in wanted}

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            frame = with_levels(taken_by(batch, places), blocks)
            columns = [pa.array(numeric_column(frame, name), from_pandas=True) for name in names]
            yield pa.RecordBatch.from_arrays(columns, names=[f"v{place}" for place in range(len(names))])

    return mapped(plainly(df), work, {f"v{place}": "double" for place in range(len(names))})


def gathered(numbers: Any, names: Sequence[str], work: Callable[[Iterator[Values]], Floats]) -> Floats:
    """What `numbers_of` made, its features, and what is made of the rows of a piece (m figures) → pieces × m."""

    def piece(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        made = work(_values(batch, names) for batch in batches if batch.num_rows)
        yield pa.RecordBatch.from_arrays([pa.array([made.tolist()], pa.list_(pa.float64()))], names=["figures"])

    rows = mapped(numbers, piece, {"figures": "doubles"}).toArrow().column("figures").to_pylist()
    return np.array(rows, dtype=np.float64)


def summed(numbers: Any, names: Sequence[str], work: Callable[[Values], Floats], size: int) -> Floats:
    """The same for figures that add up (m = size): those of all rows together."""

    def added(batches: Iterator[Values]) -> Floats:
        total = np.zeros(size)
        for values in batches:
            total += work(values)
        return total

    return np.asarray(gathered(numbers, names, added).sum(axis=0), dtype=np.float64)


def _values(batch: pa.RecordBatch, names: Sequence[str]) -> Values:
    return {name: column.to_numpy(zero_copy_only=False) for name, column in zip(names, batch.columns, strict=True)}
