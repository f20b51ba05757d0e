"""How many segments: every k fitted, judged and compared, with a recommendation and its reasons."""

from segmentation.ksearch.elbow import elbow, elbow_moves
from segmentation.ksearch.neighbours import Neighbour, neighbours, what_splits
from segmentation.ksearch.recommend import recommend, smallest_allowed
from segmentation.ksearch.search import FULL_ROWS, KSearch, search, settle, with_limits

__all__ = [
    "FULL_ROWS",
    "KSearch",
    "Neighbour",
    "elbow",
    "elbow_moves",
    "neighbours",
    "recommend",
    "search",
    "settle",
    "smallest_allowed",
    "what_splits",
    "with_limits",
]
