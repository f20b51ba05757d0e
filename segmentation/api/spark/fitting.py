"""`fit`: segments of all rows of a Spark table, the recipe and the board from a sample of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.api.arguments import checked_progress
from segmentation.api.choice import KChoice, choose_k
from segmentation.api.inputs import prepare
from segmentation.api.personas import Personas, describe
from segmentation.api.segments import Segments
from segmentation.api.spark.assembling import Customers, assemble_model
from segmentation.api.spark.drawing import pilot, stratified
from segmentation.api.spark.frames import check_columns, checked, plainly
from segmentation.api.spark.lloyd import Passes, lloyd
from segmentation.api.spark.passes import numbers_of
from segmentation.api.spark.preparing import learn_on_all, look_at_all
from segmentation.clustering.methods.k_means import KMeansSettings, kmeans
from segmentation.core.blocks import with_levels
from segmentation.core.errors import DataProblems, Problem, SegmentationError
from segmentation.core.notebook import notebook_card
from segmentation.core.progress import part
from segmentation.core.settings import N_INIT, SEED, PrepSettings, Progress
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, counted, plain_text
from segmentation.data.customers import customers_from
from segmentation.preparation import numeric_column

__all__ = ["SparkFit", "check_once", "fit"]

_LEAST_SAMPLE = 1_000


@dataclass(frozen=True, eq=False, repr=False)
class SparkFit:
    """Segments of all rows of a Spark table.

    segments: as `seg.fit` makes them. personas: described from the sample, with the sizes of all rows. sample: the
    customers that were drawn. passes: the full passes over all rows. choice: the comparison of numbers of segments on
    the sample, None where k was given.
    """

    segments: Segments
    personas: Personas
    sample: FeatureTable
    passes: Passes
    choice: KChoice | None = None

    @property
    def summary(self) -> str:
        """What it is in one line."""
        done = counted(len(self.passes.inertias), "full pass", "full passes")
        ended = "at rest" if self.passes.at_rest else "still moving a little"
        return f"{self.segments.summary}; {done}, {ended}; sample of {count_text(len(self.sample.frame))}"

    def __repr__(self) -> str:
        return f"SparkFit({self.summary})"

    def _repr_html_(self) -> str:
        rows = [(item.segment, item.name, item.size) for item in self.personas]
        return notebook_card(self.summary, (), pd.DataFrame(rows, columns=["Segment", "Persona", "Customers"]))


def fit(
    df: Any,
    k: int | None = None,
    *,
    id: str | None = None,
    roles: Mapping[str, str] | None = None,
    settings: PrepSettings | str | os.PathLike[str] = "recommended",
    sample: int = 150_000,
    passes: int = 10,
    n_init: int = N_INIT,
    seed: int = SEED,
    progress: Progress | None = None,
) -> SparkFit:
    """A Spark table, one row a customer → K-means segments of all rows, to be saved as any others.

    A sample in which every kind of customer has its part decides what is done to each column, and how many segments
    there are where that is not given. The figures of the preparation (medians, caps, means …) and of the model are
    those of all rows; from the centres of the sample a few full passes lead to those of all rows.

    Parameters
    ----------
    df
        A DataFrame of Spark. Features must be numbers; it is read several times, so a table that is costly to make is
        better written down or cached before.
    k
        The number of segments; None takes the one that `seg.choose_k` recommends for the sample.
    id
        The column that tells customers apart.
    roles
        Column → `feature`, `category`, `descriptor`, `sensitive`, `outcome` … or `left out`, as in `seg.features`.
    settings
        How columns are prepared, as in `seg.prepare`.
    sample
        How many customers are drawn; they come to this machine.
    passes
        The most full passes over all rows.
    n_init, seed
        Restarts of K-means on the sample, and where they start and what is drawn.
    progress
        Called as `progress(share, text)`.

    Returns
    -------
    SparkFit
        `.segments` and `.personas` (for `seg.save`, `spark.score`), `.sample`, `.passes`, `.choice`.

    Raises
    ------
    DataProblems
        For columns that are no numbers, infinite values, and customers that are there twice.
    SegmentationError
        Where Spark is not installed, and when no number of segments can be recommended or made.
    """
    df, heard = checked(df), checked_progress(progress) or (lambda share, text: None)
    chosen = KMeansSettings(n_init=n_init, seed=seed) if k is None else KMeansSettings(k=k, n_init=n_init, seed=seed)
    if sample < _LEAST_SAMPLE or passes < 1:
        raise SegmentationError(f"Draw at least {count_text(_LEAST_SAMPLE)} customers and make at least one pass.")
    rows = df.count()
    heard(0.05, f"Looking at some of {count_text(rows)} customers")
    first = pilot(df, rows, seed)
    looked = customers_from(first, "customers", roles=roles, id=id)
    _check_readable(df, looked, first)
    key = _identifier(looked)
    check_once(df, key)
    numbers = numbers_of(df, looked.names, looked.blocks).persist()
    try:
        heard(0.1, "Drawing a sample")
        recipe = prepare(looked, settings)
        drawn = stratified(df, numbers, looked, recipe, rows=rows, size=sample, seed=seed, id=key)
        table = customers_from(drawn, "customers", roles={role.name: role.role for role in looked.roles}, id=id)
        _check_readable(df, table, drawn)
        if (table.names, table.blocks) != (looked.names, looked.blocks):
            numbers.unpersist()
            numbers = numbers_of(df, table.names, table.blocks).persist()
        heard(0.2, "Figures of all customers")
        all_rows = Customers(numbers, table.names, look_at_all(numbers, table.names), table)
        recipe = prepare(table, settings)
        choice = None if k is not None else choose_k(table, recipe, n_init=n_init, seed=seed)
        number = _number(k, choice)
        recipe = learn_on_all(recipe, numbers, table.names, all_rows.seen, len(drawn))
        heard(0.4, "Segments of the sample")
        ready = recipe.transform(table.frame)
        start = kmeans(ready, number, n_init=chosen.n_init, seed=chosen.seed).centres
        variance = float(ready.var(axis=0).mean())
        done = lloyd(
            numbers, table.names, recipe, start, most=passes, variance=variance, progress=part(heard, 0.5, 0.8)
        )
        heard(0.8, "The model of all customers")
        made = assemble_model(all_rows, recipe, done.centres, {"n_init": chosen.n_init, "seed": chosen.seed})
    finally:
        numbers.unpersist()
    segments = Segments.of(made)
    return SparkFit(segments, _of_everyone(segments, describe(segments, table)), table, done, choice)


def _number(k: int | None, choice: KChoice | None) -> int:
    if k is not None:
        return k
    assert choice is not None
    if choice.recommended_k is None or choice.recommended_k < 2:
        raise SegmentationError(
            f"No number of segments can be recommended: {choice.headline} Say how many, such as k=4."
        )
    return choice.recommended_k


def _of_everyone(segments: Segments, personas: Personas) -> Personas:
    """The personas with the sizes of all rows."""
    pairs = zip(personas, segments.sizes, segments.shares, strict=True)
    return Personas(replace(persona, size=size, share=share) for persona, size, share in pairs)


def _identifier(looked: FeatureTable) -> str:
    return next((role.name for role in looked.roles if role.role == "identifier"), "")


def check_once(df: Any, key: str) -> None:
    """Refuse customers who are there twice."""
    from pyspark.sql import functions as fn

    if not key:
        return
    ids = plainly(df).select(fn.col(f"c{df.columns.index(key)}").alias("id")).where("id IS NOT NULL")
    repeated = ids.groupBy("id").count().where("count > 1").count()
    if repeated:
        what = f"{counted(repeated, 'customer')} {'is' if repeated == 1 else 'are'} there more than once."
        raise DataProblems([Problem(f'Column "{plain_text(key)}"', what, "Keep one row a customer.")])


def _check_readable(df: Any, looked: FeatureTable, first: pd.DataFrame) -> None:
    """Refuse columns whose cells are read as something else than the numbers that Spark has in them."""
    levels = {name for block in looked.blocks for name in block.features}
    plain = [name for name in looked.names if name not in levels]
    unknown = [name for name in plain if name not in df.columns]
    if unknown:
        what = f'Column "{plain_text(unknown[0])}"'
        raise DataProblems([Problem(what, "it has another name in the table.", "Rename it to this name in Spark.")])
    check_columns(df, plain, [block.column for block in looked.blocks], text=False)
    if len(first) != len(looked.frame):
        lost = counted(len(first) - len(looked.frame), "row")
        raise SegmentationError(f"{lost} of those looked at would not count as a customer. Filter such rows in Spark.")
    raw = with_levels(first, looked.blocks)
    for name in looked.names:
        cells = numeric_column(raw, name)
        if np.isinf(cells).any():
            what = f'Column "{plain_text(name)}"'
            raise DataProblems([Problem(what, "some values are infinite.", "Correct or empty those cells.")])
        if not np.array_equal(cells, looked.frame[name].to_numpy(), equal_nan=True):
            raise SegmentationError(
                f'The column "{plain_text(name)}" is read as something else than its numbers (codes for "no answer", '
                "units …). Clean it in Spark, or leave it out with roles."
            )
