"""Groups that show in few of many columns: what the mixture names there alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.methods import Floats, Labels
from segmentation.evaluation.evidence.clumps import clumped
from segmentation.evaluation.evidence.gaps import atoms
from segmentation.evaluation.evidence.mixtures import mixtures, named
from segmentation.evaluation.evidence.work import Work, fitted

__all__ = ["There", "in_few"]

_ENOUGH = 1_000
"""Customers to name a number in a few columns."""
_MOST, _PATIENCE = 10, 3
"""Clouds in a few columns at most, and how often more of them may be worse."""
_DIFFERS = 0.25
"""A column tells groups apart where so much of its variance lies between them; of pure chance it is far less."""


@dataclass(frozen=True, eq=False)
class There:
    """The number that the mixture names in a few columns alone, and the clouds of the customers there (n, 1…k)."""

    columns: NDArray[np.intp]
    k: int
    labels: Labels


def in_few(work: Work) -> There | None:
    """In the columns in which the clouds of the clumped ones differ, if these are few: the others blur them.

    None where no few of many columns stand in clumps, or where the mixture names no number there.
    """
    columns = clumped(work.Z)
    there = _named_in(work, columns) if len(columns) else None
    if there is None:
        return None
    held = [int(column) for block in atoms(work.Z) for column in block]
    differ = np.setdiff1d(np.flatnonzero(_explained(work.Z, there.labels) >= _DIFFERS), held)
    if not len(differ) or 2 * len(differ) > work.Z.shape[1] or np.array_equal(differ, columns):
        return there
    return _named_in(work, differ) or there


def _named_in(work: Work, columns: NDArray[np.intp]) -> There | None:
    """None where it names one group, the largest number tried, or one at which some cloud has nobody."""
    few = work.fewer(_ENOUGH, _MOST)
    Z, settings = few.Z[:, columns], few.settings
    fits = fitted(Z, few.ks, settings.n_init, settings.seed, None)
    models = mixtures(replace(few, Z=Z, fits=fits), patience=_PATIENCE)
    k, shape = named(models) if models else (1, "")
    if not 2 <= k < max((number for number, _ in models), default=0):
        return None
    labels = (models[k, shape][1].predict(work.Z[:, columns]) + 1).astype(np.int32)
    return There(columns, k, labels) if len(np.unique(labels)) == k else None


def _explained(Z: Floats, labels: Labels) -> Floats:
    """Of each column (n × d) the share of its variance that lies between the groups 1…k."""
    centres = np.stack([Z[labels == group].mean(axis=0) for group in range(1, labels.max() + 1)])
    share: Floats = centres[labels - 1].var(axis=0) / np.maximum(Z.var(axis=0), 1e-12)
    return share
