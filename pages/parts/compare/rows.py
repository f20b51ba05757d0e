"""The ways of grouping side by side: the one in use, K-means at the chosen k, and those that the user added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import streamlit as st

from pages.parts.compare.memory import CompareMemory
from pages.ui import jobs, state
from pages.ui.state import Studio, needed
from segmentation.clustering.methods import METHODS, Floats
from segmentation.core.own_process import run_behind
from segmentation.core.text import duration_text, safe_label
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.comparison import (
    DRAWS,
    Candidate,
    Wanted,
    candidate_of,
    seconds_needed,
    stabilities,
    try_out,
    usual,
)
from segmentation.evaluation.final import is_of_comparison

__all__ = [
    "Shown",
    "add",
    "add_usual",
    "busy",
    "offer_stability",
    "prepared",
    "remove",
    "rows",
    "suggest",
    "watch",
    "watch_stability",
]

_JOB, _STABLE = "ways", "ways-stability"
_BESIDE = (_STABLE, "ways-aid", "ways-scatter")
"""Work that is dropped when there is another preparation."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What the page shows: the candidates in their order; now: the key of the one that others are measured by.

    in_use: whether that is the segmentation of this session, else it is only chosen on How many groups. kmeans: the
    key of K-means at the chosen number.
    """

    candidates: tuple[Candidate, ...]
    now: str
    in_use: bool
    kmeans: str

    @property
    def called(self) -> str:
        """What the one is that the others are measured by."""
        return "in use now" if self.in_use else "chosen on “How many groups”"

    def of(self, key: str) -> Candidate:
        """The candidate with this key."""
        return next(item for item in self.candidates if item.key == key)


def prepared(studio: Studio) -> Floats:
    """The prepared customers of this session (n × d)."""
    return state.once("compare-prepared", needed(studio.recipe).transform, needed(studio.features).frame)


def rows(studio: Studio) -> Shown | None:
    """The ways to show; None until those that are there from the start have been judged (begun here, see `watch`)."""
    mine, base = _mine(studio), _base(studio)
    known = {item.key: item for item in studio.ways}
    missing = [candidate for candidate in (*base, *mine.suggested) if candidate.key not in known]
    if missing:
        tried = [candidate.key for candidate in missing]
        if mine.tried != tried and _begin(studio, missing):
            mine.tried = tried
        return None
    if studio.segmentation is not None:  # it stays in the comparison when another one is taken over
        _remember(mine, base[0].key)
    keys = dict.fromkeys([*(candidate.key for candidate in base), *mine.added])
    return Shown(
        tuple(known[key] for key in keys if key in known), base[0].key, studio.segmentation is not None, base[-1].key
    )


def busy() -> bool:
    """Whether ways of grouping are being tried."""
    return jobs.running(_JOB)


def add(studio: Studio, method: str, settings: dict[str, Any]) -> None:
    """Try one way and add it to the comparison; one that was judged before is added at once."""
    _ask(studio, (Wanted(method, settings),), ())


def suggest(studio: Studio, method: str, settings: dict[str, Any]) -> None:
    """Have a way in the comparison from the start, for a page that leads here."""
    mine, wanted = _mine(studio), Wanted(method, settings)
    mine.method, mine.settings[method] = method, METHODS[method].choose(settings)
    mine.suggested = (wanted,)
    _remember(mine, wanted.key)


def add_usual(studio: Studio) -> None:
    """Try every method with its defaults."""
    _ask(studio, *usual(studio.chosen_k, len(needed(studio.features).frame)))


def remove(studio: Studio, key: str) -> None:
    """Take a way out of the comparison."""
    mine = _mine(studio)
    mine.added = [other for other in mine.added if other != key]


def watch(studio: Studio) -> None:
    """Draw work that goes on and take its results; say which ways could not be tried."""
    mine, made = _mine(studio), jobs.watch(_JOB)
    if made is not None:
        fresh = {item.key: item for item in made.candidates}
        kept = [item for item in studio.ways if item.key not in fresh]
        state.put(studio, "ways", (*kept, *fresh.values()))
        mine.near = made.near
        if mine.asked is not None:
            _remember(mine, *fresh)
            mine.refused, mine.asked = (*mine.asked, *made.refused), None
        st.rerun()
    if mine.refused:
        lines = [safe_label(line, longest=600) for line in mine.refused]
        st.info("\n".join(f"- {line}" for line in lines) if lines[1:] else lines[0], icon=":material/info:")


def offer_stability(studio: Studio, shown: Shown) -> None:
    """The button that measures the stability of every way that has none yet."""
    unknown = {item.key: item for item in shown.candidates if isnan(item.stability) and item.groups > 1}
    if not unknown or jobs.running(_STABLE):
        return
    help = f"Groups drawn customers again, {DRAWS} times each way: {duration_text(seconds_needed(unknown))}."
    if st.button("Measure stability", key="compare-measure", icon=":material/replay:", help=help):
        jobs.start(_STABLE, "Measuring stability", run_behind, stabilities, prepared(studio), unknown)
        st.rerun()


def watch_stability(studio: Studio) -> None:
    """Draw the work on stability and take its results."""
    made = jobs.watch(_STABLE)
    if made is not None:
        measured = (replace(item, stability=made.get(item.key, item.stability)) for item in studio.ways)
        state.put(studio, "ways", tuple(measured))
        st.rerun()


def _base(studio: Studio) -> list[Wanted]:
    """The way in use first, K-means at the chosen number last; one only when they are the same."""
    comparison, seg = needed(studio.comparison), studio.segmentation
    ways = [_kmeans_at(comparison, studio.chosen_k)]
    if seg is not None:
        ours = is_of_comparison(seg, comparison)
        now = _kmeans_at(comparison, seg.k) if ours else state.once("compare-now", candidate_of, seg)
        ways.insert(0, now)
    return ways if ways[0].key != ways[-1].key else ways[:1]


def _kmeans_at(comparison: KComparison, k: int) -> Wanted:
    settings = {"k": k, "n_init": comparison.settings.n_init, "seed": comparison.settings.seed}
    return Wanted("kmeans", settings, comparison.fits[k], float(comparison.table["silhouette"][k]))


def _ask(studio: Studio, wanted: tuple[Wanted, ...], refused: tuple[str, ...]) -> None:
    mine, known = _mine(studio), {item.key for item in studio.ways}
    _remember(mine, *(candidate.key for candidate in wanted if candidate.key in known))
    mine.refused = refused
    fresh = [candidate for candidate in wanted if candidate.key not in known]
    if fresh and _begin(studio, fresh):
        mine.asked = refused


def _begin(studio: Studio, wanted: list[Wanted]) -> bool:
    inputs = (prepared(studio), wanted, _mine(studio).near)
    return jobs.start(_JOB, "Comparing ways of grouping", run_behind, try_out, *inputs)


def _mine(studio: Studio) -> CompareMemory:
    """What the page keeps; another preparation starts its ways anew, and drops the work on those before."""
    mine = studio.memory_of(CompareMemory)
    if mine.recipe is not studio.recipe:
        for job in _BESIDE:
            jobs.forget(job)
        mine.recipe, mine.added, mine.tried, mine.asked = studio.recipe, [], [], None
        mine.suggested = ()
        mine.near, mine.refused = None, ()
    return mine


def _remember(mine: CompareMemory, *keys: str) -> None:
    mine.added = list(dict.fromkeys([*mine.added, *keys]))
