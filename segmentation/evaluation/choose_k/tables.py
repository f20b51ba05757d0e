"""The tables behind the board's pictures, finished: the pictures only draw them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.evaluation.choose_k.search import KComparison

__all__ = ["silhouette_means", "silhouette_profile", "size_table"]


def size_table(board: KComparison) -> pd.DataFrame:
    """The board → one row a segment of every k: k, segment, size, share (0…1)."""
    rows = [
        {"k": k, "segment": segment, "size": size, "share": size / board.n_customers}
        for k, fit in sorted(board.fits.items())
        for segment, size in enumerate(fit.sizes, start=1)
    ]
    return pd.DataFrame(rows, columns=["k", "segment", "size", "share"])


def silhouette_profile(board: KComparison, k: int, *, most: int = 1_200) -> pd.DataFrame:
    """The silhouette of every customer at `k`: segment, position (0…1 over all customers), silhouette.

    Sorted by segment, then from the highest silhouette down; thinned evenly to about `most` rows, at least two a
    segment, so that the outline stays.
    """
    values = board.silhouette_rows[k]
    labels = board.fits[k].labels if board.scored is None else board.fits[k].labels[board.scored]
    parts, start = [], 0
    for segment in range(1, k + 1):
        own = np.sort(values[labels == segment])[::-1]
        if not len(own):
            continue
        count = min(len(own), max(2, round(most * len(own) / len(values))))
        kept = np.unique(np.linspace(0, len(own) - 1, count).round().astype(int))
        parts.append(
            pd.DataFrame({"segment": segment, "position": (start + kept + 0.5) / len(values), "silhouette": own[kept]})
        )
        start += len(own)
    return pd.concat(parts, ignore_index=True)


def silhouette_means(board: KComparison, k: int) -> pd.DataFrame:
    """Each segment at `k`: segment, size, share, mean silhouette, below (share of it nearer to another segment)."""
    values = board.silhouette_rows[k]
    labels = board.fits[k].labels if board.scored is None else board.fits[k].labels[board.scored]
    groups = pd.Series(values).groupby(labels)
    found = pd.DataFrame({"silhouette": groups.mean(), "below": groups.agg(lambda own: float(np.mean(own < 0)))})
    found = found.reindex(range(1, k + 1)).rename_axis("segment").reset_index()
    found.insert(1, "size", board.fits[k].sizes)
    found.insert(2, "share", np.asarray(board.fits[k].sizes) / board.n_customers)
    return found
