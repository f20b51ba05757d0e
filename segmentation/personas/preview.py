"""The personas that every number of segments would give, before one is chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.clustering.methods import Fit
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.core.text import plain_text, share_text
from segmentation.evaluation.choose_k import KComparison
from segmentation.personas.cards import Persona
from segmentation.personas.levels import one_of_each
from segmentation.personas.naming import name_segments
from segmentation.personas.profiles import centre_and_spread, segment_means, standard_differences
from segmentation.personas.same_facts import telling
from segmentation.preparation import Recipe

__all__ = ["preview", "preview_all", "stubs"]

_TRAITS = 3
_CLEAR, _SLIGHT = 0.5, 0.1
"""Differences from everyone (standard deviations) from which a trait is high or low, and somewhat so."""


def preview(features: FeatureTable, recipe: Recipe, fit: Fit) -> pd.DataFrame:
    """One fit of the prepared customers → one row a segment: segment, name, size, share, traits.

    traits: the features on which the name rests, then those in which the segment differs most from everyone, each
    with how it stands. Names are suggested from the segment's own figures, as on the Segments page.
    """
    return _Previews(features, recipe).of(fit)


def preview_all(features: FeatureTable, recipe: Recipe, comparison: KComparison) -> dict[int, pd.DataFrame]:
    """The `preview` of every k in the comparison."""
    previews = _Previews(features, recipe)
    return {k: previews.of(fit) for k, fit in sorted(comparison.fits.items())}


class _Previews:
    """What the previews of one preparation have in common, made once."""

    def __init__(self, features: FeatureTable, recipe: Recipe) -> None:
        self._features, self._names = features, recipe.names
        fill = {item.name: item.fill for item in recipe.features}
        self._values = features.frame[list(recipe.names)].fillna(fill).to_numpy(float)
        self._prepared = recipe.transform(features.frame)
        self._everyone = centre_and_spread(self._prepared)
        self._info = telling(self._prepared, tuple(features.about(name) for name in recipe.names))

    def of(self, fit: Fit) -> pd.DataFrame:
        effects = standard_differences(self._prepared, fit.labels, self._names, self._everyone)
        effects = effects[[item.name for item in self._info]]
        means = segment_means(self._values, fit.labels, self._names)
        named = name_segments(effects, means, self._info, dict(enumerate(fit.sizes, start=1)))
        labels = {item.name: item.label for item in self._info}
        rows = []
        for segment, size in enumerate(fit.sizes, start=1):
            effect = effects.loc[segment].to_dict()
            mean = means.loc[segment].to_dict()
            order = np.argsort(-np.abs(effects.loc[segment].to_numpy(dtype=float)), kind="stable")
            # A dictionary keeps the order and drops what comes twice.
            ranked = list(dict.fromkeys([*named[segment].features, *effects.columns[order]]))
            shown = one_of_each(ranked, {item.name: item.column for item in self._info})[:_TRAITS]
            traits = [
                f"{plain_text(labels[name], longest=40)} {_trait(self._features.about(name), mean[name], effect[name])}"
                for name in shown
            ]
            rows.append((segment, named[segment].name, size, size / len(fit.labels), ", ".join(traits)))
        return pd.DataFrame(rows, columns=["segment", "name", "size", "share", "traits"])


def _trait(info: FeatureInfo, mean: float, effect: float) -> str:
    """How a segment stands in a feature: in a yes or no by the share of yes, else by its difference from everyone."""
    return share_text(mean) if info.kind == "boolean" else _standing(effect)


def _standing(effect: float) -> str:
    """A difference from everyone in standard deviations → "high", "somewhat low", "average"…"""
    if abs(effect) < _SLIGHT:
        return "average"
    return f"{'' if abs(effect) >= _CLEAR else 'somewhat '}{'high' if effect > 0 else 'low'}"


def stubs(table: pd.DataFrame) -> tuple[Persona, ...]:
    """A `preview` as personas with name and size only, so that names are carried over to them as to any others."""
    rows = table.to_dict("records")
    return tuple(Persona(row["segment"], row["name"], row["name"], (), row["size"], row["share"]) for row in rows)
