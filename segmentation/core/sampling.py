"""A random sample of rows, drawn the same way everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmentation.core.settings import SEED

__all__ = ["random_rows"]


def random_rows(rows: int, most: int, seed: int | np.random.Generator = SEED) -> NDArray[np.intp]:
    """Positions of at most `most` of `rows` rows: all where there are no more, else drawn without replacement.

    They are in their order, and the same for the same seed; a generator goes on from where it is.
    """
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
