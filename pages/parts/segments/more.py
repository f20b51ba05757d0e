"""Rules for a filter, and what is known of the customers beyond the features that made the segments."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui import show, state
from segmentation.charts import captions, segments
from segmentation.charts.palette import Palette
from segmentation.core.text import counted, plain_text, safe_label, share_prose
from segmentation.personas import Portrait, segment_filters
from segmentation.personas.descriptors import compare_descriptors, descriptor_table
from segmentation.personas.outcomes import outcome_table, outcome_texts, outcome_values

__all__ = ["descriptors", "outcomes", "rules"]

_RULE = ("rule", "customers", "precision", "recall")
_STRENGTHS = {
    "descriptor": show.Column("Descriptor", width="medium"),
    "strength": show.Column("Difference between personas", width="medium"),
    "measure": show.Column("Measure"),
    "effect": show.Column("Effect", "%.3f", help="0 none … 1 the most possible."),
    "missing": show.Column("Missing", "count"),
    "note": show.Column("Not compared because it"),
}


def rules(look: Portrait, names: Mapping[int, str]) -> None:
    """Short rules per persona, measured as they are written, and the same as a filter to copy."""
    table = state.once(
        "segments-rules", segment_filters, look.values, look.labels, look.seg.info, blocks=look.seg.recipe.blocks
    )
    picked = st.selectbox(
        "Persona", list(names), format_func=lambda number: plain_text(names[number]), key="segments-rule-of"
    )
    own = table[table["segment"] == picked]
    st.markdown(
        "Short rules that come close to this persona, for a filter in a CRM. The model itself uses all features."
    )
    for rule, customers, precision, recall in zip(*(own[name] for name in _RULE), strict=True):
        st.markdown(
            f"- **{safe_label(rule, longest=400)}**  \n{counted(customers, 'customer')}; {share_prose(precision)} "
            f"of them are this persona (precision), {share_prose(recall)} of this persona are among them (recall)."
        )
    st.code("\nOR ".join(f"({text})" for text in own["filter"]), language="sql", wrap_lines=True)
    st.caption("The same with the column names of your file, to copy.")


def outcomes(look: Portrait, names: Mapping[int, str]) -> None:
    """What became of the customers of each persona: columns that are known only afterwards, with intervals."""
    if not look.features.outcomes:
        st.info("No column has the role outcome. Give it to what is known only afterwards: who left, bought, answered.")
        return
    known = look.features.descriptors[list(look.features.outcomes)]
    table = state.once("segments-outcomes", outcome_table, known, look.labels)
    st.markdown("Outcomes did not make the segments, so a difference here is evidence of its own.")
    heads = {str(number): show.Column(plain_text(name), "right") for number, name in names.items()}
    columns: dict[str, str | show.Column] = {
        "outcome": "Outcome",
        "figure": "Figure",
        "0": show.Column("Everyone", "right"),
        **heads,
    }
    show.table(outcome_values(table), "segments-outcomes", columns, texts=outcome_texts(table), height="content")
    st.caption(
        "In brackets the 95 % interval: where those of two personas overlap, chance may have made the difference."
    )


def descriptors(look: Portrait, names: Mapping[int, str]) -> None:
    """Descriptors compared between personas, the strongest difference first, and one of them in detail."""
    known = look.features.listed.drop(columns=list(look.features.outcomes), errors="ignore")
    if known.shape[1] == 0:
        st.info("There are no descriptors: every column made the segments or was left out on the Data page.")
        return
    table = state.once("segments-descriptors", compare_descriptors, known, look.labels)
    st.markdown("These columns did not make the segments, so a difference here is evidence of its own.")
    table = table.assign(descriptor=[plain_text(name, longest=60) for name in table["descriptor"]])
    show.table(table, "segments-descriptors", _STRENGTHS)
    useful = [
        name
        for name in known.columns
        if plain_text(name, longest=60) in set(table["descriptor"][table["effect"].notna()])
    ]
    if not useful:
        return
    name = st.selectbox("Descriptor", useful, format_func=plain_text, key="segments-descriptor")
    detail = state.once("segments-descriptor", descriptor_table, known[name], look.labels)
    title = f"{plain_text(name, longest=40)} by persona, with 95 % intervals"
    picture = segments.descriptor_bars(detail, names, title, palette=Palette(look.seg.slots))
    show.figure(
        picture, "segments-descriptor-picture", captions.descriptor_caption(detail, names, plain_text(name)), detail
    )
