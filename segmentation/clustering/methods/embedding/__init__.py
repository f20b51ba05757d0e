"""Learned features (embeddings): neural networks that need PyTorch to learn, and nothing but numpy to be used."""

from __future__ import annotations

from collections.abc import Callable

from segmentation.clustering.methods.embedding.autoencoder import AUTOENCODER, train_autoencoder
from segmentation.clustering.methods.embedding.contrastive import CONTRASTIVE, ContrastiveSettings, train_contrastive
from segmentation.clustering.methods.embedding.grouping import group
from segmentation.clustering.methods.embedding.network import MOST_NUMBERS, EncoderSettings, Trained, check_size

__all__ = [
    "AUTOENCODER",
    "CONTRASTIVE",
    "MOST_NUMBERS",
    "TRAINERS",
    "ContrastiveSettings",
    "EncoderSettings",
    "Trained",
    "check_size",
    "group",
    "train_autoencoder",
    "train_contrastive",
]

TRAINERS: dict[str, Callable[..., Trained]] = {"autoencoder": train_autoencoder, "contrastive": train_contrastive}
"""Method → `train(Z, settings, progress=…, heard=…) -> Trained`, for whoever wants the encoder before the segments."""
