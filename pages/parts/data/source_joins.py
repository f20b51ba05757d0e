"""Related tables: which one holds the customers, and what every other one adds to them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import streamlit as st

from pages.parts.data import source_money, source_words
from pages.ui import show, widgets
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import plain_text
from segmentation.data.sources import Assembly, Figures, Join, RelatedSettings, suggest_joins
from segmentation.data.sources.relations import key_columns

__all__ = ["features_form", "form"]

_HOW = {
    "none": "Nothing: leave it out",
    "columns": "Its columns (one row a key)",
    "sums": "Count, sums and latest of its rows",
}


def form(plan: Assembly, figures: Figures | None) -> dict[str, Any]:
    """Selection boxes for the customers' table, every join and its money → {"settings"} as the user wants them."""
    settings, tables = plan.settings, plan.tables
    show.section("Which table holds the customers", "Every other table is joined to it by a key.")
    with st.container(horizontal=True, gap="small"):
        base = _choose("Table with one row a customer", list(tables), settings.base, "source-base")
        keys = key_columns(tables[base]) or [str(name) for name in tables[base].frame.columns]
        key = _choose(
            "Customers are told apart by", keys, settings.key if base == settings.base else keys[0], "source-key"
        )
        with st.container(width=360):
            same_ids = widgets.from_option(RelatedSettings, "same_ids", settings.same_ids, "source-choice-same_ids")
    if base != settings.base:
        return {"settings": asdict(replace(suggest_joins(tables, base), same_ids=same_ids))}
    show.section(
        "What the other tables add",
        "Rows of orders or payments are counted and summed for each customer; a table with one row a key gives its "
        "columns. A join that would multiply customers or change a total is refused.",
    )
    known = {join.table: join for join in settings.joins}
    reach = [str(name) for name in tables[base].frame.columns]
    order = [*known, *(name for name in tables if name not in known)]
    joins = []
    for name in order:
        if name == base:
            continue
        with st.expander(f"{plain_text(name, longest=40)}: {_said(known.get(name), tables[name], reach)}"):
            join = _join(name, tables[name], known.get(name), reach)
        if join is not None:
            joins.append(join)
            reach += [column for column in join.columns if column not in reach]
    chosen = replace(settings, key=key, same_ids=same_ids, joins=tuple(joins), **_money(settings, figures))
    return {"settings": asdict(chosen)}


def _money(settings: RelatedSettings, figures: Figures | None) -> dict[str, Any]:
    """What counts among the amounts of the joined tables, where they have words or currencies → the choices."""
    if figures is None or (figures.words.empty and len(figures.currencies) < 2):
        return {}
    wanted: dict[str, Any] = {}
    show.section("What counts")
    with st.container(horizontal=True, gap="small"):
        for name in ("money", "currencies"):
            with st.container(width=360):
                now = getattr(settings, name)
                wanted[name] = widgets.from_option(RelatedSettings, name, now, f"source-choice-{name}")
    if wanted["money"] != "settle":
        return wanted
    wanted["words"] = source_words.form(figures.words, settings.words)
    return wanted | source_money.form(figures.currencies, wanted["currencies"], settings.currency, settings.rates)


def features_form(plan: Assembly, features: FeatureTable | None) -> dict[str, Any]:
    """Which columns make the segments → {"settings"} with the roles that the user changed."""
    if features is None:
        back = bool(plan.settings.roles) and st.button("Back to the suggested columns", key="source-related-reset")
        return {"settings": asdict(replace(plan.settings, roles={} if back else plan.settings.roles))}
    numbers = [str(name) for name in features.descriptors.select_dtypes(["number", "boolean"]).columns]
    now = list(features.names)
    chosen = _several("Columns that make the segments", [*now, *numbers], tuple(now), "source-related-use")
    changed = {name: "feature" for name in chosen if name not in now}
    changed |= {name: "descriptor" for name in now if name not in chosen}
    others = [str(name) for name in features.descriptors.columns]
    marked = _several("Sensitive columns, kept out and audited", others, features.sensitive, "source-related-sensitive")
    changed |= {name: "sensitive" for name in marked if changed.get(name) != "feature"}
    changed |= {name: "descriptor" for name in features.sensitive if name not in marked and name not in changed}
    return {"settings": asdict(replace(plan.settings, roles={**plan.settings.roles, **changed}))}


def _join(name: str, table: Table, now: Join | None, reach: list[str]) -> Join | None:
    """How one table is joined: by which keys, of which rows, and what it adds; None for not at all."""
    columns = [str(column) for column in table.frame.columns]
    kept = now or Join(name, "", "")
    kind = "none" if now is None else "columns" if now.columns else "sums"
    with st.container(horizontal=True, gap="small"):
        how = _choose("It adds", list(_HOW), kind, f"source-how-{name}", _HOW)
        if how == "none":
            return None
        shared = next((column for column in columns if column in reach), columns[0])
        key = _choose(
            "Key among the customers", reach, kept.key or (shared if shared in reach else reach[0]), f"source-on-{name}"
        )
        table_key = _choose("Key in this table", columns, kept.table_key or shared, f"source-to-{name}")
        only = _choose("Only rows where", ["", *columns], kept.only_column, f"source-only-{name}", {"": "all rows"})
        value = _value(table, only, kept, name) if only else ""
    made = Join(name, key, table_key, only_column=only, only_value=value)
    if how == "columns":
        wanted = [column for column in columns if column != table_key]
        taken = _several("Columns", wanted, kept.columns or tuple(wanted), f"source-take-{name}")
        return replace(made, columns=taken) if taken else None
    sums = _sums(table, made, kept.sums if kind == "sums" else None)
    latest, by = _latest(table, kept)
    return replace(made, count=True, sums=sums, latest=latest, by=by)


def _sums(table: Table, made: Join, kept: tuple[str, ...] | None) -> tuple[str, ...]:
    """The columns that are added up; at first every number that is no key."""
    numbers = [str(column) for column in table.frame.select_dtypes("number").columns]
    if kept is None:
        keys = {*key_columns(table), made.table_key}
        kept = tuple(column for column in numbers if column not in keys)
    return _several("Sums of", numbers, kept, f"source-sums-{made.table}")


def _latest(table: Table, kept: Join) -> tuple[tuple[str, ...], str]:
    """The columns whose latest value is taken, and by which date; none without a date."""
    columns = [str(column) for column in table.frame.columns]
    dates = [str(column) for column in table.frame.select_dtypes("datetime").columns]
    latest = _several("Latest value of", columns, kept.latest, f"source-latest-{kept.table}") if dates else ()
    return latest, _choose("Latest by", dates, kept.by or dates[0], f"source-by-{kept.table}") if latest else ""


def _value(table: Table, column: str, kept: Join, name: str) -> str:
    values = [str(value) for value in table.frame[column].dropna().unique()[:200]]
    now = kept.only_value if kept.only_column == column and kept.only_value in values else values[0]
    return _choose("is", values, now, f"source-value-{name}")


def _choose(label: str, options: list[str], now: str, key: str, words: dict[str, str] | None = None) -> str:
    known = words or {}
    return st.selectbox(
        label,
        options,
        format_func=lambda option: known.get(option) or plain_text(option, longest=40),
        key=widgets.bound(key, now if now in options else options[0]),
        width=260,
    )


def _several(label: str, options: list[str], now: tuple[str, ...], key: str) -> tuple[str, ...]:
    chosen = st.multiselect(
        label,
        options,
        format_func=lambda option: plain_text(option, longest=40),
        key=widgets.bound(key, [name for name in now if name in options]),
    )
    return tuple(name for name in options if name in chosen)


def _said(join: Join | None, table: Table, reach: list[str]) -> str:
    if join is None:
        alone = not {str(column) for column in table.frame.columns} & set(reach)
        return "left out, as it has no column in common with the customers" if alone else "left out"
    if join.columns:
        return f"{len(join.columns)} columns"
    return "count" + (f", sum of {plain_text(', '.join(join.sums), longest=60)}" if join.sums else "")
