"""One customer, in one of three ways: typed into a form, looked up by id, or pasted as a row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts.score.model import Chosen
from pages.parts.shared.features_shown import MOST
from pages.ui import show, state, widgets
from pages.ui.state import Studio
from segmentation.core.blocks import with_levels
from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import count_text, counted, label_text, plain_text, safe_label, yes_or_no
from segmentation.data.pasted_row import typed_number
from segmentation.preparation import missing_columns
from segmentation.reports.card import (
    Field,
    find_customer,
    form_fields,
    most_telling,
    similar_ids,
    starting_values,
    typed_text,
)
from segmentation.scoring.new_files import renamed_by
from segmentation.scoring.pasted import customer_from, of_one

__all__ = ["Customer", "ask", "way"]

_MANY = 24
"""With more fields than this the form begins with those that decide most."""
_WAYS = {"form": "Type the values", "id": "Look up an id", "paste": "Paste a row"}


@dataclass(frozen=True)
class Customer:
    """One customer to explain: its values by feature (None or NaN where not known), and its id where it has one."""

    values: dict[str, float | str | None]
    id: str = ""

    @property
    def who(self) -> str:
        """How a sentence calls the customer."""
        return f"Customer {plain_text(self.id, longest=40)}" if self.id else "This customer"


def way() -> str:
    """How the customer is named: "form", "id" or "paste"."""
    chosen = st.segmented_control(
        "How do you want to name the customer?",
        list(_WAYS),
        default="form",
        format_func=_WAYS.__getitem__,
        required=True,
        key="score-way",
        persist_state="session",
        label_visibility="collapsed",
    )
    return chosen or "form"


def ask(how: str, chosen: Chosen, studio: Studio) -> Customer | None:
    """The inputs for one way of naming a customer; None while there is nothing to score yet."""
    return {"form": _form, "id": _by_id, "paste": _paste}[how](chosen, studio)


def _form(chosen: Chosen, studio: Studio) -> Customer | None:
    made, prefix = chosen.segmentation, f"score-{chosen.ref}-"
    starts = {-1: "A blank form", 0: "A typical customer"} | {
        number: f"A typical “{plain_text(name)}”" for number, name in chosen.names.items()
    }
    st.selectbox(
        "Start from",
        list(starts),
        format_func=starts.__getitem__,
        key=f"{prefix}start",
        on_change=_start,
        args=(chosen, prefix),
        help="Fills the form; change any value afterwards.",
        persist_state="session",
    )
    fields, wrong = state.once("score-fields", form_fields, made), False
    shares = state.once("score-shares", of_one, made)
    values: dict[str, float | str | None] = {}
    telling = state.once("score-telling", most_telling, made, MOST)
    first, further = _places(len(fields), len(telling))
    for field, info in zip(fields, made.inputs, strict=True):
        with first if field.name in telling else further:
            try:
                values[field.name] = _box(field, info, f"{prefix}{field.name}", of_one=field.name in shares)
            except SegmentationError as error:
                show.problem(error)
                wrong = True
    with st.expander("What the fields mean"):
        st.markdown("\n".join(f"- **{safe_label(item.label)}**: {_meaning(item)}" for item in fields))
    if wrong:
        return None
    known = [value for value in values.values() if value is not None]
    return Customer(values) if known else None


def _places(fields: int, telling: int) -> tuple[Any, Any]:
    """Where the boxes stand: all in one place, or where they are many those that decide most, and the others folded."""
    first = st.container(height="content", key="score-form")
    if fields <= _MANY or fields == telling:
        return first, first
    first.caption("The values in which the personas differ most.")
    return first, st.expander(counted(fields - telling, "further value"))


def _start(chosen: Chosen, prefix: str) -> None:
    segment = widgets.value(f"{prefix}start")
    values = starting_values(chosen.segmentation, segment) if segment >= 0 else {}
    widgets.fill(
        {f"{prefix}{info.name}": _start_of(values.get(info.name), info) for info in chosen.segmentation.inputs}
    )


def _start_of(value: float | str | None, info: FeatureInfo) -> float | str | None:
    """What a box shows for a value: levels, yes and no are chosen, numbers typed."""
    if info.kind in ("boolean", "category") or isinstance(value, str):
        return value
    return "" if value is None else typed_text(value, info)


def _meaning(field: Field) -> str:
    seen = (
        safe_label(f"{field.placeholder[:1].upper()}{field.placeholder[1:]}.", longest=120) if field.placeholder else ""
    )
    return f"{safe_label(field.about, longest=300)} {seen}" if field.about else seen


def _box(field: Field, info: FeatureInfo, key: str, *, of_one: bool) -> float | str | None:
    """One box; raises `SegmentationError` when what was typed is no number."""
    label = label_text(field.label)
    if field.choices:
        return st.selectbox(
            label,
            list(field.choices),
            index=None,
            format_func=plain_text,
            key=key,
            placeholder="Not known",
            persist_state="session",
        )
    if field.boolean:
        return st.selectbox(
            label,
            [1.0, 0.0],
            index=None,
            format_func=lambda value: yes_or_no(value).capitalize(),
            key=key,
            placeholder="Not known",
            persist_state="session",
        )
    typed = st.text_input(label, key=key, placeholder=field.placeholder, persist_state="session")
    value = typed_number(typed, info, of_one=of_one)
    return None if math.isnan(value) else value


def _by_id(chosen: Chosen, studio: Studio) -> Customer | None:
    if studio.features is None:
        st.info("Load the customers on the Data page; then any of them can be looked up here by id.")
        return None
    frame = studio.features.frame
    recipe = chosen.segmentation.recipe
    if chosen.segmentation.source == "customers":  # headings in another spelling are the same, as in a whole file
        frame = frame.rename(columns=renamed_by(chosen.segmentation, [str(name) for name in frame.columns]))
    frame = with_levels(frame, recipe.blocks)
    problems = missing_columns(frame.columns, recipe.names, recipe.blocks)
    if problems:
        st.warning("The customers loaded do not have all the features of this model.")
        show.problems(problems)
        return None
    example = plain_text(frame.index[0], longest=30)
    text = st.text_input(
        f"Customer id (of {count_text(len(frame))} loaded)",
        key="score-id",
        placeholder=f"such as {example}",
        persist_state="session",
    )
    if not text.strip():
        return None
    match = find_customer(frame.index, text)
    if match is None:
        close = similar_ids(frame.index, text)
        st.warning(safe_label(f'There is no customer "{plain_text(text, longest=40)}".', longest=400))
        if close:
            st.pills("Close to it", close, format_func=_id_text, key="score-close", on_change=_take_close)
        return None
    values: dict[str, Any] = {str(name): value for name, value in frame.loc[match].items()}
    return Customer(values, match)


def _id_text(id: str) -> str:
    return label_text(id, longest=30)


def _take_close() -> None:
    """Put a suggested id into the field."""
    id = widgets.value("score-close")
    if id is not None:
        widgets.fill({"score-id": id})


def _paste(chosen: Chosen, studio: Studio) -> Customer | None:
    text = st.text_area(
        "One row, copied from a spreadsheet or a file",
        key="score-paste",
        height=150,
        placeholder="A row of your file, with or without its header line, or the values in the order of the form",
        persist_state="session",
    )
    if not text.strip():
        return None
    try:
        return Customer(dict(customer_from(chosen.segmentation, text)))
    except (DataProblems, SegmentationError) as error:
        show.problem(error)
        return None
