"""How the most telling columns spread over the personas: boxes of numbers, shares of yes or no and of levels."""

from __future__ import annotations

import pandas as pd

from segmentation.core.text import value_text
from segmentation.personas.levels import one_of_each
from segmentation.reports.facts import Facts
from segmentation.reports.figures import EVERYONE
from segmentation.reports.pictures import Picture

__all__ = ["spread_pictures"]

_MOST = 6


def spread_pictures(facts: Facts, most: int = _MOST) -> tuple[Picture, ...]:
    """The most telling columns in every persona, one picture each; none without customers.

    Of a number its spread; of yes or no, and of the most telling level of a category, the share who have it.
    """
    if facts.boxes is None:
        return ()
    telling = one_of_each([item.name for item in facts.features], {item.name: item.column for item in facts.features})
    return tuple(
        _shares(facts, name) if facts.about(name).kind == "boolean" else _boxes(facts, name) for name in telling[:most]
    )


def _shares(facts: Facts, feature: str) -> Picture:
    """How many of every persona have a level, or answer yes."""
    rows = [item.segment for item in facts.shown]
    columns: list[int | str] = [*rows, EVERYONE]
    names = [*(facts.name(number) for number in rows), "Everyone"]
    table = pd.DataFrame({"share": [float(facts.typical[column].loc[feature]) for column in columns]}, index=names)
    shown = pd.DataFrame(
        {"Share": [facts.value(feature, column) for column in columns]}, index=pd.Index(names, name="Persona")
    )
    most = table["share"].iloc[:-1].idxmax()
    return Picture(
        palette=facts.palette,
        key=f"spread-{feature}",
        kind="bars",
        title=f"{facts.label(feature)}: most often in {most}",
        caption="Share of the customers of each persona.",
        alt=f"Bars: {facts.about(feature).label}: "
        + "; ".join(f"{name} {value}" for name, value in shown["Share"].items())
        + ".",
        table=table,
        shown=shown,
        segments=(*rows, 0),
    )


def _boxes(facts: Facts, feature: str) -> Picture:
    assert facts.boxes is not None
    info = facts.about(feature)
    own = facts.boxes[facts.boxes["feature"] == feature].set_index("segment")
    rows = [item.segment for item in facts.shown] + [0]
    names = [facts.name(number) if number else "Everyone" for number in rows]
    table = own.loc[rows, ["low", "q25", "median", "q75", "high"]].set_axis(names, axis=0)
    kind = "share" if info.kind == "boolean" else info.kind
    titles = ("5 % below", "25 % below", "Middle", "75 % below", "95 % below")
    shown = pd.DataFrame(
        {
            title: [value_text(value, kind=kind) for value in table[name]]
            for title, name in zip(titles, table.columns, strict=True)
        },
        index=pd.Index(names, name="Persona"),
    )
    middles = table["median"].iloc[:-1]
    alone = (middles == middles.max()).sum() == 1
    return Picture(
        palette=facts.palette,
        key=f"spread-{feature}",
        kind="boxes",
        title=facts.label(feature) + (f": highest in {middles.idxmax()}" if alone else " in every persona"),
        caption="Box: the middle half of the customers. Line in it: the middle customer. Whiskers: 5 % to 95 %.",
        alt=f"Box plot of {info.label}. Middle values: "
        + "; ".join(f"{name} {value}" for name, value in shown["Middle"].items())
        + ".",
        table=table,
        shown=shown,
        segments=tuple(rows),
    )
