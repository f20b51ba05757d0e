"""The one rule of disclosure: whose figures are shown, and from whom the figures of *everyone* are made.

A group of fewer than `SMALLEST_GROUP` customers is hidden: its figures could be told of a single customer. What is
said of everyone is then made from the customers of the shown groups alone. Were the hidden ones in it, their figures
would follow by subtraction: (everyone's mean × all customers) − (the shown means × theirs).

Two files about nearly the same customers can be subtracted from each other. So no mean of a group is told finer than
one customer of it could move it (`told`, `step_of`).

A saved model goes farther than a report: whoever has the file can read every number of it. There the ends of a feature
are those that ten customers come near (`shared_ends`), and the middle of a small segment is kept to a coarse step
(`coarse`). What a model needs to the last digit, such as the mean of a feature, it holds: who knows all other customers
can work out one from that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "SMALLEST_GROUP",
    "behind_the_figures",
    "coarse",
    "ends_of",
    "shared_ends",
    "spread_of",
    "step_of",
    "surely_differ",
    "told",
    "told_and_error",
    "told_mean",
    "told_mean_and_error",
    "too_small",
]

SMALLEST_GROUP = 10
"""Groups of fewer customers than this are hidden in everything that leaves the studio, unless another is chosen."""


def too_small(sizes: ArrayLike, smallest: int = SMALLEST_GROUP) -> NDArray[np.bool_]:
    """Numbers of customers, any shape → whether their figures must be hidden, same shape."""
    hidden: NDArray[np.bool_] = np.asarray(sizes) < smallest
    return hidden


def behind_the_figures(labels: ArrayLike, smallest: int = SMALLEST_GROUP) -> NDArray[np.bool_]:
    """Group number of every customer (n,; 0: in none) → whether the customer counts for what is shown (n,).

    Those in none of the groups are a group of their own: too few of them would follow from the others, too.
    """
    _, inverse, sizes = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
    shown: NDArray[np.bool_] = ~too_small(sizes, smallest)[inverse]
    return shown


def told_mean(values: ArrayLike, known: ArrayLike | None = None) -> float:
    """The mean of values (n,; none missing), as it may be told; known: those of them that nobody filled in."""
    return told_mean_and_error(values, known)[0]


def told_mean_and_error(values: ArrayLike, known: ArrayLike | None = None) -> tuple[float, float]:
    """`told_mean`, and how far from it the mean may be."""
    values = np.asarray(values, dtype=np.float64)
    steps = step_of(spread_of(values if known is None else known), len(values))
    figure, error = told_and_error(values.mean(), steps, values.min(), values.max())
    return float(figure), float(error)


def told_and_error(
    figures: ArrayLike, steps: ArrayLike, low: ArrayLike, high: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`told`, and how far from what is told each figure may be: half a step, and as far as the ends moved it."""
    shown = told(figures, steps, low, high)
    return shown, np.asarray(steps, dtype=np.float64) / 2 + np.abs(shown - told(figures, steps))


def surely_differ(first: ArrayLike, second: ArrayLike, errors: ArrayLike) -> NDArray[np.bool_]:
    """Two told figures, and both their errors together → whether it is sure which of the figures is larger."""
    differ: NDArray[np.bool_] = np.abs(np.subtract(first, second)) >= np.multiply(errors, 1 - 1e-9)
    return differ


def told(
    figures: ArrayLike, steps: ArrayLike, low: ArrayLike = -np.inf, high: ArrayLike = np.inf
) -> NDArray[np.float64]:
    """Figures (any shape) and the step of each → each as the nearest multiple of its step; without a step as it is.

    low, high: what a figure cannot be below or above, such as the lowest and the highest value of a mean: the multiple
    is one in between, so that an end itself is not told. Where none lies in between the step is a tenth.
    """
    given = (np.asarray(item, dtype=np.float64) for item in (figures, steps, low, high))
    figures, steps, low, high = np.broadcast_arrays(*given)
    coarsely = np.isfinite(steps) & (steps > 0)
    known = np.where(coarsely, steps, 1.0)
    known = np.where(np.ceil(low / known - _HAIR) > np.floor(high / known + _HAIR), known / 10, known)
    # A step is 1, 2 or 5 times a power of ten: whole numbers times it, or divided by its inverse, have no digits more.
    first, last = np.ceil(low / known - _HAIR), np.floor(high / known + _HAIR)
    whole = np.minimum(np.maximum(np.floor(figures / known + 0.5), first), last)
    nearest = np.where(known < 1, whole / np.round(1 / np.minimum(known, 1.0)), whole * known)
    result: NDArray[np.float64] = np.minimum(np.maximum(np.where(coarsely, nearest, figures), low), high)
    return result


def step_of(spread: ArrayLike, size: ArrayLike) -> NDArray[np.float64]:
    """How far one customer lies from the others (`spread_of`), and how many there are → the step their mean is told to.

    Twice the spread divided by the number, and up to the next of 1, 2, 5 × a power of ten. Of n customers here and
    n − 1 there, n × mean − (n − 1) × mean then misses the value of the one who left by up to twice the spread.
    0 where there is no spread, or nobody.
    """
    spread, size = np.broadcast_arrays(np.asarray(spread, np.float64), np.asarray(size, np.float64))
    there = np.isfinite(spread) & (spread > _SMALLEST) & (size > 0)
    wanted = np.where(there, 2 * spread / np.where(there, size, 1.0), 1.0)
    power = 10.0 ** np.floor(np.log10(wanted))
    digits = np.array([1.0, 2.0, 5.0, 10.0])
    enough = digits * power[..., None] >= wanted[..., None] * (1 - 1e-12)
    result: NDArray[np.float64] = np.where(there, digits[enough.argmax(axis=-1)] * power, 0.0)
    return result


def spread_of(values: ArrayLike) -> NDArray[np.float64]:
    """Values of customers (n, or n × d; NaN: missing) → how far one lies from the others: the standard deviation (d).

    Of two values only, such as yes and no, the whole distance between them: a rare answer hardly shows in a deviation.
    """
    values = np.asarray(values, dtype=np.float64)
    columns = values.T if values.ndim > 1 else [values]
    return np.array([_spread(column[~np.isnan(column)]) for column in columns]).reshape(values.shape[1:])


def _spread(known: NDArray[np.float64]) -> float:
    if not len(known):
        return 0.0
    low, high = known.min(), known.max()
    two = bool(((known == low) | (known == high)).all())
    return float(high - low if two else known.std())


def shared_ends(values: ArrayLike, smallest: int = SMALLEST_GROUP) -> tuple[float, float]:
    """Values of a feature (n,; none missing) → its lowest and highest end, as they may leave the studio.

    An end that `smallest` customers have is told as it is. One that they come near, within the range of the middle
    eight tenths, is rounded outwards, so that it is nobody's own. One that stands alone is not told: the mean of the
    `smallest` outermost takes its place. Among fewer customers than `smallest` in all the ends are as they are.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if len(ordered) < smallest:
        return float(ordered[0]), float(ordered[-1])
    width = float(np.subtract(*np.percentile(ordered, (90, 10))))
    return ends_of(ordered[:smallest], ordered[-smallest:], width)


def ends_of(lowest: NDArray[np.float64], highest: NDArray[np.float64], width: float) -> tuple[float, float]:
    """The `smallest` lowest and highest values, each in order, and the range of the middle eight tenths → the ends."""
    return -_high_end(-lowest[::-1], width), _high_end(highest, width)


_SMALLEST = 1e-300
"""Below it, figures lose digits and powers of ten cannot be told."""
_HAIR = 1e-9
"""So near, in steps, a multiple counts as being an end."""


def _high_end(outermost: NDArray[np.float64], width: float) -> float:
    gap = float(outermost[-1] - outermost[0])
    if gap == 0:
        return float(outermost[-1])
    if gap > width:
        return float(outermost.mean())
    step = _round_step(max(gap / 2, _SMALLEST))
    end = float(np.ceil(outermost[-1] / step) * step)
    return float(np.round(end, max(0, -int(np.floor(np.log10(step)))))) if np.isfinite(end) else float(outermost[-1])


def _round_step(size: float) -> float:
    """The largest of … 0.1, 0.2, 0.5, 1, 2, 5, 10 … that is not above a size."""
    power = 10.0 ** np.floor(np.log10(size))
    return float(max(digit * power for digit in (1.0, 2.0, 5.0) if digit * power <= size * (1 + 1e-12)))


def coarse(prepared: ArrayLike) -> NDArray[np.float64]:
    """Prepared values (any shape) → each to a coarse step: a half up to 1, beyond that 1, 2, 5, 10, 20 … by size."""
    values = np.asarray(prepared, dtype=np.float64)
    sizes = np.abs(values)
    power = 10.0 ** np.floor(np.log10(np.maximum(sizes, 1.0)))
    steps = np.stack([digit * power for digit in (1.0, 2.0, 5.0, 10.0)])
    nearest = np.take_along_axis(steps, np.abs(steps - sizes).argmin(axis=0)[None], axis=0)[0]
    rounded: NDArray[np.float64] = np.where(sizes <= 1, np.round(values * 2) / 2, np.sign(values) * nearest)
    return rounded
