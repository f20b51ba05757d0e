"""Two customers side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.text import value_text
from segmentation.scoring import Explanation

__all__ = ["side_by_side"]


def side_by_side(segmentation: Segmentation, first: Explanation, second: Explanation) -> pd.DataFrame:
    """Two explanations of one model → one row a feature, those that part the two most first.

    Columns: label, first, second (values in original units as text, as they count after filling and capping),
    first_percentile, second_percentile (0…1), apart (share of the squared distance between the two, 0…1).
    """
    rows = []
    one_by_name, two_by_name = (_by_name(explanation) for explanation in (first, second))
    for item, info in zip(segmentation.recipe.features, segmentation.info, strict=True):
        one, two = one_by_name[info.name], two_by_name[info.name]
        gap = item.apply(np.array([one["used"], two["used"]], dtype=np.float64))
        rows.append(
            {
                "label": info.label,
                "first": value_text(one["used"], kind=info.kind, unit=info.unit),
                "second": value_text(two["used"], kind=info.kind, unit=info.unit),
                "first_percentile": one["percentile"] / 100,
                "second_percentile": two["percentile"] / 100,
                "apart": float((gap[0] - gap[1]) ** 2),
            }
        )
    table = pd.DataFrame(rows)
    total = float(table["apart"].sum())
    table["apart"] = table["apart"] / total if total > 0 else 0.0
    return table.sort_values("apart", ascending=False, kind="stable", ignore_index=True)


def _by_name(explanation: Explanation) -> dict[str, dict[Any, Any]]:
    return {row["feature"]: row for row in explanation.contributions.to_dict("records")}
