"""Names of personas as data: what a segment's differences from everyone must be for a name to fit.

A new name is one `Rule(...)` entry. Columns are meant by their key in the vocabulary, in any spelling; a rule whose
columns the data does not have never fits. Where no rule fits, names are made from the features' own name parts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segmentation.core.tables import FeatureInfo
from segmentation.data.vocabulary import meaning_of

__all__ = ["RULES", "Need", "Rule", "Standing", "fitting_rules", "standings_of"]

_ANY = math.inf
_NEARLY = 0.8


@dataclass(frozen=True)
class Standing:
    """Where a segment stands in one feature: effect in standard deviations from everyone, mean in original units."""

    feature: str
    effect: float
    mean: float


@dataclass(frozen=True)
class Need:
    """One of these columns has an effect from `low` to `high`, and a mean from `least` (original units)."""

    keys: tuple[str, ...]
    low: float = -_ANY
    high: float = _ANY
    least: float = -_ANY

    @property
    def telling(self) -> bool:
        """Whether meeting the need says something (more, less, in between), rather than only ruling something out."""
        return self.low > 0 or self.high < 0 or (self.low > -_ANY and self.high < _ANY)

    def met(self, standings: Mapping[str, Standing]) -> Standing | None:
        """The standing (by key) that meets the need: of the first key nearly as strong as the strongest; or None."""
        fitting = [standings[key] for key in self.keys if key in standings]
        fitting = [item for item in fitting if self.low <= item.effect <= self.high and item.mean >= self.least]
        strongest = max((abs(item.effect) for item in fitting), default=0.0)
        return next((item for item in fitting if abs(item.effect) >= _NEARLY * strongest), None)


@dataclass(frozen=True)
class Rule:
    """A name, and what must hold for it; the first need is what the name is mainly about."""

    name: str
    needs: tuple[Need, ...]


def _more(*keys: str, by: float = 0.5) -> Need:
    return Need(keys, low=by)


def _less(*keys: str, by: float = 0.5) -> Need:
    return Need(keys, high=-by)


def _like(*keys: str, within: float = 0.6) -> Need:
    return Need(keys, low=-within, high=within)


def _mostly(key: str) -> Need:
    """A share that the members have more than half of the time, and more than everyone."""
    return Need((key,), low=0.3, least=0.5)


_CASH = ("cashadvance", "cashadvancefrequency", "cashadvancetrx")
_BUYING = ("purchasesfrequency", "purchasestrx")
_INSTALMENTS = ("purchasesinstallmentsfrequency", "installmentspurchases")
_BREADTH = ("appbreadth", "appbreadthscore", "activedays", "visits")
_LEDGER = ("ledgerentries", "ledgeramount", "totalledgeramount")

RULES: tuple[Rule, ...] = (
    # Cards: purchases, instalments, cash advances.
    Rule("High-spending, paying in full", (_more("purchases", by=0.8), _mostly("prcfullpayment"))),
    Rule("High-spending, more often paying in full", (_more("purchases", by=0.8), _more("prcfullpayment", by=0.3))),
    Rule("High-spending on credit",
         (_more("purchases", by=0.8), _more("balance", by=0.8), _less("prcfullpayment", by=0.1))),
    Rule("High-spending", (_more("purchases", by=0.8),)),
    Rule("Cash-advance heavy", (_more(*_CASH, by=0.6),)),
    Rule("Instalment-focused and active", (_more(*_INSTALMENTS), _more(*_BUYING, by=0.4))),
    Rule("Instalment-focused", (_more(*_INSTALMENTS),)),
    Rule("One-off buyers", (_more("oneoffpurchasesfrequency", "oneoffpurchases"), _like(*_INSTALMENTS, within=0.4))),
    Rule("Paying in full, modest spending", (_mostly("prcfullpayment"), _like("purchases", within=0.5))),
    Rule("Barely used cards", (_less("balancefrequency", by=1.0), _less("balance", by=0.3))),
    Rule("Low activity", (_less(*_BUYING, by=0.2), _less("purchases", by=0.2), Need(_CASH, high=0.3))),
    # Shops: recency, frequency, monetary.
    Rule("Loyal high spenders", (_more("frequency"), _more("monetary"), _less("recency", by=0.2))),
    Rule("Once valuable, long absent", (_more("recency"), _more("monetary", by=0.3))),
    Rule("At risk of leaving", (_more("recency"), _less("frequency", "monetary", by=0.2))),
    Rule("Recent, few purchases", (_less("frequency", by=0.3), _less("recency", by=0.2), _less("monetary", by=0.2))),
    Rule("Potential loyal customers", (_like("frequency"), _like("monetary"), Need(("recency",), low=-1.5, high=0.3))),
    # Bookkeeping and payment apps.
    Rule("Power users", (_more(*_BREADTH), _more(*_LEDGER))),
    Rule("Low engaged", (_less(*_BREADTH, by=0.4), _less(*_LEDGER, by=0.2), Need(("dayssincesignup",), low=-0.3))),
    Rule("Newer light users", (_less("dayssincesignup", by=0.4), _like(*_BREADTH, within=0.8))),
    # Income, spending and credit score.
    Rule("Affluent, high-spending", (_more("annualincome"), _more("spendingscore"))),
    Rule("High-spending on a small income", (_less("annualincome"), _more("spendingscore", by=0.3))),
    Rule("Well-off, careful spending", (_less("spendingscore"), _more("annualincome", by=0.2))),
    Rule("Small income, careful spending", (_less("annualincome"), _less("spendingscore", by=0.3))),
    Rule("Middle income, moderate spending", (_like("annualincome", within=0.7), _like("spendingscore", within=0.7))),
)  # fmt: skip


def standings_of(
    effects: Mapping[str, float], means: Mapping[str, float], info: Sequence[FeatureInfo]
) -> dict[str, Standing]:
    """Effects and means by feature → standings by column key; of two columns with one key the stronger counts.

    A column that does not mean what its name promises has no key, so no rule is about it.
    """
    keys = {item.name: meaning_of(item) for item in info}
    standings: dict[str, Standing] = {}
    for name in sorted(effects, key=lambda name: (-abs(effects[name]), name)):
        if keys[name]:
            standings.setdefault(keys[name], Standing(name, float(effects[name]), float(means[name])))
    return standings


def fitting_rules(standings: Mapping[str, Standing]) -> list[tuple[float, Rule, tuple[Standing, ...]]]:
    """A segment's standings by column key → the rules that fit it, the most telling first.

    Each with its strength (the effect that meets its first need, or the largest of all where the first need is to be
    like everyone) and the standings that its name tells of. Of equally strong rules the one that says more comes
    first, then the one that stands first in the table.
    """
    ranked = []
    for index, rule in enumerate(RULES):
        met = [(need, need.met(standings)) for need in rule.needs]
        if all(item is not None for _, item in met):
            telling = tuple(item for need, item in met if item is not None and need.telling)
            if rule.needs[0].low < 0 < rule.needs[0].high:
                telling = tuple(sorted(telling, key=lambda item: -abs(item.effect)))
            ranked.append((abs(telling[0].effect), -len(telling), index, rule, telling))
    ranked.sort(key=lambda item: (-item[0], item[1], item[2]))
    return [(strength, rule, kept) for strength, _, _, rule, kept in ranked]
