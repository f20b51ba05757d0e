"""What counts, and up to when: every choice with its effect in numbers."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from typing import Any

import streamlit as st

from pages.parts.data import source_money, source_words
from pages.ui import show, widgets
from segmentation.core.text import safe_label
from segmentation.data.sources import Assembly, Figures
from segmentation.data.sources.fintech_info import FINTECH_FEATURES
from segmentation.data.sources.rfm import RFM_FEATURES

__all__ = ["form"]

_WHERE_THERE = ("refund_column", "sign", "order_totals", "currencies", "same_ids")
"""Choices about something that most files do not have."""
_DATES = ("start", "end", "as_of")
_FEATURES = {"transactions": RFM_FEATURES, "fintech": FINTECH_FEATURES}


def form(plan: Assembly, figures: Figures | None) -> dict[str, Any]:
    """Widgets for every choice of the source → the choices as plain values.

    A choice about something that the file does not have is shown only where it was taken already.
    """
    effects = figures.effects if figures is not None else None
    now = asdict(plan.settings)
    kind = type(plan.settings)
    wanted = dict(now)
    if figures is not None and "words" in now:
        wanted["words"] = source_words.form(figures.words, now["words"])
    show.section("What counts")
    for item in fields(plan.settings):
        if item.name in (*_DATES, "use") or not item.metadata:
            continue
        nothing = item.name in _WHERE_THERE and (effects is None or item.name not in effects.index)
        if nothing and now[item.name] == item.default:
            continue
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            with st.container(width=360):
                wanted[item.name] = widgets.from_option(kind, item.name, now[item.name], f"source-choice-{item.name}")
            if effects is not None and item.name in effects.index:
                st.caption(safe_label(effects.at[item.name, "sentence"], longest=300), width="stretch")
    if figures is not None and "currency" in now:
        wanted |= source_money.form(figures.currencies, wanted["currencies"], now["currency"], now["rates"])
    with st.container(horizontal=True, gap="small"):
        for name in _DATES:
            if name in now:
                wanted[name] = _day(plan, name, now[name])
    wanted["use"] = _use(plan, now["use"])
    return wanted


def _day(plan: Assembly, name: str, now: str) -> str:
    about = next(item for item in fields(plan.settings) if item.name == name).metadata
    chosen = st.date_input(
        about["label"],
        key=widgets.bound(f"source-date-{name}", date.fromisoformat(now[:10]) if now else None),
        value=None,
        help=about["help"] or None,
        format="YYYY-MM-DD",
        min_value=date(1900, 1, 1),
        max_value=date(2199, 12, 31),
        width=225,
    )
    return now if now and chosen and now[:10] == chosen.isoformat() else chosen.isoformat() if chosen else ""


def _use(plan: Assembly, now: tuple[str, ...]) -> tuple[str, ...]:
    about = {info.name: info for info in _FEATURES[plan.source.name]}
    chosen = st.multiselect(
        "Features that make the segments",
        list(about),
        format_func=lambda name: about[name].label,
        key=widgets.bound("source-use", list(now or about)),
        help="The others still describe the segments.",
    )
    wanted = tuple(name for name in about if name in chosen)
    return () if not now and wanted == tuple(about) else wanted
