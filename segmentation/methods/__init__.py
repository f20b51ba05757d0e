"""Ways to make segments, one `Method` entry each; menus, the command line and the tests find them in `METHODS`."""

from segmentation.methods.base import Fit, Floats, Labels, Method, check_matrix, distinct_rows, number_by_size
from segmentation.methods.kmeans import kmeans, polish
from segmentation.methods.registry import METHODS, method_of

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
