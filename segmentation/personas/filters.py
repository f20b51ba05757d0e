"""Short rules that describe a segment: what a marketer can put into the filter of a CRM.

A shallow decision tree learns to tell one segment from all others in original units; each of its branches that mostly
leads to the segment becomes a rule. The rule is then rounded, and measured as it is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from segmentation.core.blocks import Block, block_of
from segmentation.core.sampling import random_rows
from segmentation.core.settings import SEED
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import value_text, yes_or_no
from segmentation.personas.profiles import segment_numbers

__all__ = ["Condition", "segment_filters"]

_ROWS = 50_000
_LEAST = 0.02
"""A rule reaches at least this share of its segment."""


@dataclass(frozen=True)
class Condition:
    """One part of a rule: the feature is above `limit` (above=True) or at most `limit`."""

    feature: str
    above: bool
    limit: float

    def met(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Which rows meet it (missing values do not)."""
        values = frame[self.feature].to_numpy()
        return values > self.limit if self.above else values <= self.limit


def segment_filters(
    frame: pd.DataFrame,
    labels: ArrayLike,
    info: Sequence[FeatureInfo],
    *,
    depth: int = 3,
    most: int = 3,
    blocks: Sequence[Block] = (),
) -> pd.DataFrame:
    """Features in original units (n × d, filled), segments 1…k → the best rules of every segment, by customers reached.

    Columns: segment, rule (in words), filter (with column names, as for a database), customers (who meet the rule),
    members (of them in the segment), precision (members / customers), recall (members / size of the segment),
    coverage (customers / all). A segment without a rule of more than half precision gets its most precise one.
    blocks: the categories among the features, whose filters ask for a value of their column.
    At most `most` rules a segment, each with at most `depth` conditions; learned from up to 50,000 rows, measured on
    all.
    """
    from sklearn.tree import DecisionTreeClassifier

    labels = np.asarray(labels)
    about = {item.name: item for item in info}
    chosen = random_rows(len(frame), _ROWS)
    matrix = frame.to_numpy()
    low, high = frame.quantile(0.05), frame.quantile(0.95)
    steps = {name: _step(float(high[name] - low[name]), about[name].kind) for name in about}
    rows = []
    for number in segment_numbers(labels):
        members = labels == number
        tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=max(5, len(chosen) // 500), random_state=SEED)
        tree.fit(matrix[chosen], members[chosen])
        filters = [
            _measured(number, conditions, frame, members, about, blocks)
            for conditions in _branches(tree, list(frame.columns), steps)
            if conditions
        ]
        useful = [row for row in filters if row["precision"] > 0.5 and row["recall"] >= _LEAST]
        useful = useful or sorted(filters, key=lambda row: -row["precision"])[:1]
        rows += sorted(useful, key=lambda row: (-row["recall"], -row["precision"]))[:most]
    columns = ["segment", "rule", "filter", "customers", "members", "precision", "recall", "coverage"]
    return pd.DataFrame(rows, columns=columns)


def _branches(tree: Any, names: list[str], steps: dict[str, float]) -> list[tuple[Condition, ...]]:
    """The paths to all leaves, conditions on one feature merged, limits rounded."""
    inner = tree.tree_
    branches: list[tuple[Condition, ...]] = []

    def walk(node: int, path: dict[tuple[str, bool], float]) -> None:
        if inner.children_left[node] < 0:
            branches.append(
                tuple(Condition(name, above, _round(limit, steps[name])) for (name, above), limit in path.items())
            )
            return
        name, limit = names[inner.feature[node]], float(inner.threshold[node])
        below, above = path.get((name, False), np.inf), path.get((name, True), -np.inf)
        walk(inner.children_left[node], {**path, (name, False): min(limit, below)})
        walk(inner.children_right[node], {**path, (name, True): max(limit, above)})

    walk(0, {})
    return branches


def _step(span: float, kind: str) -> float:
    """Limits are written to about a hundredth of the feature's usual span; whole things to whole numbers."""
    step = 10.0 ** np.floor(np.log10(span / 50)) if span > 0 else 0.0
    return max(1.0, step) if kind in ("count", "days") else step


def _round(limit: float, step: float) -> float:
    if step <= 0:
        return limit
    # Of whole things "at most 6.5" is "at most 6".
    return float(np.floor(limit)) if step == 1 else float(f"{np.round(limit / step) * step:.12g}")


def _measured(
    number: int,
    conditions: tuple[Condition, ...],
    frame: pd.DataFrame,
    members: NDArray[np.bool_],
    about: dict[str, FeatureInfo],
    blocks: Sequence[Block],
) -> dict[str, Any]:
    met = np.logical_and.reduce([condition.met(frame) for condition in conditions])
    customers, inside = int(met.sum()), int((met & members).sum())
    return {
        "segment": number,
        "rule": " and ".join(_words(condition, about[condition.feature]) for condition in conditions),
        "filter": " AND ".join(_formal(condition, block_of(blocks, condition.feature)) for condition in conditions),
        "customers": customers,
        "members": inside,
        "precision": inside / customers if customers else 0.0,
        "recall": inside / int(members.sum()),
        "coverage": customers / len(frame),
    }


def _words(condition: Condition, info: FeatureInfo) -> str:
    if info.level:
        return info.label if condition.above else f"not {info.label}"
    if info.kind == "boolean":
        return f"{info.label}: {yes_or_no(condition.above)}"
    comparison = "more than" if condition.above else "at most"
    unit = "" if info.kind == "count" else info.unit
    return f"{info.label} {comparison} {value_text(condition.limit, kind=info.kind, unit=unit)}"


def _formal(condition: Condition, block: Block | None) -> str:
    if block is not None:
        return _formal_level(condition, block)
    return f"{_quoted(condition.feature)} {'>' if condition.above else '<='} {condition.limit:.12g}"


def _formal_level(condition: Condition, block: Block) -> str:
    """A condition on a level as one on the values of its column."""
    place = block.features.index(condition.feature)
    if block.kind == "ordered":
        met, levels = True, block.levels[place + 1 :] if condition.above else block.levels[: place + 1]
    elif place == len(block.levels):  # "other": none of the levels
        met, levels = not condition.above, block.levels
    else:
        met, levels = condition.above, block.levels[place : place + 1]
    values = ", ".join("'" + level.replace("'", "''") + "'" for level in levels)
    return f"{_quoted(block.column)} {'IN' if met else 'NOT IN'} ({values})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
