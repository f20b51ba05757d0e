"""The role of every column: suggested with a reason, changed in the table, checked by building the customers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.parts.data import customer_files, made_columns, roles_file
from pages.parts.data.memory import DataMemory
from pages.ui import show, state, widgets
from pages.ui.file_names import of_data
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.roles import ROLES
from segmentation.core.tables import ColumnRole, FeatureTable, Table
from segmentation.core.text import agree, count_text, counted, listed, plain_text, safe_label, word_key
from segmentation.data.findings import repeated_ids
from segmentation.data.profiling import profile, suggest_roles
from segmentation.data.sources import build_customers, mapping_of, mapping_to_json
from segmentation.data.vocabulary import describe_column

__all__ = ["customers", "editor"]

_HELP = "\n\n".join(["Double-click to change it.", *(f"- {text}." for text in ROLES.values())])
_FEW = 15
"""So many columns are seen at one glance."""
_LABELS = {role: text.split(":")[0] for role, text in ROLES.items()}


_COLUMNS = {
    "column": st.column_config.TextColumn("Column", width=260),
    "role": st.column_config.SelectboxColumn(
        "Role", options=list(_LABELS.values()), required=True, width="small", help=_HELP
    ),
    "reason": st.column_config.TextColumn("Why this is suggested", width=370),
    "label": st.column_config.TextColumn("Shown as", width=190),
    "missing": st.column_config.NumberColumn("Missing", format="%,d", width="small"),
    "distinct": st.column_config.NumberColumn("Different", format="%,d", width="small"),
}
_HEADINGS = {name: show.Column(str(about["label"])) for name, about in _COLUMNS.items()}


def customers(studio: Studio) -> FeatureTable | None:
    """The customers that the present roles make, kept in the studio; None after showing why they cannot be made."""
    customer_files.choose(studio)
    table = _table(studio)
    made_columns.faults(studio, customer_files.table(studio))
    _settle(studio, table)
    known = studio.features is not None
    try:
        features = state.once("customers", build_customers, table, dict(studio.roles))
    except SegmentationError as error:
        show.problem(error)
        hint = _hint(studio, table)
        if hint:
            st.info(safe_label(hint, longest=300) + " Choose the matching kind of data under *Load other data*.")
        state.put(studio, "features", None)
        return None
    state.put(studio, "features", features)
    if not known:
        st.rerun()  # The journey line above shows what the data became.
    return features


def editor(studio: Studio) -> None:
    """The table of columns with their role, changeable; a changed role is taken at once."""
    table = _table(studio)
    suggested = {item.name: item for item in _suggested(table)}
    about = state.once("columns", profile, table.frame)
    names, part = _narrow(studio, table)
    shown = _base(studio, table, names, part)
    labels = {item.name: item.label for item in studio.features.info} if studio.features is not None else {}
    places = table.frame.columns.get_indexer(pd.Index(names))
    columns = pd.DataFrame(
        {
            "column": [plain_text(name, longest=60) for name in names],
            "role": [_LABELS[role] for role in shown],
            "reason": [suggested[name].reason for name in names],
            "label": [plain_text(labels.get(name) or describe_column(name).label, longest=40) for name in names],
            "missing": about["missing"].to_numpy()[places],
            "distinct": about["distinct"].to_numpy()[places],
        }
    )
    edited = st.data_editor(
        columns,
        key=_key(studio, table) + part,
        hide_index=True,
        height="content" if len(names) <= 40 else 640,
        disabled=[name for name in _COLUMNS if name != "role"],
        column_config=_COLUMNS,
        alt="Every column of the file with its role, the reason for it, missing cells and number of different values",
    )
    show.as_file(edited, _HEADINGS, "roles-table")
    _offer_categories(studio, table, suggested)
    made_columns.panel(studio, table)
    roles = {label: role for role, label in _LABELS.items()}
    wanted = studio.roles | {name: roles[label] for name, label in zip(names, edited["role"], strict=True)}
    if wanted != studio.roles:
        _change(studio, table, wanted)
    changed = [name for name in suggested if studio.roles[name] != suggested[name].role]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Change a role by choosing another in its cell. " + _counts(studio))
        if changed and st.button("Back to the suggestions", key="roles-reset"):
            _change(studio, table, {name: item.role for name, item in suggested.items()}, afresh=True)
        saved = mapping_to_json(mapping_of("customers", {"customers": table}, {"customers": studio.roles}))
        show.download(
            "Save the roles",
            saved,
            of_data("roles", "json"),
            "application/json",
            "roles-download",
            help="Columns, roles and how the file is read; no data. On the command line: --map roles.json",
        )
        roles_file.panel(studio, customer_files.table(studio))


def _offer_categories(studio: Studio, table: Table, suggested: Mapping[str, ColumnRole]) -> None:
    """Columns of few values that only describe, and one click to let them make segments as well."""
    names = [name for name, role in suggested.items() if role.could and studio.roles.get(name) == "descriptor"]
    if not names:
        return
    listed_names = safe_label(listed([plain_text(name, longest=40) for name in names], most=5), longest=300)
    few = counted(len(names), "column of few values only describes", "columns of few values only describe")
    with st.container(horizontal=True, vertical_alignment="center", key="roles-categories"):
        st.markdown(f"{few} the segments: {listed_names}.", width="stretch")
        them = agree(len(names), "it", "them")
        if st.button(f"Let {them} take part", key="roles-take-part", help=f"Gives {them} the role Category."):
            _change(studio, table, studio.roles | dict.fromkeys(names, "category"), afresh=True)


def _table(studio: Studio) -> Table:
    return made_columns.table(studio, customer_files.table(studio))


def _suggested(table: Table) -> tuple[ColumnRole, ...]:
    return state.once("suggested roles", suggest_roles, table, state.once("columns", profile, table.frame))


def _settle(studio: Studio, table: Table) -> None:
    """New data start with the suggestions; data read again keep what the user chose for the same columns."""
    before = studio.memory_of(DataMemory).suggested
    if before is not None and before[0] is table and set(studio.roles) == set(table.frame.columns):
        return
    suggested = {item.name: item.role for item in _suggested(table)}
    old = before[1] if before is not None else {}
    made = {item.name for item in (*table.derived, *(before[0].derived if before is not None else ()))}
    same_file = set(old) - made == set(suggested) - made
    changed = {name: role for name, role in studio.roles.items() if same_file and old.get(name) != role}
    own = {name: role for name, role in changed.items() if name in suggested}
    studio.memory_of(DataMemory).suggested = (table, suggested)
    state.put(studio, "roles", suggested | own)


def _change(studio: Studio, table: Table, wanted: dict[str, str], *, afresh: bool = False) -> None:
    """Take the roles that the user chose; a new identifier replaces the old one."""
    ids = [name for name, role in wanted.items() if role == "identifier"]
    if len(ids) > 1:
        new = [name for name in ids if studio.roles.get(name) != "identifier"][-1:] or ids[:1]
        wanted = wanted | {name: "left out" for name in ids if name not in new}
        afresh = True
    state.put(studio, "roles", wanted)
    if afresh:
        studio.memory_of(DataMemory).editor += 1
    st.rerun()


def _key(studio: Studio, table: Table) -> str:
    return f"roles-{table.sha256[:12]}-{id(table)}-{studio.memory_of(DataMemory).editor}-{studio.arrived}"


def _narrow(studio: Studio, table: Table) -> tuple[list[str], str]:
    """The columns that the editor shows, and what tells this choice of them from others; all where they are few.

    With many, some are found by a part of their name or by their role, and given one role together.
    """
    names = [str(name) for name in table.frame.columns]
    if len(names) <= _FEW:
        return names, ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="roles-narrow"):
        words = st.text_input("Find columns", key="roles-find", placeholder="Part of a name", width=200)
        only = st.selectbox("With the role", ["", *_LABELS], format_func=_role_text, key="roles-only", width=160)
        label = {name: word_key(f"{name} {describe_column(name).label}") for name in names}
        shown = [
            name
            for name in names
            if all(word in label[name] for word in word_key(words).split()) and only in ("", studio.roles[name])
        ]
        options = [role for role in _LABELS if role != "identifier"]  # of which there is one only
        role = st.selectbox(
            "Give them all the role", options, format_func=_LABELS.__getitem__, key="roles-many", width=180
        )
        many, none = counted(len(shown), "column"), not shown or len(shown) == len(names)
        if st.button(f"Apply to {many}", key="roles-apply", disabled=none, help="Find some columns first."):
            _change(studio, table, studio.roles | dict.fromkeys(shown, role), afresh=True)
    if len(shown) < len(names):
        st.caption(f"{many} of {count_text(len(names))}.")
    return shown, f"-{word_key(words)}-{only}"


def _role_text(role: str) -> str:
    return _LABELS.get(role, "Any")


def _base(studio: Studio, table: Table, names: list[str], part: str) -> list[str]:
    """The roles that the editor starts from: kept while it is on the screen, so that its edits stay in place."""
    key, mine = _key(studio, table) + part, studio.memory_of(DataMemory)
    if mine.base[0] != key or not widgets.drawn(key):
        mine.base = (key, [studio.roles[name] for name in names])
    return mine.base[1]


def _counts(studio: Studio) -> str:
    counts = pd.Series(list(studio.roles.values())).value_counts()
    parts = [(int(counts[role]), label.lower()) for role, label in _LABELS.items() if role in counts]
    many = {"left out": "left out", "sensitive": "sensitive", "category": "categories"}
    return ", ".join(counted(n, word, many.get(word, "")) for n, word in parts) + "."


def _hint(studio: Studio, table: Table) -> str:
    ids = [name for name, role in studio.roles.items() if role == "identifier"]
    return repeated_ids(table.frame[ids[0]]) if ids else ""
