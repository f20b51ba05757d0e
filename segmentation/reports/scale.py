"""Axes: the range of a chart and round values on it."""

from __future__ import annotations

import math

__all__ = ["bounds", "tick_step", "ticks"]


def bounds(low: float, high: float, *, zero: bool = False) -> tuple[float, float]:
    """A range that is never empty; `zero` keeps 0 inside."""
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if not high > low:
        low, high = low - 0.5, high + 0.5
    return low, high


def tick_step(low: float, high: float, most: int = 5) -> float:
    """A round distance (1, 2 or 5 times a power of ten) that divides the range into at most `most` parts."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    return power * next(factor for factor in (1, 2, 5, 10) if (high - low) / (factor * power) <= most + 1e-9)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values between low and high, in order."""
    step = tick_step(low, high, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]
