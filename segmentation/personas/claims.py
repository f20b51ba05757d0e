"""Claims: what is said of a segment, the figure that fits the feature, and what speaks for and against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from segmentation.core.disclosure import spread_of, step_of, told
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import share_text, yes_or_no
from segmentation.data.heading_phrases import is_average
from segmentation.data.heading_words import in_sentence
from segmentation.personas.cards import Claim
from segmentation.personas.column import Column
from segmentation.personas.fitting import Fitting, figure
from segmentation.personas.leads import ALONE, Lead
from segmentation.personas.levels import known_of, level_sentence

__all__ = [
    "WEAK",
    "Fitting",
    "WeighedClaim",
    "choose_features",
    "counter_claims",
    "make_claim",
    "share_of_total",
]

Floats = NDArray[np.float64]
Members = NDArray[np.bool_]

WEAK = 0.5
"""Below this effect (standard deviations from everyone) a claim is worded cautiously."""
_HARDLY = 0.1
_ALIKE = 0.6
"""Features with a correlation from here on would say the same thing twice."""
_SKEWED = 2.0
"""From this ratio of mean to median the typical member is told by the median."""
_SLIGHT = 0.4
"""A weak effect is still worded plainly when the figure differs from everyone's by this share of it."""
_NEAR = 0.15
"""An amount or a count that differs from everyone's by less than this share of it is not called large or small."""
_APART, _TIE = 0.05, 1e-9
"""From this difference on the shares in everyone's upper quarter tell of a difference."""
_COVERAGE, _EXCLUSIVE, _LIFT = 0.7, 0.5, 2.0


@dataclass(frozen=True)
class WeighedClaim:
    """A claim, the column that it is about, and whom it fits."""

    claim: Claim
    column: Column
    fitting: Fitting


def choose_features(
    effects: Mapping[str, float],
    named: Sequence[str],
    correlation: Floats,
    names: Sequence[str],
    *,
    most: int = 3,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """The features worth a sentence: the main two of the name, then the largest effects that repeat no other.

    columns: level of a category → the category, of which only one level is told.
    """
    places = {name: index for index, name in enumerate(names)}
    chosen = list(named[:2])
    for name in sorted(effects, key=lambda name: (-abs(effects[name]), name)):
        new = all(abs(correlation[places[name], places[other]]) < _ALIKE for other in chosen)
        new &= name not in columns or all(columns.get(other) != columns[name] for other in chosen)
        if name not in chosen and len(chosen) < most and new and (abs(effects[name]) >= _HARDLY or not chosen):
            chosen.append(name)
    return chosen


def make_claim(column: Column, *, lead: Lead = ALONE, cautious: bool = False) -> WeighedClaim:
    """One feature of one segment → the claim with its sentence and evidence, and the facts it was worded from.

    The figure is the mean, unless most members have none of it at all (then the share of those is told), the mean
    is far from the typical member or hardly differs (then the median is told, and called so), or mean and median
    point to different sides, as where a few have very much: then it is told how many are among everyone's upper
    quarter. A claim fits a customer who is nearer to the segment's figure than to everyone's; where the two hardly
    differ, who is in everyone's middle half.
    """
    info, own, everyone = column.info, column.values[column.members], column.values
    high = column.effect > 0
    statistic, tailed = _statistic(column, own, everyone, high), False
    alike = abs(column.effect) < _HARDLY or (statistic == "mean" and not column.apart)
    if alike and statistic != "share":
        value, base = column.averages
        low, up = (float(edge) for edge in np.quantile(everyone, [0.25, 0.75]))
        statistic, fitting = "mean", Fitting(info, "within", low, up)
    elif statistic == "share":
        fitting = Fitting(info, "some" if high else "none")
        fits = fitting.of(everyone)
        value, base = column.mean(fits[column.members]), column.mean(fits)
        if info.level:
            value, base = column.mean(known_of(own)), column.mean(known_of(everyone))
    elif statistic == "quarter":
        edge = float(np.quantile(everyone, 0.75))
        fitting = Fitting(info, "more", low=edge) if high else Fitting(info, "upto", high=edge)
        fits = fitting.of(everyone)
        statistic, value, base = "share", column.mean(fits[column.members]), column.mean(fits)
        tailed = True
    else:
        medians = float(np.median(own)), float(np.median(everyone))
        value, base = column.averages if statistic == "mean" else medians
        high = value > base  # after a transformation the effect may point elsewhere; words follow the figures
        middle = (value + base) / 2
        fitting = Fitting(info, "more", low=middle) if high else Fitting(info, "less", high=middle)
    fits = fitting.of(everyone)
    plain = not cautious and _plainly_so(info, statistic, value, base, column.effect)
    word = _alike if alike else _plain if plain else _cautious
    if info.level:
        sentence = level_sentence(
            column.info,
            value,
            base,
            lead,
            cautious=not plain,
            alike=alike,
            share=column.share,
            of_everyone=column.everyone,
        )
    elif tailed:
        sentence = _tail(fitting, value, base, high, lead)
    else:
        sentence = word(column, statistic, value, base, high, lead)
    claim = Claim(
        sentence=sentence,
        feature=info.name,
        label=info.label,
        unit=info.unit,
        kind=info.kind,
        statistic=statistic,
        value=value,
        everyone=base,
        effect=float(column.effect),
        fits=fitting.words,
        coverage=column.mean(fits[column.members]),
        exclusivity=column.mean(column.members[fits]) if fits.any() else 0.0,
    )
    return WeighedClaim(claim, column, fitting)


def counter_claims(claims: Sequence[WeighedClaim]) -> list[tuple[float, str]]:
    """What speaks against claims, each with its weight (0…1, the heavier the more it matters)."""
    against = []
    for made in claims:
        claim, column = made.claim, made.column
        label, share = in_sentence(claim.label, claim.feature), float(column.members.mean())
        if claim.coverage < _COVERAGE:
            against.append((1 - claim.coverage, made.fitting.others(share_text(1 - claim.coverage))))
        if claim.exclusivity < min(_EXCLUSIVE, _LIFT * share):
            outside = share_text(1 - claim.exclusivity)
            text = f"Of all customers {made.fitting.customers}, {outside} do not have this persona."
            against.append((0.8 * (1 - claim.exclusivity), text))
        own, everyone = float(np.median(column.values[column.members])), float(np.median(column.values))
        contradicts = abs(claim.effect) >= _HARDLY and (own - everyone) * claim.effect < 0
        if claim.statistic == "mean" and contradicts:
            text, base = figure(column.info, own), figure(column.info, everyone)
            against.append((0.9, f"The median says otherwise: {label} {text}, against {base} for everyone."))
    return against


def share_of_total(column: Column) -> float | None:
    """The segment's share of the sum of an amount or count over everyone (0…1); None where a sum has no meaning."""
    total = float(column.values.sum())
    adds_up = column.info.kind in ("money", "count") and not is_average(column.info.label)
    if not adds_up or total <= 0 or bool((column.values < 0).any()):
        return None
    own = column.values[column.members]
    share, ends = float(own.sum()) / total, (own.min() * len(own) / total, min(own.max() * len(own) / total, 1.0))
    return float(told(share, step_of(spread_of(own) / total, 1), *ends)) if column.smallest else share


def _statistic(column: Column, own: Floats, everyone: Floats, high: bool) -> str:
    info = column.info
    if info.kind == "boolean":
        return "share"
    if info.kind not in ("money", "count", "days", "number"):
        return "mean"
    middle, base, lowest = float(np.median(own)), float(np.median(everyone)), float(everyone.min())
    if not high and middle == 0 and lowest >= 0 and (own <= 0).mean() - (everyone <= 0).mean() >= 0.1:
        return "share"
    mean, everyone_mean = float(np.mean(own)), float(np.mean(everyone))
    if not (middle > base if high else middle < base):
        edge = float(np.quantile(everyone, 0.75))
        apart = float((own > edge).mean() - (everyone > edge).mean()) * (1 if high else -1)
        if apart >= _APART:
            return "quarter"
        return "median" if abs(middle - base) > _TIE * abs(base) else "mean"
    skewed = min(mean, middle, base) > 0 and max(mean / middle, middle / mean) > _SKEWED
    mean_tells = (mean - everyone_mean) * (1 if high else -1) >= _HARDLY * abs(everyone_mean)
    return "median" if skewed or not mean_tells or not column.apart else "mean"


def _plainly_so(info: FeatureInfo, statistic: str, value: float, base: float, effect: float) -> bool:
    """Whether the feature's own phrase (spend a lot, rarely buy) may be used without reserve."""
    if statistic == "share":
        return abs(value - base) >= 0.1
    if info.kind == "share" and (value < 0.4 if effect > 0 else value > 0.6):
        return False
    if info.kind in ("count", "money") and abs(value - base) < _NEAR * abs(base):
        return False
    return abs(effect) >= WEAK or (abs(effect) >= WEAK / 3 and abs(value - base) >= _SLIGHT * abs(base))


def _plain(column: Column, statistic: str, value: float, base: float, high: bool, lead: Lead) -> str:
    info = column.info
    phrase = info.high if high else info.low
    phrase = phrase or f"have a {'high' if high else 'low'} value of {in_sentence(info.label, info.name)}"
    if statistic == "share":
        what = "of them" if info.kind == "boolean" else "of them have none at all"
        return f"{lead.begins} {phrase}: {column.share(value)} {what}, against {column.everyone(base)} of everyone."
    own, everyone = figure(info, value), figure(info, base)
    unclear = info.kind == "days" or not (info.unit or info.kind in ("money", "count"))
    what = (
        f"{in_sentence(info.label, info.name)} " if unclear and in_sentence(info.label, info.name) not in phrase else ""
    )
    if statistic == "median":
        return f"{lead.begins} {phrase}: {what}typically {own}, against {everyone} for everyone (medians)."
    return f"{lead.begins} {phrase}: {what}{own} on average, against {everyone} for everyone."


def _tail(fitting: Fitting, value: float, base: float, high: bool, lead: Lead) -> str:
    """How many are among everyone's upper quarter, where the mean and the median point to different sides."""
    phrase = fitting.info.high or f"have a high value of {in_sentence(fitting.info.label, fitting.info.name)}"
    many = "Many" if high else "None" if value == 1 else "Few"
    shares = f"{share_text(value)} have {fitting.words}, against {share_text(base)} of everyone"
    return f"{many} of {lead.whom} {phrase}: {shares}."


def _alike(column: Column, statistic: str, value: float, base: float, high: bool, lead: Lead) -> str:
    info = column.info
    start = f"In {in_sentence(info.label, info.name)} {lead.within} are like everyone"
    if statistic == "share":
        has = yes_or_no(high) if info.kind == "boolean" else "none"
        return f"{start}: {column.share(value)} of them have {has}, against {column.everyone(base)}."
    return f"{start}: {figure(info, value)} on average, against {figure(info, base)}."


def _cautious(column: Column, statistic: str, value: float, base: float, high: bool, lead: Lead) -> str:
    info = column.info
    where = (
        f"In {in_sentence(info.label, info.name)} {lead.within} lie somewhat {'above' if high else 'below'} everyone"
    )
    if statistic == "share":
        has = yes_or_no(high) if info.kind == "boolean" else "none"
        return f"{where}: {column.share(value)} of them have {has}, against {column.everyone(base)}."
    how = "on average" if statistic == "mean" else "in the middle (median)"
    return f"{where}: {figure(info, value)} {how}, against {figure(info, base)}."
