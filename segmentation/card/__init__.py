"""The customer card: what the explanation of one customer says, in words, beside another's, and on paper."""

from segmentation.card.compare import side_by_side
from segmentation.card.printed import printed_card
from segmentation.card.words import answer, blank_note, distances_alt, pulls_alt, segment_names, shown_pulls

__all__ = [
    "answer",
    "blank_note",
    "distances_alt",
    "printed_card",
    "pulls_alt",
    "segment_names",
    "shown_pulls",
    "side_by_side",
]
