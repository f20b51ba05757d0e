"""Users and their ids in the tables of an app: one row a user, one spelling, and what else is known of them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segmentation.core.errors import DataProblems, Problem
from segmentation.core.tables import Note, Table
from segmentation.core.text import count_text, plain_text
from segmentation.data.sources.base import Columns, ids_of
from segmentation.data.sources.fintech_tables import FINTECH_TABLES
from segmentation.data.sources.people import alike, joined, lost_by_spelling, settle_ids

__all__ = ["lost_rows", "note_rows", "one_row_a_user", "one_spelling", "other_columns"]

_LABELS = {spec.name: spec.label for spec in FINTECH_TABLES}


def one_row_a_user(users: pd.DataFrame, same_ids: str, notes: list[Note], problems: list[Problem]) -> pd.DataFrame:
    """One row a user: rows without an id are left out, equal rows kept once, different rows of one id refused.

    Ids that differ only by spelling are said; where they are to be joined, the first row of each user counts.
    """
    nameless = users["user_id"].isna()
    note_rows(notes, "Users", nameless, "rows have no user id: left out")
    users = users[~nameless].drop_duplicates(ignore_index=True)
    ids = settle_ids(users["user_id"], same_ids, "Users", notes, problems)
    further = ids.duplicated() & (ids.map(ids.value_counts()) > users["user_id"].map(users["user_id"].value_counts()))
    users = users.assign(user_id=ids)[~further].reset_index(drop=True)
    twice = users["user_id"][users["user_id"].duplicated()]
    if len(twice):
        raise DataProblems(
            [
                Problem(
                    "Users",
                    f"{count_text(twice.nunique())} user ids appear in several different rows, for example "
                    f"{plain_text(twice.iloc[0])}.",
                    "Keep one row a user.",
                )
            ]
        )
    if users.empty:
        raise DataProblems([Problem("Users", "there is no user in the file.", "Load a file with one row a user.")])
    note_rows(
        notes, "Signup date", users["signup_date"].isna(), "users have no signup date: what counts from it is missing"
    )
    return users


def one_spelling(frames: dict[str, pd.DataFrame], same_ids: str, notes: list[Note], problems: list[Problem]) -> None:
    """Rows whose user is spelled otherwise than in the table of users: joined where it was chosen, else said why."""
    users = frames["dim_users"]["user_id"]
    for name, frame in frames.items():
        if name == "dim_users":
            continue
        label = _LABELS[name]
        if same_ids == "join":
            ids = joined(frame["user_id"], users)
            changed = (ids != frame["user_id"]) & ids.notna()
            note_rows(notes, label, changed, "rows had their user spelled otherwise: joined", frame["user_id"])
            frames[name] = frame.assign(user_id=ids)
        elif (cause := lost_by_spelling(frame["user_id"], users, label)) is not None:
            problems.append(cause)


def lost_rows(tables: Mapping[str, Table], columns: Columns) -> int:
    """How many rows belong to no user only because of how their id is spelled, and users with several spellings."""
    ids = {
        name: ids_of(table, columns[name]["user_id"])
        for name, table in tables.items()
        if columns.get(name, {}).get("user_id") in table.frame.columns
    }
    if "dim_users" not in ids:
        return 0
    users = ids.pop("dim_users")
    causes = [lost_by_spelling(mine, users, name) for name, mine in ids.items()]
    return len(alike(users)) + sum(cause.count for cause in causes if cause is not None)


def other_columns(users: Table, mapping: Mapping[str, str], index: pd.Index, same_ids: str) -> pd.DataFrame:
    """Everything else that the table of users says, for describing the segments."""
    ids = ids_of(users, mapping["user_id"])
    rest = users.frame.drop(columns=mapping["user_id"]).set_axis(joined(ids) if same_ids == "join" else ids, axis=0)
    return rest[~rest.index.duplicated()].reindex(index)


def note_rows(notes: list[Note], where: str, which: pd.Series, words: str, ids: pd.Series | None = None) -> None:
    """Note how many rows are under a mask, with some of their ids; nothing where none is."""
    count = int(which.sum())
    if not count:
        return
    example = ""
    if ids is not None and ids[which].notna().any():
        example = f" (for example {', '.join(map(plain_text, ids[which].dropna().unique()[:3]))})"
    notes.append(Note(where, f"{count_text(count)} {words}{example}.", count))
