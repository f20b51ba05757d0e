"""Ways to make segments, one `Method` entry each; menus, the command line and the tests find them in `METHODS`."""

from segmentation.clustering.methods.base import (
    Fit,
    Floats,
    Labels,
    Method,
    check_matrix,
    distinct_rows,
    number_by_size,
)
from segmentation.clustering.methods.kmeans import kmeans, polish
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
