"""An autoencoder: few learned features from which all the given ones can be put together again."""

from __future__ import annotations

from typing import Any

import numpy as np

from segmentation.clustering.assignment import Floats
from segmentation.clustering.methods.base import Fit, Method
from segmentation.clustering.methods.embedding.grouping import group
from segmentation.clustering.methods.embedding.network import (
    EncoderSettings,
    Heard,
    Trained,
    starting_layers,
    through,
    train,
)
from segmentation.core.parallel import part
from segmentation.core.settings import Progress

__all__ = ["AUTOENCODER", "train_autoencoder"]


class _Rebuild:
    """Encode, decode, and compare with what was given: the loss is the mean squared error over all values."""

    def __init__(self, torch: Any, X: Any, rng: np.random.Generator, sizes: tuple[int, ...]) -> None:
        self._torch, self._X = torch, X
        self.encoder = starting_layers(torch, sizes, rng)
        self._decoder = starting_layers(torch, sizes[::-1], rng)
        self.parameters = [*self.encoder, *self._decoder]

    def loss(self, rows: Any, rng: np.random.Generator) -> Any:
        """The loss over some rows."""
        return self._error(self._X[rows])

    def whole(self) -> float:
        """The loss over all rows."""
        with self._torch.no_grad():
            return float(self._error(self._X))

    def _error(self, given: Any) -> Any:
        built = through(self._torch, through(self._torch, given, self.encoder), self._decoder)
        return ((built - given) ** 2).mean()


def train_autoencoder(
    Z: Floats, settings: EncoderSettings, *, progress: Progress | None = None, heard: Heard | None = None
) -> Trained:
    """Prepared rows → a trained encoder; its loss is the mean squared error of the standardised features put together
    again (1 would be guessing the mean of each)."""
    sizes = (Z.shape[1], settings.first, settings.second, settings.latent)
    return train(Z, settings, lambda torch, X, rng: _Rebuild(torch, X, rng, sizes), progress=progress, heard=heard)


def _fit(Z: Floats, settings: EncoderSettings, progress: Progress | None) -> Fit:
    trained = train_autoencoder(Z, settings, progress=part(progress, 0.0, 0.9))
    return group(Z, trained, settings, part(progress, 0.9, 1.0))


AUTOENCODER = Method(
    name="autoencoder",
    label="Autoencoder",
    help="A neural network learns fewer features that hold most of what the given ones say; K-means groups by them.",
    settings=EncoderSettings,
    fit=_fit,
    assignment="the nearest centre among the learned features",
    needs="torch",
    extra="requirements-embedding.txt",
)
