"""All rules by the name under which a model keeps them. A new rule is one class in one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segmentation.clustering.assignment.base import Rule
from segmentation.clustering.assignment.centres import Centres
from segmentation.clustering.assignment.encoder import EncodedCentres
from segmentation.clustering.assignment.mixture import Mixture
from segmentation.clustering.assignment.prototypes import Prototypes
from segmentation.core.schema import faults

__all__ = ["RULES", "rule_faults", "rule_from_dict", "rule_to_dict"]

RULES: dict[str, type[Rule]] = {rule.kind: rule for rule in (Centres, Prototypes, Mixture, EncodedCentres)}


def rule_to_dict(rule: Rule) -> dict[str, Any]:
    """A rule as plain values, its kind among them."""
    return {"kind": rule.kind, **rule.to_dict()}


def rule_faults(plain: Mapping[str, Any], where: str = "rule") -> list[str]:
    """What is wrong with the plain values of a rule, one sentence each."""
    kind = plain.get("kind")
    if not isinstance(kind, str) or kind not in RULES:
        return [f"{where}.kind is not known."]
    return faults(dict(plain), {"kind": str, **RULES[kind].shape}, where)


def rule_from_dict(plain: Mapping[str, Any]) -> Rule:
    """The rule that `rule_to_dict` wrote; ValueError when its arrays do not fit each other."""
    return RULES[plain["kind"]].from_dict(plain)
