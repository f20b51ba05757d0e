"""The dendrogram: the top of the tree that agglomerative clustering grows, and where it is cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from segmentation.charts import methods as charts
from segmentation.charts.aids.base import Aid
from segmentation.clustering.assignment import Floats
from segmentation.clustering.methods.base import distinct_rows, number_by_size, refuse_too_few_rows
from segmentation.clustering.methods.hierarchical import TreeSettings, grow, tree_sample
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.text import count_text, counted

__all__ = ["TREE", "Tree", "tree_top"]

_LEAVES = 30
_MOST_K = 12


@dataclass(frozen=True, eq=False)
class Tree:
    """The last joins of a tree of customers.

    branches: one row a branch from left to right and from the bottom up; columns x (place of its middle), height (where
    its two parts were joined; 0 for a leaf), left, left_height, right, right_height (its parts; NaN for a leaf), size
    (customers in it) and segment (1…k, 0 above the cut). cut: the height of the cut into k.
    longest: of 2 to 12, the number of segments with the longest stretch without a join. rows of customers are in it.
    """

    branches: pd.DataFrame
    k: int
    cut: float
    longest: int
    rows: int
    n_customers: int


def tree_top(Z: Floats, settings: TreeSettings, progress: Progress | None = None) -> Tree:
    """Prepared rows (n × d) → the top of the very tree that the method grows with these settings, with 30 leaves."""
    rows = tree_sample(len(Z), seed=settings.seed)
    fitted = Z if rows is None else Z[rows]
    if len(fitted) < 2:
        raise SegmentationError("A tree needs at least two customers; the data has 1. Choose K-means.")
    refuse_too_few_rows(distinct_rows(fitted, stop=settings.k), settings.k)
    raw, joins, heights = grow(fitted, settings.linkage, settings.k, progress=progress)
    n, k = len(fitted), settings.k
    centres = np.array([fitted[raw == number].mean(axis=0) for number in range(k)])
    labels, _, _ = number_by_size(raw, centres)
    branches = _branches(labels, joins, heights, k, max(_LEAVES, k))
    bounds = np.concatenate(([0.0], heights, [heights[-1] * 1.1]))
    steps = {number: heights[n - number] - bounds[n - number] for number in range(2, min(_MOST_K, n) + 1)}
    cut = float((bounds[n - k] + bounds[n - k + 1]) / 2)
    return Tree(branches, k, cut, max(steps, key=lambda number: steps[number]), n, len(Z))


def _branches(labels: NDArray[np.int32], joins: NDArray[np.intp], heights: Floats, k: int, leaves: int) -> pd.DataFrame:
    """Joins (n − 1 × 2) and heights of the whole tree → the table of `Tree` for its top."""
    n, joins = len(labels), joins.copy()
    sizes, member = np.ones(2 * n - 1, dtype=int), np.arange(2 * n - 1)
    for index, (left, right) in enumerate(joins):
        sizes[n + index] = sizes[left] + sizes[right]
        member[n + index] = member[left]
    first = max(n, 2 * n - leaves)  # the lowest join that is shown; what it joins are leaves
    rows: dict[int, dict[str, float]] = {}
    waiting, done = [2 * n - 2], 0
    while waiting:
        node = waiting.pop()
        left, right = joins[node - n] if node >= first else (-1, -1)
        if left >= 0 and left not in rows:
            larger, smaller = sorted((left, right), key=lambda part: (-sizes[part], part))
            joins[node - n] = larger, smaller
            waiting += [node, smaller, larger]
            continue
        row = {
            "x": float(done),
            "height": 0.0,
            "left": np.nan,
            "left_height": np.nan,
            "right": np.nan,
            "right_height": np.nan,
        }
        if left >= 0:
            a, b = rows[left], rows[right]
            row = {"x": (a["x"] + b["x"]) / 2, "height": float(heights[node - n])}
            row |= {"left": a["x"], "left_height": a["height"], "right": b["x"], "right_height": b["height"]}
        else:
            done += 1
        rows[node] = row | {"size": sizes[node], "segment": labels[member[node]] if node < 2 * n - k else 0}
    return pd.DataFrame(list(rows.values())).astype({"size": int, "segment": int})


def _draw(made: Tree) -> go.Figure:
    title = f"Cut into {counted(made.k, 'segment')}; the longest stretch without a join is at {made.longest}"
    return charts.dendrogram(made.branches, k=made.k, cut=made.cut, title=title)


def _caption(made: Tree) -> str:
    whole = made.branches[made.branches["segment"] > 0].groupby("segment")["size"].max()
    sizes = "; ".join(f"segment {number}: {count_text(size)}" for number, size in whole.items())
    of = "" if made.rows == made.n_customers else f", grown from a sample of {count_text(made.rows)} customers"
    return (
        f"Tree of the last joins of customers (dendrogram){of}. Cut into {made.k}: {sizes} customers. The longest "
        f"stretch without a join is at {made.longest} segments, a hint and no more."
    )


TREE = Aid(
    title="Where to cut the tree?",
    help="Every joint is two groups becoming one; the higher it stands, the less alike they are. A cut through a long "
    "stretch without joints parts groups that differ most. Bold numbers are the segments, those below the customers.",
    make=tree_top,
    draw=_draw,
    caption=_caption,
)
