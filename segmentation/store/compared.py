"""Two saved versions side by side: what changed in number, names, sizes, centres and preparation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.metrics import METRICS
from segmentation.clustering.model import Segmentation
from segmentation.core.settings import TRANSFORMS
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import (
    count_text,
    counted,
    listed,
    moment_text,
    number_text,
    plain_text,
    share_text,
    value_text,
)
from segmentation.evaluation.final import made_by
from segmentation.personas import centres_before, comparable, recognise, same_names
from segmentation.preparation.recipe import FeatureRecipe
from segmentation.store.folders import SavedModel

__all__ = ["Difference", "compare_models"]

_MOVED = 0.1
"""A centre that moved less than so many standard deviations is said to be where it was."""
_GREW = 0.02
"""A share of customers that changed by less is said to be as large as before."""
_MOST = 3


@dataclass(frozen=True, eq=False)
class Difference:
    """What changed from one saved version to another.

    sentences: the changes in words, what matters most first. facts: columns what, first, second (texts), changed.
    segments: one row a persona of either; columns first, second (its name there, empty where it is not), first_size,
    second_size (Int64), first_share, second_share (0…1), moved (how far its centre moved, in standard deviations of the
    second version). centres: one row a feature of a persona that both have: persona, feature (label), first, second
    (original units), first_text, second_text (as a reader sees them), moved; the furthest first. Empty when the
    versions do not use the same features.
    columns: one row a column that either prepares: column (label), first, second (how it is prepared, with what was
    learned), changed (whether by other steps).
    """

    sentences: tuple[str, ...]
    facts: pd.DataFrame
    segments: pd.DataFrame
    centres: pd.DataFrame
    columns: pd.DataFrame


def compare_models(first: SavedModel, second: SavedModel) -> Difference:
    """Two saved versions (of one model or of two) → `Difference`.

    A persona is the same in both when its centre moved less than half way to the nearest other one (see
    `personas.recognise`); that needs the same features in both.
    """
    one, other = first.segmentation, second.segmentation
    same = recognise(one, other) if comparable(one, other) else {}
    moves = centres_before(one, other) if same else pd.DataFrame()
    segments = _segments(first, second, same, moves)
    facts, columns = _facts(first, second), _columns(one, other)
    return Difference(
        _sentences(first, second, segments, columns),
        facts,
        segments,
        _centres(second, one, same, moves),
        columns,
    )


def _facts(first: SavedModel, second: SavedModel) -> pd.DataFrame:
    rows = [(what, say(first), say(second)) for what, say in _FACTS.items()]
    table = pd.DataFrame(rows, columns=["what", "first", "second"])
    return table.assign(changed=table["first"] != table["second"])


def _digits(value: float) -> str:
    return "not measured" if np.isnan(value) else f"{value:.{METRICS['silhouette'].digits}f}"


_FACTS: Mapping[str, Callable[[SavedModel], str]] = {
    "Saved": lambda saved: moment_text(str(saved.meta["created"])),
    "Made by": lambda saved: plain_text(made_by(saved.segmentation), longest=200),
    "Number of personas": lambda saved: count_text(saved.segmentation.k),
    "Customers": lambda saved: count_text(saved.segmentation.n_customers),
    "In no persona (noise)": lambda saved: count_text(saved.segmentation.noise),
    "Features": lambda saved: count_text(len(saved.segmentation.feature_names)),
    "Mean silhouette": lambda saved: _digits(saved.segmentation.silhouette),
    "What the evidence said": lambda saved: plain_text(saved.meta["note"]["headline"], longest=300) or "not tested",
}
"""What is said of a version → from the saved model."""


def _segments(first: SavedModel, second: SavedModel, same: Mapping[int, int], moves: pd.DataFrame) -> pd.DataFrame:
    one, other = first.segmentation, second.segmentation
    named, renamed = _names(first), _names(second)
    rows: list[tuple[Any, ...]] = []
    for number in other.segments:
        old = same.get(number)
        gap = np.nan if old is None else float(np.linalg.norm(other.centres[number - 1] - moves.loc[old].to_numpy()))
        before = ("", None, np.nan) if old is None else (named[old], one.sizes[old - 1], one.shares[old - 1])
        after = (renamed[number], other.sizes[number - 1], other.shares[number - 1])
        rows.append((before[0], after[0], before[1], after[1], before[2], after[2], gap))
    for number in one.segments:
        if number not in same.values():
            rows.append((named[number], "", one.sizes[number - 1], None, one.shares[number - 1], np.nan, np.nan))
    columns = ["first", "second", "first_size", "second_size", "first_share", "second_share", "moved"]
    return pd.DataFrame(rows, columns=columns).astype({"first_size": "Int64", "second_size": "Int64"})


def _centres(second: SavedModel, one: Segmentation, same: Mapping[int, int], moves: pd.DataFrame) -> pd.DataFrame:
    made, names, rows = second.segmentation, _names(second), []
    old = one.typical.rename(columns=same_names(one.feature_names, made.feature_names))
    typical = old.to_dict("index"), made.typical.to_dict("index")
    for number, was in sorted(same.items()):
        for place, info in enumerate(made.info):
            gap = float(made.centres[number - 1, place] - moves.at[was, info.name])
            before, after = typical[0][was][info.name], typical[1][number][info.name]
            feature, texts = plain_text(info.label, longest=60), (_said(before, info), _said(after, info))
            rows.append((names[number], feature, before, after, *texts, gap))
    table = pd.DataFrame(rows, columns=["persona", "feature", "first", "second", "first_text", "second_text", "moved"])
    return table.sort_values("moved", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def _said(value: float, info: FeatureInfo) -> str:
    return value_text(float(value), kind=info.kind, unit=plain_text(info.unit, longest=20))


def _columns(one: Segmentation, other: Segmentation) -> pd.DataFrame:
    """How every column that either version knows is prepared, in the order of the second."""
    after = _prepared(other)
    spelt = same_names(_prepared(one), after)
    before = {spelt.get(name, name): text for name, text in _prepared(one).items()}
    labels = {**_labels(one), **_labels(other)}
    rows = [
        (plain_text(labels[name], longest=60), before.get(name, "Not in it"), after.get(name, "Not in it"))
        for name in dict.fromkeys((*after, *before))
    ]
    table = pd.DataFrame(rows, columns=["column", "first", "second"])
    steps, others = {spelt.get(name, name): how for name, how in _ways(one).items()}, _ways(other)
    return table.assign(changed=[steps.get(name) != others.get(name) for name in dict.fromkeys((*after, *before))])


def _ways(made: Segmentation) -> dict[str, tuple[Any, ...]]:
    """Column → which steps prepare it, without what they learned from the customers."""
    used = {
        item.name: (item.fill_rule, item.low is None, item.high is None, item.transform, item.scale == 1.0)
        for item in made.recipe.features
    }
    return used | {item.name: ("left out",) for item in made.recipe.dropped}


def _labels(made: Segmentation) -> dict[str, str]:
    used = {item.name: item.label for item in made.recipe.features}
    return used | {item.name: item.label for item in made.recipe.dropped}


def _prepared(made: Segmentation) -> dict[str, str]:
    kinds = {info.name: info for info in made.info}
    used = {item.name: _steps(item, kinds[item.name]) for item in made.recipe.features}
    return used | {item.name: "Left out" for item in made.recipe.dropped}


def _steps(item: FeatureRecipe, info: FeatureInfo) -> str:
    """How one column is prepared, in a line: gaps, caps, transformation, scale."""
    steps = [f"gaps become {_said(item.fill, info)}"]
    if item.low is not None or item.high is not None:
        low = "" if item.low is None else f" from {_said(item.low, info)}"
        high = "" if item.high is None else f" up to {_said(item.high, info)}"
        steps.append(f"capped{low}{high}")
    if item.transform != "none":
        steps.append(TRANSFORMS[item.transform].split(" (")[0].lower())
    steps.append(f"minus {number_text(item.mean)}, divided by {number_text(item.scale)}")
    text = "; ".join(steps)
    return text[:1].upper() + text[1:]


def _names(saved: SavedModel) -> dict[int, str]:
    """Segment → name of its persona, or "Segment 2" where it was not described."""
    named = {persona.segment: plain_text(persona.name, longest=60) for persona in saved.personas}
    return {number: named.get(number, f"Segment {number}") for number in saved.segmentation.segments}


def _sentences(first: SavedModel, second: SavedModel, segments: pd.DataFrame, columns: pd.DataFrame) -> tuple[str, ...]:
    one, other = first.segmentation, second.segmentation
    said = []
    if one.k != other.k:
        said.append(f"{counted(other.k, 'persona')} instead of {count_text(one.k)}.")
    if one.n_customers != other.n_customers:
        said.append(f"Made from {count_text(other.n_customers)} customers instead of {count_text(one.n_customers)}.")
    said += _features_said(one, other)
    if comparable(one, other):
        said += _personas_said(segments)
    else:
        said.append("They do not use the same features, so their personas cannot be told from one another.")
    changed = columns.loc[columns["changed"] & (columns["first"] != "Not in it") & (columns["second"] != "Not in it")]
    if len(changed):
        said.append(f"Prepared in another way: {_some(changed['column'])}.")
    return tuple(said) or ("Nothing changed but when they were saved, and their texts.",)


def _features_said(one: Segmentation, other: Segmentation) -> list[str]:
    labels = {**_labels(one), **_labels(other)}
    same = same_names(one.feature_names, other.feature_names)
    more = [plain_text(labels[name], longest=60) for name in other.feature_names if name not in same.values()]
    fewer = [plain_text(labels[name], longest=60) for name in one.feature_names if name not in same]
    said = [f"New among the features: {_some(more)}."] if more else []
    return said + ([f"No longer among the features: {_some(fewer)}."] if fewer else [])


def _personas_said(segments: pd.DataFrame) -> list[str]:
    both = segments.loc[(segments["first"] != "") & (segments["second"] != "")]
    renamed = both.loc[both["first"] != both["second"]]
    moved = both.loc[both["moved"] >= _MOVED]
    sized = both.loc[(both["second_share"] - both["first_share"]).abs() >= _GREW]
    said = []
    if fresh := list(segments.loc[segments["first"] == "", "second"]):
        said.append(f"New: {_quoted(fresh)}.")
    if gone := list(segments.loc[segments["second"] == "", "first"]):
        said.append(f"No longer there: {_quoted(gone)}.")
    if len(renamed):
        pairs = [f"“{old}” is called “{new}”" for old, new in zip(renamed["first"], renamed["second"], strict=True)]
        said.append(f"{listed(pairs, most=_MOST)}.")
    if len(sized):
        names, shares = sized["second"], zip(sized["first_share"], sized["second_share"], strict=True)
        parts = [
            f"“{name}” from {share_text(old)} to {share_text(new)} of customers"
            for name, (old, new) in zip(names, shares, strict=True)
        ]
        said.append(f"Other sizes: {listed(parts, most=_MOST)}.")
    if len(moved):
        said.append(f"Other centres: {_quoted(list(moved.sort_values('moved', ascending=False)['second']))}.")
    return said


def _some(names: Iterable[str]) -> str:
    return listed(names, most=_MOST)


def _quoted(names: Iterable[str]) -> str:
    return listed([f"“{name}”" for name in names], most=_MOST)
