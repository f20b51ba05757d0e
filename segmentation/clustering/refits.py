"""How far the segments hang on which customers they were made from: made again from parts of them, and kept small.

Each refit takes a part of the customers, drawn at random. By sampling alone, the centres of a third would scatter about
ours as much as those of other customers do. But segments of other customers differ by more: their preparation is
learned anew, and of several solutions that are nearly as good another may win. A sixth was measured to move customers
as often as that (`python -m tests.bench.certainty`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

import numpy as np

from segmentation.clustering.assignment import Centres, Floats, Labels, Rule
from segmentation.core.disclosure import SMALLEST_GROUP
from segmentation.core.errors import SegmentationError
from segmentation.core.progress import part
from segmentation.core.schema import Each
from segmentation.core.settings import Progress

__all__ = ["N_REFITS", "Refits", "learn_refits"]

N_REFITS = 30
_OTHERS = 10
"""Refits of methods that are slower than K-means."""
_PART, _PART_OTHERS = 6, 3
"""K-means is made again from a sixth of the customers, other methods from a third."""
_MOST, _MOST_OTHERS = 50_000, 1_500
_JUDGED = 4_000
_RESTARTS = 3
_NUMBERS = 20_000
"""So many figures of centres are kept at most; with more features or segments there are fewer refits."""
_KNOTS = 20
_PER_ROWS = ("min_samples", "min_cluster_size", "smallest")
"""Settings that count customers: in a part of the customers they mean a part of the number."""
_UNTOLD = ("autoencoder", "contrastive")
"""Methods that are not made again: training a network thirty times takes too long."""


@dataclass(frozen=True, eq=False)
class Refits:
    """The same segments, made again from other customers.

    centres: r × k × d prepared values, segment 1 … k of each refit matched to ours; 0 refits for a rule other than the
    nearest centre. margins, agreement: how often the refits agree with us about a customer (0…1) by its margin, never
    falling; between the knots on a straight line.
    """

    centres: Floats
    margins: tuple[float, ...]
    agreement: tuple[float, ...]

    shape: ClassVar[Mapping[str, Any]] = {
        "centres": Each(Each(Each(float))),
        "margins": Each(float),
        "agreement": Each(float),
    }

    def by_margin(self, margin: Floats) -> Floats:
        """Margins (n; NaN where there is none) → the share of refits that agree about such customers."""
        if not self.margins:
            return np.full(len(margin), np.nan)
        return np.interp(margin, self.margins, self.agreement)

    def to_dict(self) -> dict[str, Any]:
        """Plain values in the form of `shape`; `from_dict` is the way back."""
        return {
            "centres": self.centres.tolist(),
            "margins": list(self.margins),
            "agreement": list(self.agreement),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], k: int, width: int) -> Refits:
        """The refits again; `ValueError` when they are not about k segments in so many features."""
        centres = np.array(plain["centres"], dtype=np.float64).reshape(len(plain["centres"]), k, width)
        margins, agreement = plain["margins"], plain["agreement"]
        if len(margins) != len(agreement) or sorted(margins) != margins:
            raise ValueError("the agreement does not fit its margins")
        return cls(centres, tuple(map(float, margins)), tuple(map(float, agreement)))


def learn_refits(
    prepared: Floats, rule: Rule, method: str, settings: Mapping[str, Any], progress: Progress | None = None
) -> Refits | None:
    """Prepared training customers (n × d), our rule, how it was made → `Refits`; None where it cannot be known.

    Refits that cannot be made (too few different customers in a part) are left out; with fewer than five there is no
    answer.
    """
    n, own = len(prepared), isinstance(rule, Centres) and method == "kmeans"
    if rule.k < 2 or method in _UNTOLD or n < 2 * _PART_OTHERS * rule.k:
        return None
    rounds = max(5, min(N_REFITS, _NUMBERS // (rule.k * rule.width))) if own else _OTHERS
    rng = np.random.default_rng(int(settings.get("seed") or 0))
    judged = np.sort(rng.choice(n, min(n, _JUDGED), replace=False))
    placed = rule.place(prepared[judged])
    size = _size(n, placed.segment, rule.k) if own else min(max(n // _PART_OTHERS, 2 * rule.k), _MOST_OTHERS)
    centres, agrees = [], []
    for turn in range(rounds):
        rows = np.sort(rng.choice(n, size, replace=False))
        step = part(progress, turn / rounds, (turn + 1) / rounds)
        if step is not None:
            step(0.0, f"Made again from other customers: {turn + 1} of {rounds}")
        try:
            again = _again(prepared[rows], method, settings, turn, size / n)
        except SegmentationError:
            continue
        theirs = again.place(prepared[judged]).segment
        order = _matched(placed.segment, theirs, rule.k, again.k)
        agrees.append(order[theirs] == placed.segment)
        if own:
            assert isinstance(again, Centres)
            ours = np.empty((rule.k, rule.width))
            ours[order[1:] - 1] = again.centres
            centres.append(np.round(ours, 3))
    if len(agrees) < 5:
        return None
    knots = _curve(placed.margin, np.mean(agrees, axis=0))
    return Refits(np.array(centres).reshape(len(centres), rule.k, rule.width), *knots)


def _size(n: int, judged: Labels, k: int) -> int:
    """How many of n customers K-means is made again from: a sixth.

    Up to a third, where fewer than ten of the smallest segment would be among them: no figures rest on fewer, if that
    can be.
    """
    smallest = np.bincount(judged, minlength=k + 1)[1:].min() / max(len(judged), 1)
    needed = int(np.ceil(SMALLEST_GROUP / max(smallest, 1e-9)))
    return min(max(min(max(needed, n // _PART), n // _PART_OTHERS), 2 * k), _MOST)


def _again(rows: Floats, method: str, settings: Mapping[str, Any], turn: int, share: float) -> Rule:
    """The segments of a part of the customers, by the same method and settings."""
    from segmentation.clustering.methods import method_of

    chosen_method = method_of(method)
    known = {item.name for item in fields(chosen_method.settings)}
    changed: dict[str, Any] = {name: value for name, value in settings.items() if name in known}
    if "seed" in known:
        changed["seed"] = turn
    if "n_init" in known:
        changed["n_init"] = min(int(changed.get("n_init", _RESTARTS)), _RESTARTS)
    for name in known & set(_PER_ROWS):
        changed[name] = max(2, round(share * changed[name]))
    fit = chosen_method.run(rows, replace(chosen_method.settings(), **changed))
    return fit.rule or Centres(fit.centres)


def _matched(ours: Labels, theirs: Labels, k: int, other: int) -> Labels:
    """Two labellings of the same customers (0: none) → their number … → our number, −1 where there is none."""
    from scipy.optimize import linear_sum_assignment

    overlap = np.zeros((other + 1, k + 1))
    np.add.at(overlap, (theirs, ours), 1)
    rows, columns = linear_sum_assignment(-overlap[1:, 1:])
    order = np.full(other + 1, -1, dtype=np.int32)
    order[0] = 0
    order[rows + 1] = columns + 1
    return order


def _curve(margin: Floats, agreement: Floats) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Margins of customers and how many refits agree about each → knots of a line that never falls."""
    from sklearn.isotonic import IsotonicRegression

    there = ~np.isnan(margin)
    if not there.any():
        return (), ()
    line = IsotonicRegression(out_of_bounds="clip").fit(margin[there], agreement[there])
    knots = np.unique(np.quantile(margin[there], np.linspace(0, 1, _KNOTS + 1)).round(6))
    return tuple(knots.tolist()), tuple(np.round(line.predict(knots), 4).tolist())
