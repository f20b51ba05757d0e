"""All aids by the name of their method. A new one is one module with one `Aid(...)`, in one line here."""

from __future__ import annotations

from segmentation.charts.aids.base import Aid
from segmentation.charts.aids.criteria import CRITERIA
from segmentation.charts.aids.graph import RESOLUTIONS
from segmentation.charts.aids.k_distance import K_DISTANCE
from segmentation.charts.aids.tree import TREE

__all__ = ["AIDS"]

AIDS: dict[str, Aid] = {"mixture": CRITERIA, "agglomerative": TREE, "dbscan": K_DISTANCE, "graph": RESOLUTIONS}
