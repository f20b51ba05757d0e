"""How many segments: every k fitted, judged and compared, with a recommendation and its reasons."""

from segmentation.evaluation.choose_k.elbow import elbow, elbow_moves
from segmentation.evaluation.choose_k.neighbours import Change, Names, Neighbour, neighbours, what_splits
from segmentation.evaluation.choose_k.recommend import recommend, smallest_allowed
from segmentation.evaluation.choose_k.search import FULL_ROWS, KComparison, compare, search, settle, with_limits
from segmentation.evaluation.choose_k.tables import silhouette_means, silhouette_profile, size_table

__all__ = [
    "FULL_ROWS",
    "Change",
    "KComparison",
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
