"""Cells to prepared values in SQL: the same arithmetic as `FeatureRecipe.apply`, operation by operation.

Where a model takes no logarithm every operation is one that IEEE 754 defines to the last bit, in the same order, so a
warehouse gets the bits of the library. A logarithm or a power differs by a few units in the last place: log1p and
expm1 are not SQL, so ln(1 + y) · y / ((1 + y) − 1) stands for the one (Goldberg 1991, theorem 4) and
(eˣ − 1) · x / ln eˣ for the other (Kahan), which lose no digits near zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from segmentation.clustering.model import Segmentation
from segmentation.core.dialects import LARGEST, Dialect
from segmentation.core.errors import SegmentationError
from segmentation.core.sql_steps import Column, Step, added, lines_of
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import plain_text
from segmentation.preparation.recipe import FeatureRecipe
from segmentation.scoring.sql.levels import cells, indicator, place

__all__ = ["CARRIED", "SHRINK", "TINY", "preparing", "shrinks"]

TINY = 1e-90
"""Where results too small stop a query, prepared values nearer to zero are zero: their squares count for nothing."""
SHRINK = 2.0**-200
"""Where results too large stop a query, extreme customers are computed with smaller figures: times a power of two,
which changes no other digit."""
_EXTREME = 2.0**480
_WELL_BEYOND = 2.0**560
_MOST_EXPONENT = 415.0
"""Powers beyond e⁴¹⁵ are too large to compute with anyway: their squares are infinite."""


def preparing(made: Segmentation, dialect: Dialect, customer: str) -> list[Step]:
    """From a table with the model's columns to the step `prepared`: customer, reasons, counts, z1 … zd.

    customer: the identifier of the column that tells customers apart, as it is written in SQL.
    """
    features = made.recipe.features
    for item in features:
        if item.transform == "log1p" and (item.low is None or item.low <= item.origin - item.step):
            raise SegmentationError(
                f"{plain_text(item.label)}: its logarithm has no lowest value. Save the model again."
            )
    if made.recipe.blocks:
        first = [cells(made, dialect, customer), _given(made, dialect, "customer")]
    else:
        first = [_given(made, dialect, customer)]
    return [
        *first,
        _numbers(made, dialect),
        _used(made, dialect),
        *_transformed(features, dialect),
        *_scaled(features, dialect, large=shrinks(made, dialect)),
    ]


def shrinks(made: Segmentation, dialect: Dialect) -> bool:
    """Whether a prepared value can be so large that its square would stop the query."""
    return _shrinks(_without_levels(made), dialect)


def _without_levels(made: Segmentation) -> list[FeatureRecipe]:
    """The features whose values can be of any size."""
    return [item for item in made.recipe.features if made.recipe.block_of(item.name) is None]


def _given(made: Segmentation, dialect: Dialect, customer: str) -> Step:
    columns = [Column("customer", customer)]
    columns += [place(block, number, dialect) for number, block in enumerate(made.recipe.blocks, start=1)]
    for index, info in _numbers_in(made):
        cell = f"n{index}" if made.recipe.blocks else dialect.column(info.name)
        number = dialect.number_of(cell, yes_no=info.kind == "boolean")
        columns.append(Column(f"r{index}", number, info.label))
        if dialect.tries:
            text = f"TRIM(CAST({cell} AS {dialect.string})) <> ''"
            columns.append(Column(f"t{index}", f"CASE WHEN {number} IS NULL AND {text} THEN 1 ELSE 0 END"))
    about = "The customers: their columns as numbers"
    return Step("given", f"{about}; t is 1 for text that is no number." if dialect.tries else f"{about}.", columns, ())


def _numbers(made: Segmentation, dialect: Dialect) -> Step:
    largest = dialect.number(LARGEST)
    faults, columns = [], _level_columns(made, dialect)
    for index, info in _numbers_in(made):
        label, infinite = plain_text(info.label), f"ABS(r{index}) > {largest}"
        if dialect.nan:
            infinite += f" AND NOT {dialect.nan.format(f'r{index}')}"
        when = f"WHEN {infinite} THEN {dialect.text(f'{label} is infinite.', ending=' ')}"
        if dialect.tries:
            when = f"WHEN t{index} = 1 THEN {dialect.text(f'{label} is not a number.', ending=' ')} {when}"
        faults.append(f"CASE {when} ELSE {dialect.text('')} END")
        columns.append(Column(f"x{index}", f"CASE WHEN ABS(r{index}) <= {largest} THEN r{index} END", info.label))
    columns.append(Column("faults", lines_of(faults, dialect.joined) or dialect.text("")))
    return Step("numbers", "Blank, not a number and infinite are missing (NULL) from here on.", columns, ("customer",))


def _numbers_in(made: Segmentation) -> list[tuple[int, FeatureInfo]]:
    """The features that are numbers, each with its place from 1 among all."""
    return [item for item in enumerate(made.info, start=1) if made.recipe.block_of(item[1].name) is None]


def _level_columns(made: Segmentation, dialect: Dialect) -> list[Column]:
    """The features of categories, x by their place among all features."""
    at = {name: index for index, name in enumerate(made.feature_names, start=1)}
    return [
        Column(f"x{at[name]}", indicator(block, number, feature, dialect), made.info[at[name] - 1].label)
        for number, block in enumerate(made.recipe.blocks, start=1)
        for feature, name in enumerate(block.features)
    ]


def _used(made: Segmentation, dialect: Dialect) -> Step:
    """Filled and capped values u1 … ud, and how many values were filled, capped, outside and far outside."""
    columns: list[Column] = []
    counts: dict[str, list[str]] = {"filled": [], "capped": [], "outside": [], "beyond": []}
    heads = set(made.recipe.heads.tolist())
    for index, (item, info) in enumerate(zip(made.recipe.features, made.info, strict=True), start=1):
        x, (seen_low, seen_high) = f"x{index}", made.seen[item.name]
        width = seen_high - seen_low
        counts["filled"] += [f"{x} IS NULL"] if index - 1 in heads else []
        level = made.recipe.block_of(item.name) is not None
        for name, low, high in (
            ()
            if level
            else (
                ("capped", item.low, item.high),
                ("outside", seen_low, seen_high),
                ("beyond", seen_low - width, seen_high + width),
            )
        ):
            counts[name] += [_outside(dialect, x, low, high)] if _outside(dialect, x, low, high) else []
        fill = float(item.used(np.array([math.nan]))[0])
        whens = [f"WHEN {x} IS NULL THEN {dialect.number(fill)}"]
        low, high = (None, None) if level else _bounds(item, dialect)
        if low is not None:
            least = low if high is None else min(low, high)
            whens.append(f"WHEN {x} < {dialect.number(low)} THEN {dialect.number(least)}")
        if high is not None:
            whens.append(f"WHEN {x} > {dialect.number(high)} THEN {dialect.number(high)}")
        columns.append(Column(f"u{index}", f"CASE {' '.join(whens)} ELSE {x} END", _words(item, info.label)))
    for name, conditions in counts.items():
        cases = [f"CASE WHEN {condition} THEN 1 ELSE 0 END" for condition in conditions]
        columns.append(Column(name, added(cases) or "0", _COUNTS[name]))
    columns.append(Column("out_of_range", _out_of_range(made, dialect)))
    keeps = ("customer", "faults")
    return Step("used", "Missing values are filled, extreme ones capped; how many of each.", columns, keeps)


_COUNTS = {
    "filled": "values that were missing",
    "capped": "values beyond a cap",
    "outside": "values outside what was usual in training",
    "beyond": "values farther outside than the training range is wide",
}


def _out_of_range(made: Segmentation, dialect: Dialect) -> str:
    """The labels of the values outside the training range, each ended by a semicolon."""
    cases = []
    for index, info in _numbers_in(made):
        condition = _outside(dialect, f"x{index}", *made.seen[info.name])
        if condition:
            label = dialect.text(plain_text(info.label) + ";", ending=" ")
            cases.append(f"CASE WHEN {condition} THEN {label} ELSE {dialect.text('')} END")
    return lines_of(cases, dialect.joined) or dialect.text("")


def _outside(dialect: Dialect, x: str, low: float | None, high: float | None) -> str:
    """That a value lies below or above; empty where there is no bound."""
    bounds = [("<", low), (">", high)]
    return " OR ".join(
        f"{x} {sign} {dialect.number(bound)}" for sign, bound in bounds if bound is not None and math.isfinite(bound)
    )


def _bounds(item: FeatureRecipe, dialect: Dialect) -> tuple[float | None, float | None]:
    """The caps; where results too large stop a query also bounds beyond which every customer is too far away."""
    low, high = item.low, item.high
    if dialect.stops and item.transform == "none" and (low is None or high is None):
        far = min(item.scale * _WELL_BEYOND + abs(item.mean), LARGEST / 2)
        low, high = -far if low is None else low, far if high is None else high
    return low, high


def _words(item: FeatureRecipe, label: str) -> str:
    least = "" if item.low is None else f", at least {item.low:g}"
    most = "" if item.high is None else f", at most {item.high:g}"
    return f"{plain_text(label, longest=40)}, {item.fill:g} where missing{least}{most}"


def _transformed(features: Sequence[FeatureRecipe], dialect: Dialect) -> list[Step]:
    """Logarithms and powers, in steps, so that every part is computed once."""
    moved, logs, exponents, powers = [], [], [], []
    one = dialect.number(1.0)
    for index, item in enumerate(features, start=1):
        if item.transform == "none":
            continue
        away = f"u{index}" if item.origin == 0 else f"(u{index} - {dialect.number(item.origin)})"
        moved.append(Column(f"y{index}", _divided(dialect, away, item.origin, item.step), item.label))
        size = f"ABS(y{index})" if item.transform == "yeo-johnson" else f"y{index}"
        above = f"({one} + {size})"
        log = f"{dialect.logarithm}{above} * ({size} / ({above} - {one}))"
        logs.append(Column(f"l{index}", f"CASE WHEN {above} = {one} THEN {size} ELSE {log} END", item.label))
        if item.transform == "yeo-johnson":
            exponents.append(Column(f"e{index}", _exponent(item, index, dialect), item.label))
            powers.append(Column(f"p{index}", _power(item, index, dialect), item.label))
    steps = [
        ("moved", "In steps from the origin: values whose logarithm or power is taken.", moved),
        ("logarithms", "l is the logarithm of 1 + y, written so that it keeps its digits near zero.", logs),
        ("exponents", "Yeo-Johnson, first half: the exponent of every power.", exponents),
        ("powers", "Yeo-Johnson, second half: (exp(e) - 1) / exponent, exact near zero too.", powers),
    ]
    return [Step(name, about, columns) for name, about, columns in steps if columns]


def _exponent(item: FeatureRecipe, index: int, dialect: Dialect) -> str:
    """λ · log(1 + y) above zero, (2 − λ) · log(1 − y) below; for an exponent of 0 the logarithm itself."""
    up, down = _exponents(item)
    zero = dialect.number(0.0)
    sides = [f"l{index} * {dialect.number(power)}" if power else f"l{index}" for power in (up, down)]
    return f"CASE WHEN y{index} >= {zero} THEN {sides[0]} ELSE {sides[1]} END"


def _power(item: FeatureRecipe, index: int, dialect: Dialect) -> str:
    up, down = _exponents(item)
    e, most, one = f"e{index}", dialect.number(_MOST_EXPONENT), dialect.number(1.0)
    sides = []
    for power, sign in ((up, ""), (down, "-")):
        if not power:
            sides.append(f"{sign}{e}")
            continue
        grown = f"EXP({e})"
        exact = f"({grown} - {one}) * ({e} / {dialect.logarithm}({grown}))"
        ends = f"WHEN {e} < {dialect.number(-40.0)} THEN {dialect.number(-1.0)} WHEN {e} > {most} THEN EXP({most}) "
        value = f"CASE {ends}WHEN {grown} = {one} THEN {e} ELSE {exact} END"
        sides.append(f"{sign}({value}) / {dialect.number(power)}")
    return f"CASE WHEN y{index} >= {dialect.number(0.0)} THEN {sides[0]} ELSE {sides[1]} END"


def _exponents(item: FeatureRecipe) -> tuple[float, float]:
    lmbda = float(item.lmbda or 0.0)
    return lmbda, 2 - lmbda


def _scaled(features: Sequence[FeatureRecipe], dialect: Dialect, *, large: bool) -> list[Step]:
    """(value − mean) / scale; in steps where extreme customers must be computed with smaller figures (large)."""
    name = "s" if large else "z"
    columns = []
    for index, item in enumerate(features, start=1):
        value = f"{ {'none': 'u', 'log1p': 'l'}.get(item.transform, 'p') }{index}"
        away = value if item.mean == 0 else f"({value} - {dialect.number(item.mean)})"
        columns.append(Column(f"{name}{index}", _divided(dialect, away, item.mean, item.scale), item.label))
    about = "On one scale: each feature minus its mean, by its standard deviation."
    if not large:
        return [Step("prepared", about, columns, CARRIED)]
    limit = dialect.number(_EXTREME)
    sizes = " OR ".join(f"ABS(s{index}) > {limit}" for index in range(1, len(features) + 1))
    shrink = f"CASE WHEN {sizes} THEN {dialect.number(SHRINK)} ELSE {dialect.number(1.0)} END"
    small = [Column(f"z{index}", f"s{index} * shrink") for index in range(1, len(features) + 1)]
    return [
        Step("standardised", about, columns, CARRIED),
        Step("sized", "Extreme customers are computed with smaller figures.", [Column("shrink", shrink)]),
        Step("prepared", "All others as they are (times one).", small, (*CARRIED, "shrink")),
    ]


CARRIED = ("customer", "faults", *_COUNTS, "out_of_range")
"""What every later step hands on to the answer."""


def _divided(dialect: Dialect, away: str, middle: float, by: float) -> str:
    """A difference by a scale; where results too small stop the query, one that is next to nothing is zero."""
    divided = away if by == 1 else f"{away} / {dialect.number(by)}"
    if not dialect.stops or abs(middle) > by * TINY * 2**57:
        return divided
    return f"CASE WHEN ABS({away}) < {dialect.number(by * TINY)} THEN {dialect.number(0.0)} ELSE {divided} END"


def _shrinks(features: Sequence[FeatureRecipe], dialect: Dialect) -> bool:
    return dialect.stops and any(_reach(item) > _EXTREME for item in features)


def _reach(item: FeatureRecipe) -> float:
    """How far from zero a prepared value can be, about, whatever the customer's value is."""
    if item.transform != "none":
        largest = 710.0 if item.transform == "log1p" else LARGEST
        ends = [-largest, largest]
        if item.low is not None and item.high is not None:
            ends = list(item.before_scaling(np.array([item.low, item.high])))
    else:
        ends = [-LARGEST if item.low is None else item.low, LARGEST if item.high is None else item.high]
    with np.errstate(over="ignore"):
        return float(np.max(np.abs((np.array(ends) - item.mean) / item.scale)))
