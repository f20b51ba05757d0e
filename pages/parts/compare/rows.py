"""The ways of grouping side by side: the one in use, K-means at the chosen k, and those that the user added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import streamlit as st

from pages.ui import jobs, state
from pages.ui.state import Studio
from segmentation.clustering.methods import Floats
from segmentation.clustering.model import Segmentation
from segmentation.core.text import duration_text, safe_label
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
    "chosen_k",
    "offer_stability",
    "prepared",
    "remove",
    "rows",
    "watch",
    "watch_stability",
]

_JOB, _STABLE = "ways", "ways-stability"
_ADDED, _ASKED, _TRIED = "compare-added", "compare-asked", "compare-tried"
_NEAR, _REFUSED = "compare-near", "compare-refused"
_FOR, _BESIDE = "compare-for", (_STABLE, "ways-aid", "ways-scatter")
"""The preparation that the page was last drawn for, and the work that is dropped when there is another."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What the page shows: the candidates in their order; now: the key of the one that others are measured by.

    in_use: whether that is the segmentation of this session, else it is only chosen on Choose k. kmeans: the key
    of K-means at the chosen number.
    """

    candidates: tuple[Candidate, ...]
    now: str
    in_use: bool
    kmeans: str

    @property
    def called(self) -> str:
        """What the one is that the others are measured by."""
        return "in use now" if self.in_use else "chosen on Choose k"

    def of(self, key: str) -> Candidate:
        """The candidate with this key."""
        return next(item for item in self.candidates if item.key == key)


def prepared(studio: Studio) -> Floats:
    """The prepared customers of this session (n × d)."""
    return state.once("compare-prepared", studio.recipe.transform, studio.features.frame)


def chosen_k(studio: Studio) -> int:
    """The number of segments chosen on Choose k, else recommended."""
    k = studio.memory.get("k", studio.comparison.recommended_k)
    return k if k in studio.comparison.fits else min(studio.comparison.fits)


def rows(studio: Studio) -> Shown | None:
    """The ways to show; None until those that are there from the start have been judged (begun here, see `watch`)."""
    if studio.memory.get(_FOR) is not studio.recipe:
        for job in _BESIDE:
            jobs.forget(job)
        studio.memory[_FOR] = studio.recipe
    base = _base(studio)
    known = {item.key: item for item in studio.ways}
    missing = [way for way in base if way.key not in known]
    if missing:
        tried = (studio.recipe, [way.key for way in missing])
        if studio.memory.get(_TRIED) != tried and _begin(studio, missing):
            studio.memory[_TRIED] = tried
        return None
    if studio.segmentation is not None and base[0].key not in _added(
        studio
    ):  # it stays in the comparison when another one is taken over
        _remember(studio, [*_added(studio), base[0].key])
    keys = dict.fromkeys([*(way.key for way in base), *_added(studio)])
    return Shown(
        tuple(known[key] for key in keys if key in known), base[0].key, studio.segmentation is not None, base[-1].key
    )


def busy() -> bool:
    """Whether ways of grouping are being tried."""
    return jobs.running(_JOB)


def add(studio: Studio, method: str, settings: dict[str, Any]) -> None:
    """Try one way and add it to the comparison; one that was judged before is added at once."""
    _ask(studio, (Wanted(method, settings),), ())


def add_usual(studio: Studio) -> None:
    """Try every method with its defaults."""
    _ask(studio, *usual(chosen_k(studio), len(studio.features.frame)))


def remove(studio: Studio, key: str) -> None:
    """Take a way out of the comparison."""
    _remember(studio, [other for other in _added(studio) if other != key])


def watch(studio: Studio) -> None:
    """Draw work that goes on and take its results; say which ways could not be tried."""
    made = jobs.watch(_JOB)
    if made is not None:
        fresh = {item.key: item for item in made.candidates}
        kept = [item for item in studio.ways if item.key not in fresh]
        state.put(studio, "ways", (*kept, *fresh.values()))
        studio.memory[_NEAR] = (studio.recipe, made.near)
        asked = studio.memory.pop(_ASKED, None)
        if asked is not None:
            _remember(studio, [*_added(studio), *fresh])
            studio.memory[_REFUSED] = (studio.recipe, (*asked, *made.refused))
        st.rerun()
    recipe, refused = studio.memory.get(_REFUSED, (None, ()))
    if refused and recipe is studio.recipe:
        lines = [safe_label(line, longest=600) for line in refused]
        st.info("\n".join(f"- {line}" for line in lines) if lines[1:] else lines[0], icon=":material/info:")


def offer_stability(studio: Studio, shown: Shown) -> None:
    """The button that measures the stability of every way that has none yet."""
    unknown = {item.key: item for item in shown.candidates if isnan(item.stability) and item.groups > 1}
    if not unknown or jobs.running(_STABLE):
        return
    help = f"Groups drawn customers again, {DRAWS} times each way: {duration_text(seconds_needed(unknown))}."
    if st.button("Measure stability", key="compare-measure", icon=":material/replay:", help=help):
        jobs.start(_STABLE, "Measuring stability", stabilities, prepared(studio), unknown)
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
    comparison, k = studio.comparison, chosen_k(studio)
    ways = [_kmeans_at(studio, k)]
    seg: Segmentation | None = studio.segmentation
    if seg is not None:
        ours = is_of_comparison(seg, comparison)
        now = _kmeans_at(studio, seg.k) if ours else state.once("compare-now", candidate_of, seg)
        ways.insert(0, now)
    return ways if ways[0].key != ways[-1].key else ways[:1]


def _kmeans_at(studio: Studio, k: int) -> Wanted:
    comparison = studio.comparison
    settings = {"k": k, "n_init": comparison.settings.n_init, "seed": comparison.settings.seed}
    return Wanted("kmeans", settings, comparison.fits[k], float(comparison.table["silhouette"][k]))


def _ask(studio: Studio, wanted: tuple[Wanted, ...], refused: tuple[str, ...]) -> None:
    known = {item.key for item in studio.ways}
    _remember(studio, [*_added(studio), *(way.key for way in wanted if way.key in known)])
    studio.memory[_REFUSED] = (studio.recipe, refused)
    fresh = [way for way in wanted if way.key not in known]
    if fresh and _begin(studio, fresh):
        studio.memory[_ASKED] = refused


def _begin(studio: Studio, wanted: list[Wanted]) -> bool:
    recipe, near = studio.memory.get(_NEAR, (None, None))
    near = near if recipe is studio.recipe else None
    return jobs.start(_JOB, "Comparing ways of grouping", try_out, prepared(studio), wanted, near)


def _added(studio: Studio) -> list[str]:
    recipe, keys = studio.memory.get(_ADDED, (None, []))
    return keys if recipe is studio.recipe else []


def _remember(studio: Studio, keys: list[str]) -> None:
    studio.memory[_ADDED] = (studio.recipe, list(dict.fromkeys(keys)))
