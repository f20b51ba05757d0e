"""Customers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.preparation import Recipe
from segmentation.scoring import Explanation

__all__ = ["side_by_side"]


def side_by_side(segmentation: Segmentation, explanations: Sequence[Explanation]) -> pd.DataFrame:
    """Explanations of two or more customers by one model → one row a column, those that part them most first.

    Columns: feature, label, kind, unit, and for each customer (counted from 1) value_1 … (original units, as it counts
    after filling and capping) and percentile_1 … (0…1); apart: share of the squared distances from their middle (0…1).
    """
    known = [_by_name(explanation) for explanation in explanations]
    rows = []
    for name in segmentation.recipe.inputs:
        each = [by_name[name] for by_name in known]
        row: dict[str, Any] = {key: each[0][key] for key in ("feature", "label", "kind", "unit")}
        for place, one in enumerate(each, start=1):
            row |= {f"value_{place}": one["used"], f"percentile_{place}": one["percentile"] / 100}
        rows.append(row | {"apart": _apart(segmentation.recipe, name, [one["used"] for one in each])})
    table = pd.DataFrame(rows)
    total = float(table["apart"].sum())
    table["apart"] = table["apart"] / total if total > 0 else 0.0
    return table.sort_values("apart", ascending=False, kind="stable", ignore_index=True)


def _apart(recipe: Recipe, name: str, used: list[Any]) -> float:
    """The squared distances of values of one column from their middle, all levels of a category together."""
    block = recipe.block_by_column(name)
    values = {name: np.array(used, dtype=np.float64)} if block is None else block.indicators(pd.Series(used))
    prepared = [item.apply(values[item.name]) for item in recipe.features if item.name in values]
    return sum(float(((column - column.mean()) ** 2).sum()) for column in prepared)


def _by_name(explanation: Explanation) -> dict[str, dict[Any, Any]]:
    return {row["feature"]: row for row in explanation.contributions.to_dict("records")}
