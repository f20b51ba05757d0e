"""Communities in a graph of customers: whoever are each other's nearest neighbours hang together (Leiden)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import graspologic_native
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from segmentation.clustering.methods.base import Fit, Floats, Method
from segmentation.clustering.methods.neighbours import between, linked, modularity, mutual_graph, nearest_neighbours
from segmentation.clustering.methods.to_fit import MOST_SEGMENTS, as_fit
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import part
from segmentation.core.settings import SEED, Progress, Settings, option

__all__ = ["GRAPH", "CustomerGraph", "GraphSettings", "communities", "customer_graph", "resolutions"]

_STARTS = 5
"""Leiden starts so often, each time in another order of the customers; the best result counts."""
_RESOLUTIONS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
_CONNECTED, _DIVIDED = 0.65, 0.8
"""Where the progress bar stands once the graph is there, and once it is divided; the rest learns the rule."""


@dataclass(frozen=True)
class GraphSettings(Settings):
    """How customers are connected, and how finely the graph is divided."""

    neighbours: int = option(
        30,
        "Nearest neighbours",
        "Two customers are connected when each is among so many nearest neighbours of the other. Fewer follow finer "
        "shapes; more give fewer, broader segments.",
        low=2,
        high=200,
    )
    resolution: float = option(
        0.03,
        "How fine (resolution)",
        "Higher gives more and smaller segments, lower gives fewer and larger ones. 1 is the textbook value, which "
        "cuts a graph of nearest neighbours into many small pieces.",
        low=0.001,
    )
    smallest: int = option(
        10,
        "Smallest segment, in customers",
        "A smaller group joins the segment to which it is connected most.",
        low=1,
        high=1_000_000,
    )
    seed: int = option(SEED, "Seed", "The same seed gives the same segments.", low=0, high=2**31 - 1)


@dataclass(frozen=True, eq=False)
class CustomerGraph:
    """Who is connected with whom.

    edges: p × p symmetric matrix with a 1 for each connected pair of points. point: (n,) the point of each customer;
    customers with the same values are one point. customers: (p,) how many they are.
    """

    edges: sparse.csr_array
    point: NDArray[np.int64]
    customers: NDArray[np.int64]


def customer_graph(Z: Floats, settings: GraphSettings, progress: Progress | None = None) -> CustomerGraph:
    """Prepared rows (n × d) → the graph; the order of the rows does not matter.

    Mutual nearest neighbours are connected. A group too small for a segment that is cut off from all others (often
    one customer whom none of its neighbours counts among its own) keeps its shortest edge to them, so that everybody
    gets a segment.
    """
    points, point, customers = np.unique(Z, axis=0, return_inverse=True, return_counts=True)
    if len(points) < 2:
        raise SegmentationError(
            "A graph needs at least two customers that differ from each other; here all are the same. "
            "Choose more features."
        )
    near = nearest_neighbours(points, settings.neighbours, progress)
    return CustomerGraph(linked(mutual_graph(near), near, customers, settings.smallest), point.ravel(), customers)


def communities(graph: CustomerGraph, settings: GraphSettings, progress: Progress | None = None) -> NDArray[np.int64]:
    """A graph of p points → (p,) communities 0…c-1, each connected in the graph.

    Leiden (Traag, Waltman and van Eck 2019) looks for the division with the highest modularity at the resolution.
    Communities smaller than allowed then join the one with which they share most edges.
    """
    edges = graph.edges
    indptr, indices = edges.indptr.astype(np.int64), edges.indices.astype(np.int32)
    best, group = -np.inf, np.zeros(edges.shape[0], dtype=np.int64)
    for start in range(_STARTS):
        if progress is not None:
            progress(start / _STARTS, f"Communities: start {start + 1} of {_STARTS}")
        quality, member = graspologic_native.leiden_csr(
            indptr, indices, edges.data, len(group), resolution=settings.resolution, seed=settings.seed + start
        )
        if quality > best:
            best, group = quality, np.array([member[point] for point in range(len(group))], dtype=np.int64)
    return _large_enough(graph, np.unique(group, return_inverse=True)[1], settings.smallest)


def _large_enough(graph: CustomerGraph, group: NDArray[np.int64], smallest: int) -> NDArray[np.int64]:
    """Groups below the smallest size joined to the one with most edges to them, until there is none that can join."""
    while True:
        edges = between(graph.edges, group)
        edges.setdiag(0)
        joins = np.arange(edges.shape[0])
        for small in np.flatnonzero(np.bincount(group, graph.customers) < smallest):
            row = slice(edges.indptr[small], edges.indptr[small + 1])
            if edges.data[row].any():
                joins[small] = edges.indices[row][edges.data[row].argmax()]
        merges = sparse.coo_array((np.ones(len(joins)), (np.arange(len(joins)), joins)), edges.shape)
        left, new = sparse.csgraph.connected_components(merges, directed=False)
        if left == len(joins):
            return group
        group = new[group].astype(np.int64)


def resolutions(Z: Floats, settings: GraphSettings, progress: Progress | None = None) -> pd.DataFrame:
    """Prepared rows → what the graph falls into at different resolutions, the chosen one among them.

    One row a resolution, in order: resolution, communities (their number), modularity (at resolution 1, whatever the
    resolution of the division, so that the rows can be compared), chosen.
    """
    graph = customer_graph(Z, settings, part(progress, 0.0, _CONNECTED))
    tried = sorted({*_RESOLUTIONS, settings.resolution})
    rows = []
    for index, value in enumerate(tried):
        step = (1 - _CONNECTED) / len(tried)
        start = _CONNECTED + index * step
        group = communities(graph, replace(settings, resolution=value), part(progress, start, start + step))
        quality = modularity(between(graph.edges, group))
        rows.append((value, int(group.max()) + 1, quality, value == settings.resolution))
    return pd.DataFrame(rows, columns=["resolution", "communities", "modularity", "chosen"])


def _fit(Z: Floats, settings: GraphSettings, progress: Progress | None) -> Fit:
    graph = customer_graph(Z, settings, part(progress, 0.0, _CONNECTED))
    group = communities(graph, settings, part(progress, _CONNECTED, _DIVIDED))
    k = int(group.max()) + 1
    if k > MOST_SEGMENTS:
        raise SegmentationError(
            f"The graph falls into {k:,} communities; up to {MOST_SEGMENTS} can be shown. Choose a lower resolution, "
            "more neighbours or a larger smallest segment."
        )
    figures = {"modularity": modularity(between(graph.edges, group)), "edges": graph.edges.nnz // 2}
    return as_fit(Z, group[graph.point], n_iter=_STARTS, figures=figures, progress=progress)


GRAPH = Method(
    name="graph",
    label="Graph communities",
    help="Customers who are each other's nearest neighbours are connected; a segment is a part of that graph that "
    "hangs together (Leiden). It follows segments of any shape and finds their number itself.",
    settings=GraphSettings,
    fit=_fit,
    assignment="the segment that has the nearest of several points, each the mean of some of its customers",
)
