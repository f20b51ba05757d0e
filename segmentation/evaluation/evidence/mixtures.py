"""Gaussian mixtures of several shapes and numbers of clouds, begun at segments that are known, with their BIC."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.mixture import GaussianMixture

from segmentation.clustering.methods import Floats, Labels
from segmentation.clustering.methods.mixture import SHAPES
from segmentation.core.parallel import run_all
from segmentation.core.settings import Progress
from segmentation.evaluation.evidence.work import Work

__all__ = ["TEXT", "Models", "begun_at", "bic_table", "mixtures", "named", "with_clouds"]

TEXT = "A second witness"
_FLOOR = 1e-3
"""Added to every variance: standardised columns, so a thousandth of a column's own."""
_ROUNDS = 150
_PATIENCE = 5
Models = dict[tuple[int, str], tuple[float, GaussianMixture]]
"""Number and shape → BIC and model."""


def mixtures(work: Work, progress: Progress | None = None, *, patience: int = _PATIENCE) -> Models:
    """Of every shape from one cloud up, begun at the segments of K-means, until BIC has risen so often in a row."""
    shapes = list(SHAPES)
    each = run_all(lambda shape, tick: _of_shape(work, shape, patience, tick), shapes, progress=progress, text=TEXT)
    return {(k, shape): model for shape, fits in zip(shapes, each, strict=True) for k, model in fits.items()}


def with_clouds(models: Models, Z: Floats, labels: Labels) -> Models:
    """`models` of the rows `Z`, and those begun at `labels` (1…k) in their place where these are likelier."""
    k, better = int(labels.max()), dict(models)
    for shape in SHAPES:
        begun = begun_at(Z, k, shape, labels) if _enough(k, shape, Z) else None
        known = models.get((k, shape))
        if begun is not None and (known is None or begun.lower_bound_ > known[1].lower_bound_):
            better[k, shape] = (float(begun.bic(Z)), begun)
    return better


def named(models: Models) -> tuple[int, str]:
    """The number and shape with the lowest BIC."""
    return min(models, key=lambda key: (models[key][0], key[0]))


def bic_table(values: Mapping[tuple[int, str], float]) -> pd.DataFrame:
    """(k, shape) → BIC as a table by k, one column a shape."""
    table = pd.Series(values).unstack() if values else pd.DataFrame()
    return table.reindex(columns=[shape for shape in SHAPES if shape in table]).rename_axis("k")


def _of_shape(work: Work, shape: str, patience: int, tick: Progress) -> dict[int, tuple[float, GaussianMixture]]:
    fits: dict[int, tuple[float, GaussianMixture]] = {}
    lowest, worse = np.inf, 0
    for k in [1, *work.ks]:
        if not _enough(k, shape, work.Z) or worse >= patience:
            break
        tick(k / max(work.ks, default=1), TEXT)
        model = begun_at(work.Z, k, shape, work.fits[k].labels if k > 1 else np.ones(len(work.Z), dtype=np.int32))
        if model is None:
            continue
        value = float(model.bic(work.Z))
        fits[k] = (value, model)
        worse = worse + 1 if value > lowest else 0
        lowest = min(lowest, value)
    return fits


def _enough(k: int, shape: str, Z: Floats) -> bool:
    """Whether there are at least two rows for every parameter of `k` clouds."""
    n, d = Z.shape
    each = {"spherical": d + 2, "diag": 2 * d + 1, "tied": d + 1}.get(shape, d + 1 + d * (d + 1) / 2)
    return bool(k * each <= n / 2)


def begun_at(Z: Floats, k: int, shape: str, labels: Labels) -> GaussianMixture | None:
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
