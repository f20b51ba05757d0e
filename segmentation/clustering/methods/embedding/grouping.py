"""K-means on learned features: from a trained encoder to segments that the saved rule gives back by construction."""

from __future__ import annotations

import numpy as np

from segmentation.clustering.assignment import Centres, Floats
from segmentation.clustering.assignment.encoder import EncodedCentres
from segmentation.clustering.methods.base import Fit, number_by_size
from segmentation.clustering.methods.embedding.network import EncoderSettings, Trained
from segmentation.clustering.methods.k_means import kmeans
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress

__all__ = ["group"]


def group(Z: Floats, trained: Trained, settings: EncoderSettings, progress: Progress | None = None) -> Fit:
    """Prepared rows (n × d) and an encoder → `Fit` of k segments, by K-means on the encoded rows.

    The labels are those of the rule itself, computed by numpy, so a saved model cannot disagree. `inertia` and
    `centres` are of the prepared features. figures: "loss" at the end, "curve" (a list, one number a round), "latent"
    (learned features) and "trained_on" (customers).
    """
    latent = kmeans(
        trained.encoder.encode(Z), settings.k, n_init=settings.n_init, seed=settings.seed, progress=progress
    )
    rule = EncodedCentres(trained.encoder, Centres(latent.centres), trained.average)
    placed = rule.place(Z).segment
    members = [Z[placed == number] for number in range(1, latent.k + 1)]
    if not all(map(len, members)):
        raise SegmentationError("A segment would be left without a customer. Choose fewer segments or another seed.")
    labels, centres, order = number_by_size(placed - 1, np.array([rows.mean(axis=0) for rows in members]))
    inertia = sum(float(((Z[labels == number + 1] - centres[number]) ** 2).sum()) for number in range(latent.k))
    figures = {
        "loss": trained.loss,
        "curve": list(trained.curve),
        "latent": trained.encoder.features,
        "trained_on": trained.rows,
    }
    return Fit(latent.k, labels, centres, inertia, latent.n_iter, rule=rule.renumbered(order), figures=figures)
