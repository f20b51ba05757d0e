"""What would bring a customer that fits none of the segments into the nearest one: the fewest values, changed together.

A segment holds whoever lies within the reach of one of its points. Of squared distances the largest gaps count most,
so the fewest values are those with the largest gaps to a point; all of them go the same part t of the way to it. With
c the sum of their squared gaps, o that of the others and r the reach, the border is where (1 − t)² c + o = r².
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.assignment import Prototypes
from segmentation.clustering.model import Segmentation
from segmentation.scoring.counterfactuals.change import Move
from segmentation.scoring.counterfactuals.customer import Border, Customer, customer_of, land

__all__ = ["way_in"]

_TRIED = 20
"""So many points are tried, the easiest first: a point of another segment may be nearer where the border is."""


def way_in(seg: Segmentation, row: pd.DataFrame | Mapping[str, Any], *, locked: Collection[str] = ()) -> Move | None:
    """One customer in no segment, in original units → the fewest changes with which it fits the nearest segment.

    Of as few changes, the smallest; truth values and `locked` features stay. None for a customer in a segment, and
    where the others alone do not suffice.
    """
    customer = customer_of(seg, row if isinstance(row, pd.DataFrame) else pd.DataFrame([dict(row)]), locked)
    rule = seg.rule
    if customer.own or not isinstance(rule, Prototypes) or rule.reach is None:
        return None
    target = int(rule.place(customer.z[None]).second[0])
    ways = sorted(_ways(customer, rule, target), key=lambda border: (len(border.columns), border.size))
    landed = (land(customer, border) for border in ways[:_TRIED])
    return next((move for move in landed if move is not None), None)


def _ways(customer: Customer, rule: Prototypes, target: int) -> Iterator[Border]:
    """For each point of the segment the fewest columns that lead into its reach, and where they enter it."""
    assert rule.reach is not None
    free = np.array(customer.free, dtype=np.intp)
    for index in np.flatnonzero(rule.owners == target):
        point, gaps = rule.points[index], (rule.points[index] - customer.z) ** 2
        order = free[np.argsort(-gaps[free], kind="stable")]
        changed = np.cumsum(gaps[order])
        others, limit = gaps.sum() - changed, rule.reach[index] ** 2
        enough = np.flatnonzero(others <= limit)
        if not len(enough):
            continue
        many = int(enough[0])
        part = 1.0 - np.sqrt((limit - others[many]) / changed[many])
        columns = order[: many + 1]
        there = customer.z[columns] + part * (point[columns] - customer.z[columns])
        size = float(part * np.sqrt(changed[many]))
        yield Border(target, tuple(columns.tolist()), tuple(there.tolist()), tuple(point[columns].tolist()), size)
