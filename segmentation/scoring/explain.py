"""Explain one customer: how far every segment is, which features decide, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import level_text, with_levels
from segmentation.core.errors import DataProblems, Problem
from segmentation.core.notebook import notebook_card
from segmentation.core.text import plain_text, value_text
from segmentation.data.derived import derived_from, with_derived
from segmentation.scoring.assign import BORDER, beyond, clarity, finished, numbers_of, outside, prepared_of, score
from segmentation.scoring.blocks import CATEGORY, of_columns
from segmentation.scoring.certainty import NOT_ENOUGH, certainty_text, certainty_word

__all__ = ["Explanation", "explain", "percentile"]


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """Why one customer belongs where it does.

    segment, second: the best segment and the runner-up (0 when k is 1). margin: 0…1, NaN when k is 1.
    A customer that fits none of the segments (noise) has segment 0, and second is the nearest one.
    far: farther from its segment than all but one in a hundred of the training customers.
    border_with: the runner-up when the margin is below 0.1, else None.
    distances: one row a segment, the best first: segment, distance, times (distance / that of the best), probability
    (NaN where the rule knows none).
    contributions: one row a feature, the strongest first: feature, label, unit, kind, value (as given), used (after
    filling and capping), typical_own, typical_other (centres, original units), percentile (share of training customers
    below, in percent), contribution (its pull: above 0 towards the own segment, below 0 towards the runner-up; they add
    up to second_distance² − distance²; for noise what keeps it away from the nearest segment), state ("", "filled",
    "capped", "outside", "beyond": farther outside the training range than that range is wide). A category is one row,
    of kind category: its values are texts (the level; the commonest one of a segment with its share), no percentile.
    certainty: share of the refits that name the same segment (NaN: not known); filled: how many values were missing;
    refits: how many judged the customer (0: its margin did).
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
    contributions: pd.DataFrame
    warnings: tuple[str, ...]
    certainty: float = float("nan")
    filled: int = 0
    refits: int = 0

    @property
    def given(self) -> str:
        """How many of the values are known, where not all are: `1 of 3 values`; else empty."""
        width = len(self.contributions)
        return f"{width - self.filled} of {width} values" if self.filled else ""

    @property
    def unknown(self) -> bool:
        """Whether so little is known that the persona is no more than the nearest to what is."""
        return self._word == NOT_ENOUGH

    @property
    def how_sure(self) -> str:
        """How sure the persona is, with the count: `Sure (30 of 30 agree)`; by its margin where no refits are held."""
        width = len(self.contributions)
        return certainty_text(self.certainty, self.filled, width, self.refits) or clarity(self.margin)

    @property
    def _word(self) -> str:
        return certainty_word(self.certainty, self.filled, len(self.contributions))

    def __repr__(self) -> str:
        if self.noise:
            return f"Explanation(in no segment, nearest {self.second})"
        return f"Explanation(segment {self.segment}, then {self.second}, margin {self.margin:.2f})"

    def _repr_html_(self) -> str:
        table = self.contributions[["label", "value", "typical_own", "typical_other", "contribution"]]
        title = f"Segment {self.segment}" if self.segment else f"In no segment; the nearest is {self.second}"
        return notebook_card(f"{title} (margin {self.margin:.2f})", self.warnings, table)

    @property
    def noise(self) -> bool:
        """Whether the customer fits none of the segments."""
        return self.segment == 0

    @property
    def beyond(self) -> tuple[str, ...]:
        """Labels of the features whose values lie so far outside training that the answer is not to be relied on."""
        return tuple(self.contributions.loc[self.contributions["state"] == "beyond", "label"])

    @property
    def probability(self) -> float:
        """Of belonging to the best segment (0…1); NaN where the rule knows no probabilities."""
        return float(self.distances["probability"].iloc[0])


def explain(segmentation: Segmentation, row: Mapping[str, Any] | pd.Series | pd.DataFrame) -> Explanation:
    """One customer (names → values, blank or NaN where unknown) → `Explanation`.

    A feature that is not named counts as unknown, unless it is made of columns that are. Raises `DataProblems` with
    every value that cannot be scored.
    """
    frame = row if isinstance(row, pd.DataFrame) else pd.DataFrame([dict(row)])
    frame = with_derived(frame.iloc[[0]], derived_from(segmentation.replay))
    unseen = {
        block.label: plain_text(level_text(frame[block.column].iloc[0]), longest=40)
        for block in segmentation.recipe.blocks
        if block.column in frame and not block.knows(frame[block.column].iloc[0])
    }
    frame = with_levels(frame, segmentation.recipe.blocks)
    frame = frame.reindex(columns=list(segmentation.feature_names))
    values, reasons = numbers_of(segmentation, frame)
    scored = score(segmentation, values)
    reason = finished(scored, reasons)["reason"][0]
    if reason and not scored["noise"][0]:
        raise DataProblems([Problem("This customer", str(reason), "Correct the value and try again.")])
    prepared = prepared_of(segmentation, values)
    segment, second, margin = int(scored["segment"][0]), int(scored["second"][0]), float(scored["margin"][0])
    contributions = _contributions(segmentation, values, prepared[0], segment, second)
    return Explanation(
        segment=segment,
        second=second,
        distance=float(scored["distance"][0]),
        second_distance=float(scored["second_distance"][0]),
        margin=margin,
        border_with=second if margin < BORDER else None,
        far=bool(scored["distance"][0] > segmentation.metrics.get("far_distance", np.inf)),
        distances=_distance_table(segmentation, prepared),
        contributions=contributions,
        warnings=_warnings(segmentation, contributions, unseen),
        certainty=float(scored["certainty"][0]),
        filled=int(scored["filled"][0]),
        refits=len(segmentation.refits.centres) if segmentation.refits is not None else 0,
    )


def percentile(segmentation: Segmentation, name: str, value: float) -> float:
    """Percentage of the training customers whose value of this feature lies below `value`; NaN when it is unknown."""
    if np.isnan(value):
        return float("nan")
    seen, percents = segmentation.training[name].to_numpy(), segmentation.training.index.to_numpy()
    index = int(np.searchsorted(seen, value, side="left"))
    if index == 0 or index == len(seen):
        return 100.0 if index else 0.0
    if seen[index] == value:
        return float(percents[index])
    return float(np.interp(value, seen[index - 1 : index + 1], percents[index - 1 : index + 1]))


def _distance_table(segmentation: Segmentation, prepared: np.ndarray) -> pd.DataFrame:
    rule = segmentation.rule
    costs, chances = rule.costs(prepared), rule.probabilities(prepared)
    distance, order = rule.distances(costs)[0], np.argsort(costs[0], kind="stable")
    own = distance[order[0]]
    table = pd.DataFrame({"segment": np.arange(1, len(distance) + 1), "distance": distance})
    table["times"] = distance / own if own > 0 else np.where(distance > 0, np.nan, 1.0)
    table["probability"] = np.nan if chances is None else chances[0]
    return table.iloc[order].reset_index(drop=True)


def _contributions(
    segmentation: Segmentation, values: Mapping[str, np.ndarray], prepared: np.ndarray, segment: int, second: int
) -> pd.DataFrame:
    contribution = segmentation.rule.contributions(prepared, segment, second or segment)
    typical = segmentation.typical.to_numpy()
    rows = []
    for index, (item, info) in enumerate(zip(segmentation.recipe.features, segmentation.info, strict=True)):
        value = float(values[item.name][0])
        rows.append(
            {
                "feature": info.name,
                "label": info.label,
                "unit": info.unit,
                "kind": info.kind,
                "value": value,
                "used": float(item.used(values[item.name])[0]),
                "typical_own": float(typical[segment - 1, index]) if segment else float("nan"),
                "typical_other": float(typical[second - 1, index]) if second else float("nan"),
                "percentile": percentile(segmentation, item.name, value),
                "contribution": float(contribution[index]),
                "state": _state(segmentation, item.name, values[item.name]),
            }
        )
    table = pd.DataFrame(of_columns(rows, segmentation, segment, second))
    return table.sort_values("contribution", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def _state(segmentation: Segmentation, name: str, column: np.ndarray) -> str:
    item = segmentation.recipe.features[segmentation.feature_names.index(name)]
    if np.isnan(column[0]):
        return "filled"
    if beyond(segmentation, name, column)[0]:
        return "beyond"
    if outside(segmentation, name, column)[0]:
        return "outside"
    return "capped" if item.is_capped(column)[0] else ""


def _warnings(segmentation: Segmentation, contributions: pd.DataFrame, unseen: Mapping[str, str]) -> tuple[str, ...]:
    """What to keep in mind of one customer; unseen: label of a category → its value that is no level of the model."""
    warnings = []
    for row in contributions[contributions["state"] != ""].to_dict("records"):
        name, text = str(row["feature"]), {"kind": str(row["kind"]), "unit": str(row["unit"])}
        value, used = (value_text(row[key], **text) for key in ("value", "used"))
        low, high = (value_text(end, **text) for end in segmentation.seen.get(name, (np.nan, np.nan)))
        counts = f"; it counts as {used}." if used != value else "."
        past = f"outside what was usual in training ({low} to {high}){counts}"
        hint = _percent_hint(float(row["value"])) if row["kind"] == "share" else ""
        if row["kind"] == CATEGORY:
            word = unseen.get(str(row["label"]))
            why = f": “{word}” was not seen in training" if word else " is not known"
            warnings.append(f"{row['label']}{why}, so it counts as the mix of everyone.")
            continue
        warnings.append(
            {
                "filled": f"{row['label']} is missing, so {used} is used.",
                "capped": f"{row['label']}: {value} is extreme and counts as {used}.",
                "outside": f"{row['label']}: {value} is {past}",
                "beyond": f"{row['label']}: {value} is far {past}{hint}",
            }[row["state"]]
        )
    return tuple(warnings)


def _percent_hint(value: float) -> str:
    """What to type where a percentage was given for a share; empty where it can be none."""
    return f" If {value:g} % is meant, the value is {value / 100:g}." if 1 < value <= 100 else ""
