"""Has the crowd changed since the segments were made? Counts of old against new, nothing is learned anew.

The population stability index of a feature is Σ (new − old) · ln(new / old) over bins of its values (Siddiqi 2006,
Credit Risk Scorecards); by his rule of thumb below 0.1 is calm and above 0.25 a real shift. With few customers it is
above 0 by chance alone, so each figure comes with the value that chance exceeds once in a hundred (Yurdakul 2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from segmentation.clustering.model import Segmentation
from segmentation.core.text import plain_text, share_text
from segmentation.scoring import NO_PERSONA

__all__ = ["CALM", "SHIFTED", "VERDICTS", "Verdict", "feature_drift", "judge", "persona_mix", "stability_index"]

CALM, SHIFTED = 0.1, 0.25
_FLOOR = 1e-4
_BINS = tuple(range(10, 100, 10))

FAR_EXPECTED = 0.01
"""By definition: the distance that one training customer in a hundred exceeds."""
_FAR_WATCH, _FAR_REFIT = 0.03, 0.10
_MANY = 0.25

VERDICTS = {
    "keep": "Keep the model",
    "watch": "Keep the model, but watch it",
    "refit": "Make the segments anew",
    "unknown": "Too few customers to judge",
}


@dataclass(frozen=True)
class Verdict:
    """One of `VERDICTS`, and the sentences that led to it."""

    verdict: str
    headline: str
    reasons: tuple[str, ...]


def stability_index(old: np.ndarray, new: np.ndarray) -> float:
    """Shares of the same bins before and after → population stability index; empty bins count as 0.01 %."""
    old, new = np.maximum(old, _FLOOR), np.maximum(new, _FLOOR)
    return float(np.sum((new - old) * np.log(new / old)))


def chance_index(bins: int, old_rows: int, new_rows: int) -> float:
    """The index that two samples of one crowd exceed once in a hundred: χ² (bins − 1) · (1 / old + 1 / new)."""
    if bins < 2 or not old_rows or not new_rows:
        return float("nan")
    return float(chi2.ppf(0.99, bins - 1) * (1 / old_rows + 1 / new_rows))


def persona_mix(made: Segmentation, segments: pd.Series, names: Mapping[int, str], *, noise: int = 0) -> pd.DataFrame:
    """Segment of each new customer (0 = not scored, ignored) → one row a persona.

    Columns: segment, persona, size, share (new customers), training_share, difference (share − training_share).
    noise: how many new customers fit none of the segments; where the model knows noise, they are a last row, segment 0.
    """
    sizes = {number: int((segments == number).sum()) for number in made.segments}
    befores = dict(zip(made.segments, made.shares, strict=True))
    if noise or made.noise:
        sizes[0], befores[0] = noise, made.noise / made.n_customers
    total, rows = sum(sizes.values()), []
    for number, size in sizes.items():
        share = size / total if total else float("nan")
        name = names.get(number, f"Segment {number}") if number else NO_PERSONA
        rows.append((number, name, size, share, befores[number], share - befores[number]))
    return pd.DataFrame(rows, columns=["segment", "persona", "size", "share", "training_share", "difference"])


def feature_drift(made: Segmentation, frame: pd.DataFrame) -> pd.DataFrame:
    """New customers (numbers in original units) → one row a feature, the most shifted first.

    Columns: feature, label, index (population stability index over the deciles of the training customers, missing
    values as a bin of their own), chance (what chance alone exceeds once in a hundred), state (calm, moved, shifted),
    training_median, median, training_missing, missing (shares).
    """
    missing_before = made.metrics.get("missing_share", {})
    rows = []
    for info in made.info:
        values = frame[info.name].to_numpy(dtype=np.float64, na_value=np.nan)
        known = values[~np.isnan(values)]
        edges, old = _training_bins(made.training[info.name].to_numpy())
        new = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(old)) / max(len(known), 1)
        before, now = missing_before.get(info.name), float(np.isnan(values).mean()) if len(values) else 0.0
        if before is not None:
            old, new = np.append(old * (1 - before), before), np.append(new * (1 - now), now)
        index = stability_index(old, new) if len(values) else float("nan")
        used = int(np.sum((old > 0) | (new > 0)))
        chance = chance_index(used, made.n_customers, len(values))
        rows.append(
            {
                "feature": info.name,
                "label": info.label,
                "index": index,
                "chance": chance,
                "state": _state(index, chance),
                "training_median": float(made.training[info.name].loc[50]),
                "median": float(np.median(known)) if len(known) else float("nan"),
                "training_missing": float("nan") if before is None else before,
                "missing": now,
            }
        )
    return pd.DataFrame(rows).sort_values("index", ascending=False, kind="stable", ignore_index=True)


def judge(
    mix: pd.DataFrame, features: pd.DataFrame, *, far_share: float, scored: int, customers: int, least: int = 100
) -> Verdict:
    """Persona mix, feature drift and the share of customers far from every persona → one verdict with its reasons.

    Fewer than `least` scored customers are not judged. customers: how many the segments were made from.
    """
    if scored < least:
        few = f"A verdict needs at least {least} scored customers; there are {scored:,}."
        return Verdict("unknown", VERDICTS["unknown"], (few,))
    moved = stability_index(mix["training_share"].to_numpy(), mix["share"].to_numpy())
    mix_state = _state(moved, chance_index(len(mix), customers, scored))
    shifted = features.loc[features["state"] == "shifted", "label"].tolist()
    stirred = features.loc[features["state"] == "moved", "label"].tolist()
    far_beyond_chance = far_share > FAR_EXPECTED + 3 * np.sqrt(FAR_EXPECTED / scored)
    signs = [
        ("refit", mix_state == "shifted", f"The mix of personas has shifted (stability index {moved:.2f})."),
        ("watch", mix_state == "moved", f"The mix of personas has moved (stability index {moved:.2f})."),
        (
            "refit",
            far_beyond_chance and far_share > _FAR_REFIT,
            f"{share_text(far_share)} of customers are far from every persona; in training it was 1.0 %.",
        ),
        (
            "watch",
            far_beyond_chance and _FAR_WATCH < far_share <= _FAR_REFIT,
            f"{share_text(far_share)} of customers are far from every persona; in training it was 1.0 %.",
        ),
        (
            "refit",
            len(shifted) > _MANY * len(features),
            f"{len(shifted)} of {len(features)} features have shifted: {_names(shifted)}.",
        ),
        (
            "watch",
            0 < len(shifted) <= _MANY * len(features),
            f"{_names(shifted)} {'has' if len(shifted) == 1 else 'have'} shifted.",
        ),
        ("watch", len(stirred) > _MANY * len(features), f"{len(stirred)} of {len(features)} features have moved."),
    ]
    found = [(level, sentence) for level, holds, sentence in signs if holds]
    level = "refit" if any(name == "refit" for name, _ in found) else "watch" if found else "keep"
    calm = "The mix of personas, the features and the distances are as they were in training."
    return Verdict(level, VERDICTS[level], tuple(sentence for _, sentence in found) or (calm,))


def _training_bins(percentiles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Percentiles 0…100 of one feature → distinct deciles as edges (right-closed bins) and the share of each bin."""
    edges = np.unique(percentiles[list(_BINS)])
    below = (np.searchsorted(percentiles, edges, side="right") - 1) / 100
    return edges, np.diff(np.concatenate([[0.0], below, [1.0]]))


def _state(index: float, chance: float) -> str:
    if not np.isfinite(index) or index < max(CALM, chance):
        return "calm"
    return "shifted" if index > max(SHIFTED, chance) else "moved"


def _names(labels: Sequence[str]) -> str:
    shown = [plain_text(label, longest=40) for label in labels[:3]]
    rest = len(labels) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
