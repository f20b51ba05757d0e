"""All ways to make segments by name. A new method is one module with one `Method(...)`, in one line here."""

from __future__ import annotations

from segmentation.errors import SegmentationError
from segmentation.methods.base import Method
from segmentation.methods.embedding import AUTOENCODER, CONTRASTIVE
from segmentation.methods.graph import GRAPH
from segmentation.methods.kmeans import KMEANS

__all__ = ["METHODS", "method_of"]

METHODS: dict[str, Method] = {method.name: method for method in (KMEANS, AUTOENCODER, CONTRASTIVE, GRAPH)}


def method_of(name: str) -> Method:
    """The method with this name, or one sentence about which there are."""
    if name not in METHODS:
        raise SegmentationError(f"There is no method {name!r}. Choose one of {', '.join(METHODS)}.")
    return METHODS[name]
