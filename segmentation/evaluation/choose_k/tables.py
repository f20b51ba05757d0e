"""The tables behind the comparison's pictures, finished: the pictures only draw them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.evaluation.choose_k.search import KComparison

__all__ = ["silhouette_means", "silhouette_profile", "size_table"]


def size_table(comparison: KComparison) -> pd.DataFrame:
    """The comparison → one row a segment of every k: k, segment, size, share (0…1)."""
    rows = [
        {"k": k, "segment": segment, "size": size, "share": size / comparison.n_customers}
        for k, fit in sorted(comparison.fits.items())
        for segment, size in enumerate(fit.sizes, start=1)
    ]
    return pd.DataFrame(rows, columns=["k", "segment", "size", "share"])


def silhouette_profile(comparison: KComparison, k: int, *, most: int = 1_200) -> pd.DataFrame:
    """The silhouette of every customer at `k`: segment, position (0…1 over all customers), silhouette.

    Sorted by segment, then from the highest silhouette down; thinned evenly to about `most` rows, at least two a
    segment, so that the outline stays.
    """
    values = comparison.silhouette_rows[k]
    labels = comparison.fits[k].labels if comparison.scored is None else comparison.fits[k].labels[comparison.scored]
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


def silhouette_means(comparison: KComparison, k: int) -> pd.DataFrame:
    """Each segment at `k`: segment, size, share, mean silhouette, below (share of it nearer to another segment)."""
    values = comparison.silhouette_rows[k]
    labels = comparison.fits[k].labels if comparison.scored is None else comparison.fits[k].labels[comparison.scored]
    groups = pd.Series(values).groupby(labels)
    means = pd.DataFrame({"silhouette": groups.mean(), "below": groups.agg(lambda own: float(np.mean(own < 0)))})
    means = means.reindex(range(1, k + 1)).rename_axis("segment").reset_index()
    means.insert(1, "size", comparison.fits[k].sizes)
    means.insert(2, "share", np.asarray(comparison.fits[k].sizes) / comparison.n_customers)
    return means
