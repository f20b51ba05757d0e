"""How the formulas of a workbook place a customer: one entry a rule that formulas can express.

The constants of each persona, the formula that turns a prepared customer into a cost (the smaller, the better the
persona fits) and how clear the call is. Costs and margins are those of the rule (`Rule.place`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segmentation.clustering.assignment import Centres, Mixture, Rule

__all__ = ["Placing", "placing_of"]

_Floats = np.ndarray


@dataclass(frozen=True, eq=False)
class Placing:
    """One rule as formulas.

    costs_are: what is measured to each persona, before its name. parts: the constants, k × d each, by what they are.
    offsets: one further constant a persona, where there is one. cost: (cells of the prepared customer, cells of each
    part, cell of the offset) → formula. margin: (cheapest, next) → formula. costs: prepared customers (n × d) → n × k.
    """

    costs_are: str
    parts: dict[str, _Floats]
    offsets: _Floats | None
    cost: Callable[[str, list[str], str], str]
    margin: Callable[[str, str], str]
    costs: Callable[[_Floats], _Floats]


def placing_of(rule: Rule) -> Placing | None:
    """A rule → its formulas; None where a sheet of formulas cannot place customers by it."""
    if isinstance(rule, Centres):
        return _centres(rule)
    if isinstance(rule, Mixture) and rule.roots.ndim == 2:
        return _mixture(rule)
    return None


def _centres(rule: Centres) -> Placing:
    return Placing(
        "Distance to",
        {"Centre": rule.centres},
        None,
        cost=lambda prepared, parts, _offset: f"SQRT(SUMXMY2({prepared},{parts[0]}))",
        margin=lambda least, following: f"IF({following}>0,1-{least}/{following},0)",
        costs=lambda prepared: rule.distances(rule.costs(prepared)),
    )


def _mixture(rule: Mixture) -> Placing:
    """Squared distances in the spread of each persona, which is its own in each column, and what its size is worth."""
    return Placing(
        "How improbable:",
        {"Middle": rule.means, "1 / spread": rule.roots},
        rule.offsets,
        cost=lambda prepared, parts, offset: f"SUMPRODUCT((({prepared}-{parts[0]})*{parts[1]})^2)+{offset}",
        margin=lambda least, following: f"1-EXP(({least}-{following})/2)",
        costs=rule.costs,
    )
