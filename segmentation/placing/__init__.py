"""How a customer gets a segment: one rule a kind, learned once, written as plain arrays and replayed the same."""

from segmentation.placing.base import Floats, Labels, Placed, Rule, nearest, squared_distances
from segmentation.placing.centres import Centres
from segmentation.placing.learning import learn_points
from segmentation.placing.mixture import Mixture
from segmentation.placing.points import Points
from segmentation.placing.registry import RULES, rule_faults, rule_from_dict, rule_to_dict

__all__ = [
    "RULES",
    "Centres",
    "Floats",
    "Labels",
    "Mixture",
    "Placed",
    "Points",
    "Rule",
    "learn_points",
    "nearest",
    "rule_faults",
    "rule_from_dict",
    "rule_to_dict",
    "squared_distances",
]
