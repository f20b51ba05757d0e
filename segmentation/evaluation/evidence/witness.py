"""The second witness: which number a Gaussian mixture names, and whether its segments come back and have gaps.

The Bayesian information criterion (Schwarz 1978; Fraley, Raftery 2002, "Model-based clustering", J. Am. Statist.
Assoc. 97) is very often right where groups are normal clouds, long ones and of different widths too; but it needs
several clouds for one crowd that is not normal. So it is heard, and never judges alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.mixture import GaussianMixture

from segmentation.clustering.methods import Floats, Labels
from segmentation.clustering.methods.mixture import SHAPES
from segmentation.core.parallel import run_all
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.clumps import clumped
from segmentation.evaluation.evidence.gaps import pair_table
from segmentation.evaluation.evidence.resampling import Again, again
from segmentation.evaluation.evidence.verdict import may_be_apart, may_be_settled
from segmentation.evaluation.evidence.work import Work, fitted
from segmentation.evaluation.stability import agreement

__all__ = ["Witness", "bic_table", "hear"]

_FLOOR = 1e-3
"""Added to every variance: standardised columns, so a thousandth of a column's own."""
_ROUNDS = 150
_PATIENCE = 5
_FEW = 4
_HOPELESS = 0.6
"""Of the first few repetitions; over all of them a group needs more (see `verdict`)."""
_ALIKE = 0.95
_ENOUGH = 1_000
"""Customers to name a number in a few columns."""
_DIFFERS = 0.25
"""A column tells groups apart where so much of its variance lies between them; of pure chance it is far less."""
_TEXT = "A second witness"
_Models = dict[tuple[int, str], tuple[float, GaussianMixture]]
"""Number and shape → BIC and model."""


@dataclass(frozen=True, eq=False)
class Witness:
    """What the mixture says.

    k, shape: with the lowest BIC. bic: by k, a column a shape (NaN where not tried). last: whether `k` is the largest
    number tried. labels: n, 1…k, of `work`; centres: k × d. pairs: see `gaps.pair_table`; jaccard: k figures. Where
    the mixture names one group or its segments hardly come back, pairs is None. columns: where the number was named in
    some columns alone (the others blur it), these.
    """

    k: int
    shape: str
    bic: pd.DataFrame
    last: bool
    labels: Labels
    centres: Floats
    jaccard: Floats
    pairs: pd.DataFrame | None
    repetitions: tuple[Again, ...]
    columns: tuple[int, ...] = ()


def hear(work: Work, progress: Progress | None = None) -> Witness | None:
    """The mixture's number, and its own segments drawn anew; None where no mixture can be fitted.

    Where some columns stand in clumps, the mixture begins there too, and a larger number that it names in them alone is
    heard if its segments come back and it is not the largest tried: the others only blur them.
    """
    columns = clumped(work.Z)
    starts = {k: [fit.labels] for k, fit in work.fits.items()}
    there = _in_few(work, columns) if len(columns) else None
    if there is not None:
        starts[there.k] = [*starts[there.k], there.labels]
    models = _models(work, starts, progress)
    if not models:
        return None
    key = _named(models)
    if there is not None and key[0] <= there.k:
        for one in _of_number(models, work.Z, there.labels, there.k):
            witness = _drawn_anew(work, models, one, progress, there.columns)
            if _counts(witness):
                return replace(witness, columns=tuple(there.columns.tolist()))
    return _drawn_anew(work, models, key, progress)


@dataclass(frozen=True, eq=False)
class _There:
    """The number that the mixture names in a few columns alone, and the customers' clouds there (n, 1…k)."""

    columns: NDArray[np.intp]
    k: int
    labels: Labels


def _in_few(work: Work, columns: NDArray[np.intp]) -> _There | None:
    """In the columns in which the clouds of the clumped ones differ, if these are few: others blur them."""
    there = _named_in(work, columns)
    if there is None:
        return None
    differ = np.flatnonzero(_explained(work.Z, there.labels) >= _DIFFERS)
    if not len(differ) or 2 * len(differ) > work.Z.shape[1] or np.array_equal(differ, columns):
        return there
    return _named_in(work, differ) or there


def _explained(Z: Floats, labels: Labels) -> Floats:
    """Of each column (n × d) the share of its variance that lies between the groups 1…k."""
    centres = np.stack([Z[labels == group].mean(axis=0) for group in range(1, labels.max() + 1)])
    share: Floats = centres[labels - 1].var(axis=0) / np.maximum(Z.var(axis=0), 1e-12)
    return share


def _named_in(work: Work, columns: NDArray[np.intp]) -> _There | None:
    """None where it names one group, the largest number tried, or one at which some cloud has nobody."""
    few = _only(work.fewer(_ENOUGH, max(work.ks, default=2)), columns)
    models = _models(few, {k: [fit.labels] for k, fit in few.fits.items()}, None)
    k, shape = _named(models) if models else (1, "")
    if not 2 <= k < max((number for number, _ in models), default=0):
        return None
    labels = (models[k, shape][1].predict(work.Z[:, columns]) + 1).astype(np.int32)
    return _There(columns, k, labels) if len(np.unique(labels)) == k else None


def _counts(witness: Witness) -> bool:
    """Whether its groups come back, and may have gaps."""
    if witness.pairs is None:
        return False
    return may_be_apart(float(witness.jaccard.min()), witness.pairs) and may_be_settled(witness.pairs, witness.k)


def _only(work: Work, columns: NDArray[np.intp]) -> Work:
    """The same customers in some columns alone, with segments made there."""
    Z, settings = work.Z[:, columns], work.settings
    return replace(work, Z=Z, fits=fitted(Z, work.ks, settings.n_init, settings.seed, None))


def _models(work: Work, starts: Mapping[int, Sequence[Labels]], progress: Progress | None) -> _Models:
    shapes = list(SHAPES)
    fitted = run_all(lambda shape, tick: _bic(work, starts, shape, tick), shapes, progress=progress, text=_TEXT)
    return {(k, shape): model for shape, fits in zip(shapes, fitted, strict=True) for k, model in fits.items()}


def _named(models: _Models) -> tuple[int, str]:
    """The number and shape with the lowest BIC."""
    return min(models, key=lambda key: (models[key][0], key[0]))


def _of_number(models: _Models, Z: Floats, labels: Labels, k: int) -> list[tuple[int, str]]:
    """Of the mixtures with `k` clouds in all columns the one with the lowest BIC, and the one most like `labels`."""
    of_k = {key: model for key, model in models.items() if key[0] == k}
    alike = {key: agreement(labels, model.predict(Z)) for key, (_, model) in of_k.items()}
    return list(dict.fromkeys([_named(of_k), max(alike, key=lambda key: (alike[key], key))])) if of_k else []


def _drawn_anew(
    work: Work,
    models: _Models,
    key: tuple[int, str],
    progress: Progress | None,
    columns: NDArray[np.intp] | None = None,
) -> Witness:
    """The mixture of that number and shape, and what of it comes back when customers are drawn anew.

    columns: where gaps are looked for; all where it is None.
    """
    (k, shape), model = key, models[key][1]
    bic = bic_table({one: value for one, (value, _) in models.items()})
    labels = (model.predict(work.Z) + 1).astype(np.int32)
    last = bool(k == bic[shape].last_valid_index())
    witness = Witness(k, shape, bic, last, labels, model.means_, np.full(k, np.nan), None, ())
    if k == 1 or len(np.unique(labels)) < k:
        return witness
    draw = partial(_redrawn, work, model, shape, labels, columns)
    numbers = range(work.settings.resamples)
    first = [one for one in run_all(draw, numbers[:_FEW], progress=progress, text=_TEXT) if one]
    if not first or _hopeless(first, k):
        return witness
    rest = [one for one in run_all(draw, numbers[_FEW:], progress=progress, text=_TEXT) if one]
    every = (*first, *rest)
    pairs = pair_table([one.counts for one in every], len(every), k)
    jaccard = np.mean([one.jaccard for one in every], axis=0)
    return Witness(k, shape, bic, last, labels, model.means_, jaccard, pairs, every)


def _hopeless(first: Sequence[Again], k: int) -> bool:
    """Whether the first few repetitions settle that some group does not come back or that some pair has no gap."""
    if np.mean([one.jaccard for one in first], axis=0).min() < _HOPELESS:
        return True
    return not may_be_settled(pair_table([one.counts for one in first], len(first), k), k)


def bic_table(values: Mapping[tuple[int, str], float]) -> pd.DataFrame:
    """(k, shape) → BIC as a table by k, one column a shape."""
    table = pd.Series(values).unstack() if values else pd.DataFrame()
    return table.reindex(columns=[shape for shape in SHAPES if shape in table]).rename_axis("k")


def _bic(
    work: Work, starts: Mapping[int, Sequence[Labels]], shape: str, tick: Progress
) -> dict[int, tuple[float, GaussianMixture]]:
    """From one group up, begun at each of `starts`, the likelier kept, until BIC has risen five times in a row."""
    n, d = work.Z.shape
    fits: dict[int, tuple[float, GaussianMixture]] = {}
    lowest, worse = np.inf, 0
    for k in [1, *work.ks]:
        if k * _parameters(shape, d) > n / 2 or worse >= _PATIENCE:
            break
        tick(k / max(work.ks, default=1), _TEXT)
        begun = starts[k] if k > 1 else [np.ones(n, dtype=np.int32)]
        known = [model for model in (_fitted(work.Z, k, shape, labels) for labels in begun) if model is not None]
        if not known:
            continue
        model = max(known, key=lambda one: one.lower_bound_)
        value = float(model.bic(work.Z))
        fits[k] = (value, model)
        worse = worse + 1 if value > lowest else 0
        lowest = min(lowest, value)
    return fits


def _parameters(shape: str, d: int) -> float:
    return {"spherical": d + 2, "diag": 2 * d + 1, "tied": d + 1}.get(shape, d + 1 + d * (d + 1) / 2)


def _fitted(Z: Floats, k: int, shape: str, labels: Labels) -> GaussianMixture | None:
    """The mixture begun at `labels` (1…k), or None where it cannot be computed."""
    sizes = np.bincount(labels - 1, minlength=k).astype(float)
    if sizes.min() == 0:
        return None
    centres = np.stack([Z[labels == segment].mean(axis=0) for segment in range(1, k + 1)])
    model = GaussianMixture(
        k,
        covariance_type=shape,
        init_params="random_from_data",
        weights_init=sizes / sizes.sum(),
        means_init=centres,
        precisions_init=_precision(shape, Z - centres[labels - 1], k),
        reg_covar=_FLOOR,
        max_iter=_ROUNDS,
        random_state=0,
    )
    try:
        with config_context(assume_finite=True, skip_parameter_validation=True):  # checked once, for all of them
            return model.fit(Z)
    except (ValueError, FloatingPointError, np.linalg.LinAlgError):
        return None


def _precision(shape: str, rest: Floats, k: int) -> Floats:
    d = rest.shape[1]
    spread = rest.T @ rest / len(rest) + _FLOOR * np.eye(d)
    if shape == "spherical":
        return np.full(k, d / np.trace(spread))
    if shape == "diag":
        return np.tile(1 / np.diag(spread), (k, 1))
    inverse: Floats = np.linalg.inv(spread).astype(np.float64)
    return inverse if shape == "tied" else np.tile(inverse, (k, 1, 1))


def _redrawn(
    work: Work,
    model: GaussianMixture,
    shape: str,
    labels: Labels,
    columns: NDArray[np.intp] | None,
    number: int,
    tick: Progress,
) -> Again | None:
    """The mixture on customers drawn anew, begun at its own segments and at those of K-means; the likelier one."""
    tick(0.0, _TEXT)
    k, drawn = model.n_components, work.drawn(number)
    rows = np.repeat(work.Z, drawn, axis=0)
    starts: Sequence[Labels] = [labels, work.fits[k].labels] if k in work.fits else [labels]
    if agreement(labels, starts[-1]) >= _ALIKE:  # begun at nearly the same groups, it ends at the same
        starts = starts[:1]
    fitted = [_fitted(rows, k, shape, np.repeat(start, drawn)) for start in starts]
    known = [one for one in fitted if one is not None]
    if not known:
        return None
    best = max(known, key=lambda one: one.lower_bound_)
    own = (best.predict(work.Z) + 1).astype(np.int32)
    if len(np.unique(own)) < k:
        return None
    at: NDArray[np.intp] | slice = slice(None) if columns is None else columns
    return again(work.counted[:, at], labels, own, best.means_[:, at], drawn)
