"""The one rule of disclosure: whose figures are shown, and from whom the figures of *everyone* are made.

A group of fewer than `SMALLEST_GROUP` customers is hidden: its figures could be told of a single customer. What is
said of everyone is then made from the customers of the shown groups alone. Were the hidden ones in it, their figures
would follow by subtraction: (everyone's mean × all customers) − (the shown means × theirs).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["SMALLEST_GROUP", "behind_the_figures", "too_small"]

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
