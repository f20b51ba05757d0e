"""The pictures of a report as finished tables with their words; each format draws them in its own way.

A `Picture` computes nothing when it is drawn: title, caption, text alternative and figures are complete here, so the
same picture says the same on a slide and on paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.charts.palette import IN_ORDER, Palette
from segmentation.core.text import count_text, effect_text, number_text, plain_text, share_text
from segmentation.personas import Persona
from segmentation.reports.facts import Facts
from segmentation.reports.figures import EVERYONE

__all__ = [
    "STANDOUT",
    "Picture",
    "centre_gaps",
    "comparison_lines",
    "differences",
    "map_points",
    "sizes",
    "standout",
]

STANDOUT = 8
"""Most features on the picture of one persona."""

_STANDS_OUT = 0.05
"""Standard deviations: less is written as none."""


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture: what to see (title), how to read it (caption), the same in words (alt), and its figures.

    kind: bars | gaps | lines | heat | boxes | points. table: what is drawn, numbers. shown: the same as a reader
    sees it in a table beside the picture, all text. segments: the segment of each row or column drawn, whose
    looks `palette` has. marked: the row label that stands out (the chosen k), or None.
    """

    key: str
    kind: str
    title: str
    caption: str
    alt: str
    table: pd.DataFrame
    shown: pd.DataFrame
    segments: tuple[int, ...] = ()
    marked: int | None = None
    palette: Palette = IN_ORDER


def sizes(facts: Facts) -> Picture:
    """How many customers each persona has: column share, index persona name."""
    personas = facts.shown
    table = pd.DataFrame({"share": [item.share for item in personas]}, index=[item.name for item in personas])
    figures = [(facts.size_text(item), facts.share_text(item)) for item in facts.personas]
    names = pd.Index([item.name for item in facts.personas], name="Persona")
    shown = pd.DataFrame(figures, columns=["Customers", "Share"], index=names)
    largest = max(personas, key=lambda item: item.share)
    which = "only" if len(facts.personas) == 1 else "largest"
    return Picture(
        palette=facts.palette,
        key="sizes",
        kind="bars",
        title=f"{largest.name} is the {which} persona, with {share_text(largest.share)} of the customers",
        caption="Share of the customers in each persona.",
        alt="Bars: " + "; ".join(f"{item.name} {share_text(item.share)}" for item in personas) + ".",
        table=table,
        shown=shown,
        segments=tuple(item.segment for item in personas),
    )


def standout(facts: Facts, persona: Persona, most: int = STANDOUT) -> Picture:
    """Where a persona differs most from everyone: column difference (standard deviations), index feature label."""
    gaps = facts.differences[persona.segment].dropna()
    order = gaps.abs().sort_values(ascending=False, kind="stable").index[:most]
    labels = [facts.label(name) for name in order]
    shown = pd.DataFrame(
        {
            "Here": [facts.value(name, persona.segment, unit=False) for name in order],
            "Everyone": [facts.value(name, EVERYONE, unit=False) for name in order],
            "Difference": [effect_text(gaps[name]) for name in order],
        },
        index=pd.Index(labels, name="Feature"),
    )
    strongest = order[0]
    side = "more" if gaps[strongest] > 0 else "less"
    title = (
        f"Stands out most by {facts.about(strongest).label}: {facts.value(strongest, persona.segment)} against "
        f"{facts.value(strongest, EVERYONE)}"
    )
    if abs(gaps[strongest]) < _STANDS_OUT:
        title = "Close to everyone in every feature"
    return Picture(
        palette=facts.palette,
        key=f"standout-{persona.segment}",
        kind="gaps",
        title=title,
        caption="Difference from everyone's mean in standard deviations, so that different features can be compared. "
        f"{facts.statistic}s in original units are in the table.",
        alt=f"Bars left and right of everyone's mean. {persona.name}: {side} {labels[0]} than everyone; "
        + "; ".join(f"{label} {effect_text(gaps[name])}" for label, name in zip(labels, order, strict=True))
        + ".",
        table=pd.DataFrame({"difference": gaps[order].to_numpy()}, index=labels),
        shown=shown,
        segments=(persona.segment,),
    )


def differences(facts: Facts) -> Picture:
    """Every feature and persona at once: index feature label, one column a persona, standard deviations."""
    personas = facts.shown
    table = facts.differences[[item.segment for item in personas]]
    labels = [facts.label(item.name) for item in facts.features]
    names = [item.name for item in personas]
    shown = pd.DataFrame(
        {item.name: [facts.value(info.name, item.segment, unit=False) for info in facts.features] for item in personas}
        | {"Everyone": [facts.value(info.name, EVERYONE, unit=False) for info in facts.features]},
        index=pd.Index(labels, name=f"Feature ({facts.statistic.lower()})"),
    )
    index = np.unravel_index(np.nanargmax(np.abs(table.to_numpy())), table.shape)
    feature, persona = labels[int(index[0])], names[int(index[1])]
    return Picture(
        palette=facts.palette,
        key="differences",
        kind="heat",
        title=f"The largest difference of all: {feature} of {persona}",
        caption="Segment mean minus everyone's mean in standard deviations; blue is below, orange above. Features in "
        "the order in which they tell the personas apart.",
        alt=f"Table of {len(labels)} features by {len(names)} personas coloured by difference from everyone; the "
        f"largest is {feature} of {persona}. The figures are in the table below.",
        table=table.set_axis(labels, axis=0).set_axis(names, axis=1),
        shown=shown,
        segments=tuple(item.segment for item in personas),
    )


def comparison_lines(facts: Facts) -> tuple[Picture, ...]:
    """Silhouette and inertia by number of segments; none when they were not compared."""
    if facts.comparison is None:
        return ()
    comparison, k = facts.comparison, facts.segmentation.k
    shown = pd.DataFrame(
        {
            "Silhouette": [f"{value:.3f}" for value in comparison["silhouette"]],
            "Inertia": [number_text(value) for value in comparison["inertia"]],
            "Calinski–Harabasz": [number_text(value) for value in comparison["calinski_harabasz"]],
            "Davies–Bouldin": [f"{value:.2f}" for value in comparison["davies_bouldin"]],
            "Smallest segment": [
                f"fewer than {facts.settings.min_size}" if math.isnan(value) else count_text(value)
                for value in comparison["smallest"]
            ],
        },
        index=pd.Index([count_text(number) for number in comparison.index], name="Segments"),
    ).replace("nan", "–")
    best = comparison["silhouette"].idxmax() if comparison["silhouette"].notna().any() else k
    first = f"The silhouette is highest with {best} segments"
    lines = []
    for name, title, caption in (
        ("silhouette", first if best == k else f"{first}; {k} were chosen", "Mean silhouette: higher is clearer."),
        ("inertia", "Inertia falls with every further segment", "Sum of squared distances; a bend is only a hint."),
    ):
        values = comparison[name]
        figures = "; ".join(f"{number} segments {number_text(value)}" for number, value in values.items())
        lines.append(
            Picture(
                palette=facts.palette,
                key=name,
                kind="lines",
                title=title,
                caption=f"{caption} The chosen number is marked.",
                alt=f"Line over the number of segments: {figures}. Chosen: {k}.",
                table=pd.DataFrame({name: values}),
                shown=shown,
                marked=k if k in comparison.index else None,
            )
        )
    return tuple(lines)


def centre_gaps(facts: Facts) -> Picture | None:
    """Distances between the centres of the personas: k × k; None with fewer than two personas."""
    numbers = [item.segment for item in facts.shown]
    if len(numbers) < 2:
        return None
    names = [facts.name(number) for number in numbers]
    values = facts.distances.loc[numbers, numbers]
    table = values.set_axis(names, axis=0).set_axis(names, axis=1)
    shown = pd.DataFrame(
        {name: [number_text(value) for value in table[name]] for name in dict.fromkeys(names)},
        index=pd.Index(names, name="Distance"),
    )
    apart = values.to_numpy(copy=True)
    np.fill_diagonal(apart, np.inf)
    near = np.unravel_index(int(np.argmin(apart)), apart.shape)
    one, other = names[int(near[0])], names[int(near[1])]
    return Picture(
        palette=facts.palette,
        key="distances",
        kind="distances",
        title=f"{one} and {other} are most alike" if len(names) > 2 else "How far apart the two personas are",
        caption="Distance between the centres of two personas, all features on one scale; larger is more different.",
        alt=f"Table of distances between personas; the closest two are {one} and {other}.",
        table=table,
        shown=shown,
        segments=tuple(numbers),
    )


def map_points(facts: Facts) -> Picture | None:
    """Customers on the two axes that keep most variance: columns segment, x, y; None without customers."""
    if facts.map is None:
        return None
    names = [facts.name(int(number)) for number in facts.map.centres.index]
    centres = facts.map.centres
    shown = pd.DataFrame(
        {"Axis 1": [f"{value:.2f}" for value in centres["x"]], "Axis 2": [f"{value:.2f}" for value in centres["y"]]},
        index=pd.Index(names, name="Centre of"),
    )
    return Picture(
        palette=facts.palette,
        key="map",
        kind="points",
        title=f"The customers on a flat map that keeps {share_text(sum(facts.map.shares))} of the variance",
        caption=plain_text(facts.map.sentence, longest=400),
        alt=f"Scatter of {count_text(facts.map.shown)} customers on two principal components, coloured by persona.",
        table=facts.map.points[["segment", "x", "y"]],
        shown=shown,
        segments=tuple(int(number) for number in centres.index),
    )
