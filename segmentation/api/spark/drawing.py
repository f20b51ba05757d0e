"""A sample of a Spark table in which every kind of customer has its part: so much of each stratum as of all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from segmentation.api.spark.frames import as_pandas, plainly
from segmentation.api.spark.passes import Values, summed
from segmentation.clustering.assignment import Centres, Floats
from segmentation.clustering.methods.k_means import kmeans
from segmentation.core.tables import FeatureTable
from segmentation.preparation import Recipe

__all__ = ["PILOT", "pilot", "prepared_of", "stratified"]

PILOT = 20_000
"""About so many customers are looked at first, to know what the columns are and to make the strata."""
_STRATA = 20
_SPARE = 1.3
"""So many times the sample is drawn, that every stratum has enough."""


def prepared_of(recipe: Recipe, values: Values) -> Floats:
    """Values of the features → prepared rows (n × d)."""
    return np.ascontiguousarray(np.array([item.apply(values[item.name]) for item in recipe.features]).T)


def pilot(df: Any, rows: int, seed: int) -> pd.DataFrame:
    """About `PILOT` of so many rows, drawn at random."""
    return as_pandas(df if rows <= PILOT else df.sample(False, PILOT / rows, seed))


def stratified(
    df: Any, numbers: Any, looked: FeatureTable, recipe: Recipe, *, rows: int, size: int, seed: int, id: str
) -> pd.DataFrame:
    """`size` of so many rows of a Spark table: of each stratum its share of all, drawn at random within it.

    numbers: its features (`numbers_of`), which are those of the pilot. The strata are compact groups of the pilot as
    its recipe prepares it. id: the column that tells customers apart; with it the same customers are drawn however
    the table is cut into pieces.
    """
    from pyspark.sql import functions as fn

    if rows <= size:
        return as_pandas(df)
    ready = recipe.transform(looked.frame)
    different = len(np.unique(ready, axis=0))
    strata = Centres(kmeans(ready, min(_STRATA, different), n_init=1, seed=seed).centres)

    def counts(values: Values) -> Floats:
        placed = strata.place(prepared_of(recipe, values)).segment
        return np.bincount(placed - 1, minlength=strata.k).astype(np.float64)

    parts = _parts(summed(numbers, looked.names, counts, strata.k), size)
    plain = plainly(df)
    chance = fn.rand(seed)
    if id:
        digest = fn.xxhash64(fn.lit(seed), fn.col(f"c{df.columns.index(id)}").cast("string"))
        chance = digest.cast("double") / fn.lit(2.0**64) + fn.lit(0.5)
    drawn = as_pandas(plain.withColumn("chance", chance).where(fn.col("chance") < fn.lit(_SPARE * size / rows)))
    order = np.argsort(drawn.pop("chance").to_numpy(), kind="stable")
    drawn = drawn.set_axis(df.columns, axis=1).iloc[order].reset_index(drop=True)
    placed = strata.place(recipe.transform(drawn)).segment
    chosen = [np.flatnonzero(placed == number)[:part] for number, part in enumerate(parts, start=1)]
    return drawn.iloc[np.sort(np.concatenate(chosen))].reset_index(drop=True)


def _parts(counts: Floats, size: int) -> list[int]:
    """How many are drawn of each stratum: its share of `size`, the largest remainders rounded up."""
    exact = counts * size / counts.sum()
    parts = np.floor(exact).astype(int)
    more = np.argsort(parts - exact, kind="stable")[: size - int(parts.sum())]
    parts[more] += 1
    return [int(part) for part in parts]
