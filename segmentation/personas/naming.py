"""One distinct, readable name for every segment, from its own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import pandas as pd

from segmentation.core.tables import FeatureInfo
from segmentation.core.text import plain_text, value_text
from segmentation.data.heading_words import in_sentence
from segmentation.personas.levels import one_of_each
from segmentation.personas.rules import fitting_rules, standings_of

__all__ = ["Named", "name_segments"]

_REACH = 0.5
"""A rule must rest on at least this share of the segment's strongest difference, or it misses the point."""
_SECOND = 0.6
"""A second name part must be at least this strong against the first."""
_AVERAGE = 0.2
"""Below this difference (standard deviations) in everything a segment is close to the average."""
CLOSE = "Close to the average"


@dataclass(frozen=True)
class Named:
    """A suggested name and the features that it rests on, the main one first."""

    name: str
    features: tuple[str, ...]


def name_segments(
    effects: pd.DataFrame, means: pd.DataFrame, info: Sequence[FeatureInfo], sizes: Mapping[int, int]
) -> dict[int, Named]:
    """Standard differences and means in original units (index segment, a column a feature) → segment → `Named`.

    The segment with the strongest claim to a name gets it; another that would have the same name takes its next best.
    Names depend on figures only: never on a segment's number, nor on the order of the features. info: the features that
    may be named.
    """
    effects, means = effects[[item.name for item in info]], means[[item.name for item in info]]
    weights = pd.Series(dict(sizes)).reindex(means.index)
    everyone = means.mul(weights, axis=0).sum() / weights.sum()
    options = {
        number: _options(effects.loc[number], means.loc[number], means.loc[number] - everyone, info)
        for number in effects.index
    }
    order = sorted(options, key=lambda number: (-options[number][0][0], -sizes[number], number))
    named: dict[int, Named] = {}
    taken: set[str] = set()
    for number in order:
        free = _free([choice for _, choice in options[number]], taken)
        choice = free or _told_apart(options[number][0][1], means.loc[number], info, taken)
        named[int(number)] = choice
        taken.add(choice.name.casefold())
    return {number: named[number] for number in sorted(named)}


def _free(options: Sequence[Named], taken: set[str]) -> Named | None:
    """The first name that says something which no other segment's name says; else one that is at least not the same.

    The same parts in another order are the same name: a reader could not tell the two apart.
    """
    others = [_said(name) for name in taken]
    different = [choice for choice in options if _said(choice.name) not in others]
    of_its_own = (choice for choice in different if not any(_said(choice.name) < word_count for word_count in others))
    return next(of_its_own, None) or next(iter(different), None)


def _said(name: str) -> frozenset[str]:
    """The parts of a name, in no order."""
    return frozenset(name.casefold().split(", "))


def _options(
    effect: pd.Series, mean: pd.Series, difference: pd.Series, info: Sequence[FeatureInfo]
) -> list[tuple[float, Named]]:
    """Names that fit one segment, the best first, each with the strength of the claim to it.

    difference: of the means from everyone's, in original units. After a transformation it may point to another side
    than the effect; what it contradicts is no part of a name while anything else is left.
    """
    agrees = (effect * difference >= 0) | (effect.abs() < _AVERAGE)
    if agrees.any():
        info = [item for item in info if agrees[item.name]]
        effect = effect[agrees]
    strongest = float(effect.abs().max())
    standings = standings_of(effect.to_dict(), mean.to_dict(), info)  # type: ignore[arg-type]
    options: list[tuple[float, Named]] = []
    for strength, rule, fitting in fitting_rules(standings):
        if strength >= _REACH * strongest:
            options.append((strength, Named(rule.name, tuple(item.feature for item in fitting))))
    parts = _parts(effect, info)
    if strongest < _AVERAGE:
        options.append((strongest, Named(CLOSE, tuple(name for _, name, _ in parts[:1]))))
    second = parts[1][0] if len(parts) > 1 else 0.0
    lengths = [2, 1, 3, *range(4, len(parts) + 1)] if second >= _SECOND * strongest else list(range(1, len(parts) + 1))
    for length in lengths:
        chosen = parts[:length]
        words = [in_sentence(text) if index else text for index, (_, _, text) in enumerate(chosen)]
        name = ", ".join(words)
        name = f"{name} customers" if " " not in name else name
        options.append((strongest, Named(name, tuple(name for _, name, _ in chosen))))
    return options


def _parts(effect: pd.Series, info: Sequence[FeatureInfo]) -> list[tuple[float, str, str]]:
    """Name parts of one segment, the strongest first, no text twice: (strength, feature, text)."""
    about = {item.name: item for item in info}
    parts, seen = [], set()
    ranked = sorted(about, key=lambda name: (-abs(effect[name]), name))
    # Neither two levels of one column nor one level of two: that no extra needs what is not there goes without saying.
    columns, levels = ({item.name: key(item) for item in info} for key in (attrgetter("column"), attrgetter("level")))
    for name in one_of_each(one_of_each(ranked, columns), levels):
        item = about[name]
        text = plain_text(_part(item, high=bool(effect[name] > 0)), longest=48)
        if text.casefold() not in seen:
            seen.add(text.casefold())
            parts.append((float(abs(effect[name])), name, text))
    return parts


def _part(item: FeatureInfo, *, high: bool) -> str:
    trait = item.trait_high if high else item.trait_low
    return trait or f"{'High' if high else 'Low'} {in_sentence(item.label, item.name)}"


def _told_apart(best: Named, mean: pd.Series, info: Sequence[FeatureInfo], taken: set[str]) -> Named:
    """The best name with a figure that no other segment of this name has."""
    for item in sorted(info, key=lambda item: item.name):
        figure = value_text(float(mean[item.name]), kind=item.kind, unit=item.unit)
        name = f"{best.name}, {in_sentence(plain_text(item.label, longest=40), item.name)} {figure}"
        if name.casefold() not in taken:
            return Named(name, (item.name, *best.features))
    index = next(count for count in range(2, len(taken) + 3) if f"{best.name} ({count})".casefold() not in taken)
    return Named(f"{best.name} ({index})", best.features)
