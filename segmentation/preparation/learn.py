"""Learn how to prepare features: scikit-learn fits each step, the recipe keeps what it learned."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from segmentation.core.errors import Problem, SegmentationError, raise_if_fatal
from segmentation.core.settings import ColumnPrep, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.core.text import count_text, counted, number_text, plain_text, value_text
from segmentation.preparation.bells import side_by_side
from segmentation.preparation.blocks import learn_blocks, with_weight
from segmentation.preparation.correlated import drop_correlated
from segmentation.preparation.recipe import Dropped, FeatureRecipe, Recipe

__all__ = ["LARGEST", "compared_values", "learn"]

# Far outside: beyond three interquartile ranges from the quartiles (Tukey 1977, "far out").
_FAR = 3.0
# Yeo-Johnson exponents beyond this only stretch a near-constant column over many standard deviations.
_EXPONENT_LIMIT = 5.0
# The logarithm's step: so many of the values above the lowest lie within it (of counts, the step is mostly 1).
_STEP_SHARE = 0.1
# What two computations of the same number in other units may differ by, as a share of it.
_ROUNDING = 1e-9
LARGEST = 1e100
"""Beyond this, squares and sums overflow."""


def learn(features: FeatureTable, settings: PrepSettings) -> Recipe:
    """Feature table (n × d, NaN where missing) and settings → recipe: fill, cap, transform, drop near-copies, scale.

    A category is learned as a whole (`learn_blocks`): it is filled with its shares and weighs as one number.

    Constant and empty features are left out with the reason. Raises `SegmentationError` for a setting out of range
    or when no feature is left, and `DataProblems` for infinite values and for a transformation that a column cannot
    take.
    """
    _check(features, settings)
    kept, values, dropped = _numbers(features, settings)
    dropped += _leave_out_copies(kept, values, settings)
    categories, gone = learn_blocks(features, settings)
    dropped += gone
    if not (kept or categories):
        raise SegmentationError(
            "No feature is left to make segments from, because every column is empty, constant or left out. "
            "Choose at least one column whose values differ between customers."
        )
    items = {item.name: item for learnt in categories.values() for item in learnt}
    for name, item in kept.items():
        scaled = _scaled(item, values[name]) if settings.scale else item
        items[name] = with_weight(scaled, settings.columns.get(name))
    order = [name for name in features.names if name in items]
    return Recipe(tuple(items[name] for name in order), tuple(dropped), settings, tuple(categories))


def compared_values(features: FeatureTable, settings: PrepSettings) -> pd.DataFrame:
    """Feature table (n × d) and settings → n × at most d prepared values, one column a feature, near-copies included.

    These are the values whose correlations decide which near-copies are left out. A feature that is the same for
    everyone has no column; one that the user left out has. Raises what `learn` raises.
    """
    columns = {name: replace(choice, keep=None) for name, choice in settings.columns.items()}
    recipe = learn(features, replace(settings, drop_correlated=False, columns=columns))
    return pd.DataFrame(recipe.transform(features.frame), features.frame.index, columns=list(recipe.names))


def _numbers(
    features: FeatureTable, settings: PrepSettings
) -> tuple[dict[str, FeatureRecipe], dict[str, np.ndarray], list[Dropped]]:
    """The numbers → how each that tells customers apart is prepared, its values before scaling, and the others."""
    levels = {name for block in features.blocks for name in block.features}
    kept: dict[str, FeatureRecipe] = {}
    values: dict[str, np.ndarray] = {}
    dropped: list[Dropped] = []
    for info in (info for info in features.info if info.name not in levels):
        choice = settings.columns.get(info.name, ColumnPrep())
        if choice.keep is False:
            dropped.append(Dropped(info.name, info.label, "You left it out."))
            continue
        column = features.frame[info.name].to_numpy()
        if np.isnan(column).all() and (choice.fill or settings.fill) in ("median", "larger"):
            dropped.append(Dropped(info.name, info.label, "It has no value at all."))
            continue
        item = _learn_column(info, column, choice, settings)
        prepared = item.before_scaling(column)
        if _is_constant(prepared):
            dropped.append(
                Dropped(info.name, info.label, "It is the same for every customer, so it tells nobody apart.")
            )
            continue
        kept[info.name], values[info.name] = item, prepared
    return kept, values, dropped


def _leave_out_copies(
    kept: dict[str, FeatureRecipe], values: dict[str, np.ndarray], settings: PrepSettings
) -> list[Dropped]:
    """Take the numbers that say almost the same as another out of `kept`, where that is wanted → those, with why."""
    dropped: list[Dropped] = []
    if settings.drop_correlated and len(values) > settings.correlated_from:
        forced = {name for name, choice in settings.columns.items() if choice.keep}
        for name, stand_in, correlation in drop_correlated(values, settings.correlation_limit, forced):
            item, other = kept.pop(name), kept.get(stand_in)
            label = other.label if other else stand_in
            reason = f"It says almost the same as {label} (correlation {correlation:.2f} of the prepared values)."
            dropped.append(Dropped(name, item.label, reason, stand_in, correlation))
    return dropped


def _check(features: FeatureTable, settings: PrepSettings) -> None:
    if len(features.frame) == 0:
        raise SegmentationError("There is no customer in the table. Load a file with at least one row.")
    problems = []
    for info in features.info:
        where, column = info.label, features.frame[info.name].to_numpy()
        choice = settings.columns.get(info.name, ColumnPrep())
        infinite, size = int(np.isinf(column).sum()), float(np.nanmax(np.abs(column), initial=0.0))
        if infinite:
            problems.append(
                Problem(where, f"{count_text(infinite)} values are infinite.", "Correct or empty those cells.")
            )
        elif size > LARGEST:
            problems.append(
                Problem(where, "its values are too large to compute with.", "Divide them, say by a million.")
            )
        if choice.transform == "log1p" and choice.keep is not False and np.nanmin(column, initial=0.0) < 0:
            low = number_text(float(np.nanmin(column)))
            problems.append(
                Problem(
                    where, f"a logarithm needs values from 0 up; the lowest is {low}.", "Choose Yeo-Johnson or none."
                )
            )
    raise_if_fatal(problems)


def _learn_column(info: FeatureInfo, column: np.ndarray, choice: ColumnPrep, settings: PrepSettings) -> FeatureRecipe:
    item = _filled(info, column, choice, settings)
    if choice.transform is None and choice.cap is None and _has_two_values(column):
        return item
    item = _capped(item, item.before_scaling(column), choice, settings)
    return _transformed(item, column, choice, settings)


def _filled(info: FeatureInfo, column: np.ndarray, choice: ColumnPrep, settings: PrepSettings) -> FeatureRecipe:
    rule = choice.fill or settings.fill
    constant = settings.fill_value if choice.fill_value is None else choice.fill_value
    if rule == "median":
        from sklearn.impute import SimpleImputer

        fill = float(SimpleImputer(strategy="median").fit(column.reshape(-1, 1)).statistics_[0])
    elif rule == "larger":
        fill = float(np.nanmax(column)) + 1.0
    else:
        fill = 0.0 if rule == "zero" else float(constant)
    if not math.isfinite(fill):
        raise SegmentationError(f"{plain_text(info.label)} cannot be filled with {fill}. Choose a finite number.")
    missing = int(np.isnan(column).sum())
    becomes = value_text(fill, kind=info.kind, unit=info.unit)
    words = {"median": "the middle value", "larger": "one more than the largest seen"}.get(rule, "")
    sentence = f"{counted(missing, 'missing value')} filled with {becomes}"
    reasons = (f"{sentence} ({words})." if words else f"{sentence}.",) if missing else ()
    return FeatureRecipe(info.name, info.label, fill, rule, reasons=reasons, filled=missing)


def _capped(item: FeatureRecipe, values: np.ndarray, choice: ColumnPrep, settings: PrepSettings) -> FeatureRecipe:
    """Caps at the two percentiles, learned from the filled values; never so that the column becomes constant."""
    wanted = choice.cap if choice.cap is not None else settings.cap != "off"
    if not wanted:
        return item
    if choice.cap is None and settings.cap == "auto" and not _has_far_values(values):
        return item
    low, high = (float(edge) for edge in np.quantile(values, [settings.cap_low, settings.cap_high]))
    if not low < high:
        return _because(
            item, "Not capped, because almost all values are the same and capping would leave no difference."
        )
    changed = int(((values < low) | (values > high)).sum())
    if not changed and choice.cap is None and settings.cap == "auto":
        return item
    edges = f"{_ordinal(100 * settings.cap_low)} and {_ordinal(100 * settings.cap_high)} percentile"
    return _because(replace(item, low=low, high=high), f"{counted(changed, 'value')} beyond the {edges} capped.")


def _transformed(item: FeatureRecipe, column: np.ndarray, choice: ColumnPrep, settings: PrepSettings) -> FeatureRecipe:
    """A logarithm for skewed values from 0 up, Yeo-Johnson for skewed ones with negatives; or what the user chose."""
    values = item.before_scaling(column)
    if _is_constant(values) or choice.transform == "none":
        return item
    skew, negative = _skew(values), bool(values.min() < 0)
    why = f"skewness {skew:.1f}"
    if choice.transform is not None:
        return _straightened(item, values, choice.transform, why)
    step, mode, need = ("yeo-johnson", settings.power, abs(skew)) if negative else ("log1p", settings.log, skew)
    if mode == "off" or (mode == "auto" and not need >= settings.skew_limit):
        return item
    straight = _straightened(item, values, step, why)
    if mode == "auto" and straight.transform != "none" and side_by_side(column[~np.isnan(column)], straight):
        return _because(item, f"Not straightened ({why}): groups side by side tell these values better than one tail.")
    return straight


def _straightened(item: FeatureRecipe, values: np.ndarray, wish: str, why: str) -> FeatureRecipe:
    """A logarithm or Yeo-Johnson learned from the values before it, as `wish` says."""
    if wish == "log1p":
        # Counted from the lowest value seen: a later customer's value below it counts as the lowest.
        origin = float(values.min())
        size = float(np.quantile(_above(values, origin), _STEP_SHARE))
        sentence = f"Logarithm taken ({why}): {_formula(origin, size)}."
        return _because(replace(item, transform="log1p", low=origin, origin=origin, step=size), sentence)
    origin = float(np.median(values))
    size = float(np.median(_above(np.abs(values - origin), 0.0)))
    lmbda = _exponent((values - origin) / size)
    if lmbda is None:
        return _because(item, "No power transformation, because the values are nearly all the same.")
    moved = replace(item, transform="yeo-johnson", lmbda=lmbda, origin=origin, step=size)
    return _because(moved, f"Power transformation taken ({why}).")


def _above(values: np.ndarray, origin: float) -> np.ndarray:
    """How far the values above the origin lie above it; differences that are rounding error count as none."""
    away = values - origin
    return away[away > _ROUNDING * max(float(away.max()), 0.0)]


def _formula(origin: float, step: float) -> str:
    """What the logarithm is taken of, as a reader would write it: log(1 + (value − 3) / 20)."""
    sign = "\u2212" if origin > 0 else "+"
    above = f"(value {sign} {number_text(abs(origin))})" if origin else "value"
    return f"log(1 + {above} / {number_text(step)})"


def _exponent(values: np.ndarray) -> float | None:
    """The Yeo-Johnson exponent by maximum likelihood, or None where it would only magnify noise."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            from sklearn.preprocessing import PowerTransformer

            fitted = PowerTransformer(method="yeo-johnson", standardize=False).fit(values.reshape(-1, 1))
            reach = float(np.abs(fitted.transform(values.reshape(-1, 1))).max())
        except ValueError:
            return None
    lmbda = float(fitted.lambdas_[0])
    return lmbda if abs(lmbda) <= _EXPONENT_LIMIT and reach <= LARGEST else None


def _scaled(item: FeatureRecipe, values: np.ndarray) -> FeatureRecipe:
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(values.reshape(-1, 1))
    mean, scale = float(scaler.mean_[0]), float(scaler.scale_[0])
    return replace(item, mean=mean, scale=scale)


def _ordinal(percent: float) -> str:
    text = f"{percent:g}"
    ending = {"1": "st", "2": "nd", "3": "rd"}.get(text[-1], "th")
    return text + ("th" if text in ("11", "12", "13") else ending)


def _because(item: FeatureRecipe, reason: str) -> FeatureRecipe:
    return replace(item, reasons=(*item.reasons, reason))


def _has_two_values(column: np.ndarray) -> bool:
    """Yes or no in any two numbers (or one, or none): every transformation of such a column is a straight line."""
    known = column[~np.isnan(column)]
    return not known.size or bool(((known == known.min()) | (known == known.max())).all())


def _is_constant(values: np.ndarray) -> bool:
    """No spread, or so little that it is rounding error of the mean."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def _has_far_values(values: np.ndarray) -> bool:
    first, third = np.quantile(values, [0.25, 0.75])
    reach = _FAR * (third - first) * (1 + _ROUNDING) + _ROUNDING * np.ptp(values)
    return bool(((values < first - reach) | (values > third + reach)).any())


def _skew(values: np.ndarray) -> float:
    from scipy.stats import skew as skewness

    skew = float(skewness(values, bias=False))
    return skew if math.isfinite(skew) else 0.0
