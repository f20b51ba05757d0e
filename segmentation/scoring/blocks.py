"""What the levels of a category say together: one row of an explanation, one change of a customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import Block
from segmentation.core.text import plain_text, share_text

__all__ = ["CATEGORY", "commonest_level", "of_columns", "typical_customers", "typical_level"]

CATEGORY = "category"
"""The kind of a row that stands for a whole category: its values are texts."""


def of_columns(
    rows: Sequence[dict[str, Any]], segmentation: Segmentation, segment: int, second: int
) -> list[dict[str, Any]]:
    """Rows of contributions, one a feature → the same with one row for all levels of a category, where its first was.

    Contributions are added up, so that their sum stays what it was.
    """
    by_name = {row["feature"]: row for row in rows}
    merged: dict[str, dict[str, Any]] = {}
    for name, row in by_name.items():
        block = segmentation.recipe.block_of(name)
        if block is None:
            merged[name] = row
        elif block.column not in merged:
            own = [by_name[feature] for feature in block.features]
            merged[block.column] = _of_column(own, segmentation, block, segment, second)
    return list(merged.values())


def typical_level(segmentation: Segmentation, block: Block, segment: int) -> str:
    """The commonest level of a category in a segment with its share, such as "Month-to-month (73 %)"; "" for none."""
    if not segment:
        return ""
    shares, level = _shares(segmentation, block, segment), commonest_level(segmentation, block, segment)
    return f"{plain_text(level, longest=40)} ({share_text(min(max(shares[level], 0.0), 1.0))})"


def commonest_level(segmentation: Segmentation, block: Block, segment: int = 0) -> str:
    """The level of a category that most customers of a segment have (0: of everyone)."""
    shares = _shares(segmentation, block, segment)
    return max(shares, key=lambda level: shares[level])


def _shares(segmentation: Segmentation, block: Block, segment: int) -> dict[str, float]:
    """Level → share of the customers of a segment (0: of everyone in training) who have it."""
    if segment:
        return block.shares(segmentation.typical.loc[segment, list(block.features)].to_numpy(dtype=np.float64))
    fills = {item.name: item.fill for item in segmentation.recipe.features}
    return block.shares([fills[name] for name in block.features])


def typical_customers(segmentation: Segmentation) -> pd.DataFrame:
    """The centres as customers that there could be: one row a segment (index = number), one column an input.

    Numbers in original units; of a category the commonest level, as text.
    """
    typical, recipe = segmentation.typical, segmentation.recipe
    columns: dict[str, Any] = {}
    for name in recipe.inputs:
        block = recipe.block_by_column(name)
        if block is None:
            columns[name] = typical[name]
        else:
            columns[name] = [commonest_level(segmentation, block, number) for number in typical.index]
    return pd.DataFrame(columns, index=typical.index)


def _of_column(
    rows: Sequence[dict[str, Any]], segmentation: Segmentation, block: Block, segment: int, second: int
) -> dict[str, Any]:
    answer = block.answer([row["value"] for row in rows])
    return {
        "feature": block.column,
        "label": block.label,
        "unit": "",
        "kind": CATEGORY,
        "value": answer,
        "used": answer or "not known",
        "typical_own": typical_level(segmentation, block, segment),
        "typical_other": typical_level(segmentation, block, second),
        "percentile": np.nan,
        "contribution": float(sum(row["contribution"] for row in rows)),
        "state": "" if answer else "filled",
    }
