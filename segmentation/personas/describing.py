"""From a segmentation and its customers to personas: names, sentences, evidence and what speaks against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import Block
from segmentation.core.disclosure import told_mean
from segmentation.core.tables import FeatureTable
from segmentation.core.text import listed, share_text
from segmentation.data.heading_phrases import is_average
from segmentation.data.heading_words import in_sentence
from segmentation.evaluation.stability import STABLE, TRUSTED
from segmentation.personas.cards import Persona
from segmentation.personas.claims import (
    WeighedClaim,
    choose_features,
    counter_claims,
    make_claim,
    share_of_total,
)
from segmentation.personas.column import Column
from segmentation.personas.ideas import suggest
from segmentation.personas.leads import LEADS
from segmentation.personas.levels import share_with
from segmentation.personas.naming import CLOSE, Named, name_segments
from segmentation.personas.profiles import standard_differences, told_differences
from segmentation.personas.rules import standings_of
from segmentation.personas.same_facts import correlations, telling
from segmentation.personas.small_levels import few_as_most
from segmentation.scoring import BORDER, assign

__all__ = ["describe", "filled_values", "segment_labels", "stability_of"]

_TELLING = 1.4
"""A share of the total is told when it is this many times the share of customers, or less than its inverse."""
_RELATED = 0.4
"""Correlation from which an amount belongs to a persona's main feature."""
_MOST_AGAINST = 3


def describe(
    seg: Segmentation,
    features: FeatureTable,
    stability: Mapping[int, float] | None = None,
    *,
    smallest: int = 0,
) -> tuple[Persona, ...]:
    """Segmentation and the customers it was made from → one `Persona` a segment, in the order of their numbers.

    `stability` is the mean bootstrap Jaccard of each segment (number → 0…1) where it was measured; below 0.75 the
    card says so, below 0.6 every sentence is worded cautiously. All figures are computed from `features`; with
    `smallest` levels that fewer of a segment have count as if none had them (`small_levels.few_as_most`), and no mean
    or share is told finer than one customer could move it.
    """
    labels = segment_labels(seg, features)
    features = few_as_most(seg, features, labels, smallest)
    prepared = seg.recipe.transform(features.frame)
    values = filled_values(seg, features)
    names = list(seg.feature_names)
    columns_of = {item.name: item.column for item in seg.info if item.level}
    effects = standard_differences(prepared, labels, names)
    shown = told_differences(prepared, labels, names) if smallest else effects
    means = values.groupby(labels).mean()
    sizes = {int(number): int((labels == number).sum()) for number in effects.index}
    info = telling(prepared, seg.info)
    named = name_segments(effects, means, info, sizes)
    correlation = correlations(prepared)
    on_border = seg.rule.place(prepared).margin < BORDER
    personas = []
    for number in sizes:
        members = labels == number
        effect = dict(zip(names, effects.loc[number].to_numpy(dtype=float).tolist(), strict=True))
        mean = dict(zip(names, means.loc[number].to_numpy(dtype=float).tolist(), strict=True))
        total = _total_feature(named[number], seg, correlation)
        told = dict(zip(names, shown.loc[number].to_numpy(dtype=float).tolist(), strict=True))
        own = {item.name: effect[item.name] for item in info}
        chosen = choose_features(own, named[number].features, correlation, names, columns=columns_of)
        columns = {
            name: Column(
                seg.about(name),
                values[name].to_numpy(),
                members,
                told[name],
                smallest,
                *_category(name, seg, values[members]),
                features.frame[name].notna().to_numpy(),
            )
            for name in {*chosen, *([total] if total else [])}
        }
        personas.append(
            _persona(
                number,
                named[number],
                [columns[name] for name in chosen],
                columns[total] if total else None,
                _because(named[number], told, seg),
                suggest(standings_of(effect, mean, seg.info)),
                (told_mean if smallest else np.mean)(on_border[members]),
                (stability or {}).get(number),
                smallest,
            )
        )
    return tuple(personas)


def _category(name: str, seg: Segmentation, own: pd.DataFrame) -> tuple[Block | None, dict[str, float]]:
    """The category that a feature is a level of, and the shares of a segment's customers with each of its features."""
    block = seg.recipe.block_of(name)
    names = [] if block is None else block.features
    return block, {level: share_with(own[level].to_numpy()) for level in names}


def stability_of(evidence: Any, k: int) -> dict[int, float]:
    """Mean bootstrap Jaccard of segments 1…k from an `Evidence`, or nothing where it was not measured."""
    if evidence is None or k not in evidence.table.index or "jaccard" not in evidence.table:
        return {}
    values = evidence.table.at[k, "jaccard"]
    if not isinstance(values, list | tuple | np.ndarray) or len(values) != k:
        return {}
    return {number: float(value) for number, value in enumerate(values, start=1) if np.isfinite(value)}


def segment_labels(seg: Segmentation, features: FeatureTable) -> NDArray[np.int_]:
    """Segment number of every customer of `features` (n,): those of the training, else scored by the model."""
    if seg.labels is not None and seg.labels.index.equals(features.frame.index):
        return seg.labels.to_numpy()
    return assign(seg, features.frame)["segment"].to_numpy()


def filled_values(seg: Segmentation, features: FeatureTable) -> pd.DataFrame:
    """The features in use in original units, missing values filled as preparation filled them (n × d)."""
    fill = {item.name: item.fill for item in seg.recipe.features}
    return features.frame[list(seg.feature_names)].fillna(fill)


def _persona(
    number: int,
    named: Named,
    columns: list[Column],
    total: Column | None,
    because: str,
    actions: tuple[str, ...],
    on_border: float,
    stability: float | None,
    smallest: int,
) -> Persona:
    doubt = stability is not None and stability < TRUSTED
    claims = [make_claim(column, lead=lead, cautious=doubt) for column, lead in zip(columns, LEADS, strict=False)]
    members = columns[0].members
    part = _part_of_total(total, float(members.mean()))
    leading = claims[:2] if part else claims
    return Persona(
        segment=number,
        name=named.name,
        suggested_name=named.name,
        sentences=(*(claim.claim.sentence for claim in leading), *([part] if part else [])),
        size=int(members.sum()),
        share=float(members.mean()),
        claims=tuple(claim.claim for claim in claims),
        against=_against(leading, on_border, stability),
        actions=actions,
        because=because,
        stability=stability,
        smallest=smallest,
    )


def _part_of_total(total: Column | None, share: float) -> str:
    """The segment's part of a total where that is telling, in a sentence that stands for a third claim; else empty."""
    part = None if total is None else share_of_total(total)
    if total is None or part is None or 1 / _TELLING < part / share < _TELLING:
        return ""
    only = "only " if part < share else ""
    label = in_sentence(total.info.label, total.info.name)
    what = f"{'the' if label.startswith('total') else 'all' if label.endswith('s') else 'total'} {label}"
    return f"They are {share_text(share)} of customers and account for {only}{share_text(part)} of {what}."


def _total_feature(named: Named, seg: Segmentation, correlation: NDArray[np.float64]) -> str | None:
    """The amount whose total a persona's part is told of: one of its name, else the one most like its main feature."""
    money = [item.name for item in seg.info if item.kind == "money" and not is_average(item.label)]
    of_name = [name for name in named.features if name in money]
    if of_name or not money:
        return next(iter(of_name), None)
    alike = correlation[seg.feature_names.index(named.features[0])]
    best = max(money, key=lambda name: float(alike[seg.feature_names.index(name)]))
    return best if alike[seg.feature_names.index(best)] >= _RELATED else None


def _against(claims: list[WeighedClaim], on_border: float, stability: float | None) -> tuple[str, ...]:
    counters = counter_claims(claims)
    if stability is not None and stability < STABLE:
        often = "often does not come back" if stability < TRUSTED else "comes back only in part"
        text = f"On resampled customers this segment {often} (Jaccard {stability:.2f}): read it as a tendency."
        counters.append((1.0, text))
    if on_border >= 0.2:
        counters.append((on_border, f"{share_text(on_border)} of them lie on the border with another persona."))
    counters.sort(key=lambda item: -item[0])
    return tuple(text for _, text in counters[:_MOST_AGAINST])


def _because(named: Named, effects: Mapping[str, float], seg: Segmentation) -> str:
    parts = []
    for name in [name for name in named.features if abs(effects[name]) >= 0.1][:3] or named.features[:1]:
        direction = "above" if effects[name] > 0 else "below"
        parts.append(f"{seg.about(name).label} {abs(effects[name]):.1f} standard deviations {direction} everyone")
    if named.name == CLOSE:
        return f"No feature differs much from everyone; the largest difference is {parts[0]}."
    return f"Named for {listed(parts)}."
