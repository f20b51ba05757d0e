"""Train an encoder with PyTorch, batch by batch, and hand it over as plain arrays; PyTorch is imported only here."""

from __future__ import annotations

import gc
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from segmentation.clustering.assignment import Floats
from segmentation.clustering.assignment.encoder import Encoder, Layer
from segmentation.core.errors import SegmentationError
from segmentation.core.sampling import random_rows
from segmentation.core.settings import N_INIT, SEED, Progress, Settings, option
from segmentation.core.text import count_text

__all__ = ["MOST_NUMBERS", "MOST_ROWS", "EncoderSettings", "Heard", "Trained", "check_size", "train"]

MOST_NUMBERS = 25_000
"""Weights of an encoder: about 500 kB of text in a saved model, which may have 1 MB."""
MOST_ROWS = 50_000
"""Training looks at so many customers, drawn at random; all are encoded afterwards."""
_FEWEST_BATCHES, _SMALLEST_BATCH = 10, 16

Heard = Callable[[Sequence[float]], None]
"""`heard(curve)`: called after every round with the loss of each round so far."""


@dataclass(frozen=True)
class EncoderSettings(Settings):
    """What every encoder is told: its layers, how it is trained, and the K-means on what it learned."""

    k: int = option(4, "Number of segments", low=1, high=50)
    first: int = option(64, "First hidden layer", "How many values the network works with first.", low=2, high=256)
    second: int = option(32, "Second hidden layer", "How many values it works with next.", low=2, high=256)
    latent: int = option(
        10, "Learned features", "Each customer becomes so many new features; K-means groups by them.", low=1, high=64
    )
    epochs: int = option(
        50, "Rounds (epochs)", "How often it sees every customer: more fit closer and take longer.", low=1, high=500
    )
    batch: int = option(
        256, "Customers a step (batch)", "Small data takes smaller steps by itself.", low=_SMALLEST_BATCH, high=4096
    )
    rate: float = option(
        2.0, "Learning rate, in thousandths", "How far each step goes; it falls to 0 in a cosine.", low=0.1, high=20.0
    )
    n_init: int = option(N_INIT, "Restarts", "More restarts find a better fit more surely.", low=1, high=100)
    seed: int = option(SEED, "Seed", "The same seed gives the same segments.", low=0, high=2**31 - 1)


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained encoder: it takes prepared rows (n × d). average: (d,) their mean. curve: the loss of every round.

    loss: the loss at the end, over all rows trained on. rows: how many those were.
    """

    encoder: Encoder
    average: Floats
    curve: tuple[float, ...]
    loss: float
    rows: int


def check_size(width: int, settings: EncoderSettings) -> None:
    """Refuse layers whose weights a saved model could not hold."""
    sizes = (width, settings.first, settings.second, settings.latent)
    numbers = sum((before + 1) * after for before, after in pairwise(sizes))
    if numbers > MOST_NUMBERS:
        shape = " to ".join(map(str, sizes))
        raise SegmentationError(
            f"An encoder from {shape} features would have {count_text(numbers)} weights; a saved model holds up to "
            f"{count_text(MOST_NUMBERS)}. Choose smaller layers."
        )


def train(
    Z: Floats,
    settings: EncoderSettings,
    task: Callable[[Any, Any, np.random.Generator], Any],
    *,
    progress: Progress | None = None,
    heard: Heard | None = None,
) -> Trained:
    """Prepared rows → `Trained`, by Adam (Kingma and Ba 2015) with the learning rate falling in a cosine.

    task(torch, X, rng): gets the standardised rows to train on and gives back an object with `encoder` and `parameters`
    (lists of float64 tensors: weights and biases in turn), `loss(rows, rng)`, and `whole()` (the loss over all rows).
    All chance comes from one numpy generator seeded by `settings.seed`, and PyTorch gets one thread: the same seed
    gives the same bits, also while others train. Standardising is folded into the first layer, so that the encoder
    takes prepared rows as they are. Cancel is heard at every batch.
    """
    check_size(Z.shape[1], settings)
    torch = _pytorch()
    rng = np.random.default_rng(settings.seed)
    mean, spread = Z.mean(axis=0), Z.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    chosen = Z if len(Z) <= MOST_ROWS else Z[random_rows(len(Z), MOST_ROWS, rng)]
    work = task(torch, torch.from_numpy((chosen - mean) / spread), rng)

    rows = len(chosen)
    batch = min(settings.batch, max(_SMALLEST_BATCH, rows // _FEWEST_BATCHES))
    starts = [start for start in range(0, rows, batch) if start == 0 or rows - start > 1]
    step = _Adam(torch, work.parameters, settings.rate / 1000, settings.epochs * len(starts))
    curve: list[float] = []
    text = "Starting to train"
    for epoch in range(settings.epochs):
        order, losses, seen = rng.permutation(rows), 0.0, 0
        for index, start in enumerate(starts):
            if progress is not None:
                progress((epoch + index / len(starts)) / settings.epochs, text)
            picked = torch.from_numpy(order[start : start + batch])
            loss = work.loss(picked, rng)
            loss.backward()
            step()
            losses, seen = losses + loss.item() * len(picked), seen + len(picked)
        curve.append(losses / seen)
        text = f"Training: round {epoch + 1} of {settings.epochs}, loss {curve[-1]:.3f}"
        if heard is not None:
            heard(curve)
        _refuse_a_runaway(curve[-1])
    final = float(work.whole())
    _refuse_a_runaway(final)
    encoder = _folded([part.detach().numpy() for part in work.encoder], mean, spread)
    return Trained(encoder, mean, tuple(curve), final, rows)


def _refuse_a_runaway(loss: float) -> None:
    if not math.isfinite(loss):
        raise SegmentationError("The training ran away from any solution. Choose a lower learning rate.")


def _pytorch() -> Any:
    """PyTorch, told to use one thread in this one."""
    known = "torch" in sys.modules
    import torch

    if not known:
        # Its 300,000 objects stay; a page that watches the training would look through them after every run.
        gc.collect()
        gc.freeze()
    torch.set_num_threads(1)
    return torch


class _Adam:
    """One step of Adam (Kingma and Ba 2015, their defaults) a call, the learning rate falling to 0 in a cosine.

    The same as `torch.optim.Adam` with `CosineAnnealingLR`, which would import 800 modules more (a compiler).
    """

    def __init__(self, torch: Any, parameters: Sequence[Any], rate: float, steps: int) -> None:
        self._torch, self._parameters, self._rate, self._steps, self._done = torch, parameters, rate, steps, 0
        self._means = [torch.zeros_like(part) for part in parameters]
        self._squares = [torch.zeros_like(part) for part in parameters]

    def __call__(self) -> None:
        rate = self._rate * (1 + math.cos(math.pi * self._done / self._steps)) / 2
        self._done += 1
        mean_share, square_share = 1 - 0.9**self._done, 1 - 0.999**self._done
        with self._torch.no_grad():
            for part, mean, square in zip(self._parameters, self._means, self._squares, strict=True):
                mean.lerp_(part.grad, 0.1)
                square.mul_(0.999).addcmul_(part.grad, part.grad, value=0.001)
                part.addcdiv_(mean, (square / square_share).sqrt_().add_(1e-8), value=-rate / mean_share)
                part.grad = None


def starting_layers(torch: Any, sizes: Sequence[int], rng: np.random.Generator) -> list[Any]:
    """Weights and biases in turn, drawn as He et al. (2015) suggest for this activation."""
    parts = []
    for before, after in pairwise(sizes):
        parts.append(rng.normal(0, math.sqrt(2 / before), (before, after)))
        parts.append(np.zeros(after))
    return [torch.from_numpy(part).requires_grad_() for part in parts]


def through(torch: Any, values: Any, parts: Sequence[Any]) -> Any:
    """Rows through layers (weights and biases in turn), with an activation between them."""
    for index in range(0, len(parts), 2):
        if index:
            values = torch.relu(values)
        values = values @ parts[index] + parts[index + 1]
    return values


def _folded(parts: list[np.ndarray], mean: Floats, spread: Floats) -> Encoder:
    """An encoder of standardised rows → the same for the rows as they are."""
    weights, biases = parts[0] / spread[:, None], parts[1]
    biases = biases - (weights * mean[:, None]).sum(axis=0)
    layers = [Layer(weights, biases)]
    layers += [Layer(parts[index].copy(), parts[index + 1].copy()) for index in range(2, len(parts), 2)]
    return Encoder(tuple(layers))
