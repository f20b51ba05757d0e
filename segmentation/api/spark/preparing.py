"""The recipe over all rows: what is done to a column is decided on a sample, its figures are those of everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segmentation.api.spark.passes import Values, summed
from segmentation.clustering.assignment import Floats
from segmentation.core.errors import Problem, raise_if_fatal
from segmentation.core.settings import ColumnPrep
from segmentation.core.text import count_text, counted, plain_text
from segmentation.preparation import Recipe
from segmentation.preparation.learn import LARGEST
from segmentation.preparation.recipe import FeatureRecipe

__all__ = ["Column", "learn_on_all", "look_at_all"]

_FINE = 100_000
"""`percentile_approx`: a quantile is at most this part of the rows away from its place."""
_LOG_STEP, _ROUNDING = 0.1, 1e-9


@dataclass(frozen=True)
class Column:
    """One feature over all rows: how many values there are and how many rows, their mean, percentiles 0…100."""

    known: int
    rows: int
    mean: float
    percentiles: Floats


def look_at_all(numbers: Any, names: Sequence[str]) -> dict[str, Column]:
    """What `numbers_of` made and its features → feature → `Column`, in one aggregation.

    Raises `DataProblems` for infinite values and for those that are too large.
    """
    from pyspark.sql import functions as fn

    percents = [float(share) for share in np.arange(101) / 100]
    figures = [fn.count(fn.lit(1)).alias("rows")]
    for place in range(len(names)):
        cell = fn.col(f"v{place}")
        figures += [
            fn.count(cell).alias(f"known{place}"),
            fn.avg(cell).alias(f"mean{place}"),
            fn.sum(fn.when(fn.abs(cell) == fn.lit(float("inf")), 1).otherwise(0)).alias(f"infinite{place}"),
            fn.percentile_approx(cell, percents, _FINE).alias(f"percentiles{place}"),
        ]
    row = numbers.agg(*figures).toArrow().to_pylist()[0]
    _check_sizes(row, names)
    return {
        name: Column(
            row[f"known{place}"],
            row["rows"],
            float("nan") if row[f"mean{place}"] is None else row[f"mean{place}"],
            np.array(row[f"percentiles{place}"] or [np.nan] * 101, dtype=np.float64),
        )
        for place, name in enumerate(names)
    }


def _check_sizes(row: Mapping[str, Any], names: Sequence[str]) -> None:
    """Refuse what `learn` refuses in a file: infinite values, and values whose squares overflow."""
    problems = []
    for place, name in enumerate(names):
        infinite, ends = row[f"infinite{place}"], (row[f"percentiles{place}"] or [0.0])[::100]
        if infinite:
            told = f"{count_text(infinite)} values are infinite."
            problems.append(Problem(plain_text(name), told, "Correct or empty those cells."))
        elif max(map(abs, ends)) > LARGEST:
            told = "its values are too large to compute with."
            problems.append(Problem(plain_text(name), told, "Divide them, say by a million."))
    raise_if_fatal(problems)


def learn_on_all(
    recipe: Recipe, numbers: Any, names: Sequence[str], seen: Mapping[str, Column], sampled: int
) -> Recipe:
    """A recipe learned from a sample → the same steps with fill, caps, origin, step, mean and scale of all rows.

    The exponent of Yeo-Johnson stays that of the sample. sampled: how many rows the sample has, for the reasons.
    """
    levels = {name for block in recipe.blocks for name in block.features}
    items = {item.name: _filled(item, seen[item.name]) for item in recipe.features}
    plain = [item for item in items.values() if item.name not in levels]
    plain = _capped(plain, numbers, names, recipe)
    plain = _from_origin(plain, numbers, names)
    items |= {item.name: item for item in plain}
    if recipe.settings.scale:
        items = _scaled(items, numbers, names, recipe)
    rows = next(iter(seen.values())).rows
    remark = (
        f"Decided on {counted(sampled, 'customer')} drawn at random, whom these sentences count; the figures are those "
        f"of all {count_text(rows)}."
    )
    features = tuple(
        replace(items[item.name], reasons=(*item.reasons, *([remark] if item.reasons and rows > sampled else [])))
        for item in recipe.features
    )
    return replace(recipe, features=features)


def _filled(item: FeatureRecipe, column: Column) -> FeatureRecipe:
    fills = {"median": column.percentiles[50], "larger": column.percentiles[100] + 1.0, "share": column.mean}
    fill = float(fills.get(item.fill_rule, item.fill))
    return replace(item, fill=item.fill if np.isnan(fill) else fill, filled=column.rows - column.known)


def _capped(items: list[FeatureRecipe], numbers: Any, names: Sequence[str], recipe: Recipe) -> list[FeatureRecipe]:
    """The caps at the same percentiles of all rows, where the sample has caps; both ends at once."""
    ends = [recipe.settings.cap_low, recipe.settings.cap_high]
    capped = [item for item in items if item.high is not None]
    edges = _quantiles(numbers, {item.name: _cell(names, replace(item, low=None, high=None)) for item in capped}, ends)
    wide = {name: (low, high) for name, (low, high) in edges.items() if low < high}
    return [
        replace(item, low=wide[item.name][0], high=wide[item.name][1]) if item.name in wide else item for item in items
    ]


def _from_origin(items: list[FeatureRecipe], numbers: Any, names: Sequence[str]) -> list[FeatureRecipe]:
    """Where a logarithm or a power counts from, and in which steps, as `learn` defines them."""
    from pyspark.sql import functions as fn

    logs = {item.name: item for item in items if item.transform == "log1p"}
    powers = {item.name: item for item in items if item.transform == "yeo-johnson"}
    free = {name: item if item.high is not None else replace(item, low=None) for name, item in logs.items()}
    cells = {name: _cell(names, item) for name, item in {**free, **powers}.items()}
    asked = {name: cells[name] for name in (*logs, *powers)}
    where = _quantiles(numbers, asked, [0.0, 0.5, 1.0])
    origins = {name: where[name][0 if name in logs else 1] for name in asked}
    away = {name: fn.abs(cells[name] - fn.lit(origin)) for name, origin in origins.items()}
    above = {}
    for name, distance in away.items():
        reach = max(where[name][2] - origins[name], origins[name] - where[name][0])
        above[name] = fn.when(distance > fn.lit(_ROUNDING * reach), distance)
    steps = _quantiles(numbers, above, [_LOG_STEP, 0.5])
    made = []
    for item in items:
        if item.name not in origins:
            made.append(item)
            continue
        origin, step = origins[item.name], steps[item.name][0 if item.name in logs else 1]
        low = origin if item.name in logs else item.low
        made.append(replace(item, low=low, origin=origin, step=step))
    return made


def _scaled(
    items: Mapping[str, FeatureRecipe], numbers: Any, names: Sequence[str], recipe: Recipe
) -> dict[str, FeatureRecipe]:
    """Mean and spread of what comes before scaling, from sums over all rows about the means of the sample."""
    ordered = [items[item.name] for item in recipe.features]
    width, about = len(ordered), np.array([item.mean for item in ordered])

    def sums(values: Values) -> Floats:
        away = np.array([item.before_scaling(values[item.name]) for item in ordered]) - about[:, None]
        return np.concatenate([[float(away.shape[1])], away.sum(axis=1), (away**2).sum(axis=1)])

    total = summed(numbers, names, sums, 2 * width + 1)
    means, squares = total[1 : width + 1] / total[0], total[width + 1 :] / total[0]
    spread = {item.name: max(float(own), 0.0) for item, own in zip(ordered, squares - means**2, strict=True)}
    made = {}
    for item, shift in zip(ordered, means, strict=True):
        block = recipe.block_of(item.name)
        together = (item.name,) if block is None else block.features
        choice = recipe.settings.columns.get(item.name if block is None else block.column, ColumnPrep())
        scale = float(np.sqrt(sum(spread[name] for name in together) / (choice.weight or 1.0)))
        mean = item.mean + float(shift)
        made[item.name] = replace(item, mean=mean, scale=scale if scale > 0 else item.scale)
    return made


def _cell(names: Sequence[str], item: FeatureRecipe) -> Any:
    """`FeatureRecipe.used` as an expression of Spark: filled and capped."""
    from pyspark.sql import functions as fn

    cell = fn.coalesce(fn.col(f"v{names.index(item.name)}"), fn.lit(item.fill))
    cell = cell if item.low is None else fn.greatest(cell, fn.lit(item.low))
    return cell if item.high is None else fn.least(cell, fn.lit(item.high))


def _quantiles(numbers: Any, cells: Mapping[str, Any], shares: Sequence[float]) -> dict[str, list[float]]:
    """Name → expression in, name → its quantiles over all rows out, in one aggregation."""
    from pyspark.sql import functions as fn

    if not cells:
        return {}
    figures = [
        fn.percentile_approx(cell, list(shares), _FINE).alias(f"q{at}") for at, cell in enumerate(cells.values())
    ]
    row = numbers.agg(*figures).toArrow().to_pylist()[0]
    return {name: [float(value) for value in row[f"q{at}"]] for at, name in enumerate(cells)}
