"""The tables of an app, some of them larger than may be read at once → one row a user, in parts of whole users.

A large table is read block by block, each of the others at once; all are put on disk by their users, and each part is
added up by the very function that adds up small tables (`fintech_rows`). The table of users is in memory. Several
currencies need a look at all payments in another way; such tables are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd

from segmentation.core.errors import Problem, raise_if_fatal
from segmentation.core.own_folder import own_folder
from segmentation.core.progress import part
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable, Note, Table
from segmentation.data.sources.assemble import Assembly
from segmentation.data.sources.days import as_second
from segmentation.data.sources.fintech import PAYMENTS, asked_of, day_after_the_last, finished, standard_tables
from segmentation.data.sources.fintech_payments import counted_words, is_void, settle_payments, void_words
from segmentation.data.sources.fintech_rows import Asked, UserSums, add_up_users, together
from segmentation.data.sources.fintech_tables import DATES, FINTECH_TABLES, FintechSettings
from segmentation.data.sources.fintech_users import one_row_a_user
from segmentation.data.sources.part_files import PartFiles, in_parts, number_of_parts, sha256_of
from segmentation.data.sources.purchases import check_words, say_words
from segmentation.data.sources.row_store import are_plain, fill, kinds_of_columns, with_middles
from segmentation.data.sources.status_words import known_share
from segmentation.data.sources.user_store import UserStore, store_frame, stored

__all__ = ["add_up_tables", "tables_fit"]

_SPECS = {spec.name: spec for spec in FINTECH_TABLES}
_USERS = "dim_users"
_FIRST, _MOSTLY = 5_000, 0.5


def tables_fit(assembly: Assembly, big: Mapping[str, Path]) -> bool:
    """Whether tables of this form, with these choices, are added up here as they are in memory. big: table → file."""
    if assembly.source.name != "fintech" or assembly.told or _USERS in big or _USERS not in assembly.tables:
        return False
    chosen = assembly.settings
    return all(
        are_plain(assembly.tables[name], _SPECS[name], mapping)
        and not ("currency" in mapping and chosen.currency and chosen.currencies != "own")
        and not _may_hold_words(assembly.tables[name].frame, name, mapping)
        for name, mapping in ((name, assembly.columns[name]) for name in big)
    )


def _may_hold_words(first: pd.DataFrame, name: str, mapping: Mapping[str, str]) -> bool:
    """Whether lines that come later may tell that a column is a status."""
    if name != PAYMENTS or "status" in mapping:
        return False
    others = [column for column in first if column not in mapping.values()]
    return any(known_share(first[column].iloc[:_FIRST]) >= _MOSTLY for column in others)


def add_up_tables(assembly: Assembly, big: Mapping[str, Path], progress: Progress | None = None) -> FeatureTable:
    """Tables and how they are understood (see `tables_fit`) → what `build_fintech` makes of all their rows.

    Of a table in `big` (by its name, with its file) only the first rows are in the assembly. Raises `NotPlain` where
    the whole file would be understood in another way, `DataProblems` as the build does.
    """
    tables, settings, void = dict(assembly.tables), assembly.settings, frozenset[str]()
    notes, problems = list[Note](), list[Problem]()
    noted, found = list[Note](), list[Problem]()
    frames = standard_tables(tables, assembly.columns, notes, problems)
    raise_if_fatal(problems)
    users = one_row_a_user(frames[_USERS], settings.same_ids, noted, found)
    if PAYMENTS in frames:
        check_words(settings.words)
    if settings.as_of:
        as_second(settings.as_of, "The as-of date")
    with own_folder("segmentation-tables") as folder:
        parts = number_of_parts(big.values())
        files = {name: PartFiles(folder / name, parts) for name in frames}
        stores = {}
        for at, (name, path) in enumerate(big.items()):
            del frames[name]
            whole = part(progress, 0.6 * at / len(big), 0.6 * (at + 1) / len(big))
            stores[name], tables[name] = _on_disk(
                UserStore(
                    files=files[name],
                    spec=_SPECS[name],
                    mapping=assembly.columns[name],
                    kinds=kinds_of_columns(tables[name]),
                ),
                path,
                whole,
            )
        mapping = assembly.columns.get(PAYMENTS, {})
        if PAYMENTS in stores:
            void = _void(stores[PAYMENTS], mapping, settings, notes)
        elif PAYMENTS in frames:
            frames[PAYMENTS], settings = settle_payments(
                frames[PAYMENTS], tables[PAYMENTS], mapping, settings, notes, problems
            )
        frames[_USERS] = users
        latest = [frame[DATES[name]].max() for name, frame in frames.items()]
        as_of = settings.as_of or day_after_the_last([*latest, *(store.latest for store in stores.values())])
        notes, problems = [*notes, *noted], [*problems, *found]
        asked = asked_of(users, assembly.columns, replace(settings, as_of=as_of), notes, void=void)
        for name, frame in frames.items():
            store_frame(files[name], frame)
        each = [{name: files[name].path(number) for name in _SPECS if name in files} for number in range(parts)]
        title = ", ".join(path.name for path in big.values())
        sums = together(in_parts(_add_up_part, each, asked, title, part(progress, 0.6, 0.95)))
    made = finished(tables, assembly.columns, users["user_id"], asked, sums, notes, problems)
    return replace(assembly, tables=tables).finished(made)


def _on_disk(store: UserStore, path: Path, progress: Progress | None) -> tuple[UserStore, Table]:
    """One big table → its rows on disk, and what is known of the whole of it."""
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(sha256_of, path)
        table = replace(fill(store, path, progress), sha256=digest.result())
    store.close(table)
    return store, with_middles(store, table)


def _void(store: UserStore, mapping: Mapping[str, str], settings: FintechSettings, notes: list[Note]) -> frozenset[str]:
    """The words of the payments' status that are no payment, after it was said what each counts as."""
    if "status" not in mapping or store.words is None:
        return frozenset()
    words = counted_words(store.figures(), mapping, settings)
    say_words(words, notes)
    return void_words(words)


def _add_up_part(paths: Mapping[str, Path], asked: Asked) -> UserSums:
    """The files of one part by the names of their tables → what its users add up to."""
    frames = {name: stored(path, _SPECS[name]) for name, path in paths.items()}
    if PAYMENTS in frames and "void" not in frames[PAYMENTS]:
        frames[PAYMENTS]["void"] = is_void(frames[PAYMENTS]["status"], asked.void)
    return add_up_users(frames, asked)
