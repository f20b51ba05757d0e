"""How many segments: every k fitted, judged and compared, with a recommendation and its reasons."""

from segmentation.ksearch.elbow import elbow, elbow_moves
from segmentation.ksearch.neighbours import Names, Neighbour, neighbours, what_splits
from segmentation.ksearch.recommend import recommend, smallest_allowed
from segmentation.ksearch.search import FULL_ROWS, KSearch, compare, search, settle, with_limits
from segmentation.ksearch.tables import silhouette_means, silhouette_profile, size_table

__all__ = [
    "FULL_ROWS",
    "KSearch",
    "Names",
    "Neighbour",
    "compare",
    "elbow",
    "elbow_moves",
    "neighbours",
    "recommend",
    "search",
    "settle",
    "silhouette_means",
    "silhouette_profile",
    "size_table",
    "smallest_allowed",
    "what_splits",
    "with_limits",
]
