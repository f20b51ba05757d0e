"""Two customers side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.text import value_text
from segmentation.preparation import Recipe
from segmentation.scoring import Explanation

__all__ = ["side_by_side"]


def side_by_side(segmentation: Segmentation, first: Explanation, second: Explanation) -> pd.DataFrame:
    """Two explanations of one model → one row a column, those that part the two most first.

    Columns: label, first, second (values in original units as text, as they count after filling and capping),
    first_percentile, second_percentile (0…1), apart (share of the squared distance between the two, 0…1).
    """
    rows = []
    one_by_name, two_by_name = (_by_name(explanation) for explanation in (first, second))
    for name in segmentation.recipe.inputs:
        one, two = one_by_name[name], two_by_name[name]
        about = {"kind": one["kind"], "unit": one["unit"]}
        rows.append(
            {
                "label": one["label"],
                "first": value_text(one["used"], **about),
                "second": value_text(two["used"], **about),
                "first_percentile": one["percentile"] / 100,
                "second_percentile": two["percentile"] / 100,
                "apart": _apart(segmentation.recipe, name, [one["used"], two["used"]]),
            }
        )
    table = pd.DataFrame(rows)
    total = float(table["apart"].sum())
    table["apart"] = table["apart"] / total if total > 0 else 0.0
    return table.sort_values("apart", ascending=False, kind="stable", ignore_index=True)


def _apart(recipe: Recipe, name: str, used: list[Any]) -> float:
    """The squared distance between two values of one column, all levels of a category together."""
    block = recipe.block_by_column(name)
    values = {name: np.array(used, dtype=np.float64)} if block is None else block.indicators(pd.Series(used))
    prepared = {item.name: item.apply(values[item.name]) for item in recipe.features if item.name in values}
    return sum(float((first - second) ** 2) for first, second in prepared.values())


def _by_name(explanation: Explanation) -> dict[str, dict[Any, Any]]:
    return {row["feature"]: row for row in explanation.contributions.to_dict("records")}
