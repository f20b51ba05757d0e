"""Every kind of file, and the one way to build from it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from segmentation.core.blocks import Block
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import plain_text
from segmentation.data.derived import derive_again, derived_from
from segmentation.data.heading_languages import says_customer
from segmentation.data.profiling.meanings import identifier_name, name_words
from segmentation.data.profiling.role_rules import ID_WORDS
from segmentation.data.sources.base import Source, id_text
from segmentation.data.sources.customers import CUSTOMERS
from segmentation.data.sources.fintech import FINTECH
from segmentation.data.sources.guessing import assign_files, complete, guess_columns, named_tables, told_by_contents
from segmentation.data.sources.joins import Join
from segmentation.data.sources.made_features import with_formulas
from segmentation.data.sources.people import id_keys
from segmentation.data.sources.related import RELATED
from segmentation.data.sources.same_headings import same_heading
from segmentation.data.sources.status_words import kinds_of, known_share
from segmentation.data.sources.transactions import TRANSACTIONS

__all__ = ["SOURCES", "guess_source", "rebuild", "settings_from"]

SOURCES: dict[str, Source] = {source.name: source for source in (CUSTOMERS, TRANSACTIONS, FINTECH, RELATED)}
"""Every kind of file, by name; a new kind is one more entry here."""


def rebuild(
    tables: Mapping[str, Table],
    replay: Mapping[str, Any],
    *,
    as_of: str | None = None,
    blocks: Sequence[Block] | None = None,
    progress: Progress | None = None,
) -> FeatureTable:
    """Next month's tables and `FeatureTable.replay` → the same features, by the very function that made the first ones.

    tables: by the names that the source uses. as_of: None counts days to the stored date, "" to the day after the last
    date of these tables, any other text to that date. Cut points and lists that were learned are those of the replay;
    blocks: the categories of the model.
    """
    source = SOURCES[replay["source"]]
    derived = derived_from(replay)
    if source.name == "customers" and derived:
        roles = replay.get("columns", {}).get("customers", {})
        needed = [name for name, role in roles.items() if role in ("feature", "category")]
        tables = {name: derive_again(table, derived, needed) for name, table in tables.items()}
    settings = settings_from(source, {**source.before, **replay.get("settings", {})})
    if as_of is not None and hasattr(settings, "as_of"):
        settings = replace(settings, as_of=as_of)
    built = source.build(tables, replay.get("columns", {}), settings, progress, replay.get("learned") or None)
    if source.name == "customers":
        return built
    return with_formulas(built, {item.name: item.formula for item in derived}, blocks)


def settings_from(source: Source, plain: Mapping[str, Any]) -> Any:
    """Choices as plain values (from JSON, say) → the settings of the source; None for a source without choices.

    Raises one sentence for a choice that the source does not know.
    """
    if source.settings is None:
        return None
    known = {item.name for item in fields(source.settings)}
    strange = [name for name in plain if name not in known]
    if strange:
        raise SegmentationError(
            f"{source.label} has no choice called “{plain_text(strange[0])}”. Choose from {', '.join(sorted(known))}."
        )
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    if "joins" in values:
        values["joins"] = tuple(_join(one) for one in values["joins"])
    return source.settings(**values)


def guess_source(tables: Mapping[str, Table]) -> str:
    """The name of the source that these files most probably are.

    Transactions if customer, date and amount are recognised and customers repeat (several files: if all have the same
    columns). Else several files are the app if their names say so (two of them: if both have its columns), or related
    tables; one file, or several with the same columns, is a table of customers.
    """
    frames = [table.frame for table in tables.values()]
    alike = len({frozenset(map(same_heading, frame.columns)) for frame in frames}) == 1
    if alike and _like_transactions(frames[0]):
        return "transactions"
    named = named_tables(FINTECH, tables)
    if "dim_users" in named and (len(named) > 2 or (len(named) == 2 == len(tables) and _of_the_app(tables))):
        return "fintech"
    return "customers" if alike else "related"


def _like_transactions(frame: pd.DataFrame) -> bool:
    spec = TRANSACTIONS.tables[0]
    columns = guess_columns(spec, frame)
    if "customer" not in columns and _numbers_customers(frame):
        return False
    columns |= told_by_contents(spec, frame, columns)
    priced = "amount" in columns or {"quantity", "price"} <= set(columns)
    if not complete(spec, columns) or not priced:
        return False
    customers = frame[columns["customer"]]
    return bool(customers.duplicated().any()) or _in_two_spellings(customers) or _tells_payments(frame, columns)


def _in_two_spellings(customers: pd.Series) -> bool:
    return not is_numeric_dtype(customers) and bool(id_keys(id_text(customers)).dropna().duplicated().any())


def _tells_payments(frame: pd.DataFrame, columns: Mapping[str, str]) -> bool:
    """Whether the words of a status or type are those of payments, some of which came to nothing.

    A status of active and cancelled is one of customers, so that does not tell it; nor does any status of a table in
    which every row has its customer, and no order, type or currency of its own.
    """
    if not {"invoice", "type", "currency"} & set(columns) and frame[columns["customer"]].notna().all():
        return False
    for name, bad in (("status", {"failed", "refunded", "part refunded", "chargeback"}), ("type", {"return"})):
        if name in columns and known_share(words := frame[columns[name]]) > 0.8:
            kinds = set(kinds_of([str(word) for word in words.dropna().unique()]).values())
            if kinds & bad and kinds & {"paid", "billed", "sale"}:
                return True
    return False


def _of_the_app(tables: Mapping[str, Table]) -> bool:
    """Whether every file is one table of the app with the columns that it cannot do without."""
    files = assign_files(FINTECH, tables)
    specs = [(FINTECH.table(name), tables[file].frame) for name, file in files.items()]
    return len(files) == len(tables) and all(complete(spec, guess_columns(spec, frame)) for spec, frame in specs)


def _numbers_customers(frame: pd.DataFrame) -> bool:
    """Whether a column has every value once and is called a number of customers: then each row is one."""
    return any(
        frame[name].is_unique
        and (identifier_name(str(name)) or says_customer(name) or set(name_words(name)) & ID_WORDS)
        for name in frame.columns
        if not pd.api.types.is_datetime64_any_dtype(frame[name])
    )


def _join(plain: Any) -> Join:
    if isinstance(plain, Join):
        return plain
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    return Join(**values)
