"""What the segments look like, as tables: sizes, profiles, differences and box-plot figures.

Tables take the customers' features in original units (`frame`, n × d), their prepared values (`Z`, n × d)
and `labels` (n whole numbers: 1…k, 0 = not assigned). A row with segment 0 in a result is *everyone*.
Missing values are left out of every figure unless `fill` says what preparation put in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from segmentation.core.disclosure import (
    SMALLEST_GROUP,
    behind_the_figures,
    spread_of,
    step_of,
    surely_differ,
    told,
    told_and_error,
)
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import value_writer

__all__ = [
    "EVERYONE",
    "box_figures",
    "centre_and_spread",
    "exported_profile",
    "partition_features",
    "profile",
    "profile_writers",
    "segment_means",
    "segment_numbers",
    "small_name",
    "standard_differences",
    "told_differences",
    "wide_profile",
]

EVERYONE = 0
_MINUS = "\u2212"

_ROUNDING = 1e-9
"""A deviation below this part of the largest value is no spread: numbers that should be equal differ by rounding."""


def segment_numbers(labels: ArrayLike) -> list[int]:
    """The segment numbers that occur in `labels`, in order, without 0 (not assigned)."""
    return [int(number) for number in np.unique(np.asarray(labels)) if number > 0]


def profile(
    frame: pd.DataFrame,
    labels: ArrayLike,
    *,
    fill: Mapping[str, float] | None = None,
    features: Sequence[str] = (),
    exact: bool = True,
) -> pd.DataFrame:
    """Mean and median of every feature in every segment, against everyone, in original units.

    One row a segment and feature, segment 1's features first. Columns: segment, feature, size (customers in the
    segment), missing (of them without a value), mean, median, everyone_mean, everyone_median, difference (mean −
    everyone_mean), difference_share (difference / |everyone_mean|, NaN where that is 0).
    `fill` gives the value that preparation put in place of a missing one (feature → value): with it the means are
    those of the customers as they were grouped. `features` limits the columns. Unless `exact` the means are as they
    may be told to others (`core.disclosure.step_of`), and the differences are those of such means: 0 where these do
    not say which is larger.
    """
    labels = np.asarray(labels)
    frame = frame[list(features)] if features else frame
    missing = frame.isna()
    filled = frame.fillna(dict(fill)) if fill else frame
    (everyone_mean, everyone_error), everyone_median = _means(filled, frame, exact=exact), filled.median()
    parts = []
    for number in segment_numbers(labels):
        rows = labels == number
        own = filled[rows]
        mean, error = _means(own, frame[rows], exact=exact)
        part = pd.DataFrame(
            {
                "segment": number,
                "feature": list(frame.columns),
                "size": int(rows.sum()),
                "missing": missing[rows].sum().to_numpy(),
                "mean": mean,
                "median": own.median().to_numpy(),
                "everyone_mean": everyone_mean,
                "everyone_median": everyone_median.to_numpy(),
                "difference": np.where(surely_differ(mean, everyone_mean, error + everyone_error), 1.0, 0.0)
                * (mean - everyone_mean),
            }
        )
        parts.append(part)
    if not parts:
        return pd.DataFrame(columns=list(_PROFILE))
    table = pd.concat(parts, ignore_index=True)
    base = table["everyone_mean"].abs()
    table["difference_share"] = table["difference"] / base.where(base > 0)
    return table[list(_PROFILE)]


def _means(
    filled: pd.DataFrame, values: pd.DataFrame, *, exact: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means and how far off they may be: none if `exact`, else told to a step that comes from the known values."""
    means = filled.mean().to_numpy(dtype=np.float64)
    if exact:
        return means, np.zeros(len(means))
    return told_and_error(means, step_of(spread_of(values), len(values)), filled.min(), filled.max())


_PROFILE = (
    "segment", "feature", "size", "missing", "mean", "median", "everyone_mean", "everyone_median", "difference",
    "difference_share",
)  # fmt: skip


def wide_profile(table: pd.DataFrame, *, figure: str = "mean") -> pd.DataFrame:
    """One row a feature, one column a segment, and "everyone": a `profile` table as people compare it.

    `figure` is "mean", "median", "difference" or "difference_share"; the last two have no column "everyone".
    """
    wide = table.pivot(index="feature", columns="segment", values=figure)
    wide = wide.reindex(table["feature"].drop_duplicates())
    wide.columns.name = None
    if f"everyone_{figure}" in table:
        wide["everyone"] = table.groupby("feature")[f"everyone_{figure}"].first()
    return wide


def profile_writers(info: Sequence[FeatureInfo], *, figure: str = "mean") -> list[Callable[[float], str]]:
    """How each feature's row of `wide_profile` is written: in its own unit; differences with their sign.

    `difference_share` is a percentage of everyone's mean.
    """
    if figure == "difference_share":
        return [_signed_percent] * len(info)
    signed = figure == "difference"
    # Of yes and no it is told how many say yes; only the median of such a column is an answer.
    kinds = ["share" if item.level or (item.kind == "boolean" and figure != "median") else item.kind for item in info]
    units = ["" if item.kind == "count" else item.unit for item in info]
    return [value_writer(kind, unit, signed=signed) for kind, unit in zip(kinds, units, strict=True)]


def _signed_percent(value: float) -> str:
    return f"{'+' if value > 0 else _MINUS if value < 0 else ''}{100 * abs(value):,.0f} %"


def standard_differences(
    Z: NDArray[np.float64],
    labels: ArrayLike,
    names: Sequence[str],
    everyone: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
) -> pd.DataFrame:
    """Segment means of the prepared values, in standard deviations away from everyone's mean.

    Index segment, one column a feature. On scaled features this is the segment's centre itself.
    A feature without spread gets 0. everyone: `centre_and_spread(Z)`, for who asks for several labels.
    """
    means = segment_means(Z, labels, names)
    mean, std = centre_and_spread(Z) if everyone is None else everyone
    differences = np.divide(means.to_numpy() - mean, std, out=np.zeros(means.shape), where=std > 0)
    return pd.DataFrame(differences, means.index, means.columns)


def told_differences(Z: NDArray[np.float64], labels: ArrayLike, names: Sequence[str]) -> pd.DataFrame:
    """`standard_differences` as they may be told to others: no finer than one customer could move them."""
    exact, labels = standard_differences(Z, labels, names), np.asarray(labels)
    _, std = centre_and_spread(Z)
    scale = np.where(std > 0, std, np.inf)
    steps = [step_of(spread_of(own) / scale, len(own)) for own in (Z[labels == number] for number in exact.index)]
    return pd.DataFrame(told(exact, np.reshape(steps, exact.shape)), exact.index, exact.columns)


def centre_and_spread(Z: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of every column (n × d → d each); 0 where rounding alone makes values differ."""
    std = Z.std(axis=0)
    return Z.mean(axis=0), np.where(std > _ROUNDING * np.abs(Z).max(axis=0, initial=0.0), std, 0.0)


def segment_means(values: NDArray[np.float64], labels: ArrayLike, names: Sequence[str]) -> pd.DataFrame:
    """Mean of every column (n × d) in every segment: index segment, one column a name.

    One pass over the customers, which adds them up in their order, whatever the number of segments.
    """
    labels = np.asarray(labels)
    sizes = np.bincount(labels)
    numbers = np.flatnonzero(sizes)
    numbers = numbers[numbers > 0]
    of_whom = sparse.csc_array((np.ones(len(labels)), labels, np.arange(len(labels) + 1)), (len(sizes), len(labels)))
    sums = (of_whom @ values)[numbers]
    return pd.DataFrame(sums / sizes[numbers, None], pd.Index(numbers, name="segment"), list(names))


def box_figures(frame: pd.DataFrame, labels: ArrayLike, *, features: Sequence[str] = ()) -> pd.DataFrame:
    """The figures of a box plot for every segment and for everyone (segment 0), in original units.

    Columns: feature, segment, size, low (5th percentile), q25, median, q75, high (95th percentile), mean.
    """
    labels = np.asarray(labels)
    frame = frame[list(features)] if features else frame
    parts = []
    for number in [EVERYONE, *segment_numbers(labels)]:
        own = frame if number == EVERYONE else frame[labels == number]
        cuts = own.quantile([0.05, 0.25, 0.5, 0.75, 0.95])
        part = pd.DataFrame({"feature": list(frame.columns), "segment": number, "size": own.notna().sum().to_numpy()})
        part[["low", "q25", "median", "q75", "high"]] = cuts.to_numpy().T
        part["mean"] = own.mean().to_numpy()
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    order = {name: index for index, name in enumerate(frame.columns)}
    return table.sort_values("feature", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def partition_features(Z: NDArray[np.float64], labels: ArrayLike, names: Sequence[str]) -> pd.DataFrame:
    """Which features make the partition, the strongest first.

    Columns: feature, eta2 (share of the feature's variance that lies between the segments, 0…1), share (of all
    between-segment variance in the prepared space, sums to 1). It describes the partition; it tests nothing.
    """
    labels = np.asarray(labels)
    centred = Z - Z.mean(axis=0)
    total = np.where(centre_and_spread(Z)[1] > 0, (centred**2).sum(axis=0), 0.0)
    between = np.zeros_like(total)
    for number in segment_numbers(labels):
        rows = labels == number
        between += rows.sum() * centred[rows].mean(axis=0) ** 2
    everything = between.sum()
    table = pd.DataFrame(
        {
            "feature": list(names),
            "eta2": np.divide(between, total, out=np.zeros_like(total), where=total > 0),
            "share": between / everything if everything > 0 else np.zeros_like(total),
        }
    )
    return table.sort_values(["share", "feature"], ascending=[False, True], ignore_index=True)


def small_name(segment: int) -> str:
    """What a segment is called where nothing that came from its figures may be told."""
    return f"Small segment {segment}"


def exported_profile(
    frame: pd.DataFrame,
    labels: ArrayLike,
    *,
    fill: Mapping[str, float] | None = None,
    features: Sequence[str] = (),
    smallest: int = SMALLEST_GROUP,
) -> pd.DataFrame:
    """`profile` for others: segments below `smallest` customers keep their rows and no figure, not even their size.

    *Everyone* is everyone in the other segments (and in none, where they are enough), so that nothing of the small
    ones follows by subtraction. No mean is told finer than one customer of its group could move it. Columns and order
    of rows as in `profile`; size is missing where it is hidden.
    """
    labels = np.asarray(labels)
    frame = frame[list(features)] if features else frame
    rows = behind_the_figures(labels, smallest)
    table = profile(frame[rows], labels[rows], fill=fill, exact=False)
    small = [number for number in segment_numbers(labels) if number not in set(labels[rows].tolist())]
    if small:
        empty = pd.DataFrame([(number, name) for number in small for name in frame.columns], columns=_PROFILE[:2])
        table = pd.concat([table, empty]).sort_values("segment", kind="stable", ignore_index=True)
    return table.astype({"segment": np.int64, "size": "Int64", "missing": "Int64"})
