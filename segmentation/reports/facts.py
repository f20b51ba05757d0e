"""Everything that a report says, collected and protected once, so that slides, workbook and page cannot disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from segmentation.charts.palette import Palette
from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import too_small
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.core.text import count_text, plain_text, share_text, value_text
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.evidence import Evidence, Finding, finding_of, state_text
from segmentation.evaluation.projection import Projection
from segmentation.personas import Persona
from segmentation.personas.listing import columns_of_the_file
from segmentation.personas.profiles import small_name
from segmentation.personas.small_levels import few_as_most, few_in_centres_as_most, has_levels, level_share
from segmentation.personas.told import as_told
from segmentation.reports.figures import comparison_table, from_centres, measured, recipe_table, told_distances
from segmentation.reports.settings import ReportSettings
from segmentation.reports.words import how_made, how_sure, left_out, no_typing, noticed, opening, stamp
from segmentation.scoring import NO_PERSONA

__all__ = ["Facts", "collect"]


@dataclass(frozen=True, eq=False)
class Facts:
    """The content of a report. Figures of hidden segments (below the minimum size) are already NaN or gone.

    personas: one a segment, 1 … k; a hidden one says only that it is small. hidden: their segment numbers. Shares are
    shares of the customers in shown segments and of those in none, unless there are too few of the latter to be shown.
    answer: the personas in one sentence. finding: the state of the evidence, which `state` says in words.
    made, sure, notes: how it was made, how sure we are, what was left out.
    features: in order of what they tell segments apart by, the strongest first; `weights` says how much (share, 0…1).
    typical: index feature (that order), columns 1…k and "everyone", original units; `statistic` says what they are
    ("Mean" of the customers, or "Centre" when the customers are not at hand). medians: the same, or None then.
    differences: index feature, columns 1…k: segment mean minus everyone's in standard deviations.
    boxes: as `profiles.box_figures`. distances: k × k between centres. comparison: index k, or None. recipe: as a
    person reads it. map: for a picture, or None. customers: only when asked for. stamp: (what, value) to make it again.
    """

    settings: ReportSettings
    made_on: date
    segmentation: Segmentation
    personas: tuple[Persona, ...]
    hidden: frozenset[int]
    answer: str
    finding: Finding
    made: tuple[str, ...]
    sure: tuple[str, ...]
    notes: tuple[str, ...]
    features: tuple[FeatureInfo, ...]
    weights: Mapping[str, float]
    statistic: str
    typical: pd.DataFrame
    medians: pd.DataFrame | None
    differences: pd.DataFrame
    boxes: pd.DataFrame | None
    distances: pd.DataFrame
    comparison: pd.DataFrame | None
    recipe: pd.DataFrame
    map: Projection | None
    customers: pd.DataFrame | None
    stamp: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """The title of every file."""
        return self.settings.title

    @property
    def state(self) -> str:
        """The state of the evidence in words, for the first screen, page or sheet."""
        return state_text(self.finding)

    @property
    def palette(self) -> Palette:
        """The colour and symbol of every segment."""
        return Palette(self.segmentation.slots)

    @property
    def day(self) -> str:
        """The day it was made, as a reader writes it."""
        return f"{self.made_on.day} {self.made_on:%B %Y}"

    @property
    def shown(self) -> tuple[Persona, ...]:
        """The personas whose figures are shown."""
        return tuple(persona for persona in self.personas if persona.segment not in self.hidden)

    @property
    def typing(self) -> bool:
        """Whether the workbook has a typing sheet: formulas need the figures of every segment, and a rule."""
        return not self.hidden and not no_typing(self.segmentation)

    def name(self, segment: int) -> str:
        """The name of a segment's persona."""
        return self.personas[segment - 1].name

    def size_text(self, persona: Persona) -> str:
        """The number of customers, or that it is below the minimum."""
        if persona.segment in self.hidden:
            return f"fewer than {count_text(self.settings.min_size)}"
        return count_text(persona.size)

    def share_text(self, persona: Persona) -> str:
        """The share of all customers, or a dash."""
        return "–" if persona.segment in self.hidden else share_text(persona.share)

    def about(self, feature: str) -> FeatureInfo:
        """What a feature means."""
        return self.segmentation.about(feature)

    def label(self, feature: str) -> str:
        """The name of a feature with its unit, unless the name says it."""
        info = self.about(feature)
        unit_is_clear = not info.unit or info.unit.casefold() in info.label.casefold()
        return info.label if unit_is_clear else f"{info.label} ({info.unit})"

    def value(self, feature: str, segment: int | str, *, unit: bool = True) -> str:
        """The typical value of a feature in a segment, or of everyone, as a reader sees it."""
        info, value = self.about(feature), float(self.typical[segment].loc[feature])
        if info.kind == "boolean" and not math.isnan(value):
            return (
                self.share_of(feature, value, self.personas[segment - 1])
                if isinstance(segment, int)
                else share_text(value)
            )
        return "–" if math.isnan(value) else value_text(value, kind=info.kind, unit=info.unit if unit else "")

    def share_of(self, feature: str, value: float, persona: Persona) -> str:
        """The share of a persona's customers with a level; or that it is under or over one."""
        block = self.segmentation.recipe.block_of(feature)
        shown = self.typical[persona.segment]
        means = {name: float(shown.loc[name]) for name in (block.features if block else ())}
        return level_share(feature, {**means, feature: value}, block, persona.size, self.settings.min_size)


def collect(
    segmentation: Segmentation,
    personas: tuple[Persona, ...],
    *,
    features: FeatureTable | None = None,
    comparison: KComparison | None = None,
    evidence: Evidence | None = None,
    note: Mapping[str, str] | None = None,
    settings: ReportSettings | None = None,
    files: Mapping[str, str] | None = None,
    made_on: date | None = None,
) -> Facts:
    """A segmentation, its personas and what else is known → `Facts`.

    Without `features` (a model read from disk) the centres stand for the customers. `files` is file name → sha256.
    note: what a saved model keeps of the evidence ("verdict", "headline"), where the evidence itself is not at hand.
    Raises `SegmentationError` when the personas or the customers are not those of the segmentation.
    """
    settings = settings or ReportSettings()
    _check(segmentation, personas, features)
    hidden = _hidden(segmentation, settings.min_size)
    noise = 0 if too_small(segmentation.noise, settings.min_size) else segmentation.noise
    listed = features
    vague = settings.min_size > 1 and has_levels(segmentation)
    if features is None or segmentation.labels is None:
        segmentation = few_in_centres_as_most(segmentation, settings.min_size)
        figures = from_centres(segmentation, hidden)
    else:
        features = few_as_most(segmentation, features, segmentation.labels.to_numpy(), settings.min_size)
        figures = measured(segmentation, features, settings.min_size)
    order = list(figures.weights)
    finding = finding_of(segmentation.k, evidence, note, made=str(segmentation.settings.get("method", "")))
    day = made_on or date.today()
    count = sum(segmentation.sizes[number - 1] for number in segmentation.segments if number not in hidden)
    personas = _distinct(personas)
    protected = tuple(
        _small(persona, settings)
        if persona.segment in hidden
        else replace(persona, share=persona.size / (count + noise))
        for persona in as_told(segmentation, personas, features, settings.min_size)
    )
    return Facts(
        settings=settings,
        made_on=day,
        segmentation=segmentation,
        personas=protected,
        hidden=hidden,
        answer=opening(segmentation, count, len(hidden), finding, noise=noise),
        finding=finding,
        made=how_made(segmentation, count + noise, comparison, evidence, tuple(files or {})),
        sure=how_sure(segmentation, comparison, evidence, finding, protected),
        notes=(
            *left_out(segmentation, len(hidden), settings.min_size, vague=vague),
            *figures.notes,
            *noticed(segmentation),
        ),
        features=tuple(segmentation.about(name) for name in order),
        weights=figures.weights,
        statistic=figures.statistic,
        typical=_blank(figures.typical.loc[order], hidden),
        medians=None if figures.medians is None else _blank(figures.medians.loc[order], hidden),
        differences=_blank(figures.differences.loc[order], hidden),
        boxes=figures.boxes,
        distances=_blank(_blank(told_distances(segmentation), hidden).T, hidden).T,
        comparison=None
        if comparison is None
        else comparison_table(comparison, settings.min_size, segmentation.n_customers),
        recipe=recipe_table(segmentation, bool(hidden) or vague),
        map=figures.map,
        customers=_customers(segmentation, personas, listed) if settings.customers else None,
        stamp=stamp(segmentation, files or {}, settings, day),
    )


def _hidden(segmentation: Segmentation, smallest: int) -> frozenset[int]:
    """The segments of too few customers to be shown; not all of them may be."""
    small = too_small(segmentation.sizes, smallest).tolist()
    hidden = frozenset(number for number in segmentation.segments if small[number - 1])
    if len(hidden) == segmentation.k:
        raise SegmentationError(
            f"Every segment has fewer than {smallest} customers, so nothing may be shown. "
            "Choose a smaller minimum or fewer segments."
        )
    return hidden


def _check(segmentation: Segmentation, personas: tuple[Persona, ...], features: FeatureTable | None) -> None:
    if [persona.segment for persona in personas] != list(segmentation.segments):
        raise SegmentationError("The personas are not those of these segments. Describe these segments again.")
    if features is None:
        return
    if segmentation.labels is None or not features.frame.index.equals(segmentation.labels.index):
        raise SegmentationError("The customers are not those of these segments. Make the segments again.")


def _small(persona: Persona, settings: ReportSettings) -> Persona:
    """A segment below the minimum size: its number, and nothing that came from its figures."""
    text = f"Fewer than {count_text(settings.min_size)} customers, so its figures are not shown."
    name = small_name(persona.segment)
    return Persona(persona.segment, name, name, (text,), size=0, share=math.nan)


def _distinct(personas: tuple[Persona, ...]) -> tuple[Persona, ...]:
    """The personas with names on one line that differ from each other, also after an edit made two the same."""
    names = [plain_text(persona.name, longest=80) for persona in personas]
    return tuple(
        replace(
            persona, name=name if names.count(name) == 1 and name else f"{name} (segment {persona.segment})".strip()
        )
        for persona, name in zip(personas, names, strict=True)
    )


def _blank(table: pd.DataFrame, hidden: frozenset[int]) -> pd.DataFrame:
    """The same table with the columns of hidden segments emptied."""
    table = table.copy()
    for number in hidden:
        table[number] = np.nan
    return table


def _customers(
    segmentation: Segmentation, personas: tuple[Persona, ...], features: FeatureTable | None
) -> pd.DataFrame:
    """Index customer; columns segment, persona, then those of the file that are not sensitive."""
    if features is None or segmentation.labels is None:
        raise SegmentationError("The customers are not at hand. Load their file again, or leave the list out.")
    names: dict[Any, str] = {persona.segment: persona.name for persona in personas}
    persona = segmentation.labels.map({0: NO_PERSONA, **names})
    lead = pd.DataFrame({"segment": segmentation.labels, "persona": persona})
    return pd.concat([lead, columns_of_the_file(features)], axis=1)
