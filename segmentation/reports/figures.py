"""The figures of a report: of the customers where they are at hand, else of the centres of a saved model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import behind_the_figures, spread_of, step_of, told
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.projection import Projection, project
from segmentation.personas.profiles import (
    box_figures,
    partition_features,
    profile,
    segment_numbers,
    told_differences,
    wide_profile,
)

__all__ = ["EVERYONE", "comparison_table", "from_centres", "measured", "recipe_table", "with_told_centres"]

EVERYONE = "everyone"
_POINTS = 600
"""Customers drawn on the map of a report: enough to see the shape, few enough to stay small on paper."""


@dataclass(frozen=True, eq=False)
class _Figures:
    statistic: str
    typical: pd.DataFrame
    differences: pd.DataFrame
    weights: dict[str, float]
    medians: pd.DataFrame | None = None
    boxes: pd.DataFrame | None = None
    map: Projection | None = None
    notes: tuple[str, ...] = ()


def with_told_centres(segmentation: Segmentation) -> Segmentation:
    """The segmentation with its centres as they may be told; its rule, which places customers, stays exact.

    The spread of the training percentiles stands for that of a segment, which is smaller. Steps of yes and no, and of
    levels, are counted from none.
    """
    prepared = segmentation.recipe.transform(segmentation.training)
    low, high, sizes = prepared.min(axis=0), prepared.max(axis=0), np.array(segmentation.sizes)
    steps = step_of(spread_of(prepared), sizes[:, None])
    two = ((prepared == low) | (prepared == high)).all(axis=0)
    start = np.where(two, low, 0.0)
    centres = told(segmentation.centres - start, steps) + start
    return replace(segmentation, centres=np.where(two, np.clip(centres, low, high), centres))


def measured(segmentation: Segmentation, features: FeatureTable, smallest: int) -> _Figures:
    """Figures of the customers themselves; *everyone* is everyone that `behind_the_figures` says."""
    assert segmentation.labels is not None
    rows = behind_the_figures(segmentation.labels, smallest)
    labels = segmentation.labels.to_numpy()[rows]
    frame = features.frame.loc[rows, list(segmentation.feature_names)]
    prepared = segmentation.recipe.transform(frame)
    fill = {item.name: item.fill for item in segmentation.recipe.features}
    table = profile(frame, labels, fill=fill, exact=False)
    weights = partition_features(prepared, labels, segmentation.feature_names)
    every = list(segmentation.segments)
    drawn = None
    if len(segmentation.feature_names) > 1 and len(rows) > 2:
        own = labels > 0
        drawn = project(
            prepared[own],
            labels[own],
            with_told_centres(segmentation).centres,
            segmentation.feature_names,
            index=frame.index[own],
            sample=_POINTS,
        )
        drawn = replace(drawn, centres=drawn.centres.loc[segment_numbers(labels)])
    return _Figures(
        statistic="Mean",
        typical=wide_profile(table, figure="mean").reindex(columns=[*every, EVERYONE]),
        medians=wide_profile(table, figure="median").reindex(columns=[*every, EVERYONE]),
        differences=told_differences(prepared, labels, segmentation.feature_names).T.reindex(columns=every),
        weights=dict(zip(weights["feature"].astype(str), weights["share"].astype(float), strict=True)),
        boxes=box_figures(frame, labels),
        map=drawn,
    )


def from_centres(segmentation: Segmentation, hidden: frozenset[int]) -> _Figures:
    """Figures of the centres, when only the model is at hand; everyone is the training median.

    Hidden segments weigh nothing in the middle of the centres: else theirs would follow by subtraction.
    """
    sizes = np.array(
        [0 if number in hidden else segmentation.sizes[number - 1] for number in segmentation.segments],
        dtype=np.float64,
    )
    prepared = segmentation.recipe.transform(segmentation.training)
    shown = with_told_centres(segmentation)
    middle, exact = (np.average(item.centres, axis=0, weights=sizes) for item in (shown, segmentation))
    if (
        segmentation.noise and not hidden
    ):  # everyone has no centre: the mean of the percentiles, the first and last counting half
        middle = exact = (prepared.sum(axis=0) - (prepared[0] + prepared[-1]) / 2) / (len(prepared) - 1)
    # The spread of the 101 training percentiles stands for that of the customers; on scaled features it is near 1.
    spread = prepared.std(axis=0)
    spread = np.where(spread > 0, spread, np.inf)
    gaps = (shown.centres - middle) / spread
    between = (sizes[:, None] * (segmentation.centres - exact) ** 2).sum(axis=0)
    share = between / between.sum() if between.sum() > 0 else between
    order = sorted(range(len(share)), key=lambda index: (-share[index], segmentation.feature_names[index]))
    typical = shown.typical.T
    typical[EVERYONE] = segmentation.training.loc[50]
    return _Figures(
        statistic="Centre",
        typical=typical,
        differences=pd.DataFrame(gaps.T, index=list(segmentation.feature_names), columns=list(segmentation.segments)),
        weights={segmentation.feature_names[index]: float(share[index]) for index in order},
        notes=(
            "Made from a saved model without its customers: values are the centres of the segments, and everyone's "
            "value is the median.",
        ),
    )


def comparison_table(comparison: KComparison, min_size: int, customers: int) -> pd.DataFrame:
    """The comparison's figures, no finer than one customer moves them; of small segments not how small they are."""
    names = ["inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "smallest", "smallest_share"]
    table = comparison.table[names].astype(np.float64)
    table["inertia"] = told(table["inertia"], step_of(table["inertia"] / customers, 1))
    for name in ("silhouette", "davies_bouldin"):
        table[name] = told(table[name], step_of(1, customers))
    table["calinski_harabasz"] = told(table["calinski_harabasz"], step_of(table["calinski_harabasz"], customers))
    table.loc[table["smallest"] < min_size, ["smallest", "smallest_share"]] = np.nan
    return table


def recipe_table(segmentation: Segmentation, protect: bool) -> pd.DataFrame:
    """The recipe as a person reads it, its means no finer than one customer could move them.

    Means and scales go when a hidden segment could be worked out from them.
    """
    table, customers = segmentation.recipe.table(), segmentation.n_customers
    steps = step_of(table["scale"].where(table["mean"] != 0), customers)
    table["mean"], table["scale"] = told(table["mean"], steps), told(table["scale"], steps)
    training = segmentation.training[[item.name for item in segmentation.recipe.features if item.fill_rule == "mean"]]
    spread = pd.Series(spread_of(training), training.columns, dtype=np.float64)
    table["missing becomes"] = told(table["missing becomes"], step_of(table["feature"].map(spread), customers))
    if protect:
        inside = {name for block in segmentation.recipe.blocks for name in block.features}
        table.loc[table["feature"].isin(inside), "missing becomes"] = np.nan  # everyone's share, to the last digit
    return table.drop(columns=["mean", "scale"]) if protect else table
