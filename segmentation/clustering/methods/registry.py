"""All ways to make segments by name. A new method is one module with one `Method(...)`, in one line here."""

from __future__ import annotations

from segmentation.clustering.methods.base import Method
from segmentation.clustering.methods.classes import CLASSES
from segmentation.clustering.methods.density import DBSCAN, HDBSCAN
from segmentation.clustering.methods.embedding import AUTOENCODER, CONTRASTIVE
from segmentation.clustering.methods.graph import GRAPH
from segmentation.clustering.methods.hierarchical import TREES
from segmentation.clustering.methods.k_means import KMEANS
from segmentation.clustering.methods.mixture import MIXTURE
from segmentation.clustering.methods.spectral import SPECTRAL
from segmentation.core.errors import SegmentationError

__all__ = ["METHODS", "method_of"]

METHODS: dict[str, Method] = {
    method.name: method
    for method in (KMEANS, MIXTURE, CLASSES, TREES, DBSCAN, HDBSCAN, SPECTRAL, GRAPH, AUTOENCODER, CONTRASTIVE)
}


def method_of(name: str) -> Method:
    """The method with this name, or one sentence about which there are."""
    if name not in METHODS:
        raise SegmentationError(f"There is no method {name!r}. Choose one of {', '.join(METHODS)}.")
    return METHODS[name]
