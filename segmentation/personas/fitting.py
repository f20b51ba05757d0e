"""Whom a claim fits: a condition on one feature, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from segmentation.core.tables import FeatureInfo
from segmentation.core.text import value_text, yes_or_no
from segmentation.data.heading_words import in_sentence
from segmentation.personas.levels import has

__all__ = ["Fitting", "figure"]

Floats = NDArray[np.float64]
Members = NDArray[np.bool_]


@dataclass(frozen=True)
class Fitting:
    """Whom a claim fits, as figures in original units; the words are made last.

    rule: "more" (than `low`), "less" (than `high`), "upto" (`high` itself too), "within" (`low` to `high`), "some"
    (above 0: of kind boolean only) or "none" (0 or less).
    """

    info: FeatureInfo
    rule: str
    low: float = -inf
    high: float = inf

    def of(self, values: Floats) -> Members:
        """Which of n customers, by their values in original units."""
        if self.rule == "within":
            return (values >= self.low) & (values <= self.high)
        if self.rule in ("some", "none"):
            least = 0.5 if self.info.level else 0.0  # nothing known of a category lies in between
            return values > least if self.rule == "some" else values <= least
        if self.rule == "upto":
            return values <= self.high
        return values > self.low if self.rule == "more" else values < self.high

    @property
    def words(self) -> str:
        """The condition by itself: "more than 2,448", "none", "yes"."""
        low, high = figure(self.info, self.low), figure(self.info, self.high)
        return {
            "more": f"more than {low}",
            "less": f"less than {high}",
            "upto": f"{high} or less",
            "within": f"{low} to {high}",
            "some": "yes",
            "none": "no" if self.info.kind == "boolean" else "none",
        }[self.rule]

    @property
    def customers(self) -> str:
        """To end "of all customers …"."""
        label = in_sentence(self.info.label, self.info.name)
        if self.info.level:
            return f"who {has(self.info, does=self.rule == 'some')}"
        if self.rule in ("some", "none"):
            return f"with {self.words} for {label}" if self.info.kind == "boolean" else f"with no {label}"
        start = {"more": f"above {figure(self.info, self.low)}", "less": f"below {figure(self.info, self.high)}"}
        start["upto"] = f"at {self.words}"
        return f"{start.get(self.rule, f'from {self.words}')} in {label}"

    def others(self, share: str) -> str:
        """A sentence about the members whom it does not fit; `share` is how many they are."""
        label = in_sentence(self.info.label, self.info.name)
        if self.info.level:
            return f"{share[0].upper()}{share[1:]} of them {has(self.info, does=self.rule != 'some')}."
        if self.info.kind == "boolean":
            return f"For {label} {share} of them have {yes_or_no(self.rule != 'some')}."
        what = {
            "none": "are above zero",
            "within": f"are not within {self.words}",
            "more": f"stay at {figure(self.info, self.low)} or less",
            "less": f"reach {figure(self.info, self.high)} or more",
            "upto": f"are above {figure(self.info, self.high)}",
        }
        return f"In {label} {share} of them {what[self.rule]}."


def figure(info: FeatureInfo, value: float) -> str:
    """A figure inside a sentence; a count needs no unit there, nor does a label that has it ("days between …")."""
    unit_is_clear = info.kind == "count" or (info.unit and info.unit.lower() in info.label.lower().split())
    return value_text(value, kind=info.kind, unit="" if unit_is_clear else info.unit)
