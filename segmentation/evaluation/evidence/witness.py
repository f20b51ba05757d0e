"""The second witness: which number a Gaussian mixture names, and whether its segments come back and have gaps.

The Bayesian information criterion (Schwarz 1978; Fraley, Raftery 2002, "Model-based clustering", J. Am. Statist.
Assoc. 97) is very often right where groups are normal clouds, long ones and of different widths too; but it needs
several clouds for one crowd that is not normal. So it is heard, and never judges alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.mixture import GaussianMixture

from segmentation.clustering.methods import Floats, Labels
from segmentation.core.parallel import run_all
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.few_columns import in_few
from segmentation.evaluation.evidence.gaps import counts, pair_table
from segmentation.evaluation.evidence.mixtures import TEXT, Models, begun_at, bic_table, mixtures, named, with_clouds
from segmentation.evaluation.evidence.resampling import Again, again
from segmentation.evaluation.evidence.small_groups import with_small_groups
from segmentation.evaluation.evidence.verdict import may_be_apart, may_be_settled
from segmentation.evaluation.evidence.work import Work
from segmentation.evaluation.stability import agreement

__all__ = ["Witness", "hear"]

_FEW = 4
_HOPELESS = 0.6
"""Of the first few repetitions; over all of them a group needs more (see `verdict`)."""
_ALIKE = 0.95


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


def hear(work: Work, progress: Progress | None = None, *, groups: bool = False) -> Witness | None:
    """The mixture's number, and its own segments drawn anew; None where no mixture can be fitted.

    Where some columns stand in clumps, the mixture begins there too, and a larger number that it names in them alone is
    heard if its segments come back and it is not the largest tried: the others only blur them. Where K-means shows
    `groups` with gaps, the mixture also begins beside a small one.
    """
    models = mixtures(work, progress)
    if not models:
        return None
    key = named(models)
    few = _heard_in_few(work, models, progress) if key[0] < max(k for k, _ in models) else None
    beside = _heard_beside(work, models, progress) if groups and not few else None
    return few or beside or _drawn_anew(work, models, key, progress)


def _heard_beside(work: Work, models: Models, progress: Progress | None) -> Witness | None:
    """The mixture begun beside a small group, if it tells the customers better, comes back and may have gaps."""
    begun = with_small_groups(work, models)
    witness = None if begun is None else _drawn_anew(work, begun, named(begun), progress)
    return witness if witness is not None and _counts(witness) else None


def _heard_in_few(work: Work, models: Models, progress: Progress | None) -> Witness | None:
    """The mixture in all columns begun at its clouds in a few, if its segments come back and may have gaps there."""
    there = in_few(work)
    if there is None:
        return None
    begun = with_clouds(models, work.Z, there.labels)
    if named(begun)[0] > there.k:
        return None
    for key in _of_number(begun, work.Z, there.labels, there.k):
        witness = _drawn_anew(work, begun, key, progress, there.columns)
        if _counts(witness):
            return replace(witness, last=False, columns=tuple(there.columns.tolist()))
    return None


def _counts(witness: Witness) -> bool:
    """Whether its groups come back, and may have gaps."""
    if witness.pairs is None:
        return False
    return may_be_apart(float(witness.jaccard.min()), witness.pairs) and may_be_settled(witness.pairs, witness.k)


def _of_number(models: Models, Z: Floats, labels: Labels, k: int) -> list[tuple[int, str]]:
    """Of the mixtures with `k` clouds in all columns the one with the lowest BIC, and the one most like `labels`."""
    of_k = {key: model for key, model in models.items() if key[0] == k}
    alike = {key: agreement(labels, model.predict(Z)) for key, (_, model) in of_k.items()}
    return list(dict.fromkeys([named(of_k), max(alike, key=lambda key: (alike[key], key))])) if of_k else []


def _drawn_anew(
    work: Work,
    models: Models,
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
    first = [one for one in run_all(draw, numbers[:_FEW], progress=progress, text=TEXT) if one]
    if not first or _hopeless(first, k):
        return witness
    rest = [one for one in run_all(draw, numbers[_FEW:], progress=progress, text=TEXT) if one]
    every = (*first, *rest)
    pairs = pair_table([one.counts for one in every], len(every), k)
    jaccard = np.mean([one.jaccard for one in every], axis=0)
    return Witness(k, shape, bic, last, labels, model.means_, jaccard, pairs, every)


def _hopeless(first: Sequence[Again], k: int) -> bool:
    """Whether the first few repetitions settle that some group does not come back or that some pair has no gap."""
    if np.mean([one.jaccard for one in first], axis=0).min() < _HOPELESS:
        return True
    return not may_be_settled(pair_table([one.counts for one in first], len(first), k), k)


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
    tick(0.0, TEXT)
    k, drawn = model.n_components, work.drawn(number)
    rows = np.repeat(work.Z, drawn, axis=0)
    starts: Sequence[Labels] = [labels, work.fits[k].labels] if k in work.fits else [labels]
    if agreement(labels, starts[-1]) >= _ALIKE:  # begun at nearly the same groups, it ends at the same
        starts = starts[:1]
    fitted = [begun_at(rows, k, shape, np.repeat(start, drawn)) for start in starts]
    known = [one for one in fitted if one is not None]
    if not known:
        return None
    best = max(known, key=lambda one: one.lower_bound_)
    own = (best.predict(work.Z) + 1).astype(np.int32)
    if len(np.unique(own)) < k:
        return None
    whole = again(work.counted, labels, own, best.means_, drawn)
    if columns is None:
        return whole
    return replace(whole, counts=counts(work.counted[:, columns], whole.labels, whole.centres[:, columns], drawn))
