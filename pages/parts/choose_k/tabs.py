"""The figures of the Choose k page, one tab each: what every metric says of every number of segments."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import streamlit as st

from pages.parts.shared.persona_names import Previewed
from pages.ui import show
from segmentation.charts import choose_k as charts
from segmentation.charts.palette import Palette
from segmentation.clustering.metrics import METRICS, Metric
from segmentation.core.text import count_text, plain_text, safe_label
from segmentation.evaluation.choose_k import KComparison, size_table
from segmentation.evaluation.evidence import (
    BANDS,
    MEASURES,
    Evidence,
    Measure,
    segment_stability,
    whole_comparison,
    without_groups,
)

__all__ = ["METHOD", "draw"]

_SIZES: dict[str, str | show.Column] = {
    "smallest": show.Column("Smallest segment", "count", help="Customers in the smallest segment."),
    "smallest_share": show.Column("Share of it", "share", help="The smallest segment as a share of all customers."),
}
_INTERVAL = show.Column(
    "± (95 %)", "%.3f", help="The silhouette comes from a random sample: half of its 95 % interval."
)
_JACCARD = (
    "Shared customers over all customers of a segment and its best match (Jaccard similarity), when customers are "
)
_MEASURED: dict[str, show.Column] = {
    "gap": show.Column(MEASURES["gap"].label, "%.3f", help=MEASURES["gap"].help),
    "gap_se": show.Column("Error of the gap", "%.3f", help="The standard error of the gap statistic."),
    "jaccard": show.Column("Stability of each segment", help=f"{_JACCARD}drawn anew; segment 1 first."),
    "jaccard_min": show.Column("Least stable segment", "%.2f", help=f"{_JACCARD}drawn anew, of the weakest segment."),
}
_EACH: dict[str, str | show.Column] = {
    "name": "Segment",
    "size": show.Column("Customers", "count"),
    "jaccard": show.Column("Comes back (Jaccard)", "%.2f", help=f"{_JACCARD}drawn anew: 1 is the same segment."),
    "words": "In words",
}
_OWN_TAB = ("silhouette", "inertia")
_BANDS = ", ".join(f"from {low:g} {words}" if low > 0 else f"below that {words}" for low, words in BANDS)
_WAITING = "This appears as soon as the test above has ended."

METHOD = """
- **Inertia**: sum of squared distances to the own centre. **Elbow**: the point deepest below the straight line from the
  first to the last k (after Satopää et al. 2011).
- **Silhouette**: s = (b − a) / max(a, b); a is a customer's mean distance to the own segment, b to the nearest other
  one (Rousseeuw 1987). Above 20,000 customers a random sample is scored against all; the bars are 95 % intervals.
- **Calinski–Harabasz**: (B / (k − 1)) / (W / (n − k)). **Davies–Bouldin**: mean over the segments of the worst
  (spread + spread) / distance of centres.
- **Gap**: mean log inertia of evenly spread customers (in a box along the principal components) minus the log inertia
  of yours; the rule stops at the first k with gap(k) ≥ gap(k + 1) − error(k + 1) (Tibshirani, Walther, Hastie 2001).
- **Gaps**: customers are drawn anew with replacement (20 times) and segmented again. Those who were left out are
  placed, and counted along the line between every two centres, after the spread within segments has been made equal in
  every direction: around the two modes, and in the valley between (where the drawn customers show them, or half way).
  Counts of all repetitions are added up. A pair has a gap with at most 40 customers between for 100 around the emptier
  mode, by 1.3 standard errors of a count. Columns where a tenth or more have the same value may carry a gap only
  together with others.
- **Distinct groups**: every segment comes back (Jaccard from 0.8) and every pair has a gap. Two witnesses: where a
  Gaussian mixture names the same number by BIC, 0.75 and 67 in 100 for the closest pairs together are enough, if no
  pair is surely without a gap.
- **Undecided**: every pair may have such a gap, but some not surely so. How many more customers would settle it is
  guessed from the standard error.
- **Stability**: adjusted Rand index of the whole, and for every segment the Jaccard similarity with its best match
  (Hennig 2007): from 0.85 very stable, from 0.75 stable, from 0.6 a pattern whose border moves, below that doubtful.
- **What would have been found** comes from a table learned once on two equally large normal groups.
- **An uneven crowd**: where no gaps are found, silhouettes are compared with those of data without groups: (1) your own
  columns, each with exactly its values, put together in the joint order of one normal cloud (a Gaussian copula); (2)
  one cloud with the same correlations and as many extreme customers, after every column has been made as normal as it
  can be. They must be higher than in 19 sets of both, and clearly so.
- **Recommendation**: the number of distinct groups. Where there are none, the number that the mixture names if the
  segments of K-means hold at it, else the most that are tighter than without groups, else the highest silhouette
  without a doubtful segment.
"""


def draw(comparison: KComparison, evidence: Evidence | None, k: int, previews: Mapping[int, Previewed]) -> None:
    """All tabs; only the open one is computed. previews: k → names and colours of its personas."""
    contents: dict[str, Callable[[KComparison, Evidence | None, int], None]] = {
        "Silhouette and elbow": _silhouette_and_elbow,
        "Sizes": partial(_sizes, {number: preview.palette for number, preview in previews.items()}),
        **{metric.label: partial(_metric, metric) for name, metric in METRICS.items() if name not in _OWN_TAB},
        "Gap": _gap,
        "Stability": partial(_stability, previews[k].names),
        "Separation": _separation,
        "All figures": _all,
    }
    for tab, content in zip(
        st.tabs(list(contents), key="choose-k-tabs", on_change="rerun"), contents.values(), strict=True
    ):
        if tab.open:
            with tab:
                content(comparison, evidence, k)


def _silhouette_and_elbow(comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    for column, content in zip(st.columns(2, gap="medium"), (_silhouette, _elbow), strict=True):
        with column:
            content(comparison, evidence, k)


def _silhouette(comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    table, best = comparison.table, _best(comparison.table["silhouette"])
    null = without_groups(evidence) if evidence is not None else None
    advised = evidence.recommended_k if evidence is not None else comparison.recommended_k
    title = f"Customers are told apart best with {best} segments"
    if evidence is not None and evidence.verdict == "none":
        title = "Customers are told apart no better than without any groups"
    elif evidence is not None and evidence.method == "mixture":
        title = f"A mixture sees {evidence.decision.k} groups; K-means tells customers apart best with {best}"
    elif advised not in (None, best):
        title = f"{advised} segments are recommended for other reasons; the silhouette is highest at {best}"
    st.markdown(f"**{title}**")
    st.caption(METRICS["silhouette"].help)
    picture = charts.silhouette_curve(table, null, chosen=k, title="")
    show.figure(picture, "choose-k-silhouette", f"Mean silhouette by number of segments; highest at {best}.")
    if comparison.scored is not None:
        st.caption(
            f"From a random sample of {count_text(len(comparison.scored))} of {count_text(comparison.n_customers)} "
            "customers, each compared with all of them; the bars are 95 % intervals."
        )


def _sizes(palettes: Mapping[int, Palette], comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    smallest = comparison.table["smallest_share"].loc[k]
    picture = charts.size_bars(
        size_table(comparison),
        chosen=k,
        title=f"With {k} segments the smallest has {100 * smallest:.1f} % of customers",
        palettes=palettes,
    )
    show.figure(picture, "choose-k-sizes", f"Share of customers in each segment, for every number; {k} is chosen.")


def _elbow(comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    title = f"The curve bends at {comparison.elbow}" if comparison.elbow else "The curve has no bend"
    st.markdown(f"**{title}**")
    st.caption(METRICS["inertia"].help)
    picture = charts.elbow_curve(comparison.table, comparison.elbow, chosen=k, title="")
    show.figure(picture, "choose-k-elbow", f"Inertia by number of segments. {title}.")
    if len(comparison.elbow_moves) > 1:
        moves = ", ".join(f"at {bend} with up to {last} segments" for last, bend in comparison.elbow_moves)
        st.caption(f"Only a hint, because it moves with the range: the elbow would be {moves}.")
    if comparison.table["estimated"].any():
        st.caption(
            "Estimates: fitted to a sample, then polished on all customers. The chosen number is fitted in full."
        )


def _metric(metric: Metric, comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    values = comparison.table[metric.name].dropna()
    best = _best(values if metric.better == "high" else -values)
    st.caption(metric.help)
    picture = charts.metric_curve(
        values, chosen=k, title=f"{metric.label} prefers {best} segments", y=metric.label, digits=metric.digits
    )
    show.figure(picture, f"choose-k-{metric.name}", f"{metric.label} by number of segments; best at {best}.")


def _gap(comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    st.caption(MEASURES["gap"].help)
    if evidence is None:
        st.info(_WAITING)
        return
    stop = evidence.facts["gap_k"]
    title = "The gap keeps rising" if stop is None else f"The gap statistic stops at {stop}"
    picture = charts.gap_curve(evidence.table, stop, chosen=k, title=title)
    show.figure(picture, "choose-k-gap", f"Gap statistic by number of segments, with its error. {title}.")


def _stability(names: Mapping[int, str], comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    st.caption(MEASURES["stability"].help)
    if evidence is None:
        st.info(_WAITING)
        return
    value = evidence.table["stability"].get(k, float("nan"))
    title = f"{k} segments come back with an agreement of {value:.2f}"
    picture = charts.stability_curve(evidence.table, chosen=k, title=title)
    show.figure(picture, "choose-k-stability", f"Stability by number of segments. {title}.")
    each = segment_stability(comparison, evidence, k)
    each["name"] = [f"{segment}  {plain_text(names[segment])}" for segment in each["segment"]]
    show.table(each, "choose-k-each", _EACH, height="content", alt=f"How surely each of {k} segments comes back")
    st.caption(f"In words, from the mean over all repetitions: {_BANDS}.")


def _separation(comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    st.caption(MEASURES["separation"].help)
    if evidence is None:
        st.info(_WAITING)
        return
    values = evidence.table["separation"].dropna()
    first, second = evidence.table["closest"].loc[k]
    title = f"Of {k} segments, {first} and {second} are least apart"
    picture = charts.metric_curve(values, chosen=k, title=title, y="Emptiness of the middle (1 = empty)", digits=2)
    show.figure(picture, "choose-k-separation", f"Separation of the closest pair by number of segments. {title}.")


def _all(comparison: KComparison, evidence: Evidence | None, k: int) -> None:
    table = whole_comparison(comparison, evidence)
    table["sizes"] = [" · ".join(f"{size:,}" for size in sizes) for sizes in table["sizes"]]
    table["jaccard"] = [" · ".join(f"{value:.2f}" for value in each) if each else "" for each in table["jaccard"]]
    table["note"] = [
        safe_label(note) or ("estimate" if guess else "")
        for note, guess in zip(table["note"], table["estimated"], strict=True)
    ]
    columns: dict[str, str | show.Column] = {"k": show.Column("Segments", "plain")}
    for name in ("silhouette", *(name for name in METRICS if name != "silhouette")):
        columns[name] = show.Column(METRICS[name].label, f"%,.{METRICS[name].digits}f", help=METRICS[name].help)
        if name == "silhouette":
            columns |= ({"silhouette_within": _INTERVAL} if comparison.scored is not None else {}) | _SIZES
    if evidence is not None:
        columns |= {name: about for measure in MEASURES.values() for name, about in _measured(measure)}
    columns |= {"sizes": "Customers in each segment"} | ({"note": "Note"} if table["note"].any() else {})
    show.table(table, "choose-k-table", columns, height="content", alt="Every figure at every number of segments")


def _measured(measure: Measure) -> list[tuple[str, show.Column]]:
    """The columns of the table that a measure brings; the first that is not known by name has its own label."""
    own = show.Column(measure.label, "%.2f", help=measure.help)
    return [(name, _MEASURED.get(name, own)) for name in measure.shown]


def _best(values: pd.Series) -> int:
    """The number with the highest value; numbers without one never win."""
    return int(values.index[int(values.fillna(-math.inf).to_numpy().argmax())])
