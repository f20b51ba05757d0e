"""Centres that were made over all rows → the frozen model, with everything that is counted over all rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.api.spark.drawing import prepared_of
from segmentation.api.spark.frames import mapped
from segmentation.api.spark.lloyd import moved
from segmentation.api.spark.passes import Values, gathered, summed
from segmentation.api.spark.preparing import Column
from segmentation.clustering.assignment import Centres, Floats
from segmentation.clustering.crowd import Bins, Crowd, learn_crowd, project
from segmentation.clustering.model import PERCENTS, Segmentation, between_ends
from segmentation.core.disclosure import SMALLEST_GROUP, coarse, ends_of, too_small
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.final import silhouette_inside, with_refits
from segmentation.preparation import Recipe

__all__ = ["Customers", "assemble_model"]


@dataclass(frozen=True, eq=False)
class Customers:
    """All rows as numbers (`numbers_of`) with their features, what was seen of each (`look_at_all`), and a sample."""

    numbers: Any
    names: Sequence[str]
    seen: Mapping[str, Column]
    sample: FeatureTable

    @property
    def rows(self) -> int:
        """How many customers there are."""
        return next(iter(self.seen.values())).rows


def assemble_model(all_rows: Customers, recipe: Recipe, centres: Floats, settings: Mapping[str, Any]) -> Segmentation:
    """Customers, how they are prepared, k × d centres, how they were made → the segments, numbered by size.

    Sizes, inertia, percentiles, the counts of the crowd and who is far are those of all rows; the silhouette, the
    refits, and which directions the crowd is looked at along are those of the sample.
    """
    rule, placed = _by_size(all_rows, recipe, Centres(centres))
    sizes, inertia, far_distance, far = placed
    sample = all_rows.sample
    ready = recipe.transform(sample.frame)
    labels = rule.place(ready).segment
    absent = sorted(set(range(1, rule.k + 1)) - set(labels.tolist()))
    if absent:
        raise SegmentationError(
            f"None of the {sizes[absent[0] - 1]} customers of segment {absent[0]} is in the sample. Take a larger "
            "sample or fewer segments."
        )
    made = Segmentation(
        recipe=recipe,
        info=tuple(sample.about(name) for name in recipe.names),
        rule=rule,
        centres=rule.centres,
        sizes=sizes,
        labels=None,
        inertia=inertia,
        silhouette=silhouette_inside(ready, labels),
        training=_training(all_rows, recipe),
        metrics={
            "reproduced": 1.0,
            "far_distance": far_distance,
            "missing_share": {name: 1 - all_rows.seen[name].known / all_rows.rows for name in recipe.names},
        },
        settings={"method": "kmeans", "k": rule.k, **settings},
        source=sample.source,
        replay=dict(sample.replay),
        fingerprint=sample.fingerprint,
        crowd=_crowd(all_rows, recipe, ready, far),
    )
    return with_refits(made, ready)


def _by_size(
    all_rows: Customers, recipe: Recipe, rule: Centres
) -> tuple[Centres, tuple[tuple[int, ...], float, float, int]]:
    """The rule numbered by size, small segments coarse in the middle where nobody moves; and what `_placed` says."""
    sizes = _placed(all_rows, recipe, rule)[0]
    if not all(sizes):
        raise SegmentationError("A segment would get no customer of all rows. Choose fewer segments.")
    rule = rule.renumbered(np.argsort(-np.array(sizes), kind="stable"))
    small = too_small(sorted(sizes, reverse=True))
    if small.any() and all_rows.rows >= SMALLEST_GROUP:
        rounded = Centres(np.where(small[:, None], coarse(rule.centres), rule.centres))
        if not moved(all_rows.numbers, all_rows.names, recipe, rule, rounded):
            rule = rounded
    return rule, _placed(all_rows, recipe, rule)


def _placed(all_rows: Customers, recipe: Recipe, rule: Centres) -> tuple[tuple[int, ...], float, float, int]:
    """Sizes, inertia, the distance that one customer in a hundred exceeds, and how many lie beyond it."""
    from pyspark.sql import functions as fn

    names = all_rows.names

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            columns = zip(names, batch.columns, strict=True)
            values = {name: column.to_numpy(zero_copy_only=False) for name, column in columns}
            placed = rule.place(prepared_of(recipe, values))
            arrays = [pa.array(placed.segment), pa.array(placed.distance)]
            yield pa.RecordBatch.from_arrays(arrays, names=["segment", "distance"])

    placed = mapped(all_rows.numbers, work, {"segment": "int", "distance": "double"}).persist()
    try:
        squares = fn.sum(fn.col("distance") * fn.col("distance"))
        rows = placed.groupBy("segment").agg(fn.count(fn.lit(1)).alias("size"), squares.alias("squares")).toArrow()
        by_segment = {row["segment"]: row for row in rows.to_pylist()}
        sizes = tuple(by_segment[number]["size"] if number in by_segment else 0 for number in range(1, rule.k + 1))
        limit = placed.agg(fn.percentile_approx("distance", 0.99, 100_000).alias("limit")).toArrow()["limit"][0].as_py()
        # As if a customer had not drawn the centre of its segment towards itself.
        alone = fn.coalesce(*(fn.when(fn.col("segment") == number, fn.lit(size / max(size - 1, 1)))
                             for number, size in enumerate(sizes, start=1)))  # fmt: skip
        far = placed.where(fn.col("distance") * alone > fn.lit(limit)).count()
    finally:
        placed.unpersist()
    return sizes, float(sum(row["squares"] for row in by_segment.values())), float(limit), far


def _training(all_rows: Customers, recipe: Recipe) -> pd.DataFrame:
    """The percentiles of every feature over all rows, with ends that ten customers come near."""
    items = [item for item in recipe.features if recipe.block_of(item.name) is None]

    def outermost(batches: Iterator[Values]) -> Floats:
        ends = np.full((len(items), 2, SMALLEST_GROUP), np.nan)
        for values in batches:
            for at, item in enumerate(items):
                column = values[item.name]
                ends[at] = _ends(np.concatenate([ends[at].ravel(), column[~np.isnan(column)]]))
        return ends.ravel()

    pieces = gathered(all_rows.numbers, all_rows.names, outermost).reshape(-1, len(items), 2 * SMALLEST_GROUP)
    columns = {}
    for item in recipe.features:
        percentiles, ends = all_rows.seen[item.name].percentiles, (0.0, 1.0)
        if item in items:
            low, high = _ends(pieces[:, items.index(item)].ravel())
            low, high = low[~np.isnan(low)], high[~np.isnan(high)]
            ends = ends_of(low, high, float(percentiles[90] - percentiles[10]))
        columns[item.name] = between_ends(percentiles, *ends)
    return pd.DataFrame(columns, index=pd.Index(PERCENTS, name="percent"))


def _ends(values: Floats) -> Floats:
    """Values, NaN among them → the ten lowest and the ten highest in order (2 × 10), NaN where there are fewer."""
    ordered = np.sort(values)
    known = ordered[: len(ordered) - int(np.isnan(ordered).sum())]
    ends = np.full((2, SMALLEST_GROUP), np.nan)
    low, high = known[:SMALLEST_GROUP], known[-SMALLEST_GROUP:]
    ends[0, : len(low)], ends[1, SMALLEST_GROUP - len(high) :] = low, high
    return ends


def _crowd(all_rows: Customers, recipe: Recipe, ready: Floats, far: int) -> Crowd:
    """The crowd with bins and directions of the sample, and all rows counted in them."""
    crowd = learn_crowd(all_rows.sample.frame, ready, recipe, far)
    bins = [*crowd.features.values(), *crowd.along]
    widths = [len(item.counts) + 1 for item in bins]

    def counts(values: Values) -> Floats:
        rows = prepared_of(recipe, values)
        along = project(rows, crowd.directions)
        columns = [*(values[name] for name in recipe.names), *along.T] if crowd.along else [*values.values()]
        counted = [item.count(column) for item, column in zip(bins, columns, strict=True)]
        return np.array([number for item in counted for number in (*item.counts, item.missing)], dtype=np.float64)

    total = summed(all_rows.numbers, all_rows.names, counts, sum(widths)).astype(np.int64)
    pieces = np.split(total, np.cumsum(widths)[:-1])
    full = [Bins(item.edges, tuple(map(int, own[:-1])), int(own[-1])) for item, own in zip(bins, pieces, strict=True)]
    features = dict(zip(crowd.features, full, strict=False))
    return replace(crowd, features=features, along=tuple(full[len(features) :]))
