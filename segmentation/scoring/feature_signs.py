"""What single features say of a new file: which of them shifted or moved, and which levels were not there before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from segmentation.core.text import agree, listed, plain_text
from segmentation.scoring.new_levels import NewLevels

__all__ = ["feature_signs", "have"]

_OTHER_UNIT, _MANY = 1.0, 0.25
"""Stability index above which a column holds something else than it did; share of features that are many."""


def feature_signs(features: pd.DataFrame, new: Sequence[NewLevels]) -> list[tuple[str, bool, str]]:
    """The table of `feature_drift` and the new levels → signs as (verdict, whether it holds, sentence).

    A category with new levels that matter says itself why it shifted.
    """
    shifted = features[features["state"] == "shifted"]
    told = features["feature"].isin([one.block.column for one in new if one.matters])
    stirred = features.loc[(features["state"] == "moved") & ~told, "label"].tolist()
    names = features.loc[(features["state"] == "shifted") & ~told, "label"].tolist()
    other = features.loc[(features["state"] == "shifted") & (features["index"] > _OTHER_UNIT) & ~told, "label"].tolist()
    many = len(shifted) > _MANY * len(features)
    alone = bool(names) and not many and not other
    return [
        ("refit", bool(other), f"{have(other)} values quite unlike those in training. Is the unit the same?"),
        *(("watch", one.matters, one.sentence) for one in new),
        ("refit", many, f"{len(shifted)} of {len(features)} features have shifted: {_names(shifted['label'])}."),
        ("watch", alone, f"{have(names)} shifted."),
        ("watch", bool(stirred), f"{have(stirred)} moved, more than chance does."),
    ]


def have(labels: Sequence[str]) -> str:
    """Features by name, with their verb."""
    return f"{_names(labels)} {agree(len(labels), 'has', 'have')}"


def _names(labels: Iterable[str]) -> str:
    return listed((plain_text(label, longest=40) for label in labels), most=3)
