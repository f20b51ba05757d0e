"""Ways to make segments, one `Method` entry each; menus, the command line and the tests find them in `METHODS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segmentation.clustering.methods.base import (
    Fit,
    Floats,
    Labels,
    Method,
    check_matrix,
    distinct_rows,
    number_by_size,
)
from segmentation.core.lazy import lazily

if TYPE_CHECKING:
    from segmentation.clustering.methods.k_means import kmeans, polish
    from segmentation.clustering.methods.registry import METHODS, method_of

__all__ = [
    "METHODS",
    "Fit",
    "Floats",
    "Labels",
    "Method",
    "check_matrix",
    "distinct_rows",
    "kmeans",
    "method_of",
    "number_by_size",
    "polish",
]

__getattr__ = lazily(
    __name__,
    {
        "METHODS": "registry",
        "kmeans": "k_means",
        "method_of": "registry",
        "polish": "k_means",
    },
)
