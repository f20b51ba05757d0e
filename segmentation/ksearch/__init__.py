"""How many segments: every k fitted, judged and compared, with a recommendation and its reasons."""

from segmentation.ksearch.elbow import elbow, elbow_moves
from segmentation.ksearch.recommend import recommend
from segmentation.ksearch.search import FULL_ROWS, KSearch, search, settle

__all__ = ["FULL_ROWS", "KSearch", "elbow", "elbow_moves", "recommend", "search", "settle"]
