"""Has the crowd changed since the segments were made? Counts of old against new, nothing is learned anew.

Two questions, kept apart. *Is it chance?* Every feature, how the features go together (along the principal axes of the
training customers), the mix of personas and the distances are tested, with one error rate for the whole file: of
files of the same crowd at most one in twenty says anything but "keep". *Does it matter?* The size of a change is the
population stability index Σ (new − old) · ln(new / old) over bins (Siddiqi 2006, Credit Risk Scorecards; by his rule
of thumb above 0.25 a real shift): what is no chance but small is told and changes nothing, what is larger is to be
watched, and a real shift asks for new segments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from segmentation.clustering.crowd import Bins, project
from segmentation.clustering.model import Segmentation
from segmentation.core.text import quoted_level, share_text
from segmentation.scoring.chance import counts_p, share_p
from segmentation.scoring.feature_signs import feature_signs, have
from segmentation.scoring.level_drift import LevelCounts, level_counts
from segmentation.scoring.new_levels import NewLevels
from segmentation.scoring.percentile_drift import from_percentiles

__all__ = [
    "LEVELS",
    "SHIFTED",
    "SMALL",
    "VERDICTS",
    "Together",
    "Verdict",
    "counted_drift",
    "counted_together",
    "feature_drift",
    "judge",
    "stability_index",
    "together_drift",
]

SMALL, SHIFTED = 0.02, 0.25
"""Stability index: below the first a change is too small to matter (0.14 standard deviations), above the second it is
a real shift."""
_FLOOR = 1e-4
LEVELS = {"features": 0.02, "together": 0.015, "mix": 0.005, "far": 0.005}
"""How often chance alone may raise each sign; together less than 5 % of files."""

FAR_EXPECTED = 0.01
"""By definition: the distance that one training customer in a hundred exceeds."""
_FAR_WATCH, _FAR_REFIT = 0.03, 0.10

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


@dataclass(frozen=True)
class Together:
    """How the features go together now, against training.

    index: the largest stability index along the main axes, beyond what chance makes of it on average; any_index: along
    any axis. p: how often chance alone would make some axis differ so much (0…1). tested: how many axes; 0 when the
    model does not hold them.
    """

    index: float = float("nan")
    any_index: float = float("nan")
    p: float = 1.0
    tested: int = 0


def stability_index(old: np.ndarray, new: np.ndarray) -> float:
    """Shares of the same bins before and after → population stability index; empty bins count as 0.01 %."""
    old, new = np.maximum(old, _FLOOR), np.maximum(new, _FLOOR)
    return float(np.sum((new - old) * np.log(new / old)))


def chance_index(bins: int, old_rows: int, new_rows: int, level: float = 0.01) -> float:
    """The index that two samples of one crowd exceed so rarely: χ² (bins − 1) · (1 / old + 1 / new)."""
    if bins < 2 or not old_rows or not new_rows:
        return float("nan")
    from scipy.special import chdtri

    return float(chdtri(bins - 1, level) * (1 / old_rows + 1 / new_rows))


def feature_drift(made: Segmentation, frame: pd.DataFrame) -> pd.DataFrame:
    """New customers (numbers in original units) → one row a feature or category, the most shifted first.

    Columns: feature, label, index (population stability index over the deciles of the training customers, missing
    values as a bin of their own), chance (what chance alone exceeds in any feature of a file in two files of a
    hundred), p (how often chance alone makes one of all features differ so much, 0…1), state (calm: chance, or too
    small to matter; moved; shifted), training_median, median, training_missing, missing (shares). A category is
    counted by its levels; its label names the one that changed most, whose shares stand for the medians.
    """
    numbers = [info.name for info in made.info if not info.level]
    columns = {name: frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in numbers}
    known = {name: values[~np.isnan(values)] for name, values in columns.items()}
    medians = {name: float(np.median(values)) if len(values) else float("nan") for name, values in known.items()}
    if made.crowd is not None:
        counts = {name: made.crowd.features[name].count(values) for name, values in columns.items()}
        return counted_drift(made, counts, medians, len(frame), level_counts(made, frame))
    before = made.metrics.get("missing_share", {})
    compared = {name: (before.get(name, np.nan), *from_percentiles(made, name, columns[name])) for name in columns}
    missing = {name: (len(frame) - len(known[name])) / max(len(frame), 1) for name in columns}
    return _drift_table(made, compared, medians, missing, len(frame))


def counted_drift(
    made: Segmentation,
    counts: Mapping[str, Bins],
    medians: Mapping[str, float],
    rows: int,
    levels: Mapping[str, LevelCounts] = MappingProxyType({}),
) -> pd.DataFrame:
    """`feature_drift` from what was counted of so many new customers: their values in the bins of the training, and
    the levels of each category, by its column."""
    assert made.crowd is not None
    compared, missing = {}, {}
    pairs = {name: (made.crowd.features[name], now) for name, now in counts.items()}
    for name, (old, now) in (pairs | {name: (each.before, each.now) for name, each in levels.items()}).items():
        compared[name] = (old.missing / max(old.known + old.missing, 1), _shares(old), _shares(now), _bins_p(old, now))
        missing[name] = now.missing / rows if rows else 0.0
    return _drift_table(made, compared, medians, missing, rows, levels)


def _drift_table(
    made: Segmentation,
    compared: Mapping[str, tuple[float, np.ndarray, np.ndarray, float]],
    medians: Mapping[str, float],
    missing: Mapping[str, float],
    count: int,
    levels: Mapping[str, LevelCounts] = MappingProxyType({}),
) -> pd.DataFrame:
    """compared: feature → share missing before, shares before and after, how often chance alone makes them differ."""
    rows, tests = [], max(len(made.inputs), 1)
    for info in made.inputs:
        changed = levels[info.name].most_changed if info.name in levels else None
        missing_before, old, new, p = compared[info.name]
        index = stability_index(old, new) if count else float("nan")
        used = int(np.sum((old > 0) | (new > 0)))
        p = min(1.0, tests * p)
        rows.append(
            {
                "feature": info.name,
                "label": info.label if changed is None else f"{info.label}: {quoted_level(changed[0])}",
                "index": index,
                "chance": chance_index(used, made.n_customers, count, LEVELS["features"] / tests),
                "p": p,
                "state": _state(index - _by_chance(used, made.n_customers, count), p, LEVELS["features"]),
                "training_median": float(made.training[info.name].loc[50]) if changed is None else changed[1],
                "median": medians[info.name] if changed is None else changed[2],
                "training_missing": missing_before,
                "missing": missing[info.name],
            }
        )
    return pd.DataFrame(rows).sort_values("index", ascending=False, kind="stable", ignore_index=True)


def together_drift(made: Segmentation, frame: pd.DataFrame) -> Together:
    """New customers (numbers in original units, every feature) → whether the features go together as in training."""
    if made.crowd is None or not made.crowd.along or frame.empty:
        return Together()
    projected = project(made.recipe.transform(frame), made.crowd.directions)
    return counted_together(made, [bins.count(projected[:, at]) for at, bins in enumerate(made.crowd.along)])


def counted_together(made: Segmentation, now: Sequence[Bins]) -> Together:
    """The same from the new customers counted along the axes."""
    if made.crowd is None or not made.crowd.along or not sum(now[0].counts):
        return Together()
    pairs = list(zip(made.crowd.along, now, strict=True))
    p = min(counts_p(np.array(old.counts), np.array(new.counts)) for old, new in pairs)
    index = [
        stability_index(_shares(old), _shares(new)) - _by_chance(len(old.counts), old.known, new.known)
        for old, new in pairs
    ]
    return Together(max(index[: made.crowd.main]), max(index), min(1.0, p * len(pairs)), len(pairs))


def judge(
    mix: pd.DataFrame,
    features: pd.DataFrame,
    together: Together = Together(),
    *,
    far_share: float,
    scored: int,
    customers: int,
    far_before: int | None = None,
    least: int = 100,
    new: Sequence[NewLevels] = (),
) -> Verdict:
    """Persona mix, feature drift, how features go together, the share far from every persona → one verdict.

    Fewer than `least` scored customers are not judged. customers: how many the segments were made from; far_before:
    how many of them lay far away (one in a hundred when it is not known). The reasons say what was tested, and no more.
    """
    if scored < least:
        few = f"A verdict needs at least {least} scored customers; there are {scored:,}."
        return Verdict("unknown", VERDICTS["unknown"], (few,))
    moved = stability_index(mix["training_share"].to_numpy(), mix["share"].to_numpy())
    before = np.rint(mix["training_share"].to_numpy() * customers)
    beyond = moved - _by_chance(len(mix), customers, scored)
    mix_state = _state(beyond, counts_p(before, mix["size"].to_numpy()), LEVELS["mix"])
    far_before = round(FAR_EXPECTED * customers) if far_before is None else far_before
    farther = share_p(far_before, customers, round(far_share * scored), scored) < LEVELS["far"]
    far_text = f"{share_text(far_share)} of customers are far from every persona; in training it was 1.0 %."
    joint = _state(together.any_index, together.p, LEVELS["together"])
    joint = "moved" if joint == "shifted" and together.index <= SHIFTED else joint
    told = any(one.matters for one in new)
    alone = features["state"].eq("calm").all() and not told  # a feature that moved moves the axes, too
    signs = [
        ("refit", mix_state == "shifted", f"The mix of personas has shifted (stability index {moved:.2f})."),
        ("watch", mix_state == "moved", f"The mix of personas has moved (stability index {moved:.2f})."),
        ("refit", farther and far_share > _FAR_REFIT, far_text),
        ("watch", farther and _FAR_WATCH < far_share <= _FAR_REFIT, far_text),
        *feature_signs(features, new),
        (
            "refit" if joint == "shifted" else "watch",
            joint != "calm" and alone,
            "Each feature by itself is much as in training, but they no longer go together as they did.",
        ),
    ]
    signals = [(level, sentence) for level, holds, sentence in signs if holds]
    level = "refit" if any(name == "refit" for name, _ in signals) else "watch" if signals else "keep"
    reasons = tuple(sentence for _, sentence in signals) or (_calm(features, together),)
    return Verdict(level, VERDICTS[level], (*reasons, *(one.sentence for one in new if not one.matters)))


def _calm(features: pd.DataFrame, together: Together) -> str:
    """What was tested and found no reason to act."""
    also = ", how the features go together" if together.tested else ""
    joint = f"each feature{also}, the mix of personas and the distances"
    small = features.loc[(features["p"] < LEVELS["features"]) & (features["state"] == "calm"), "label"].tolist()
    if small:
        return f"Tested: {joint}. {have(small)} moved a little, too little to matter; all else is within chance."
    return f"Tested: {joint}. No difference from training that chance could not make."


def _shares(bins: Bins) -> np.ndarray:
    """The share of each bin of all values, missing ones as a bin of their own at the end."""
    counts = np.array([*bins.counts, bins.missing], dtype=np.float64)
    values: np.ndarray = counts / max(counts.sum(), 1)
    return values


def _bins_p(old: Bins, new: Bins) -> float:
    """How often chance alone makes values, or the share of missing ones, differ so much."""
    values = counts_p(np.array(old.counts), np.array(new.counts))
    missing = share_p(old.missing, old.known + old.missing, new.missing, new.known + new.missing)
    return min(1.0, 2 * min(values, missing))


def _by_chance(bins: int, old_rows: int, new_rows: int) -> float:
    """The index that two samples of one crowd have on average."""
    return (bins - 1) * (1 / old_rows + 1 / new_rows) if old_rows and new_rows else 0.0


def _state(index: float, p: float, level: float) -> str:
    if not np.isfinite(index) or p >= level or index < SMALL:
        return "calm"
    return "shifted" if index > SHIFTED else "moved"
