"""What would move a customer to another persona, or into one."""

from segmentation.moves.customer import Border
from segmentation.moves.joining import way_in
from segmentation.moves.search import borders, smallest_moves
from segmentation.moves.told import Move, Step, change_text, move_sentence, moves_table

__all__ = [
    "Border",
    "Move",
    "Step",
    "borders",
    "change_text",
    "move_sentence",
    "moves_table",
    "smallest_moves",
    "way_in",
]
