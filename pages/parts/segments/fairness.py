"""How the groups of the sensitive columns spread over the personas: sentences, a picture, a table, a file to take."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from pages.ui import show, state
from pages.ui.file_names import of_data
from segmentation.charts.fairness import audit_caption, audit_dots
from segmentation.charts.palette import Palette
from segmentation.core.csv_export import csv_bytes, significant
from segmentation.core.text import plain_text, safe_label, share_prose
from segmentation.personas import Portrait, fairness
from segmentation.personas.fairness import Audit

__all__ = ["sensitive"]

_NONE = (
    "No column is marked as sensitive. Give a column such as gender or age the role *Sensitive* on the Data page: it "
    "then stays out of the personas, and here you see how its groups spread over them."
)
_FIGURES = {"share": "Share of the persona", "lift": "Times everyone's share"}
_STRONGEST = 5


def sensitive(look: Portrait, names: Mapping[int, str]) -> None:
    """The audit of each sensitive column, or one sentence how to mark a column."""
    if not look.features.sensitive:
        st.markdown(_NONE)
        return
    audits = state.once(
        "segments-audits",
        fairness.audit_all,
        look.features.descriptors,
        look.labels,
        columns=look.features.sensitive,
        prepared=look.prepared,
        info=look.seg.info,
    )
    st.markdown("These columns did not make the personas. Here is how their groups spread over them all the same.")
    labels = [plain_text(audit.label, longest=60) for audit in audits]
    picked = 0
    if len(audits) > 1:
        picked = st.selectbox(
            "Sensitive column", range(len(audits)), format_func=labels.__getitem__, key="segments-audit"
        )
    audit = audits[picked if picked < len(audits) else 0]
    st.markdown("\n".join(f"- {safe_label(line, longest=400)}" for line in fairness.audit_sentences(audit, names)))
    if not audit.note:
        _figures(audit, names, Palette(look.seg.slots))
        _proxies(audit)
        st.markdown(f"**What this does not say**  \n{fairness.CAUTION}")
        st.markdown(f"**An idea to test, not a finding**  \n{fairness.IDEA}")
    if any(not item.note for item in audits):
        show.download(
            "All figures of the sensitive columns (CSV)",
            partial(_file, audits, dict(names)),
            of_data("sensitive columns", "csv"),
            "text/csv",
            "download-audit",
            help="Every column that could be compared, to give away: in steps of two to five customers. Hidden cells "
            "are empty in the file, too.",
        )
    show.method(fairness.METHOD)


def _figures(audit: Audit, names: Mapping[int, str], palette: Palette) -> None:
    title = fairness.picture_title(audit, names)
    picture = audit_dots(audit.shares, names, title, palette=palette)
    show.figure(picture, "segments-audit-picture", audit_caption(audit.shares, names, title))
    figure = st.segmented_control(
        "Figure",
        list(_FIGURES),
        default="share",
        format_func=_FIGURES.__getitem__,
        key="segments-audit-figure",
        required=True,
        persist_state="session",
    )
    texts = fairness.audit_texts(audit, names, figure=figure)
    heads = {f"group {name}": show.Column(plain_text(name), "right") for name in audit.groups}
    columns = {
        "persona": show.Column("Persona", width="medium"),
        "customers": show.Column("Customers", "count"),
        **heads,
    }
    values = fairness.audit_values(audit, names, figure=figure)
    show.table(values, "segments-audit-table", columns, texts=texts, height="content", file=False)
    st.caption(
        "In brackets the 95 % interval. 1 is as frequent as among everyone; 2 is twice as frequent."
        if figure == "lift"
        else "In brackets the 95 % interval."
    )


def _proxies(audit: Audit) -> None:
    if audit.proxies.empty:
        return
    st.markdown(f"**Features that go with “{safe_label(audit.label, longest=60)}” the most**")
    top = audit.proxies.head(_STRONGEST)
    lines = [
        f"- {safe_label(name)}: {share_prose(share)} of its variance lies between the groups ({word})"
        for name, share, word in zip(top["label"], top["eta2"], top["strength"], strict=True)
    ]
    st.markdown("\n".join(lines))


def _file(audits: tuple[Audit, ...], names: dict[int, str]) -> bytes:
    return csv_bytes(significant(fairness.audit_export(audits, names)))
