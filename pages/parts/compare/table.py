"""All ways side by side in one table, and the one that is looked at more closely: in words, removed, or taken over."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.compare import rows
from pages.parts.compare.memory import CompareMemory
from pages.parts.compare.rows import Shown
from pages.parts.segments import make
from pages.parts.shared import segments_in_use
from pages.ui import jobs, show, state, widgets
from pages.ui.sitemap import page_file
from pages.ui.state import Studio, needed
from segmentation.clustering.methods.classes import CLASSES
from segmentation.clustering.metrics import METRICS
from segmentation.core.text import (
    agree,
    count_text,
    counted,
    number_text,
    plain_text,
    safe_label,
    safe_prose,
    share_prose,
)
from segmentation.evaluation.comparison import Candidate, agreement_table, compare, titles
from segmentation.evaluation.comparison import answer as answer_text
from segmentation.evaluation.comparison import remarks as remark_texts
from segmentation.evaluation.evidence import classes_text, mostly_categories
from segmentation.evaluation.final import reproduced_text

__all__ = ["answer", "draw", "looked_at", "named"]

_MOST_SIZES = 8
_TOGETHER = (
    "How far a customer's ten nearest neighbours are in the same segment: 1 always, 0 as often as by chance. It does "
    "not care about the shape of a group."
)
_BETWEEN = "Customers whose ten nearest neighbours and themselves are in more than one segment. Fewer is clearer."
_STABILITY = (
    "Agreement with itself when four fifths of the customers are grouped again: 1 the same groups, 0 what chance gives."
)
_FIGURES = {"bic": "BIC", "aic": "AIC", "pieces": "separate parts of the net"}
_REPRODUCED = "Share of the method's own labels that the rule gives back by which new customers are placed."


def answer(studio: Studio, shown: Shown) -> str | None:
    """The answer of the page, once there are two ways."""
    if len(shown.candidates) < 2:
        return None
    table = compare(shown.candidates)
    agreements = state.once("compare-agreements", _agreements, shown.candidates)
    return safe_label(answer_text(table, agreements, shown.now, called=shown.called), longest=1200)


def draw(studio: Studio, shown: Shown) -> None:
    """The table, what could mislead in it, and the chosen row."""
    show.section("Side by side")
    table = compare(shown.candidates).reset_index(drop=True)
    table["title"] = list(named(shown).values())
    table["sizes"] = [_sizes(sizes) for sizes in table["sizes"]]
    metrics = {
        name: show.Column(metric.label, f"%,.{metric.digits}f", help=metric.help)
        for name, metric in METRICS.items()
        if name in table
    }
    columns: dict[str, str | show.Column] = {
        "title": show.Column("Way of grouping", width=290),
        "k": show.Column("Segments", "count"),
        "sizes": show.Column("Customers in each", width="medium"),
        "noise_share": show.Column("In no segment", "share", help="Customers that the method leaves out."),
        "silhouette": metrics.pop("silhouette"),
        "together": show.Column("Neighbours together", "%.2f", help=_TOGETHER),
        "between": show.Column("Between segments", "share", help=_BETWEEN),
        "stability": show.Column("Stability", "%.2f", help=_STABILITY),
        **metrics,
        "reproduced": show.Column("Given back by its rule", "share", help=_REPRODUCED),
        "seconds": show.Column("Seconds", "%,.1f", help="Time of the fit; empty when it was made elsewhere."),
        "assignment": show.Column("A new customer belongs to", width="medium"),
    }
    if table["stability"].isna().all():
        del columns["stability"]
    if not table["noise"].any():
        del columns["noise_share"]
    show.table(table, "compare-table", columns, height="content", alt="Every figure of every way of grouping")
    lines = [*remark_texts(compare(shown.candidates)), *_on_classes(studio, shown)]
    if table["noise"].any():
        lines.append("Figures leave out the customers in no segment.")
    if lines:
        st.caption("  \n".join(map(safe_prose, lines)))
    _row(studio, shown)


def _on_classes(studio: Studio, shown: Shown) -> list[str]:
    """Why latent classes are recommended where most columns are categories, though a silhouette may be lower."""
    recipe = needed(studio.recipe)
    why = classes_text(mostly_categories(len(recipe.blocks), len(recipe.inputs)), recommended=True)
    if not why or all(item.method != CLASSES.name for item in shown.candidates):
        return []
    return [why, "The silhouette measures by the distances that K-means keeps small, so it favours K-means."]


def looked_at(studio: Studio, shown: Shown) -> Candidate:
    """The way that is looked at more closely: the user's choice, else the one that was added last."""
    keys = [item.key for item in shown.candidates]
    mine = studio.memory_of(CompareMemory)
    fresh = [key for key in keys if key not in mine.seen]
    mine.row = fresh[-1] if fresh else mine.row if mine.row in keys else keys[-1]
    mine.seen = keys
    return shown.of(mine.row)


def named(shown: Shown) -> dict[str, str]:
    """Key → title of every way, with a mark at the one in use."""
    given = zip(shown.candidates, titles(shown.candidates), strict=True)
    return {item.key: f"{title} – {shown.called}" if item.key == shown.now else title for item, title in given}


def _row(studio: Studio, shown: Shown) -> None:
    names = named(shown)
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare-look"):
        picked = st.selectbox(
            "Look closer at",
            list(names),
            format_func=lambda key: plain_text(names.get(key, key)),
            key=widgets.bound("compare-looked-at", looked_at(studio, shown).key),
            width=420,
        )
        studio.memory_of(CompareMemory).row = picked
    candidate = shown.of(picked)
    in_use = shown.in_use and candidate.key == shown.now
    _words(candidate, in_use=in_use)
    with st.container(horizontal=True, vertical_alignment="center", key="compare-row-buttons"):
        if in_use:
            if st.button("See who they are", key="compare-to-segments", type="primary"):
                st.switch_page(page_file("segments"))
            st.caption(
                "These are the segments in use. Those before stay in the table; taken again, they have their names and "
                "texts as you left them."
                if len(shown.candidates) > 1
                else "These are the segments in use."
            )
        elif st.button(
            "Make these the segments", key="compare-take", type="primary", disabled=jobs.running(segments_in_use.JOB)
        ):
            _take(studio, shown, candidate)
        if picked not in (shown.now, shown.kmeans) and st.button("Remove from the comparison", key="compare-remove"):
            rows.remove(studio, picked)
            st.rerun()
        rows.offer_stability(studio, shown)
    rows.watch_stability(studio)
    segments_in_use.watch(studio)
    if studio.segmentation is not None and not studio.personas:
        make.described(studio, studio.segmentation)  # Share and Score may be the next page


def _words(candidate: Candidate, *, in_use: bool) -> None:
    """One way in sentences: its sizes, who is left out, how new customers are placed, its own figures."""
    of = len(candidate.labels)
    lines = [f"{counted(candidate.k, 'segment')}: {_sizes(candidate.sizes)} customers."]
    if candidate.noise:
        lines.append(
            f"{count_text(candidate.noise)} customers ({share_prose(candidate.noise / of)}) are in no segment."
        )
    if candidate.fit.rows is not None:
        lines.append(
            f"Fitted to {count_text(len(candidate.fit.rows))} of {count_text(of)} customers, drawn at random; its rule "
            "placed the others."
        )
    lines.append(f"A new customer belongs to {candidate.assignment}. {reproduced_text(candidate.reproduced)}")
    moved = round((1 - candidate.reproduced) * (of if candidate.fit.rows is None else len(candidate.fit.rows)))
    if moved:
        verb, when = (agree(moved, "is", "are"), "") if in_use else ("would be", " if you make these the segments")
        lines.append(f"So {counted(moved, 'customer')} {verb} in another segment than here{when}.")
    own = [
        f"{_FIGURES.get(name, name.replace('_', ' '))} {number_text(value)}".replace(" -", " \u2212")
        for name, value in candidate.fit.figures.items()
        if isinstance(value, int | float) and name != "noise"
    ]
    if own:
        lines.append(f"The method's own figures: {', '.join(own)}.")
    st.markdown(safe_prose(" ".join(lines), longest=1200))


def _take(studio: Studio, shown: Shown, candidate: Candidate) -> None:
    """Make it the segmentation: K-means at the chosen number from the comparison of k, every other from its fit."""
    if candidate.key == shown.kmeans:
        segments_in_use.start_kmeans(studio, candidate.k)
    else:
        segments_in_use.start(studio, candidate.fit, method=candidate.method, settings=candidate.settings)
    st.rerun()


def _sizes(sizes: tuple[int, ...]) -> str:
    rest = len(sizes) - _MOST_SIZES
    sizes_text = " · ".join(count_text(size) for size in sizes[:_MOST_SIZES])
    return f"{sizes_text} and {rest} smaller" if rest > 0 else sizes_text


def _agreements(candidates: tuple[Candidate, ...]) -> pd.DataFrame:
    return agreement_table({item.key: item.labels for item in candidates})
