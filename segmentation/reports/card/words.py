"""What an explanation says, as plain sentences and as a table with values written out. Texts are not escaped."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segmentation.clustering.assignment import Centres, Mixture, Prototypes
from segmentation.clustering.model import Segmentation
from segmentation.core.text import chance_text, counted, number_text, times_text, value_text
from segmentation.personas.cards import segment_names
from segmentation.scoring import NO_PERSONA, Explanation, clarity

__all__ = [
    "answer",
    "contributions_alt",
    "distances_alt",
    "how_placed",
    "name_of",
    "notices",
    "segment_names",
    "shown_contributions",
]

_FEW = 3
_BEST = "A high probability only says which persona fits best, not that it fits well."
_FAR = "This customer is unlike all personas: of the customers in training only one in a hundred lay so far out."


def name_of(names: Mapping[int, str], segment: int) -> str:
    """The name of a segment's persona, or that it is none of them (segment 0)."""
    return names[segment] if segment else NO_PERSONA


def how_placed(segmentation: Segmentation) -> str:
    """How a customer gets its persona, with the formulas of margin and pull, for whoever wants to check."""
    prepared = (
        "The values are prepared exactly as in training: missing ones filled, extremes capped, transformed, brought to "
        "one scale."
    )
    if isinstance(segmentation.rule, Centres):
        return (
            f"{prepared} The persona is the one whose centre is nearest (Euclidean distance in that space). "
            "Margin = 1 − distance to the nearest / distance to the second nearest: 0 is exactly between two, 1 is on "
            "the centre; below 10 % we say on the border. The pull of a feature is (z − other)² − (z − own)², with z "
            "the prepared value and own, other the two centres: the pulls add up to the difference of the squared "
            "distances."
        )
    placed = f"{prepared} The customer then belongs to {segmentation.rule.words}."
    if isinstance(segmentation.rule, Mixture):
        return (
            f"{placed} The probabilities are those of a Gaussian mixture (Bayes' rule). Margin = 1 − probability of "
            "the second / probability of the first; below 10 % we say on the border. Distances are Mahalanobis "
            "distances, so they are measured in the spread of each persona. The pull of a feature is its part of the "
            "difference of the two squared distances; how large and how wide a persona is counts too, but belongs to "
            "no feature."
        )
    margin = "Margin = 1 − distance to the nearest persona / distance to the second nearest; below 10 % we say on the "
    if isinstance(segmentation.rule, Prototypes):
        return (
            f"{placed} {margin}border. The pull of a feature is (z − other)² − (z − own)², with z the prepared value "
            "and own, other the nearest points of the two personas."
        )
    return f"{placed} {margin}border."


def answer(explanation: Explanation, names: Mapping[int, str], who: str = "This customer") -> str:
    """The persona and how clear the call is, in one sentence; or that the answer is not to be relied on, and why."""
    if explanation.beyond:
        return _unreliable(explanation, names, who)
    if explanation.noise:
        nearest = f"The nearest is “{names[explanation.second]}”."
        return f"{who} fits none of the personas: it lies beyond the reach of all of them. {nearest}"
    if explanation.unknown and explanation.second:
        nearest = f"“{names[explanation.segment]}” is the nearest to what is given, and it could well be another."
        return f"Not enough is known of this customer ({explanation.given}). {nearest}"
    given = f", judged from {explanation.given}" if explanation.given else ""
    belongs = f"{who} belongs with “{names[explanation.segment]}”{given}"
    if not explanation.second:
        return f"{belongs}, the only persona of this model."
    other = f"“{names[explanation.second]}”"
    if not pd.isna(explanation.probability):
        return _probable(explanation, belongs, other)
    if explanation.border_with is not None:
        return f"{belongs}, but on the border with {other}: almost as near to one as to the other."
    if explanation.distance == 0:
        return f"{belongs}, exactly where it is most typical; the next persona is {other}."
    times = times_text(explanation.second_distance / explanation.distance)
    return f"{belongs}. {_call(explanation)} {other}, the next persona, is {times} times as far away."


def _call(explanation: Explanation) -> str:
    """How sure the persona is, to begin a sentence that ends with the next one."""
    if pd.isna(explanation.certainty):
        return f"The call is {clarity(explanation.margin).lower()}:"
    return f"{explanation.how_sure}:"


def _unreliable(explanation: Explanation, names: Mapping[int, str], who: str) -> str:
    labels = explanation.beyond
    what = f"{labels[0]} lies" if len(labels) == 1 else counted(len(labels), "value lies", "values lie")
    would = "fit none of the personas" if explanation.noise else f"belong with “{names[explanation.segment]}”"
    return f"Do not rely on this answer: {what} far outside what was usual in training. {who} would {would}."


def _probable(explanation: Explanation, belongs: str, other: str) -> str:
    first, second = (chance_text(value) for value in explanation.distances["probability"].head(2))
    if explanation.border_with is not None:
        return f"{belongs}, but on the border with {other}: the probabilities are {first} and {second}."
    return f"{belongs} with a probability of {first}. {_call(explanation)} {other}, the next persona, has {second}."


def shown_contributions(explanation: Explanation) -> pd.DataFrame:
    """The table of contributions as a reader sees it, the strongest first.

    Columns: label, value, typical_own, typical_other (text in original units), percentile (0…1), share (of the
    sum of all contributions regardless of direction, signed, −1…1), state (in words).
    """
    contributions = explanation.contributions
    total = float(contributions["contribution"].abs().sum())
    states = {
        "": "",
        "filled": "Missing, filled",
        "capped": "Capped",
        "outside": "Outside the range seen",
        "beyond": "Far outside the range seen",
    }
    texts = {
        name: [
            value_text(value, kind=kind, unit=unit)
            for value, kind, unit in zip(contributions[name], contributions["kind"], contributions["unit"], strict=True)
        ]
        for name in ("used", "typical_own", "typical_other")
    }
    return pd.DataFrame(
        {
            "label": contributions["label"],
            "value": texts["used"],
            "typical_own": texts["typical_own"],
            "typical_other": texts["typical_other"],
            "percentile": contributions["percentile"] / 100,
            "share": contributions["contribution"] / total if total > 0 else 0.0,
            "state": contributions["state"].map(states),
        }
    )


def notices(explanation: Explanation) -> tuple[str, ...]:
    """What to keep in mind: far from everyone, then the warnings, those about missing values in one when many."""
    far = (_FAR if pd.isna(explanation.probability) else f"{_FAR} {_BEST}",) if explanation.far else ()
    states = explanation.contributions.loc[explanation.contributions["state"] != "", "state"]
    missing = int((states == "filled").sum())
    if missing <= _FEW:
        return (*far, *explanation.warnings)
    others = tuple(text for text, state in zip(explanation.warnings, states, strict=True) if state != "filled")
    of = len(explanation.contributions)
    many = "All values are" if missing == of else f"{missing} of {of} values are"
    return (*far, *others, f"{many} not known; each is filled with what was learned in training.")


def distances_alt(explanation: Explanation, names: Mapping[int, str]) -> str:
    """The picture of distances, or of probabilities where the model knows them, in words."""
    rows = explanation.distances
    if not pd.isna(explanation.probability):
        chances = zip(rows["segment"], rows["probability"], strict=True)
        chances_text = ", ".join(f"{names[int(segment)]} {chance_text(chance)}" for segment, chance in chances)
        return f"Probability of each persona, the highest first: {chances_text}."
    parts = [
        f"{names[int(segment)]} {number_text(distance)}"
        for segment, distance in zip(rows["segment"], rows["distance"], strict=True)
    ]
    return f"Distance to each persona, nearest first: {', '.join(parts)}."


def contributions_alt(explanation: Explanation, names: Mapping[int, str]) -> str:
    """The picture of contributions in words: the strongest three each way."""
    contributions, own = explanation.contributions, name_of(names, explanation.segment)
    if explanation.noise:
        strongest = ", ".join(contributions["label"].head(3))
        return f"What keeps this customer away from {names[explanation.second]}, the nearest persona: {strongest}."
    towards = contributions.loc[contributions["contribution"] > 0, "label"].head(3)
    away = contributions.loc[contributions["contribution"] < 0, "label"].head(3)
    parts = [f"Towards {own}: {', '.join(towards) if len(towards) else 'nothing'}."]
    if explanation.second:
        parts.append(f"Towards {names[explanation.second]}: {', '.join(away) if len(away) else 'nothing'}.")
    return " ".join(parts)
