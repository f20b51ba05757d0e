"""Customers as a graph: two are connected when each is among the nearest neighbours of the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from segmentation.clustering.methods.base import Floats
from segmentation.core.parallel import one_thread
from segmentation.core.settings import Progress

__all__ = ["Counts", "Neighbours", "between", "linked", "modularity", "mutual_graph", "nearest_neighbours"]

Counts = NDArray[np.int64]

_ROWS = 2000
"""Customers looked at between two moments of progress: about half a second with 100,000 customers."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The m nearest other customers of each of n, the nearest first.

    who: n × m row numbers. far: n × m distances.
    """

    who: NDArray[np.int64]
    far: Floats


def nearest_neighbours(Z: Floats, neighbours: int, progress: Progress | None = None) -> Neighbours:
    """Prepared rows (n × d) → the `neighbours` nearest other rows of each (n − 1 where there are fewer).

    Of equally distant customers some are taken, the same ones every time.
    """
    n = len(Z)
    wanted = min(neighbours, n - 1)
    who, far = np.empty((n, wanted), dtype=np.int64), np.empty((n, wanted))
    with one_thread():
        search = NearestNeighbors(n_neighbors=wanted + 1).fit(Z)
        for start in range(0, n, _ROWS):
            if progress is not None:
                progress(start / n, f"Nearest neighbours: {start:,} of {n:,} customers")
            rows = np.arange(start, min(start + _ROWS, n))
            distances, indices = search.kneighbors(Z[rows])
            # A customer is not its own neighbour. Among many equal customers it may be missing from its own list.
            own = indices == rows[:, None]
            own[~own.any(axis=1), -1] = True
            who[rows] = indices[~own].reshape(len(rows), wanted)
            far[rows] = distances[~own].reshape(len(rows), wanted)
    return Neighbours(who, far)


def mutual_graph(near: Neighbours) -> sparse.csr_array:
    """Nearest neighbours → the n × n symmetric matrix with a 1 for each pair of mutual neighbours."""
    n, wanted = near.who.shape
    one_way = sparse.csr_array((np.ones(n * wanted), near.who.ravel(), np.arange(0, n * wanted + 1, wanted)), (n, n))
    return _tidy(one_way.multiply(one_way.T))


def linked(graph: sparse.csr_array, near: Neighbours, customers: Counts, smallest: int) -> sparse.csr_array:
    """The graph with an edge added for each group of fewer than `smallest` customers that is cut off from the rest.

    customers: (n,) how many customers each row stands for. The edge is the shortest one from the group to a nearest
    neighbour outside it; a customer without any mutual neighbour is such a group. Repeated until no such group is
    left that has a nearest neighbour outside.
    """
    n, wanted = near.who.shape
    from_row, to_row, far = np.repeat(np.arange(n), wanted), near.who.ravel(), near.far.ravel()
    while True:
        groups, group = sparse.csgraph.connected_components(graph, directed=False)
        small = np.bincount(group, customers)[group] < smallest
        leads_out = np.flatnonzero(small[from_row] & (group[from_row] != group[to_row]))
        if groups == 1 or not len(leads_out):
            return graph
        ordered = leads_out[np.lexsort((to_row[leads_out], from_row[leads_out], far[leads_out]))]
        _, first = np.unique(group[from_row[ordered]], return_index=True)
        edges = ordered[first]
        added = sparse.csr_array((np.ones(len(edges)), (from_row[edges], to_row[edges])), (n, n))
        graph = _tidy(graph.maximum(added).maximum(added.T))


def between(graph: sparse.csr_array, groups: NDArray[np.integer]) -> sparse.csr_array:
    """A graph (n × n) and group numbers 0…g-1 (n,) → g × g numbers of edges from group to group.

    An edge inside a group counts twice (both its ends are there), so that all numbers add up to twice the edges.
    """
    member = sparse.csr_array((np.ones(len(groups)), (np.arange(len(groups)), groups)))
    return _tidy(member.T @ graph @ member)


def modularity(edges: sparse.csr_array) -> float:
    """How many more edges run inside the groups than chance would put there, as a share of all edges.

    `edges`: the result of `between`. The sum over the groups of (edges inside / edges) − (ends of edges / ends of all
    edges)² (Newman and Girvan 2004); 0 when there are no edges.
    """
    every = float(edges.sum())
    if every == 0:
        return 0.0
    return float(edges.trace() / every - ((edges.sum(axis=1) / every) ** 2).sum())


def _tidy(graph: sparse.sparray) -> sparse.csr_array:
    """The same matrix by rows, each with its columns in order and no zeros kept."""
    tidy = sparse.csr_array(graph)
    tidy.sum_duplicates()
    tidy.eliminate_zeros()
    tidy.sort_indices()
    return tidy
