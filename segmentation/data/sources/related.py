"""Any related tables: one of them holds the customers, the others are joined to it by their keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from segmentation.core.errors import DataProblems, Problem
from segmentation.core.settings import Progress
from segmentation.core.tables import ColumnRole, FeatureTable, Note, Table
from segmentation.core.text import count_text, plain_text
from segmentation.data.profiling import suggest_roles
from segmentation.data.sources.base import Columns, Source, fingerprint, id_text, ids_of, reading_of
from segmentation.data.sources.customers import build_customers
from segmentation.data.sources.joined_money import joined_figures, mixed, settle_money
from segmentation.data.sources.joins import Join, RelatedSettings, summarise
from segmentation.data.sources.people import among, joined, lost_by_spelling
from segmentation.data.sources.relations import suggest_joins

__all__ = ["RELATED", "build_related", "join_tables"]


def build_related(
    tables: Mapping[str, Table],
    columns: Columns | None = None,
    settings: RelatedSettings | None = None,
    progress: Progress | None = None,
    learned: Mapping[str, Any] | None = None,
) -> FeatureTable:
    """Tables by name and the joins → one row a customer of the base table.

    Without joins, those of `suggest_joins` are made. Raises `DataProblems` for a join that would multiply customers or
    change a total, with the numbers and what to do instead.
    """
    chosen = settings or RelatedSettings()
    if not chosen.base:
        guessed = suggest_joins(tables)
        chosen = replace(chosen, base=guessed.base, key=guessed.key, joins=guessed.joins)
    report = progress or (lambda share, text: None)
    notes: list[Note] = []
    problems: list[Problem] = []
    wide = join_tables(tables, chosen, notes, report, problems)
    joined = Table(chosen.base, wide, text=tables[chosen.base].text, sha256="")
    suggested = {item.name: item for item in suggest_roles(joined)}
    roles = {
        **{name: item.role for name, item in suggested.items()},
        **{name: role for name, role in chosen.roles.items() if name in wide},
        chosen.key: "identifier",
    }
    report(0.9, "Making one row a customer")
    others = [name for name, role in roles.items() if role == "identifier" and name != chosen.key]
    try:
        made = build_customers(joined, {**roles, **dict.fromkeys(others, "descriptor")})
    except DataProblems as error:  # keys that no customer has may be why there is nothing to group by
        raise DataProblems([*problems, *error.problems]) from error
    settings_now = asdict(replace(chosen, roles=roles))
    return replace(
        made,
        source="related",
        roles=tuple(
            ColumnRole(name, role, _reason(name, role, suggested[name], chosen)) for name, role in roles.items()
        ),
        fingerprint=fingerprint(tables, settings=settings_now),
        notes=(*notes, *made.notes),
        problems=(*problems, *made.problems),
        replay={
            "source": "related",
            "columns": {},
            "settings": settings_now,
            "learned": {},
            "reading": reading_of(tables),
        },
    )


def _reason(name: str, role: str, suggested: ColumnRole, chosen: RelatedSettings) -> str:
    """Why a column of the joined table has its role."""
    if name == chosen.key:
        return "It tells customers apart in the joined tables."
    return suggested.reason if role == suggested.role else "You chose it."


def join_tables(
    tables: Mapping[str, Table],
    settings: RelatedSettings,
    notes: list[Note],
    report: Progress,
    problems: list[Problem] | None = None,
) -> pd.DataFrame:
    """The base table with the columns that every join adds, one after the other, the same rows in the same order.

    Keys that another table spells otherwise (leading zeros lost, other capitals) are joined where it was chosen, and
    added to problems where not.
    """
    problems = [] if problems is None else problems
    wide = _base(tables, settings).copy()
    for index, join in enumerate(settings.joins):
        report(index / (len(settings.joins) + 1), f"Joining {plain_text(join.table)}")
        rows, wanted = _rows(tables, join, wide, tables[settings.base].text)
        rows = _one_spelling(rows, wanted, join, settings, notes, problems)
        if settings.money == "settle" and join.adds_up:
            rows = settle_money(tables[join.table], rows, join, settings, notes, problems)
        else:
            problems += mixed(tables[join.table], join)
        added = _lookup(rows, wide, join, wanted) if join.columns else None
        if join.adds_up or join.latest:
            summed = _summary(rows, wide, wanted, join, settings, notes)
            added = summed if added is None else added.join(summed)
        if added is not None:
            wide = wide.assign(**{_free(name, wide, join): added[name] for name in added})
            _say_what_repeats(wide, join, notes)
    return wide


def _base(tables: Mapping[str, Table], settings: RelatedSettings) -> pd.DataFrame:
    if settings.base not in tables:
        there = ", ".join(map(plain_text, tables))
        raise _refused(
            settings.base or "Customers", f"there is no such table; there are {there}.", "Choose one of them."
        )
    frame = tables[settings.base].frame
    if settings.key not in frame:
        raise _refused(settings.base, f"there is no column “{plain_text(settings.key)}”.", "Choose the column of ids.")
    return frame


def _rows(
    tables: Mapping[str, Table], join: Join, wide: pd.DataFrame, text: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series]:
    """The rows of the joined table that count, with their key as text; and the keys that the customers ask for.

    text: the cells of the customers' file, by which a key of theirs is what the file has.
    """
    if join.table not in tables:
        raise _refused(join.table, "there is no such table.", "Load the file, or take the join away.")
    frame = tables[join.table].frame
    used = [join.table_key, *join.columns, *join.sums, *join.latest, *filter(None, (join.by, join.only_column))]
    missing = [name for name in used if name not in frame]
    if missing or join.key not in wide:
        name = missing[0] if missing else join.key
        where = join.table if missing else "the customers so far"
        raise _refused(
            join.table, f"there is no column “{plain_text(name)}” in {plain_text(where)}.", "Choose another."
        )
    words = [name for name in join.sums if not pd.api.types.is_numeric_dtype(frame[name])]
    if words:
        raise _refused(
            join.table, f"“{plain_text(words[0])}” holds no numbers, so it cannot be summed.", "Count instead."
        )
    rows = frame.assign(key=ids_of(tables[join.table], join.table_key), row=range(len(frame)))
    if join.only_column:
        rows = rows[id_text(rows[join.only_column]) == join.only_value]
    return rows[rows["key"].notna()], ids_of(Table("", wide, text=text), join.key)


def _one_spelling(
    rows: pd.DataFrame,
    wanted: pd.Series,
    join: Join,
    settings: RelatedSettings,
    notes: list[Note],
    problems: list[Problem],
) -> pd.DataFrame:
    if settings.same_ids == "join":
        keys = joined(rows["key"], wanted)
        changed = int((keys != rows["key"]).sum())
        if changed:
            notes.append(Note(join.table, f"{count_text(changed)} keys were spelled otherwise: joined.", changed))
        return rows.assign(key=keys)
    cause = lost_by_spelling(rows["key"], wanted, join.table)
    if cause is not None:
        problems.append(cause)
    return rows


def _lookup(rows: pd.DataFrame, wide: pd.DataFrame, join: Join, wanted: pd.Series) -> pd.DataFrame:
    """Columns of the one row that each customer points to; refused when there are several."""
    several = rows["key"][rows["key"].duplicated(keep=False) & among(rows["key"], wanted)]
    if len(several):
        example = plain_text(several.iloc[0])
        after = int(wanted.map(rows["key"].value_counts()).fillna(1).sum())
        raise _refused(
            join.table,
            f"{count_text(several.nunique())} of its keys have several rows, for example {example}: "
            f"the join would turn {count_text(len(wide))} rows into {count_text(after)}.",
            "Count or sum the rows instead, or choose only the rows of one kind.",
        )
    looked_up = rows.set_index("key")[list(join.columns)].reindex(wanted)
    return looked_up.set_axis(wide.index, axis=0)


def _summary(
    rows: pd.DataFrame,
    wide: pd.DataFrame,
    wanted: pd.Series,
    join: Join,
    settings: RelatedSettings,
    notes: list[Note],
) -> pd.DataFrame:
    """Count, sums and latest of each customer; refused when a row would count for two customers."""
    made = summarise(rows[["key", "row", *dict.fromkeys((*join.sums, *join.latest, *filter(None, (join.by,))))]], join)
    summary = made.set_index("key").reindex(wanted).set_axis(wide.index, axis=0)
    if join.adds_up:
        _check_totals(rows, summary, wanted, join, settings)
    counted = join.name("", "count")
    sums = [join.name(name, "sum") for name in join.sums]
    summary[[counted, *sums]] = summary[[counted, *sums]].fillna(0.0)
    orphans = pd.Series(~among(rows["key"], wanted), index=rows.index)
    if orphans.any():
        worth = "".join(f", {plain_text(name)} {rows.loc[orphans, name].sum():,.2f}" for name in join.sums)
        text = f"{count_text(orphans.sum())} rows belong to no customer: left out{worth}."
        notes.append(Note(join.table, text, int(orphans.sum())))
    summed: pd.DataFrame = summary if join.count else summary.drop(columns=counted)
    return summed


def _check_totals(
    rows: pd.DataFrame, summary: pd.DataFrame, wanted: pd.Series, join: Join, settings: RelatedSettings
) -> None:
    shared = wanted[wanted.duplicated(keep=False) & among(wanted, rows["key"])]
    if shared.empty:
        return
    known = among(rows["key"], wanted)
    name = join.sums[0] if join.sums else ""
    before = rows.loc[known, name].sum() if name else known.sum()
    after = summary[join.name(name, "sum") if name else join.name("", "count")].sum()
    raise _refused(
        join.table,
        f"{count_text(shared.nunique())} values of “{plain_text(join.key)}” belong to more than one row of "
        f"{plain_text(settings.base)}, so the total of {plain_text(name) or 'rows'} would grow from {before:,.2f} to "
        f"{after:,.2f}.",
        f"Make “{plain_text(join.key)}” the customer, or choose only the rows of one kind where it is joined.",
    )


def _say_what_repeats(wide: pd.DataFrame, join: Join, notes: list[Note]) -> None:
    shared = int(id_text(wide[join.key]).dropna().duplicated(keep=False).sum())
    if join.columns and shared:
        text = f"{count_text(shared)} customers share a row with another, so adding these columns up counts it twice."
        notes.append(Note(join.table, text, shared))


def _refused(where: str, what: str, fix: str) -> DataProblems:
    return DataProblems([Problem(plain_text(where), what, fix)])


def _free(name: Any, wide: pd.DataFrame, join: Join) -> str:
    return name if name not in wide else f"{join.table}_{name}"


RELATED = Source(
    name="related",
    label="Related tables",
    help="One table of customers and others that belong to it by a key, such as orders, loans or districts.",
    tables=(),
    build=build_related,
    settings=RelatedSettings,
    figures=joined_figures,
    before={"money": "as is"},
)
