"""The customers of a persona: a list to search, filter and take away, and the card of the one that is clicked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.score.answer import answer_card, what_decides
from pages.parts.score.model import Chosen
from pages.parts.shared.memory import SegmentsMemory
from pages.ui import saved_models, show, state, widgets
from pages.ui.file_names import of_data
from pages.ui.sitemap import page_file
from pages.ui.state import Studio, needed
from segmentation.core.csv_export import altered, csv_bytes
from segmentation.core.errors import SegmentationError
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, counted, file_stem, plain_text, safe_label, safe_prose
from segmentation.personas import Persona, customer_list
from segmentation.personas.narrowing import Wanted, choices_of, narrowed
from segmentation.reports import card
from segmentation.scoring import explain

__all__ = ["button", "draw", "from_bar", "from_cell", "from_point"]

_MOST_ROWS = 5_000
_HELP = "Everyone with this persona: search, sort, filter, take the list away, and open a customer's card."


def button(studio: Studio, persona: Persona) -> None:
    """The button of a card that opens the list of its customers."""
    if _features(studio) is None:
        return
    st.button(
        "Customers",
        key=f"customers-{persona.segment}",
        help=_HELP,
        on_click=_ask,
        args=(studio, persona.segment),
    )


def from_bar(studio: Studio, event: Any, segments: Sequence[int]) -> None:
    """A click on a bar of the sizes opens the list of its persona."""
    points = _points(event)
    if _is_new(studio, "bar", points):
        _list(studio, int(segments[points[0]["point_index"]]))


def from_cell(studio: Studio, event: Any, features: Sequence[str], names: Mapping[int, str]) -> None:
    """A click on a figure of a persona opens its list, the customers with the most of that feature first."""
    cells = list(event["selection"]["cells"]) if event else []
    if not _is_new(studio, "cell", cells):
        return
    row, column = cells[0]
    if str(column).isdigit() and int(column) in names and row < len(features):
        _list(studio, int(column), features[row])


def from_point(studio: Studio, event: Any) -> None:
    """A click on a point of the picture opens the card of that customer."""
    points = _points(event)
    if _is_new(studio, "point", points):
        known = points[0].get("customdata")
        id = known[0] if isinstance(known, list) else known
        if id is not None:
            _one(studio, str(id))


def draw(studio: Studio) -> None:
    """The list that a card's button asked for, once."""
    mine = studio.memory_of(SegmentsMemory)
    segment, mine.list_of = mine.list_of, 0
    if segment in needed(studio.segmentation).segments:
        _list(studio, segment)


def _features(studio: Studio) -> FeatureTable | None:
    """The customers of this session, or those that an opened model was shown with."""
    return studio.features if studio.features is not None else saved_models.opened(studio).features


def _ask(studio: Studio, segment: int) -> None:
    studio.memory_of(SegmentsMemory).list_of = segment


def _points(event: Any) -> list[dict[str, Any]]:
    return list(event["selection"]["points"]) if event else []


def _is_new(studio: Studio, where: str, selected: Sequence[object]) -> bool:
    """Whether this click was not answered yet: every run tells of the last selection, until there is another."""
    clicks = studio.memory_of(SegmentsMemory).clicks
    fresh, clicks[where] = clicks.get(where) != repr(selected), repr(selected)
    return fresh and len(selected) > 0


def _closed() -> None:
    """A list was closed: what was clicked to see it is clicked no more, and can be clicked again."""
    state.studio().memory_of(SegmentsMemory).answered += 1
    widgets.unselect("segments-profile")


@st.dialog("Customers", width="large", on_dismiss=_closed)
def _list(studio: Studio, segment: int, feature: str = "") -> None:
    """The customers of one persona."""
    seg, features = needed(studio.segmentation), needed(_features(studio))
    persona = next(item for item in studio.personas if item.segment == segment)
    table = state.once("segments-customers", customer_list, seg, features, studio.personas)
    id, columns = str(table.columns[0]), [str(name) for name in table.columns if name not in ("segment", "persona")]
    st.markdown(f"**{safe_label(persona.name)}**: {counted(persona.size, 'customer')}")
    shown = narrowed(table, _wanted(table, segment, id, columns))
    by = next((name for name in columns if feature and (name == feature or name.startswith(f"{feature} ("))), "")
    shown = (shown.sort_values(by, ascending=False, kind="stable") if by else shown)[columns]
    event = show.table(
        shown.head(_MOST_ROWS).reset_index(drop=True),
        "customers-table",
        {id: show.Column(id, pinned=True)} | {name: show.Column(name) for name in columns if name != id},
        height=320,
        on_select="rerun",
        selection_mode=("single-row", "single-cell"),
        file=False,
    )
    more = f" The first {count_text(_MOST_ROWS)} are listed; the file has all." if len(shown) > _MOST_ROWS else ""
    st.caption(f"{counted(len(shown), 'customer')} shown.{more} Click a row to see the customer's card.")
    _take_away(shown, persona, id, columns)
    rows = [*event["selection"]["rows"], *(row for row, _ in event["selection"]["cells"])] if event else []
    if rows and rows[0] < len(shown):
        _card(studio, str(shown[id].iloc[rows[0]]))


@st.dialog("Customer", width="large", on_dismiss=_closed)
def _one(studio: Studio, id: str) -> None:
    """The card of one customer."""
    _card(studio, id)


def _wanted(table: pd.DataFrame, segment: int, id: str, columns: list[str]) -> Wanted:
    with st.container(horizontal=True, vertical_alignment="bottom", key="customers-filter"):
        words = st.text_input(
            "Search", key="customers-search", placeholder=f"Part of {plain_text(id)} or of a text", width=220
        )
        column = st.selectbox(
            "Filter by",
            ["", *columns],
            format_func=lambda name: plain_text(name) or "Nothing",
            key="customers-column",
            width=220,
        )
        if not column:
            return Wanted(segment, words)
        choices = choices_of(table[column])
        if choices:
            values = st.multiselect(
                "Only", choices, format_func=plain_text, key=f"customers-values-{columns.index(column)}", width=300
            )
            return Wanted(segment, words, column, values=values)
        low = st.number_input("From", value=None, format="%g", key=f"customers-low-{columns.index(column)}", width=120)
        high = st.number_input("To", value=None, format="%g", key=f"customers-high-{columns.index(column)}", width=120)
    return Wanted(segment, words, column, low, high)


def _take_away(shown: pd.DataFrame, persona: Persona, id: str, columns: list[str]) -> None:
    """The list as a file, for a mailing: the customers that are shown, with chosen columns."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="customers-file"):
        chosen = st.multiselect(
            "Columns of the list", columns, default=[id], format_func=plain_text, key="customers-columns", width=420
        )
        wanted = shown[chosen or [id]]
        show.download(
            "List for a mailing (CSV)",
            partial(csv_bytes, wanted),
            of_data(f"{file_stem(persona.name)} customers", "csv"),
            "text/csv",
            "customers-download",
            help="The customers that are listed here, with these columns.",
        )
    show.altered(altered(wanted))


def _card(studio: Studio, id: str) -> None:
    """Persona, how sure and what decides, as on Score, and the way there."""
    seg, frame = needed(studio.segmentation), needed(_features(studio)).frame
    st.divider()
    values = {str(name): value for name, value in frame.loc[id].items()}
    chosen = Chosen("", seg, studio.personas, card.segment_names(seg, studio.personas))
    try:
        explanation = explain(seg, values)
    except SegmentationError as error:
        show.problem(error)
        return
    st.markdown(safe_prose(card.answer(explanation, chosen.names, f"Customer {plain_text(id, longest=40)}")))
    answer_card(chosen, explanation)
    if explanation.second:
        what_decides(chosen, explanation)
    if studio.features is not None and st.button(
        "Open on Score", key="customers-to-score", icon=":material/arrow_forward:"
    ):
        widgets.fill({"score-way": "id", "score-id": id, "score-section": "One customer"})
        st.switch_page(page_file("score"))
