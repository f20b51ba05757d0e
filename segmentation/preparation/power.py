"""The power transformation of Yeo and Johnson, and its reversal."""

from __future__ import annotations

import numpy as np

__all__ = ["undo_yeo_johnson", "yeo_johnson"]


def yeo_johnson(x: np.ndarray, lmbda: float) -> np.ndarray:
    """Yeo and Johnson (2000), equation 2.1, elementwise; written with log1p and expm1 to keep small values exact."""
    above = x >= 0
    transformed = np.empty(len(x))
    with np.errstate(over="ignore"):
        if above.any():
            positive = np.log1p(np.maximum(x, 0.0))
            transformed = positive if lmbda == 0 else np.expm1(lmbda * positive) / lmbda
        if not above.all():
            negative = np.log1p(np.maximum(-x, 0.0))
            down = -negative if lmbda == 2 else -np.expm1((2 - lmbda) * negative) / (2 - lmbda)
            transformed = np.where(above, transformed, down)
    return transformed


def undo_yeo_johnson(y: np.ndarray, lmbda: float) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        up = np.expm1(y) if lmbda == 0 else np.expm1(np.log1p(lmbda * y) / lmbda)
        down = -np.expm1(-y) if lmbda == 2 else -np.expm1(np.log1p(-(2 - lmbda) * y) / (2 - lmbda))
    return np.where(y >= 0, up, down)
