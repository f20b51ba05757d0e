"""Place customers in a segmentation, one or a million. Nothing is ever learned here."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import with_levels
from segmentation.core.errors import DataProblems
from segmentation.core.settings import Progress
from segmentation.core.text import count_text, plain_text
from segmentation.data.derived import derived_from, with_derived
from segmentation.preparation import missing_columns, numeric_cells
from segmentation.scoring.certainty import certainty

__all__ = [
    "BORDER",
    "CLARITY",
    "NOISE_REASON",
    "NO_PERSONA",
    "TOO_LARGE",
    "assign",
    "beyond",
    "clarity",
    "finished",
    "numbers_of",
    "outside",
    "placed_in",
    "prepared_of",
    "score",
    "tally",
]

BORDER = 0.1
CLARITY = (
    (BORDER, "On the border"),
    (0.2, "Close"),
    (0.35, "Fairly clear"),
    (1.0, "Clear"),
)
"""Upper end of the margin and the words for it, from the least clear call to the clearest."""

NOISE_REASON = "Fits none of the segments: beyond the reach of all of them, segment {} is the nearest."
"""Why a scored customer is in no segment."""
TOO_LARGE = "A value is too large to compute with."
"""Why a customer cannot be scored whose distances are no numbers any more."""
NO_PERSONA = "None of the personas"
"""What stands where the name of its persona would."""

_CHUNK = 65_536


def assign(segmentation: Segmentation, frame: pd.DataFrame, *, progress: Progress | None = None) -> pd.DataFrame:
    """Table with named columns (any order, extra ones ignored) → one row a customer, same index.

    Of a category its column is enough, and of a column that is made of others those. A value that is none of its levels
    counts as "other" where that is a level, else as missing; all levels of a category are one value among those filled.

    Columns: segment (1…k; 0 = in none), distance (to the segment, prepared units, as the rule measures it), second and
    second_distance (the runner-up; 0 and NaN when k is 1), margin (1 − distance / second_distance, for a mixture
    1 − probability of the second / of the first; 0…1, below 0.1 is on the border), certainty (share of the refits that
    name the same segment, 0…1; NaN where the model holds none or nothing is known), filled, capped, outside (how many
    values were missing, beyond a cap, outside the training range), beyond (how many of those outside lie farther out
    than the training range is wide: such an answer is not to be relied on), noise (scored, but fits none of the
    segments: second is then the nearest one), probability (of the own segment; only where the rule knows it), reason
    (why a row is in no segment, else empty; a row with a reason that is not noise could not be scored).
    Raises `DataProblems` when a column is missing.
    """
    values, reasons = numbers_of(segmentation, frame)
    parts = []
    for start in range(0, max(len(frame), 1), _CHUNK):
        if progress is not None:
            progress(start / max(len(frame), 1), f"{count_text(start)} of {count_text(len(frame))} customers scored")
        piece = {name: column[start : start + _CHUNK] for name, column in values.items()}
        parts.append(score(segmentation, piece))
    scored = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return pd.DataFrame(finished(scored, reasons), index=frame.index)


def tally(segmentation: Segmentation, frame: pd.DataFrame) -> pd.DataFrame:
    """How many values of each feature were filled, capped or outside the training range.

    One row a feature, and one for all levels of a category: feature, label, filled, capped, outside (counts of rows).
    """
    values, _ = numbers_of(segmentation, frame)
    rows = []
    heads = [segmentation.recipe.features[place] for place in segmentation.recipe.heads]
    for item, info in zip(heads, segmentation.inputs, strict=True):
        column = values[item.name]
        counts = {
            "filled": int(np.isnan(column).sum()),
            "capped": int(item.is_capped(column).sum()),
            "outside": int(outside(segmentation, item.name, column).sum()),
        }
        rows.append({"feature": info.name, "label": info.label, **counts})
    return pd.DataFrame(rows)


def clarity(margin: float) -> str:
    """How clear a call is, in words, from its margin (0…1)."""
    return next((words for limit, words in CLARITY if margin < limit), CLARITY[-1][1])


def numbers_of(segmentation: Segmentation, frame: pd.DataFrame) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The needed columns as float64, with NaN where a cell cannot be scored, and per row why (mostly empty)."""
    frame = with_levels(with_derived(frame, derived_from(segmentation.replay)), segmentation.recipe.blocks)
    problems = missing_columns(frame.columns, segmentation.feature_names, segmentation.recipe.blocks)
    if problems:
        raise DataProblems(problems)
    reasons = np.full(len(frame), "", dtype=object)
    values = {}
    for info in segmentation.info:
        cells = frame[info.name]
        try:
            if _holds_text(cells):  # each cell by itself, whatever stands in the others
                raise ValueError
            column = numeric_cells(cells)
        except (TypeError, ValueError):
            column = _from_text(cells, info.label, reasons)
        infinite = np.isinf(column)
        if infinite.any():
            _add(reasons, infinite, f"{plain_text(info.label)} is infinite.")
            column = np.where(infinite, np.nan, column)
        values[info.name] = column
    return values, reasons


def prepared_of(segmentation: Segmentation, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """The columns of `numbers_of` as the recipe prepares them (n × d)."""
    columns = [item.apply(values[item.name]) for item in segmentation.recipe.features]
    return np.ascontiguousarray(np.array(columns).T)


def score(
    segmentation: Segmentation, values: Mapping[str, np.ndarray], *, prepared: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The columns of `numbers_of` → the columns of `assign` without the reason, before rows are refused.

    prepared: the same values as `prepared_of` makes them, where that is done already.
    """
    prepared = prepared_of(segmentation, values) if prepared is None else prepared
    given = np.array([values[name] for name in segmentation.feature_names])
    cap_low, cap_high, seen_low, seen_high = segmentation.limits
    low, high = seen_low - (seen_high - seen_low), seen_high + (seen_high - seen_low)
    placed = placed_in(segmentation, values, prepared)
    last: dict[str, np.ndarray] = {name: placed.pop(name) for name in ("noise", "probability") if name in placed}
    return {
        **placed,
        "capped": ((given < cap_low) | (given > cap_high)).sum(axis=0, dtype=np.int32),
        "outside": ((given < seen_low) | (given > seen_high)).sum(axis=0, dtype=np.int32),
        "beyond": ((given < low) | (given > high)).sum(axis=0, dtype=np.int32),
        **last,
    }


def placed_in(
    segmentation: Segmentation, values: Mapping[str, np.ndarray], prepared: np.ndarray
) -> dict[str, np.ndarray]:
    """What `score` says but for how many values are capped, outside and beyond: all that a list of customers shows."""
    placed = segmentation.rule.place(prepared)
    chances = segmentation.rule.probabilities(prepared)
    own = {} if chances is None else {"probability": chances.max(axis=1)}
    heads = [segmentation.feature_names[place] for place in segmentation.recipe.heads]
    return {
        **vars(placed),
        "certainty": certainty(segmentation, values, prepared, placed),
        "filled": sum((np.isnan(values[name]) for name in heads), np.zeros(len(prepared), dtype=np.int32)),
        "noise": placed.segment == 0,
        **own,
    }


def finished(scored: dict[str, np.ndarray], reasons: np.ndarray) -> dict[str, np.ndarray]:
    """Rows that could not be scored lose their figures and get their reason; so does noise."""
    noise = scored["noise"]
    overflow = ~np.isfinite(np.where(noise, scored["second_distance"], scored["distance"]))
    if overflow.any():
        _add(reasons, overflow, TOO_LARGE)
    bad = reasons != ""
    if bad.any():
        for name in ("segment", "second"):
            scored[name][bad] = 0
        for name in {"distance", "second_distance", "margin", "probability", "certainty"} & set(scored):
            scored[name][bad] = np.nan
        noise[bad] = False
    for number in np.unique(scored["second"][noise]):
        _add(reasons, noise & (scored["second"] == number), NOISE_REASON.format(number))
    return {**scored, "reason": reasons}


def outside(segmentation: Segmentation, name: str, column: np.ndarray) -> np.ndarray:
    """Which values of a feature lie outside the range seen in training."""
    low, high = segmentation.seen[name]
    return (column < low) | (column > high)


def beyond(segmentation: Segmentation, name: str, column: np.ndarray) -> np.ndarray:
    """Which values of a feature lie farther outside the range seen in training than this range is wide."""
    low, high = segmentation.seen[name]
    width = high - low
    return (column < low - width) | (column > high + width)


def _holds_text(cells: pd.Series) -> bool:
    """Whether any cell is text."""
    if cells.dtype != object:
        return isinstance(cells.dtype, pd.StringDtype)
    return any(isinstance(cell, str) for cell in cells)


def _from_text(cells: pd.Series, label: str, reasons: np.ndarray) -> np.ndarray:
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    blank = cells.isna().to_numpy() | (cells.astype(str).str.strip() == "").to_numpy(dtype=bool)
    bad = np.isnan(numbers) & ~blank
    _add(reasons, bad, f"{plain_text(label)} is not a number.")
    return numbers


def _add(reasons: np.ndarray, where: np.ndarray, sentence: str) -> None:
    for index in np.flatnonzero(where):
        reasons[index] = f"{reasons[index]} {sentence}".strip()
