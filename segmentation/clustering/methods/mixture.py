"""A Gaussian mixture as scikit-learn fits it: every segment a cloud with a size, a middle and a spread of its own."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from segmentation.clustering.assignment import Mixture
from segmentation.clustering.methods.base import Fit, Floats, Method, distinct_rows, refuse_too_few_rows
from segmentation.clustering.methods.to_fit import MOST_SEGMENTS, as_fit
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import one_thread
from segmentation.core.settings import SEED, Progress, Settings, option

__all__ = ["MIXTURE", "SHAPES", "MixtureSettings", "mixture"]

SHAPES = {
    "full": "Any form, each its own (full)",
    "tied": "Any form, one for all (tied)",
    "diag": "Stretched along features (diagonal)",
    "spherical": "Round (spherical)",
}

_FLOOR = 1e-6
"""Added to every variance, scikit-learn's default: a segment whose customers agree in a feature keeps a width."""
_MOST_ROUNDS = 500
_ROUNDS = 5
"""Rounds between two looks at Cancel."""


@dataclass(frozen=True)
class MixtureSettings(Settings):
    """How the mixture is fitted."""

    k: int = option(4, "Number of segments", low=1, high=MOST_SEGMENTS)
    shape: str = option(
        "full",
        "Shape of a segment",
        "Freer shapes fit more closely and need more customers for each segment.",
        choices=SHAPES,
    )
    n_init: int = option(3, "Restarts", "More restarts find a better fit more surely.", low=1, high=100)
    seed: int = option(SEED, "Seed", "The same seed gives the same segments.", low=0, high=2**31 - 1)


def mixture(Z: Floats, settings: MixtureSettings, *, progress: Progress | None = None) -> GaussianMixture:
    """The best of the restarts on the prepared rows `Z` (n × d) → scikit-learn's fitted mixture.

    Each restart is `GaussianMixture(k, covariance_type=shape)` in rounds of five steps (`warm_start`), so that Cancel
    is heard between them; one random stream is carried through the restarts.
    Raises SegmentationError for too few rows, a spread that cannot be computed, or when no restart came to rest.
    """
    refuse_too_few_rows(distinct_rows(Z, stop=settings.k), settings.k)
    if len(Z) < 2:
        raise SegmentationError("A mixture needs at least two customers; the data has 1. Choose K-means.")
    stream, best = np.random.RandomState(settings.seed), None
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # rounds end before it has come to rest
        for run in range(settings.n_init):
            restart = _restart(Z, settings, stream, run, progress)
            if best is None or (restart.converged_, restart.lower_bound_) > (best.converged_, best.lower_bound_):
                best = restart
    assert best is not None
    if not best.converged_:
        raise SegmentationError(
            f"The mixture with {settings.k} segments did not come to rest within {_MOST_ROUNDS} rounds. Choose "
            "another seed, fewer segments or a simpler shape."
        )
    return best


def _restart(
    Z: Floats, settings: MixtureSettings, stream: np.random.RandomState, run: int, progress: Progress | None
) -> GaussianMixture:
    model = GaussianMixture(
        settings.k,
        covariance_type=settings.shape,
        reg_covar=_FLOOR,
        max_iter=_ROUNDS,
        warm_start=True,
        random_state=stream,
    )
    done = 0
    while done < _MOST_ROUNDS and not (done and model.converged_):
        if progress is not None:
            within = 1 - 1 / (1 + done / 20)  # how many rounds it takes is not known beforehand
            text = f"{settings.k} segments: restart {run + 1} of {settings.n_init}, round {done + 1}"
            progress((run + within) / settings.n_init, text)
        try:
            model.fit(Z)
        except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
            raise SegmentationError(
                f"The spread of a segment cannot be computed with {settings.k} segments of this shape. Choose a "
                "simpler shape or fewer segments, or bring all columns to one scale on the Prepare page."
            ) from error
        done += model.n_iter_
    model.n_iter_ = done
    return model


def _fit(Z: Floats, settings: MixtureSettings, progress: Progress | None) -> Fit:
    model = mixture(Z, settings, progress=progress)
    with one_thread():
        raw = model.predict(Z)
        figures = {"bic": float(model.bic(Z)), "aic": float(model.aic(Z)), "log_likelihood": float(model.score(Z))}
    if len(np.unique(raw)) < settings.k:
        raise SegmentationError(
            f"Only {len(np.unique(raw))} of {settings.k} segments of the mixture have a customer who most probably "
            "belongs to them. Choose fewer segments or another shape."
        )
    return as_fit(Z, raw, rule=Mixture.learned(model).renumbered, n_iter=model.n_iter_, figures=figures)


MIXTURE = Method(
    name="mixture",
    label="Gaussian mixture",
    help="Clouds that may overlap, be long or of different width; says how probably a customer belongs to each.",
    settings=MixtureSettings,
    fit=_fit,
    assignment="the segment that it most probably comes from",
)
