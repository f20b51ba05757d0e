"""Ideas for what to do with a persona, as data. They follow from its figures but are ideas, never findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from segmentation.personas.rules import Need, Standing

__all__ = ["IDEAS", "Idea", "suggest"]


@dataclass(frozen=True)
class Idea:
    """A kind of action, what to do, and what a segment's figures must be for it to be suggested."""

    kind: str
    text: str
    needs: tuple[Need, ...]

    @property
    def sentence(self) -> str:
        """The idea as it is shown: `Retention: …`."""
        return f"{self.kind}: {self.text}"


def _high(*keys: str, by: float = 0.5) -> Need:
    return Need(keys, low=by)


def _low(*keys: str, by: float = 0.5) -> Need:
    return Need(keys, high=-by)


IDEAS: tuple[Idea, ...] = (
    Idea("Retention", "reward them before a competitor does; give them a named contact or early access.",
         (_high("purchases", "monetary", "ledgeramount", "totalledgeramount", by=0.8),)),
    Idea("Upsell", "offer a card with more benefits or a higher limit to those who pay in full.",
         (_high("purchases", by=0.8), _high("prcfullpayment", by=0.3))),
    Idea("Risk watch", "look at balances and minimum payments before raising a limit.",
         (_high("cashadvance", "cashadvancefrequency", "cashadvancetrx", by=0.6),)),
    Idea("Upsell", "test a personal loan as a cheaper way than cash advances.",
         (_high("cashadvance", "cashadvancefrequency", "cashadvancetrx", by=0.6),)),
    Idea("Upsell", "test instalment offers on larger baskets, where they already like to pay that way.",
         (_high("purchasesinstallmentsfrequency", "installmentspurchases"),)),
    Idea("Reactivation", "test a reason to use the card for an everyday purchase.",
         (_low("purchasesfrequency", "purchasestrx", by=0.2), _low("purchases", by=0.2))),
    Idea("Risk watch", "check the limit of those who owe much and pay back little.",
         (_high("balance", by=0.8), _low("prcfullpayment", by=0.2))),
    Idea("Retention", "win them back with a personal offer while they still remember you.", (_high("recency"),)),
    Idea("Retention", "thank them and keep the rhythm: early access, a loyalty step to reach.",
         (_high("frequency"), _low("recency", by=0.2))),
    Idea("Upsell", "suggest the next purchase: what loyal customers bought after the same products.",
         (Need(("frequency",), low=-0.6, high=0.6), Need(("recency",), high=0.3))),
    Idea("Onboarding", "guide them to the first useful result; ask what stopped them.",
         (_low("appbreadth", "appbreadthscore", "activedays", "visits", by=0.4),)),
    Idea("Onboarding", "welcome them: a short series of first steps in the first weeks.",
         (_low("dayssincesignup", "tenure", by=0.4),)),
    Idea("Retention", "ask them for feedback first and show new functions to them early.",
         (_high("appbreadth", "appbreadthscore", "activedays", "visits"),)),
    Idea("Upsell", "show the better range first; price is not their first question.",
         (_high("annualincome"), _high("spendingscore"))),
    Idea("Risk watch", "keep limits modest: they spend readily on a small income.",
         (_low("annualincome"), _high("spendingscore", by=0.3))),
    Idea("Upsell", "win them with value and quality rather than novelty; they could afford more.",
         (_high("annualincome", by=0.2), _low("spendingscore"))),
)  # fmt: skip

_ANYONE = (
    "Research: ask ten of these customers what they come for before planning an offer.",
    "Test: try one offer on a part of them and compare with the rest.",
)


def suggest(standings: Mapping[str, Standing], *, most: int = 2) -> tuple[str, ...]:
    """A segment's standings by column key → up to `most` ideas that its figures suggest; general ones if none does."""
    ideas = [idea for idea in IDEAS if all(need.met(standings) is not None for need in idea.needs)]
    strength = {idea: max(abs(_met(need, standings)) for need in idea.needs) for idea in ideas}
    ideas.sort(key=lambda idea: (-strength[idea], IDEAS.index(idea)))
    kinds: dict[str, Idea] = {}
    for idea in ideas:
        kinds.setdefault(idea.kind, idea)
    return tuple(idea.sentence for idea in list(kinds.values())[:most]) or _ANYONE[:most]


def _met(need: Need, standings: Mapping[str, Standing]) -> float:
    standing = need.met(standings)
    return 0.0 if standing is None else standing.effect
