"""Colours that stay with the same customers: which place in the row of colours each segment takes over."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count

import numpy as np

from segmentation.clustering.methods import Labels

__all__ = ["handed_on", "kept_slots", "slots_by_k"]


def handed_on(before: Labels, slots: tuple[int, ...], after: Labels, k: int) -> tuple[int, ...]:
    """Two groupings of the same n customers → the slot (1 …) of each of the k new segments.

    before, after: n segment numbers, 0 for none. slots: those of the old segments (empty: in order). Old and new are
    paired one to one so that the sum of their overlaps (Jaccard) is largest (Hungarian method, Kuhn 1955); a pair
    with a customer in common keeps its slot, every other segment gets the lowest one that is free.
    """
    from scipy.optimize import linear_sum_assignment

    was = max(int(before.max(initial=0)), len(slots))
    shared = np.zeros((was + 1, k + 1))
    np.add.at(shared, (before, after), 1.0)
    old, new = shared[1:].sum(axis=1, keepdims=True), shared[:, 1:].sum(axis=0, keepdims=True)
    union = old + new - shared[1:, 1:]
    overlap = np.divide(shared[1:, 1:], union, out=np.zeros_like(union), where=union > 0)
    rows, columns = linear_sum_assignment(-overlap)
    kept = {
        int(column): slots[row] if row < len(slots) else int(row) + 1
        for row, column in zip(rows, columns, strict=True)
        if overlap[row, column] > 0
    }
    free = iter(sorted(set(range(1, k + was + 1)) - set(kept.values())))
    return tuple(kept[segment] if segment in kept else next(free) for segment in range(k))


def slots_by_k(labels: Mapping[int, Labels]) -> dict[int, tuple[int, ...]]:
    """Number of segments → labels of the same customers, to number of segments → the slot of each segment.

    The fewest segments have the slots in order; each next number takes over those of the one before it, so that the
    same number always has the same colours, whichever was looked at first. k segments have the slots 1 … k.
    """
    slots: dict[int, tuple[int, ...]] = {}
    before: tuple[Labels, tuple[int, ...]] | None = None
    for k in sorted(labels):
        slots[k] = tuple(range(1, k + 1)) if before is None else handed_on(*before, labels[k], k)
        before = labels[k], slots[k]
    return slots


def kept_slots(kept: Mapping[int, int], own: tuple[int, ...], k: int) -> tuple[int, ...]:
    """Segment → the slot that it keeps from another grouping, to the slot (1 …) of each of the k segments.

    own: the slots that the segments have without the other grouping (empty: in order). A segment that keeps none stays
    in its own one where that is free, and else gets the lowest free one.
    """
    slots, taken = dict(kept), set(kept.values())
    for segment in range(1, k + 1):
        if segment not in slots:
            mine = own[segment - 1] if segment <= len(own) else segment
            wanted = chain((mine,), count(1))
            slots[segment] = next(slot for slot in wanted if slot not in taken)
            taken.add(slots[segment])
    return tuple(slots[segment] for segment in range(1, k + 1))
