"""The sums of distances from every row to the members of every segment, for many labellings in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.core.parallel import one_thread, part, run_all
from segmentation.core.settings import Progress

__all__ = ["segment_sums"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

_NARROW, _WIDE = 128, 256
"""Rows of a block: narrow where all products are, so that its distances (64 kB in float32) stay in the fastest memory
from one step to the next; wider where wide products have to be added up."""

_ROOM = 128e6
"""Bytes for the sums by cell."""


@dataclass(frozen=True)
class _Layout:
    """How the n rows are laid out for the pass.

    order: (n,) the rows, those of one cell next to each other. blocks: stretches of that order. marks: for each block,
    which of its rows (down) belong to which of its cells (across). edges: where the cells of each block begin among
    all cells. to_segments: cells × segments, 1 where the cell is part of the segment. members: n × segments of the
    labellings that are summed as they are; plain: the numbers of these segments.
    """

    order: NDArray[np.intp]
    blocks: list[slice]
    marks: list[Singles]
    edges: NDArray[np.intp]
    to_segments: Floats
    members: Singles
    plain: NDArray[np.intp]


def segment_sums(
    Z: Floats,
    labelings: Sequence[NDArray[np.integer]],
    *,
    rows: NDArray[np.intp] | None = None,
    progress: Progress | None = None,
    cores: int = 1,
) -> Floats:
    """`Z` n × d and labellings (n,) with numbers 1…k → sums of distances, one row for each row of `Z` (or of `rows`).

    Columns: segments 1…k of the first labelling, then of the next. The unit of the distances is some power of two.
    They are computed in float64 as |x − y|² = |x|² + |y|² − 2 x·y, rounded to float32, summed over at most 256 rows
    by a matrix product, and added up in float64.

    Rows that share a segment in all labellings form a *cell*. With the rows sorted by cell, a block of rows touches
    few cells, so the products are narrow, and sums by cell become sums by segment in the end. Where nearly every row
    is a cell of its own (noise), only some labellings are refined into cells and the others are summed as they are.
    Each pair of blocks is computed once and used from both sides.
    """
    mirrored = rows is None
    layout = _layout(labelings, kept=len(Z) if mirrored else _WIDE)
    scaled = _scaled(Z)
    right = scaled[layout.order]
    left = right if mirrored else scaled[rows]
    size = layout.blocks[0].stop
    blocks = _blocks(len(left), size)
    # |x − y|² as one product of rows with two more columns.
    with one_thread():
        squares_left, squares_right = (_squares(side, size) for side in (left, right))
    first = np.hstack([-2.0 * left, squares_left, np.ones_like(squares_left)])
    second = np.vstack([right.T, np.ones_like(squares_right).T, squares_right.T])
    del scaled, right
    by_cell = np.empty((len(left) if mirrored else 0, layout.edges[-1]), dtype=np.float32)
    sums = np.zeros((len(left), layout.to_segments.shape[1]))

    def measure(share: list[int], tick: Progress) -> Floats:
        plain = np.zeros((len(left), len(layout.plain)))
        space = np.empty(size**2), np.empty(size**2, dtype=np.float32)
        own = by_cell if mirrored else np.empty((size, layout.edges[-1]), dtype=np.float32)
        for step, number in enumerate(share):
            tick(step / len(share), "")
            here = blocks[number]
            cells = own[here] if mirrored else own[: here.stop - here.start]
            for other in range(number if mirrored else 0, len(layout.blocks)):
                there = layout.blocks[other]
                distance = _distances(first[here], second[:, there], space)
                if mirrored and number == other:
                    np.fill_diagonal(distance, 0.0)
                np.matmul(distance, layout.marks[other], out=cells[:, layout.edges[other] : layout.edges[other + 1]])
                if len(layout.plain):
                    plain[here] += distance @ layout.members[there]
                if mirrored and number != other:
                    across = slice(layout.edges[number], layout.edges[number + 1])
                    np.matmul(distance.T, layout.marks[number], out=by_cell[there, across])
                    if len(layout.plain):
                        plain[there] += distance.T @ layout.members[here]
            if not mirrored:
                sums[here] = cells.astype(np.float64) @ layout.to_segments
        return plain

    def gather(here: slice, tick: Progress) -> None:
        sums[layout.order[here]] = by_cell[here].astype(np.float64) @ layout.to_segments

    count = max(1, min(cores, len(blocks)))
    shares = [_even_share(len(blocks), count, number) for number in range(count)]
    measured = run_all(measure, shares, progress=part(progress, 0.0, 0.9), text="Silhouettes", cores=cores)
    if mirrored:
        run_all(gather, blocks, progress=part(progress, 0.9, 1.0), text="Silhouettes", cores=cores)
    if len(layout.plain):
        sums[np.ix_(layout.order if mirrored else np.arange(len(left)), layout.plain)] += sum(measured)
    return sums


def _squares(rows: Floats, size: int) -> Floats:
    """|x|² of every row (n × 1), added up in the order of the product below: equal rows are then exactly 0 apart."""
    products = [(rows[block] @ rows[block].T).diagonal() for block in _blocks(len(rows), size)]
    return np.concatenate(products)[:, None]


def _distances(left: Floats, right: Floats, space: tuple[Floats, Singles]) -> Singles:
    """Rows with two more columns (a × d + 2, d + 2 × b) → distances (a × b), written into `space`."""
    shape = (len(left), right.shape[1])
    square = space[0][: shape[0] * shape[1]].reshape(shape)
    distance = space[1][: shape[0] * shape[1]].reshape(shape)
    np.matmul(left, right, out=square)
    np.copyto(distance, square, casting="same_kind")
    # What should be zero may have come out as −1e-16; its sign is dropped faster than it is raised to zero.
    np.abs(distance, out=distance)
    return np.sqrt(distance, out=distance)


def _layout(labelings: Sequence[NDArray[np.integer]], *, kept: int) -> _Layout:
    """Labellings (n,) each → the layout; `kept`: for how many rows the sums by cell are kept at a time."""
    numbers = np.stack(labelings, axis=1).astype(np.int32) - 1
    counts = numbers.max(axis=0) + 1
    offsets = np.concatenate(([0], np.cumsum(counts)))
    finest_first = np.argsort(-counts, kind="stable")
    order = np.lexsort(numbers.T[finest_first[::-1]])
    columns = numbers[order] + offsets[:-1]
    n, total = len(order), int(offsets[-1])

    # Refine as many labellings as pay off, the finest first.
    begins = np.zeros(n, dtype=bool)
    best, refined, cheapest = begins, 0, np.inf
    for depth, labeling in enumerate(finest_first, start=1):
        begins = begins.copy()
        begins[1:] |= columns[1:, labeling] != columns[:-1, labeling]
        width = int(begins.sum()) + 1 + n // _NARROW
        # Multiplications per pair: in the products by cell, in turning cells into segments, in the plain products.
        cost = (_NARROW + total) * width / n + counts[finest_first[depth:]].sum()
        if cost < cheapest and (depth == 1 or width * (4 * kept + 8 * total) <= _ROOM):
            best, refined, cheapest = begins, depth, cost
    chosen, rest = finest_first[:refined], finest_first[refined:]
    size = _WIDE if len(rest) else _NARROW
    best = best | (np.arange(n) % size == 0)

    cell = np.cumsum(best) - 1
    edges = np.append(cell[::size], cell[-1] + 1)
    blocks = _blocks(n, size)
    marks = []
    for block, start, end in zip(blocks, edges[:-1], edges[1:], strict=True):
        mark = np.zeros((block.stop - block.start, end - start), dtype=np.float32)
        mark[np.arange(len(mark)), cell[block] - start] = 1.0
        marks.append(mark)
    to_segments = np.zeros((edges[-1], total))
    to_segments[np.arange(edges[-1])[:, None], columns[best][:, chosen]] = 1.0
    plain = np.concatenate([np.arange(0), *(np.arange(offsets[i], offsets[i + 1]) for i in rest)])
    row_of = np.zeros(total, dtype=np.intp)
    row_of[plain] = np.arange(len(plain))
    members = np.zeros((n, len(plain)), dtype=np.float32)
    members[np.arange(n)[:, None], row_of[columns[:, rest]]] = 1.0
    return _Layout(order, blocks, marks, edges, to_segments, members, plain)


def _scaled(Z: Floats) -> Floats:
    """The rows around their mean, divided by a power of two, so that squares fit into float32."""
    centred: Floats = np.asarray(Z, dtype=np.float64) - np.mean(Z, axis=0)
    largest = float(np.abs(centred).max(initial=0.0))
    centred *= 2.0 ** -np.frexp(largest)[1]
    return centred


def _blocks(rows: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, rows)) for start in range(0, rows, size)]


def _even_share(blocks: int, workers: int, number: int) -> list[int]:
    """Blocks for one worker; a long one (early) goes with a short one (late), so that all finish together."""
    return [block for block in range(blocks) if block % (2 * workers) in (number, 2 * workers - 1 - number)]
