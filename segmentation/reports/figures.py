"""The figures of a report: of the customers where they are at hand, else of the centres of a saved model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import behind_the_figures, spread_of, step_of, told
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.projection import Projection, project
from segmentation.personas.distances import centre_distances
from segmentation.personas.profiles import (
    box_figures,
    centre_and_spread,
    partition_features,
    profile,
    segment_numbers,
    told_differences,
    wide_profile,
)

__all__ = ["EVERYONE", "comparison_table", "from_centres", "measured", "recipe_table", "told_distances", "told_typical"]

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


def told_typical(segmentation: Segmentation) -> pd.DataFrame:
    """The centres in original units as they may be told: one row a segment, one column a feature.

    A step of the prepared values, for which the spread of the training percentiles stands, is turned into original
    units where the centre lies, and only there it is rounded: on a grid of prepared values two figures would tell mean
    and scale. Each lies within the ends of its feature.
    """
    typical, prepared = segmentation.typical, segmentation.recipe.transform(segmentation.training)
    reach = 2 * spread_of(prepared) / np.array(segmentation.sizes)[:, None]
    beside = [segmentation.recipe.inverse_transform(segmentation.centres + side * reach) for side in (-1, 1)]
    moved = np.fmax(*(np.abs(item.to_numpy() - typical.to_numpy()) for item in beside))
    ends = (segmentation.training[list(typical)].iloc[end].to_numpy(np.float64) for end in (0, -1))
    return pd.DataFrame(told(typical, step_of(moved / 2, 1), *ends), typical.index, typical.columns)


def told_distances(segmentation: Segmentation) -> pd.DataFrame:
    """Distances between the centres (k × k), no finer than one customer of the smaller segment could move them."""
    spread, sizes = _spread(segmentation), np.array(segmentation.sizes)
    exact = centre_distances(segmentation.centres)
    steps = step_of(spread[np.isfinite(spread)].max(initial=0.0), np.minimum.outer(sizes, sizes))
    return pd.DataFrame(told(exact, steps), exact.index, exact.columns)


def _spread(segmentation: Segmentation) -> NDArray[np.float64]:
    """The deviation of the 101 training percentiles, for that of the customers; infinite where there is none."""
    _, spread = centre_and_spread(segmentation.recipe.transform(segmentation.training))
    return np.where(spread > 0, spread, np.inf)


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
            segmentation.recipe.transform(told_typical(segmentation)),
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
    middle = np.average(segmentation.centres, axis=0, weights=sizes)
    if (
        segmentation.noise and not hidden
    ):  # everyone has no centre: the mean of the percentiles, the first and last counting half
        middle = (prepared.sum(axis=0) - (prepared[0] + prepared[-1]) / 2) / (len(prepared) - 1)
    spread = _spread(segmentation)
    steps = step_of(spread_of(prepared) / spread, np.array(segmentation.sizes)[:, None])
    gaps = told((segmentation.centres - middle) / spread, steps)
    between = (sizes[:, None] * (segmentation.centres - middle) ** 2).sum(axis=0)
    share = between / between.sum() if between.sum() > 0 else between
    order = sorted(range(len(share)), key=lambda index: (-share[index], segmentation.feature_names[index]))
    typical = told_typical(segmentation).T
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
    ends = (table["feature"].map(training.iloc[end]).fillna(free) for end, free in ((0, -np.inf), (-1, np.inf)))
    table["missing becomes"] = told(table["missing becomes"], step_of(table["feature"].map(spread), customers), *ends)
    if protect:
        inside = {name for block in segmentation.recipe.blocks for name in block.features}
        table.loc[table["feature"].isin(inside), "missing becomes"] = np.nan  # everyone's share, to the last digit
    return table.drop(columns=["mean", "scale"]) if protect else table
