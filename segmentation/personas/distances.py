"""How far segments lie from each other, and how tight each is, in the prepared space."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from segmentation.personas.profiles import segment_numbers

__all__ = ["centre_distances", "spread"]

_BLOCK = 65_536


def centre_distances(centres: NDArray[np.float64]) -> pd.DataFrame:
    """Euclidean distances between the segments' centres in the prepared space: k × k, index and columns 1…k."""
    gaps = centres[:, None, :] - centres[None, :, :]
    numbers = range(1, len(centres) + 1)
    return pd.DataFrame(np.sqrt((gaps**2).sum(axis=2)), index=pd.Index(numbers, name="segment"), columns=list(numbers))


def spread(Z: NDArray[np.float64], labels: ArrayLike, centres: NDArray[np.float64]) -> pd.DataFrame:
    """How tight each segment is, and how far its nearest neighbour.

    Index segment. Columns: size, within (mean distance of the members to their centre), nearest (segment with the
    nearest centre), nearest_distance, separation (nearest_distance / within; NaN for a segment without spread).
    Distances are Euclidean, in the prepared space.
    """
    labels = np.asarray(labels)
    between = centre_distances(centres).to_numpy(copy=True)
    np.fill_diagonal(between, np.inf)
    own = np.empty(len(Z))
    for start in range(0, len(Z), _BLOCK):
        block = slice(start, start + _BLOCK)
        own[block] = np.sqrt(((Z[block] - centres[np.maximum(labels[block], 1) - 1]) ** 2).sum(axis=1))
    rows = []
    for number in segment_numbers(labels):
        within, others = own[labels == number].mean(), between[number - 1]
        alone = len(centres) == 1
        near = int(others.argmin())
        rows.append(
            {
                "segment": number,
                "size": int((labels == number).sum()),
                "within": within,
                "nearest": 0 if alone else near + 1,
                "nearest_distance": np.nan if alone else others[near],
                "separation": others[near] / within if within > 0 and not alone else np.nan,
            }
        )
    return pd.DataFrame(rows).set_index("segment")
