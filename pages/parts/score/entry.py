"""One customer, in one of three ways: typed into a form, looked up by id, or pasted as a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts.score.model import Chosen
from pages.ui import show, state, widgets
from pages.ui.state import Studio
from segmentation.core.blocks import with_levels
from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.text import count_text, plain_text, safe_label, yes_or_no
from segmentation.data.pasted_row import parse_row
from segmentation.preparation import missing_columns
from segmentation.reports.card import Field, find_customer, form_fields, similar_ids, starting_values

__all__ = ["Customer", "ask", "way"]

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
    if any(info.kind == "share" for info in made.info):
        st.caption("Shares are typed as 0 to 1: 0.25 means 25 %.")
    with st.container(height="content", key="score-form"):
        values = {
            field.name: _box(field, f"{prefix}{field.name}") for field in state.once("score-fields", form_fields, made)
        }
    known = [value for value in values.values() if value is not None]
    return Customer(values) if known else None


def _start(chosen: Chosen, prefix: str) -> None:
    segment = widgets.value(f"{prefix}start")
    values = starting_values(chosen.segmentation, segment) if segment >= 0 else {}
    widgets.fill({f"{prefix}{name}": values.get(name) for name in chosen.segmentation.recipe.inputs})


def _box(field: Field, key: str) -> float | str | None:
    label = safe_label(field.label)
    if field.choices:
        return st.selectbox(
            label,
            list(field.choices),
            index=None,
            format_func=plain_text,
            key=key,
            placeholder="Not known",
            help=safe_label(field.help, longest=300),
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
            help=safe_label(field.help, longest=300),
            persist_state="session",
        )
    return st.number_input(
        label,
        value=None,
        step=field.step,
        format="%g",
        key=key,
        placeholder=field.placeholder,
        help=safe_label(field.help, longest=300),
        persist_state="session",
    )


def _by_id(chosen: Chosen, studio: Studio) -> Customer | None:
    if studio.features is None:
        st.info("Load the customers on the Data page; then any of them can be looked up here by id.")
        return None
    frame = studio.features.frame
    recipe = chosen.segmentation.recipe
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
        hint = f" Close to it: {', '.join(plain_text(name, longest=30) for name in close)}." if close else ""
        st.warning(safe_label(f'There is no customer "{plain_text(text, longest=40)}".{hint}', longest=400))
        return None
    values: dict[str, Any] = {str(name): value for name, value in frame.loc[match].items()}
    return Customer(values, match)


def _paste(chosen: Chosen, studio: Studio) -> Customer | None:
    text = st.text_area(
        "One row, copied from a spreadsheet or a file",
        key="score-paste",
        height=150,
        placeholder="A header line and one line of values, or just the values in the order of the form",
        persist_state="session",
    )
    if not text.strip():
        return None
    try:
        return Customer(dict(parse_row(text, chosen.segmentation.inputs)))
    except (DataProblems, SegmentationError) as error:
        show.problem(error)
        return None
