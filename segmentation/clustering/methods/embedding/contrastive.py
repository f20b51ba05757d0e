"""A contrastive encoder for tables: a customer must be recognised when some of their values are another's (SCARF)."""

from __future__ import annotations

from dataclasses import dataclass
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
from segmentation.core.settings import Progress, option

__all__ = ["CONTRASTIVE", "ContrastiveSettings", "train_contrastive"]


@dataclass(frozen=True)
class ContrastiveSettings(EncoderSettings):
    """What the contrastive encoder is told besides."""

    corrupted: float = option(
        0.6,
        "Share of values replaced",
        "By the value of another customer, feature by feature.",
        low=0.1,
        high=0.9,
        percent=True,
    )
    temperature: float = option(
        1.0, "Temperature", "Lower sets very similar customers further apart.", low=0.1, high=5.0
    )


class _Recognise:
    """Each customer against their corrupted copy and those of the others in the batch: the loss is InfoNCE."""

    def __init__(self, torch: Any, X: Any, rng: np.random.Generator, settings: ContrastiveSettings) -> None:
        self._torch, self._X, self._settings = torch, X, settings
        sizes = (X.shape[1], settings.first, settings.second, settings.latent)
        self.encoder = starting_layers(torch, sizes, rng)
        self._head = starting_layers(torch, (settings.latent, settings.second, settings.second), rng)
        self.parameters = [*self.encoder, *self._head]

    def loss(self, rows: Any, rng: np.random.Generator) -> Any:
        """The loss over a batch."""
        torch, given = self._torch, self._X[rows]
        one, two = (self._projected(values) for values in (given, self._corrupted(given, rng)))
        alike = one @ two.T / self._settings.temperature
        return torch.nn.functional.cross_entropy(alike, torch.arange(len(given)))

    def whole(self) -> float:
        """The mean loss over batches of all rows."""
        torch, rng, rows = self._torch, np.random.default_rng(self._settings.seed), len(self._X)
        with torch.no_grad():
            parts = torch.arange(rows).split(min(rows, self._settings.batch))
            return sum(float(self.loss(part, rng)) * len(part) for part in parts) / rows

    def _corrupted(self, given: Any, rng: np.random.Generator) -> Any:
        """The same rows; in each, a share of the features (at least one) has the value of a random customer."""
        rows, width = given.shape
        count = min(max(1, round(self._settings.corrupted * width)), width)
        replaced = rng.random((rows, width)).argsort(axis=1) < count
        donors = rng.integers(0, len(self._X), (rows, width))
        drawn = self._torch.gather(self._X, 0, self._torch.from_numpy(donors))
        return self._torch.where(self._torch.from_numpy(replaced), drawn, given)

    def _projected(self, values: Any) -> Any:
        torch = self._torch
        projected = through(torch, torch.relu(through(torch, values, self.encoder)), self._head)
        return torch.nn.functional.normalize(projected, dim=1)


def train_contrastive(
    Z: Floats, settings: ContrastiveSettings, *, progress: Progress | None = None, heard: Heard | None = None
) -> Trained:
    """Prepared rows → a trained encoder by random feature corruption (SCARF: Bahri, Jiang, Tay, Metzler 2022).

    Its loss is InfoNCE (van den Oord et al. 2018) over a batch: the logarithm of the batch's size would be guessing.
    The head that the loss is measured behind is dropped after training, as there.
    """
    return train(Z, settings, lambda torch, X, rng: _Recognise(torch, X, rng, settings), progress=progress, heard=heard)


def _fit(Z: Floats, settings: ContrastiveSettings, progress: Progress | None) -> Fit:
    trained = train_contrastive(Z, settings, progress=part(progress, 0.0, 0.9))
    return group(Z, trained, settings, part(progress, 0.9, 1.0))


CONTRASTIVE = Method(
    name="contrastive",
    label="Contrastive embedding",
    help="A neural network learns to recognise a customer when some of their values are replaced by others' values; "
    "K-means groups by what it learned.",
    settings=ContrastiveSettings,
    fit=_fit,
    assignment="the nearest centre among the learned features",
    needs="torch",
    extra="requirements-embedding.txt",
)
