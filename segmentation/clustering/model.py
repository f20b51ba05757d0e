"""The segmentation: what was learned, frozen, and the few lines that place any customer in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.assignment import Centres, Labels, Placed, Rule
from segmentation.clustering.crowd import Crowd, learn_crowd
from segmentation.clustering.methods import Fit, Floats, number_by_size
from segmentation.clustering.refits import Refits
from segmentation.core.disclosure import SMALLEST_GROUP, coarse, shared_ends, too_small
from segmentation.core.errors import SegmentationError
from segmentation.core.notebook import notebook_card
from segmentation.core.notices import Notice, notices_from
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.core.text import counted, plain_text
from segmentation.preparation import Recipe

__all__ = ["PERCENTS", "Segmentation", "between_ends", "build", "training_percentiles"]

PERCENTS = tuple(range(101))


@dataclass(frozen=True, eq=False, repr=False)
class Segmentation:
    """k segments of customers, complete: it places new customers without the data that it was made from.

    recipe: how values are prepared. info: one description a feature of the recipe, in its order.
    rule: how prepared customers are placed. centres: k × d, the middle of each segment in prepared values (row i is
    segment i + 1); what the rule of K-means places by, for other methods a description only.
    sizes: training customers per segment, the largest first. noise: training customers in none of them.
    labels: segment 1…k of each training customer, 0 for noise (index = customer id), None in a model read from disk.
    inertia: sum of squared distances of the training customers to the centre of their segment.
    silhouette: mean silhouette in the prepared space, NaN when it was not measured.
    training: percentiles of the values seen in training, in original units: one row a percent (index, from 0 to 100),
    one column a feature.
    metrics: further figures by name. settings: method, k and what else that
    method was told. crowd: the training customers in counts, to see later whether others are alike (None in a model
    saved before it was kept). refits: the segments made again from other customers, to see how sure a persona is (None
    where it was not asked or cannot be known). slots: the place in the row of colours of segment 1, 2, … (empty: in
    order), so that a persona keeps its colour when the number of segments changes. source, as_of,
    replay, fingerprint: as in `FeatureTable`, so that next month's files make the same features.
    """

    recipe: Recipe
    info: tuple[FeatureInfo, ...]
    rule: Rule
    centres: Floats
    sizes: tuple[int, ...]
    labels: pd.Series | None
    inertia: float
    silhouette: float
    training: pd.DataFrame
    noise: int = 0
    metrics: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    source: str = "customers"
    as_of: str | None = None
    replay: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    crowd: Crowd | None = None
    refits: Refits | None = None
    slots: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.summary})"

    def _repr_html_(self) -> str:
        named = {info.name: plain_text(info.label, longest=60) for info in self.info}
        table = self.typical.rename(columns=named)
        table.insert(0, "Customers", self.sizes)
        return notebook_card(self.summary, ("The middle of each segment, in original units:",), table)

    @property
    def summary(self) -> str:
        """What it is in one line: the method, how many segments of how many customers, the silhouette."""
        from segmentation.clustering.methods import METHODS

        name = str(self.settings.get("method", "segments"))
        label = METHODS[name].label if name in METHODS else name
        of = f"{counted(self.k, 'segment')} of {counted(self.n_customers, 'customer')}"
        return f"{label}, {of}, silhouette {self.silhouette:.3f}"

    @property
    def k(self) -> int:
        """Number of segments."""
        return len(self.centres)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The features in use, in the order of the columns of `centres`."""
        return self.recipe.names

    @cached_property
    def inputs(self) -> tuple[FeatureInfo, ...]:
        """The columns that a customer is described by: numbers, and each category once (kind category)."""
        blocks = {block.column: block for block in self.recipe.blocks}
        return tuple(
            FeatureInfo(name, blocks[name].label, kind="category") if name in blocks else self.about(name)
            for name in self.recipe.inputs
        )

    @property
    def segments(self) -> range:
        """The segment numbers 1…k."""
        return range(1, self.k + 1)

    @property
    def n_customers(self) -> int:
        """How many customers it was made from."""
        return sum(self.sizes) + self.noise

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What reading and building noticed of the files it was made from: kinds, places and counts.

        What was noticed of a sensitive column is not told on.
        """
        columns = self.replay.get("columns", {}).get("customers", {}) or self.replay.get("settings", {}).get(
            "roles", {}
        )
        hidden = {plain_text(name) for name, role in columns.items() if role == "sensitive"}
        return tuple(
            item for item in notices_from(self.replay.get("noticed", ())) if plain_text(item.where) not in hidden
        )

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of the training customers in each segment (0…1)."""
        return tuple(size / self.n_customers for size in self.sizes)

    @cached_property
    def typical(self) -> pd.DataFrame:
        """The centres in original units: one row a segment (index = number), one column a feature."""
        return self.recipe.inverse_transform(self.centres).set_index(pd.RangeIndex(1, self.k + 1, name="segment"))

    @cached_property
    def seen(self) -> dict[str, tuple[float, float]]:
        """The lowest and the highest value of each feature seen in training, in original units."""
        low, high = self.training.iloc[0], self.training.iloc[-1]
        return {name: (float(low[name]), float(high[name])) for name in self.feature_names}

    @cached_property
    def percentiles(self) -> tuple[Floats, Floats]:
        """`training` as arrays: the percents, and d × percents values of the features in their order."""
        values = np.ascontiguousarray(self.training[list(self.feature_names)].to_numpy(dtype=np.float64).T)
        return self.training.index.to_numpy(dtype=np.float64), values

    @cached_property
    def limits(self) -> Floats:
        """4 × d × 1: lower and upper cap (±infinity where there is none), lowest and highest value seen in training."""
        caps = [(item.low, item.high) for item in self.recipe.features]
        low = [-np.inf if low is None else low for low, _ in caps]
        high = [np.inf if high is None else high for _, high in caps]
        seen = [self.seen[name] for name in self.feature_names]
        return np.array([low, high, *zip(*seen, strict=True)])[:, :, None]

    def about(self, name: str) -> FeatureInfo:
        """The description of one feature."""
        return self.info[self.feature_names.index(name)]


def build(
    features: FeatureTable,
    recipe: Recipe,
    fit: Fit,
    *,
    method: str = "kmeans",
    settings: Mapping[str, Any] | None = None,
    silhouette: float = float("nan"),
    **metrics: Any,
) -> Segmentation:
    """Features, the recipe learned from them and one fit of the prepared rows → `Segmentation`.

    Every training customer is placed by the rule that places new ones, so later scoring cannot disagree;
    `metrics["reproduced"]` is the share of the fit's own labels that this gives back (1 for K-means).
    `metrics["figures"]` holds what the method alone can tell (`Fit.figures`: the BIC of a mixture), where it tells any.
    For later comparison metrics also holds "far_distance" (to the own segment, exceeded by one training customer in a
    hundred) and "missing_share" (by feature).
    """
    prepared = recipe.transform(features.frame)
    rule = fit.rule or Centres(fit.centres)
    if rule.width != prepared.shape[1] or len(fit.labels) != len(prepared):
        raise SegmentationError(
            "The segments were made from other features or customers than these. Choose the number of segments again."
        )
    placed = rule.place(prepared)
    labels, centres, order = _numbered(prepared, placed, fit)
    fitted = slice(None) if fit.rows is None else fit.rows
    reproduced = float(np.mean(placed.segment[fitted] == fit.labels[fitted]))
    rule = rule.renumbered(order)
    hidden = _coarse_where_small(prepared, rule, labels, centres)
    if hidden is not None:
        rule, centres = hidden, hidden.centres
        placed = rule.place(prepared)
    sizes = np.bincount(labels, minlength=fit.k + 1)
    far_distance = float(np.nanquantile(placed.distance, 0.99))
    far = int((_without_themselves(rule, placed) > far_distance).sum())
    return Segmentation(
        recipe=recipe,
        info=tuple(features.about(name) for name in recipe.names),
        rule=rule,
        centres=centres,
        sizes=tuple(int(size) for size in sizes[1:]),
        noise=int(sizes[0]),
        labels=pd.Series(labels, index=features.frame.index, name="segment"),
        inertia=fit.inertia,
        silhouette=float(silhouette),
        training=training_percentiles(features.frame[list(recipe.names)], recipe),
        metrics={
            "reproduced": reproduced,
            "far_distance": far_distance,
            "missing_share": {name: float(features.frame[name].isna().mean()) for name in recipe.names},
            **({"figures": dict(fit.figures)} if fit.figures else {}),
            **metrics,
        },
        settings={"method": method, "k": fit.k, **(settings or {})},
        source=features.source,
        as_of=features.as_of,
        replay=dict(features.replay),
        fingerprint=features.fingerprint,
        crowd=learn_crowd(features.frame, prepared, recipe, far),
    )


def _numbered(prepared: Floats, placed: Placed, fit: Fit) -> tuple[Labels, Floats, NDArray[np.intp]]:
    """Placed customers → their segments numbered by size, the middles in that order, and the order itself."""
    if fit.rule is None:
        centres = fit.centres
    else:
        members = [prepared[placed.segment == number] for number in range(1, fit.k + 1)]
        if not all(map(len, members)):
            raise SegmentationError(
                "A segment would get no customer by the rule that places new ones. Choose fewer segments."
            )
        centres = np.array([rows.mean(axis=0) for rows in members])
    inside = placed.segment > 0
    labels = np.zeros(len(prepared), dtype=np.int32)
    labels[inside], centres, order = number_by_size(placed.segment[inside] - 1, centres)
    return labels, centres, order


def _coarse_where_small(prepared: Floats, rule: Rule, labels: Labels, centres: Floats) -> Centres | None:
    """The rule with the middles of small segments to a coarse step, where there are any and every customer stays.

    The middle of a few customers is about their own values, and of one customer just that.
    """
    sizes = np.bincount(labels, minlength=len(centres) + 1)[1:]
    small = too_small(sizes)
    if not small.any() or not isinstance(rule, Centres) or len(prepared) < SMALLEST_GROUP:
        return None
    rounded = centres.copy()
    rounded[small] = coarse(centres[small])
    other = Centres(rounded)
    return other if np.array_equal(other.place(prepared).segment, labels) else None


def _without_themselves(rule: Rule, placed: Placed) -> Floats:
    """Distances as they would be if a customer had not drawn the centre of its segment towards itself."""
    if not isinstance(rule, Centres):
        return placed.distance
    sizes = np.bincount(placed.segment, minlength=rule.k + 1)[placed.segment]
    return placed.distance * sizes / np.maximum(sizes - 1, 1)


def training_percentiles(frame: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """Features in original units → 101 × d percentiles 0…100 of the values that are there.

    0 and 100 are the ends that `core.disclosure.shared_ends` gives: no single customer's; of a level of a category
    they are 0 and 1. A feature without any value
    has its fill value throughout.
    """
    columns = {}
    for item in recipe.features:
        values = frame[item.name].to_numpy()
        values = values[~np.isnan(values)]
        if not len(values):
            columns[item.name] = np.full(len(PERCENTS), item.fill)
            continue
        ends = shared_ends(values) if recipe.block_of(item.name) is None else (0.0, 1.0)
        columns[item.name] = between_ends(np.percentile(values, PERCENTS), *ends)
    return pd.DataFrame(columns, index=pd.Index(PERCENTS, name="percent"))


def between_ends(percentiles: Floats, low: float, high: float) -> Floats:
    """Percentiles 0…100 of a feature (101,) → the same with ends that may be told."""
    seen = np.clip(percentiles, low, high)
    seen[0], seen[-1] = low, high
    rising: Floats = np.maximum.accumulate(seen)
    return rising
