"""Communities in a graph of customers: the graph by hand, modularity by its definition, and what every fit promises."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors

from segmentation.charts.graph import resolution_caption, resolution_lines
from segmentation.clustering.methods.graph import GRAPH, GraphSettings, communities, customer_graph, resolutions
from segmentation.clustering.methods.neighbours import between, linked, modularity, mutual_graph, nearest_neighbours
from segmentation.core.errors import Cancelled, SegmentationError
from tests.matrices import blobs

# Ten customers on a line: two fives far apart and, at 40, one whom nobody counts among the own nearest neighbours.
#   row      0    1    2    3     4     5     6     7     8     9
TEN = [0.0, 1.0, 2.1, 3.3, 20.0, 21.0, 22.1, 23.3, 24.6, 40.0]
Z = np.array(TEN)[:, None]
# The two nearest of each, the nearest first:
NEAR = [(1, 2), (0, 2), (1, 3), (2, 1), (5, 6), (4, 6), (5, 7), (6, 8), (7, 6), (8, 7)]
# Mutual: 0-1 and 1-2 name each other, 2-3 too; 0-2 is one-way (2 names 1 and 3), so is 3-1, and so on.
MUTUAL = [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (7, 8)]
TWO = GraphSettings(neighbours=2, resolution=0.5, smallest=2)


def edges_of(graph: sparse.csr_array) -> list[tuple[int, int]]:
    rows, columns = graph.nonzero()
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if row < column]


def modularity_by_definition(edges: list[tuple[int, int]], group: np.ndarray) -> float:
    """The sum over all ordered pairs of (connected − ends × ends / 2m) where both are in one group, over 2m."""
    n, m = len(group), len(edges)
    ends = np.array([sum(row in edge for edge in edges) for row in range(n)])
    total = 0.0
    for row in range(n):
        for other in range(n):
            connected = (row, other) in edges or (other, row) in edges
            total += (connected - ends[row] * ends[other] / (2 * m)) * (group[row] == group[other])
    return total / (2 * m)


def test_ten_customers_are_connected_as_worked_by_hand() -> None:
    near = nearest_neighbours(Z, 2)
    assert near.who.tolist() == [list(pair) for pair in NEAR]
    assert near.far[9].tolist() == pytest.approx([15.4, 16.7])
    graph = mutual_graph(near)
    assert edges_of(graph) == MUTUAL
    assert (graph != graph.T).nnz == 0


def test_who_has_no_mutual_neighbour_keeps_the_shortest_edge() -> None:
    near, alone = nearest_neighbours(Z, 2), np.ones(10, dtype=np.int64)
    graph = mutual_graph(near)
    assert edges_of(linked(graph, near, alone, 2)) == [*MUTUAL, (8, 9)]
    assert edges_of(linked(graph, near, alone, 1)) == MUTUAL
    # Nobody of the first four has a neighbour outside, so they stay on their own however large a segment must be.
    assert edges_of(linked(graph, near, alone, 6)) == [*MUTUAL, (8, 9)]


def test_ten_customers_fall_into_the_two_communities_that_the_eye_sees() -> None:
    fit = GRAPH.run(Z, TWO)
    assert fit.labels.tolist() == [2, 2, 2, 2, 1, 1, 1, 1, 1, 1]
    assert fit.centres[:, 0].tolist() == pytest.approx([151 / 6, 1.6])
    assert fit.figures["edges"] == 8
    # 3 of the 8 edges run in the small group, 5 in the large one: 1 − (6/16)² − (10/16)² = 0.46875.
    assert fit.figures["modularity"] == pytest.approx(0.46875)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), groups=st.integers(1, 5))
def test_modularity_is_that_of_its_definition(seed: int, groups: int) -> None:
    rng = np.random.default_rng(seed)
    edges = [pair for pair in combinations(range(12), 2) if rng.random() < 0.3] or [(0, 1)]
    graph = sparse.csr_array((np.ones(len(edges)), tuple(np.array(edges).T)), (12, 12))
    group = rng.integers(0, groups, 12)
    assert modularity(between(graph + graph.T, group)) == pytest.approx(modularity_by_definition(edges, group))


def test_a_graph_without_edges_has_no_modularity() -> None:
    assert modularity(between(sparse.csr_array((4, 4)), np.arange(4))) == 0.0


def test_the_neighbours_are_those_of_scikit_learn_in_any_number_of_blocks() -> None:
    rows = np.random.default_rng(1).normal(size=(4500, 3))
    ours = nearest_neighbours(rows, 7)
    distances, who = NearestNeighbors(n_neighbors=7).fit(rows).kneighbors()
    assert (ours.who == who).all()
    assert np.allclose(ours.far, distances)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    neighbours=st.integers(2, 12),
    resolution=st.floats(0.01, 3),
    smallest=st.integers(1, 30),
)
def test_every_division_keeps_its_promises(seed: int, neighbours: int, resolution: float, smallest: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(80, 2)).round(1) + 3 * rng.integers(0, 3, 80)[:, None]
    chosen = GraphSettings(neighbours=neighbours, resolution=resolution, smallest=smallest)
    graph = customer_graph(rows, chosen)
    group = communities(graph, chosen)
    assert sorted(set(group)) == list(range(group.max() + 1))
    assert graph.customers.sum() == len(rows)
    _, piece = sparse.csgraph.connected_components(graph.edges, directed=False)
    for number in range(group.max() + 1):
        inside = np.flatnonzero(group == number)
        assert sparse.csgraph.connected_components(graph.edges[inside][:, inside], directed=False)[0] == 1
        whole = (piece == piece[inside[0]]).sum() == len(inside)
        assert graph.customers[inside].sum() >= smallest or whole
    again = communities(customer_graph(rows, chosen), chosen)
    assert (again == group).all()


@pytest.mark.parametrize("smallest", [2, 3, 4])
def test_a_segment_has_at_least_the_smallest_size(smallest: int) -> None:
    chosen = GraphSettings(neighbours=2, resolution=3.0, smallest=smallest)
    sizes = np.bincount(communities(customer_graph(Z, chosen), chosen))
    assert smallest <= sizes.min() < 5


def test_many_equal_customers_are_never_their_own_neighbours() -> None:
    near = nearest_neighbours(np.ones((40, 2)), 3)
    assert (near.who != np.arange(40)[:, None]).all()
    assert all(len(set(row)) == 3 for row in near.who.tolist())


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_customers_changes_nothing(seed: int) -> None:
    rows = np.random.default_rng(3).normal(size=(200, 3))
    order = np.random.default_rng(seed).permutation(200)
    chosen = GraphSettings(neighbours=10, resolution=0.5)
    graph, other = customer_graph(rows, chosen), customer_graph(rows[order], chosen)
    group, same = communities(graph, chosen)[graph.point], communities(other, chosen)[other.point]
    assert group.max() > 1
    assert (same == group[order]).all()


def test_equal_customers_are_in_one_segment() -> None:
    rows = np.repeat(np.random.default_rng(0).normal(size=(60, 2)).round(1), 40, axis=0)
    labels = GRAPH.run(rows, GraphSettings(neighbours=5, resolution=0.3)).labels
    assert labels.max() > 1
    assert (labels.reshape(60, 40) == labels[::40, None]).all()


def test_clear_groups_are_found_and_given_back_by_the_rule() -> None:
    rows, truth = blobs(600, 4)
    fit = GRAPH.run(rows, GraphSettings())
    assert adjusted_rand_score(truth, fit.labels) == 1.0
    assert fit.rule is not None
    assert (fit.rule.place(rows).segment == fit.labels).all()


def test_a_finer_resolution_gives_more_segments() -> None:
    rows = np.random.default_rng(2).normal(size=(500, 2))
    found = [GRAPH.run(rows, GraphSettings(neighbours=10, resolution=value)).k for value in (0.01, 0.1, 1.0)]
    assert found[0] < found[1] < found[2]


def test_the_resolutions_tell_what_a_fit_would_find() -> None:
    rows, _ = blobs(300, 3)
    table = resolutions(rows, GraphSettings(resolution=0.04))
    assert table["resolution"].is_monotonic_increasing
    assert table.loc[table["chosen"], "resolution"].tolist() == [0.04]
    for row in table.iloc[[0, 4, -1]].itertuples():
        fit = GRAPH.run(rows, GraphSettings(resolution=row.resolution))
        assert (row.communities, row.modularity) == (fit.k, fit.figures["modularity"])
    picture = resolution_lines(table)
    assert [list(trace.y) for trace in picture.data[:2]] == [list(table["communities"]), list(table["modularity"])]
    assert resolution_caption(table).startswith("Lines over the resolution. At 0.04, the chosen one: 3 communities")


@pytest.mark.parametrize(
    ("rows", "chosen", "words"),
    [
        (np.ones((30, 2)), GraphSettings(), "all are the same"),
        (np.ones((1, 2)), GraphSettings(), "all are the same"),
        (
            np.random.default_rng(0).normal(size=(900, 2)),
            GraphSettings(neighbours=3, resolution=10.0, smallest=1),
            "communities; up to 50",
        ),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(rows: np.ndarray, chosen: GraphSettings, words: str) -> None:
    with pytest.raises(SegmentationError, match=words) as caught:
        GRAPH.run(rows, chosen)
    assert "Choose" in str(caught.value)


@pytest.mark.parametrize("words", ["Nearest neighbours", "Communities", "Placing"])
def test_cancel_is_heard_at_every_stage(words: str) -> None:
    rows, _ = blobs(300, 3)
    told: list[float] = []

    def progress(share: float, text: str) -> None:
        told.append(share)
        if text.startswith(words):
            raise Cancelled

    with pytest.raises(Cancelled):
        GRAPH.run(rows, GraphSettings(), progress)
    assert told == sorted(told)
