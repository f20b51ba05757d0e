"""What would move a customer to another persona, or into one."""

from segmentation.scoring.counterfactuals.change import Move, Step, change_text, sureness_text
from segmentation.scoring.counterfactuals.customer import Border
from segmentation.scoring.counterfactuals.out_of_noise import way_in
from segmentation.scoring.counterfactuals.search import borders, smallest_moves, two_at_once

__all__ = [
    "Border",
    "Move",
    "Step",
    "borders",
    "change_text",
    "smallest_moves",
    "sureness_text",
    "two_at_once",
    "way_in",
]
