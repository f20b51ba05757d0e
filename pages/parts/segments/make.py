"""The final segments: the very fit that was compared at the chosen k, or another on request; their personas."""

from __future__ import annotations

import streamlit as st

from pages.parts.choose_k.memory import ChooseKMemory
from pages.parts.shared import persona_names, segments_in_use
from pages.parts.shared.memory import SegmentsMemory
from pages.ui import jobs, show, state, widgets
from pages.ui.sitemap import page_file
from pages.ui.state import Earlier, Studio, needed
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.own_process import run_behind
from segmentation.core.settings import KSettings
from segmentation.core.text import safe_label
from segmentation.evaluation.evidence import Finding, finding_of
from segmentation.evaluation.final import fit, is_of_comparison, made_by
from segmentation.personas import (
    Persona,
    carry_over,
    comparable,
    describe,
    match_segments,
    recognise,
    stability_of,
    with_edits,
)

__all__ = ["caution", "choose", "described", "finding", "method", "outside", "personas"]

_KMEANS = (
    "The segments are the K-means fit (Lloyd, scikit-learn) that “How many groups” compared at this number: the "
    "best of its restarts by the sum of squared distances, checked for convergence and finite values. "
    "Segment 1 is the largest. "
)
_FIGURES = (
    "Effect: a persona's mean minus everyone's, in standard deviations of the prepared values. A claim fits a customer "
    "who is nearer to the persona's figure than to everyone's; coverage is the share of members whom it fits, "
    "exclusivity the share of those it fits who are members. Jaccard: how much of a persona comes back when customers "
    "are drawn anew (Hennig 2007). Features that make the personas: eta², the share of a feature's variance between "
    "them. Rules: branches of a decision tree of depth three, rounded, then measured. Descriptors: Cramér's V (Bergsma "
    "2013) or eta², with 95 % intervals after Wilson (1927) or Student. No significance is claimed for features that "
    "made the segments."
)


def caution(studio: Studio) -> None:
    """What the evidence said of the groups, where it says less than “distinct”, or that it was not asked."""
    evidence = segments_in_use.evidence_of(studio)
    if evidence is None and segments_in_use.is_taken(studio):
        st.caption("Whether these groups are real has not been tested: the test on “How many groups” is about K-means.")
    elif evidence is None:
        st.caption("Whether there are gaps between these groups is tested on “How many groups”, by itself.")
    elif evidence.verdict == "none":
        st.warning(safe_label(evidence.headline, longest=400))
    elif evidence.verdict != "distinct":
        st.caption(safe_label(evidence.headline, longest=400))
    _other_number(studio)


def _other_number(studio: Studio) -> None:
    """That the test recommends another number than these segments have."""
    advised = None if studio.evidence is None else studio.evidence.recommended_k
    k = needed(studio.segmentation).k
    method = needed(studio.segmentation).settings.get("method")
    other = studio.evidence is not None and studio.evidence.method == "classes" != method
    if advised is None or advised == 1 or (advised == k and not other):
        return
    if segments_in_use.is_taken(studio) and segments_in_use.evidence_of(studio) is None:
        return
    found = f"recommends {advised}"
    if needed(studio.evidence).method == "mixture":
        found = f"sees {advised} groups of a mixture, which Compare shows"
    elif other:
        found = f"recommends {advised} latent classes, which its next step makes"
    st.info(f"These are {k} segments; the test on “How many groups” {found}.", icon=":material/info:")


def finding(studio: Studio) -> Finding:
    """What the evidence says of the segments in use, where it is about them."""
    made = needed(studio.segmentation)
    return finding_of(made.k, segments_in_use.evidence_of(studio), made=str(made.settings.get("method", "")))


def outside(studio: Studio) -> None:
    """The customers in no segment, where there are any."""
    sentence = segments_in_use.outside(needed(studio.segmentation))
    if sentence:
        st.info(sentence, icon=":material/person_off:")


def method(studio: Studio) -> str:
    """How the segments in use and everything on the page were made."""
    seg = needed(studio.segmentation)
    if not segments_in_use.is_taken(studio):
        return _KMEANS + _FIGURES
    return (
        f"The segments were made by {safe_label(made_by(seg))}. Every customer of this data was then placed by the "
        f"rule that places new ones (the segment is {safe_label(seg.rule.words)}), so that a customer gets the same "
        f"answer today and later. Segment 1 is the largest. {_FIGURES}"
    )


def choose(studio: Studio) -> None:
    """The number of personas, and on request more restarts or another seed; a change makes new segments."""
    if segments_in_use.is_taken(studio):
        if segments_in_use.line(studio, studio.chosen_k):
            segments_in_use.back(studio)
            st.rerun()
        segments_in_use.watch(studio)
        return
    segments_in_use.watch(studio)  # what is ready is taken before anything is asked for
    if jobs.running(segments_in_use.JOB):
        return
    comparison = needed(studio.comparison)
    ks = sorted(comparison.fits)
    with st.container(horizontal=True, vertical_alignment="bottom", key="segments-controls"):
        picked = st.selectbox(
            "Number of personas",
            ks,
            key=widgets.bound("segments-k", _present(studio)),
            on_change=jobs.forget,
            args=(segments_in_use.JOB,),
            width=220,
        )
        with st.popover("Fit again", help="With more restarts, or from another seed."), st.form("segments-refit"):
            restarts = widgets.from_option(KSettings, "n_init", comparison.settings.n_init, "segments-restarts")
            seed = widgets.from_option(KSettings, "seed", comparison.settings.seed, "segments-seed")
            again = st.form_submit_button("Fit again", type="primary")
        if st.button("Compare methods", key="segments-compare", type="tertiary"):
            st.switch_page(page_file("compare"))
    if again:
        inputs = (studio.features, studio.recipe, picked)
        jobs.start(
            segments_in_use.JOB, f"Fitting {picked} segments", run_behind, fit, *inputs, n_init=restarts, seed=seed
        )
    elif not jobs.known(segments_in_use.JOB) and (studio.segmentation is None or picked != studio.segmentation.k):
        _take(studio, picked)
    else:
        return
    segments_in_use.watch(studio)


def personas(studio: Studio, seg: Segmentation) -> tuple[Persona, ...]:
    """The personas of the segments, and the choice of the model that they keep their names from."""
    persona_names.choose(studio, seg, described(studio, seg))
    return studio.personas


def described(studio: Studio, seg: Segmentation) -> tuple[Persona, ...]:
    """Personas as their figures describe them; this session's own have the edits of those that they replace.

    The stability measured so far goes into both.
    """
    ours = is_of_comparison(seg, needed(studio.comparison))
    stability = stability_of(studio.evidence, seg.k) if ours else {}
    personas = state.once("segments-described", describe, seg, needed(studio.features), stability)
    if not studio.personas:
        before = studio.memory_of(SegmentsMemory).last
        if before is not None and before[0] is not None and seg.labels is not None:
            personas = carry_over(before[1], personas, match_segments(before[0], seg.labels))
        elif studio.earlier is not None:
            personas = _as_before(studio.earlier, seg, personas)
        state.put(studio, "personas", persona_names.named(studio, seg, personas))
        if studio.segmentation is not seg:
            st.rerun()  # they have the colours of the saved model now
    elif personas[0].stability != studio.personas[0].stability:
        edits = {item.segment: {name: getattr(item, name) for name in item.edited} for item in studio.personas}
        state.put(studio, "personas", with_edits(personas, edits))
    return personas


def _as_before(earlier: Earlier, seg: Segmentation, personas: tuple[Persona, ...]) -> tuple[Persona, ...]:
    """The personas with the names and texts that they had when the work was kept without its data."""
    if earlier[0] is None or not comparable(earlier[0], seg):
        return personas
    same = {new: (old, 1.0) for new, old in recognise(earlier[0], seg).items()}
    return carry_over(earlier[1], personas, same)


def _present(studio: Studio) -> int:
    """The k in use; the one chosen in the comparison when that changed since, or when there are no segments yet."""
    mine, chosen = studio.memory_of(SegmentsMemory), studio.chosen_k
    changed, mine.seen_k = mine.seen_k != chosen, chosen
    seg, fits = studio.segmentation, needed(studio.comparison).fits
    return chosen if changed or seg is None or seg.k not in fits else seg.k


def _take(studio: Studio, k: int) -> None:
    """The fit that was compared; one that was only estimated is first made in full, as a job."""
    inputs, compared = (needed(studio.features), needed(studio.recipe), k), needed(studio.comparison)
    # From here on it is the user's number: a test that ends later recommends another one, and does not take it.
    studio.k, studio.memory_of(ChooseKMemory).picked = k, studio.comparison
    if bool(compared.table.at[k, "estimated"]):
        jobs.start(
            segments_in_use.JOB, f"Fitting {k} segments to all customers", run_behind, fit, *inputs, comparison=compared
        )
        return
    try:
        segments_in_use.keep(studio, fit(*inputs, comparison=compared))
    except SegmentationError as error:
        show.problem(error)
    else:
        st.rerun()
