"""Place customers in a segmentation, one or a million, and explain one of them. Nothing is ever learned here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segmentation.errors import DataProblems, Problem
from segmentation.model import Segmentation
from segmentation.recipe import missing_columns, numeric_column
from segmentation.settings import Progress
from segmentation.text import count_text, plain_text, value_text

__all__ = ["BORDER", "CLARITY", "Explanation", "assign", "clarity", "explain", "percentile", "tally"]

BORDER = 0.1
CLARITY = (
    (BORDER, "On the border"),
    (0.2, "Close"),
    (0.35, "Fairly clear"),
    (1.0, "Clear"),
)
"""Upper end of the margin and the words for it, from the least clear call to the clearest."""

_CHUNK = 65_536


def assign(segmentation: Segmentation, frame: pd.DataFrame, *, progress: Progress | None = None) -> pd.DataFrame:
    """Table with named columns (any order, extra ones ignored) → one row a customer, same index.

    Columns: segment (1…k, 0 = could not be scored), distance (to the segment's centre, prepared units), second and
    second_distance (the runner-up; 0 and NaN when k is 1), margin (1 − distance / second_distance, 0…1; below 0.1 is
    on the border), filled, capped, outside (how many values were missing, beyond a cap, outside the training range),
    reason (why a row could not be scored, else empty). Raises `DataProblems` when a column is missing.
    """
    values, reasons = _numbers(segmentation, frame)
    parts = []
    for start in range(0, max(len(frame), 1), _CHUNK):
        if progress is not None:
            progress(start / max(len(frame), 1), f"{count_text(start)} of {count_text(len(frame))} customers scored")
        piece = {name: column[start : start + _CHUNK] for name, column in values.items()}
        parts.append(_score(segmentation, piece))
    scored = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return pd.DataFrame(_finished(scored, reasons), index=frame.index)


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why one customer belongs where it does.

    segment, second: the nearest segment and the runner-up (0 when k is 1). margin: 0…1, NaN when k is 1.
    far: farther from its centre than all but one in a hundred of the training customers.
    border_with: the runner-up when the margin is below 0.1, else None.
    distances: one row a segment, nearest first: segment, distance, times (distance / the nearest distance).
    pulls: one row a feature, the strongest first: feature, label, unit, kind, value (as given), used (after filling and
    capping), typical_own, typical_other (centres, original units), percentile (share of training customers below, in
    percent), pull (above 0 towards the own segment, below 0 towards the runner-up; they add up to second_distance² −
    distance²), state ("", "filled", "capped", "outside").
    warnings: one sentence for each value that was filled, capped or outside the training range.
    """

    segment: int
    second: int
    distance: float
    second_distance: float
    margin: float
    border_with: int | None
    far: bool
    distances: pd.DataFrame
    pulls: pd.DataFrame
    warnings: tuple[str, ...]


def explain(segmentation: Segmentation, row: Mapping[str, Any] | pd.Series | pd.DataFrame) -> Explanation:
    """One customer (names → values, blank or NaN where unknown) → `Explanation`.

    A feature that is not named counts as unknown. Raises `DataProblems` with every value that cannot be scored.
    """
    frame = row if isinstance(row, pd.DataFrame) else pd.DataFrame([dict(row)])
    frame = frame.iloc[[0]].reindex(columns=list(segmentation.names))
    values, reasons = _numbers(segmentation, frame)
    scored = _score(segmentation, values)
    reason = _finished(scored, reasons)["reason"][0]
    if reason:
        raise DataProblems([Problem("This customer", str(reason), "Correct the value and try again.")])
    prepared = _prepared(segmentation, values)
    distance = segmentation.rule.distances(segmentation.rule.costs(prepared))[0]
    segment, second, margin = int(scored["segment"][0]), int(scored["second"][0]), float(scored["margin"][0])
    pulls = _pulls(segmentation, values, prepared[0], segment, second)
    return Explanation(
        segment=segment,
        second=second,
        distance=float(scored["distance"][0]),
        second_distance=float(scored["second_distance"][0]),
        margin=margin,
        border_with=second if margin < BORDER else None,
        far=bool(scored["distance"][0] > segmentation.metrics.get("far_distance", np.inf)),
        distances=_distance_table(distance, segment),
        pulls=pulls,
        warnings=_warnings(segmentation, pulls),
    )


def tally(segmentation: Segmentation, frame: pd.DataFrame) -> pd.DataFrame:
    """How many values of each feature were filled, capped or outside the training range.

    One row a feature: feature, label, filled, capped, outside (counts of rows).
    """
    values, _ = _numbers(segmentation, frame)
    rows = []
    for item, info in zip(segmentation.recipe.features, segmentation.info, strict=True):
        column = values[item.name]
        counts = {
            "filled": int(np.isnan(column).sum()),
            "capped": int(item.is_capped(column).sum()),
            "outside": int(_outside(segmentation, item.name, column).sum()),
        }
        rows.append({"feature": item.name, "label": info.label, **counts})
    return pd.DataFrame(rows)


def clarity(margin: float) -> str:
    """How clear a call is, in words, from its margin (0…1)."""
    return next((words for limit, words in CLARITY if margin < limit), CLARITY[-1][1])


def percentile(segmentation: Segmentation, name: str, value: float) -> float:
    """Percentage of the training customers whose value of this feature lies below `value`; NaN when it is unknown."""
    if np.isnan(value):
        return float("nan")
    seen, percents = segmentation.training[name].to_numpy(), segmentation.training.index.to_numpy()
    place = int(np.searchsorted(seen, value, side="left"))
    if place == 0 or place == len(seen):
        return 100.0 if place else 0.0
    if seen[place] == value:
        return float(percents[place])
    return float(np.interp(value, seen[place - 1 : place + 1], percents[place - 1 : place + 1]))


def _numbers(segmentation: Segmentation, frame: pd.DataFrame) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The needed columns as float64, with NaN where a cell cannot be scored, and per row why (mostly empty)."""
    problems = missing_columns(frame.columns, segmentation.names)
    if problems:
        raise DataProblems(problems)
    reasons = np.full(len(frame), "", dtype=object)
    values = {}
    for info in segmentation.info:
        try:
            column = numeric_column(frame, info.name)
        except (TypeError, ValueError):
            column = _from_text(frame[info.name], info.label, reasons)
        infinite = np.isinf(column)
        if infinite.any():
            _add(reasons, infinite, f"{plain_text(info.label)} is infinite.")
            column = np.where(infinite, np.nan, column)
        values[info.name] = column
    return values, reasons


def _from_text(cells: pd.Series, label: str, reasons: np.ndarray) -> np.ndarray:
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    blank = cells.isna().to_numpy() | (cells.astype(str).str.strip() == "").to_numpy(dtype=bool)
    bad = np.isnan(numbers) & ~blank
    _add(reasons, bad, f"{plain_text(label)} is not a number.")
    return numbers


def _add(reasons: np.ndarray, where: np.ndarray, sentence: str) -> None:
    for place in np.flatnonzero(where):
        reasons[place] = f"{reasons[place]} {sentence}".strip()


def _prepared(segmentation: Segmentation, values: Mapping[str, np.ndarray]) -> np.ndarray:
    columns = [item.apply(values[item.name]) for item in segmentation.recipe.features]
    return np.ascontiguousarray(np.array(columns).T)


def _score(segmentation: Segmentation, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    placed = segmentation.rule.place(_prepared(segmentation, values))
    given = np.array([values[name] for name in segmentation.names])
    cap_low, cap_high, seen_low, seen_high = segmentation.limits
    return {
        **vars(placed),
        "filled": np.isnan(given).sum(axis=0, dtype=np.int32),
        "capped": ((given < cap_low) | (given > cap_high)).sum(axis=0, dtype=np.int32),
        "outside": ((given < seen_low) | (given > seen_high)).sum(axis=0, dtype=np.int32),
    }


def _finished(scored: dict[str, np.ndarray], reasons: np.ndarray) -> dict[str, np.ndarray]:
    """Rows that could not be scored lose their figures and get their reason."""
    overflow = ~np.isfinite(scored["distance"])
    if overflow.any():
        _add(reasons, overflow, "A value is too large to compute with.")
    bad = reasons != ""
    if bad.any():
        for name in ("segment", "second"):
            scored[name][bad] = 0
        for name in ("distance", "second_distance", "margin"):
            scored[name][bad] = np.nan
    return {**scored, "reason": reasons}


def _outside(segmentation: Segmentation, name: str, column: np.ndarray) -> np.ndarray:
    low, high = segmentation.seen[name]
    return (column < low) | (column > high)


def _distance_table(distance: np.ndarray, segment: int) -> pd.DataFrame:
    own = distance[segment - 1]
    table = pd.DataFrame({"segment": np.arange(1, len(distance) + 1), "distance": distance})
    table["times"] = distance / own if own > 0 else np.where(distance > 0, np.nan, 1.0)
    return table.sort_values(["distance", "segment"], ignore_index=True)


def _pulls(
    segmentation: Segmentation, values: Mapping[str, np.ndarray], prepared: np.ndarray, segment: int, second: int
) -> pd.DataFrame:
    pull = segmentation.rule.pulls(prepared, segment, second or segment)
    typical = segmentation.typical.to_numpy()
    rows = []
    for place, (item, info) in enumerate(zip(segmentation.recipe.features, segmentation.info, strict=True)):
        value = float(values[item.name][0])
        rows.append(
            {
                "feature": info.name,
                "label": info.label,
                "unit": info.unit,
                "kind": info.kind,
                "value": value,
                "used": float(item.used(values[item.name])[0]),
                "typical_own": float(typical[segment - 1, place]),
                "typical_other": float(typical[second - 1, place]) if second else float("nan"),
                "percentile": percentile(segmentation, item.name, value),
                "pull": float(pull[place]),
                "state": _state(segmentation, item.name, values[item.name]),
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values("pull", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def _state(segmentation: Segmentation, name: str, column: np.ndarray) -> str:
    item = segmentation.recipe.features[segmentation.names.index(name)]
    if np.isnan(column[0]):
        return "filled"
    if _outside(segmentation, name, column)[0]:
        return "outside"
    return "capped" if item.is_capped(column)[0] else ""


def _warnings(segmentation: Segmentation, pulls: pd.DataFrame) -> tuple[str, ...]:
    found = []
    for row in pulls[pulls["state"] != ""].to_dict("records"):
        name, text = str(row["feature"]), {"kind": str(row["kind"]), "unit": str(row["unit"])}
        value, used = (value_text(row[key], **text) for key in ("value", "used"))
        low, high = (value_text(end, **text) for end in segmentation.seen[name])
        beyond = f"{row['label']}: {value} is outside what was seen in training ({low} to {high})"
        found.append(
            {
                "filled": f"{row['label']} is missing, so {used} is used.",
                "capped": f"{row['label']}: {value} is extreme and counts as {used}.",
                "outside": f"{beyond}; it counts as {used}." if used != value else f"{beyond}.",
            }[row["state"]]
        )
    return tuple(found)
