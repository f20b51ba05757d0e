"""Where segments touch: how many pairs of nearest neighbours run between each two of them, against chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import Floats, kmeans
from segmentation.clustering.methods.neighbours import between, mutual_graph, nearest_neighbours
from segmentation.core.sampling import random_rows
from segmentation.core.settings import SEED

__all__ = ["NEIGHBOURS", "SAMPLE", "Borders", "agreement_with_kmeans", "borders"]

SAMPLE = 5_000
"""With more customers so many, drawn at random, are compared: less than half a second."""
NEIGHBOURS = 15


@dataclass(frozen=True, eq=False)
class Borders:
    """Segments as a graph.

    segments: index segment 1…k; columns size (customers, all of them), inside (share of the segment's neighbour pairs
    that stay inside it, NaN where it has none), x and y (a place on a circle; those with the strongest borders stand
    side by side). between: one row a pair of segments, the strongest border first; columns first, second (numbers),
    pairs (neighbour pairs that run between the two), expected (by chance), ratio (pairs / expected, NaN where nothing
    is expected). shown, total: customers compared, and all.
    """

    segments: pd.DataFrame
    between: pd.DataFrame
    shown: int
    total: int


def borders(prepared: Floats, labels: ArrayLike, *, neighbours: int = NEIGHBOURS, seed: int = SEED) -> Borders:
    """Prepared rows (n × d) and labels (n; 1…k, 0 = in no segment) → where the segments touch.

    Two customers are a neighbour pair when each is among the `neighbours` nearest of the other. Chance keeps how many
    pairs every customer has, and mixes with whom: ends of pairs in one segment × ends in the other / all ends.
    """
    labels = np.asarray(labels)
    k = int(labels.max())
    rows = random_rows(len(labels), SAMPLE, seed)
    graph = mutual_graph(nearest_neighbours(prepared[rows], neighbours))
    ends = _by_segment(graph, labels[rows], k)
    of_all, of_segment = ends.sum(), ends.sum(axis=1)
    lines = []
    for first in range(1, k + 1):
        for second in range(first + 1, k + 1):
            expected = of_segment[first] * of_segment[second] / of_all if of_all else 0.0
            ratio = ends[first, second] / expected if expected else np.nan
            lines.append((first, second, int(ends[first, second]), expected, ratio))
    table = pd.DataFrame(lines, columns=["first", "second", "pairs", "expected", "ratio"])
    table = table.sort_values(["ratio", "pairs"], ascending=False, kind="stable", ignore_index=True)
    with np.errstate(invalid="ignore"):
        inside = np.diag(ends)[1:] / of_segment[1:]
    sizes = np.bincount(labels, minlength=k + 1)[1:]
    segments = pd.DataFrame({"size": sizes, "inside": inside}, index=pd.RangeIndex(1, k + 1, name="segment"))
    angle = 2 * np.pi * np.argsort(_around(table, k)) / k
    segments["x"], segments["y"] = (-np.cos(angle)).round(6), np.sin(angle).round(6)
    return Borders(segments, table, len(rows), len(labels))


def agreement_with_kmeans(prepared: Floats, labels: ArrayLike, k: int, *, seed: int = SEED) -> float:
    """Adjusted Rand index of the labels (0 counts as a group) and of K-means with k segments, on the same sample."""
    labels = np.asarray(labels)
    rows = random_rows(len(labels), SAMPLE, seed)
    return float(adjusted_rand_score(labels[rows], kmeans(prepared[rows], k, seed=seed).labels))


def _by_segment(graph: sparse.csr_array, labels: NDArray[np.integer], k: int) -> NDArray[np.float64]:
    """Ends of pairs from segment to segment, (k + 1) × (k + 1); segment 0 is nobody's."""
    ends = np.zeros((k + 1, k + 1))
    shares = between(graph, labels).toarray()
    ends[: len(shares), : len(shares)] = shares
    return ends


def _around(table: pd.DataFrame, k: int) -> list[int]:
    """The segments (0…k-1) in the order in which they stand on the circle: next comes who borders most on the last."""
    near = np.zeros((k, k))
    for first, second, ratio in zip(table["first"], table["second"], table["ratio"], strict=True):
        near[first - 1, second - 1] = near[second - 1, first - 1] = np.nan_to_num(ratio)
    order, left = [0], list(range(1, k))
    while left:
        following = max(left, key=lambda segment: (near[order[-1], segment], -segment))
        order.append(following)
        left.remove(following)
    return order
