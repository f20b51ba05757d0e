"""How a customer gets a segment: one rule a kind, learned once, written as plain arrays and replayed the same."""

from segmentation.clustering.assignment.base import Floats, Labels, Placed, Rule, nearest
from segmentation.clustering.assignment.centres import Centres
from segmentation.clustering.assignment.distances import squared_distances
from segmentation.clustering.assignment.learn_prototypes import learn_prototypes
from segmentation.clustering.assignment.mixture import Mixture
from segmentation.clustering.assignment.prototypes import Prototypes
from segmentation.clustering.assignment.registry import RULES, rule_faults, rule_from_dict, rule_to_dict

__all__ = [
    "RULES",
    "Centres",
    "Floats",
    "Labels",
    "Mixture",
    "Placed",
    "Prototypes",
    "Rule",
    "learn_prototypes",
    "nearest",
    "rule_faults",
    "rule_from_dict",
    "rule_to_dict",
    "squared_distances",
]
