"""Users and their ids in the tables of an app: one row a user, one spelling, and what else is known of them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from segmentation.core.errors import DataProblems, Problem
from segmentation.core.tables import Note, Table
from segmentation.core.text import count_text, plain_text
from segmentation.data.sources.base import Columns, ids_of
from segmentation.data.sources.people import alike, joined, lost_by_spelling, settle_ids
from segmentation.data.sources.tallies import notes_of, tally

__all__ = ["lost_rows", "one_row_a_user", "other_columns"]


def one_row_a_user(users: pd.DataFrame, same_ids: str, notes: list[Note], problems: list[Problem]) -> pd.DataFrame:
    """One row a user: rows without an id are left out, equal rows kept once, different rows of one id refused.

    Ids that differ only by spelling are said; where they are to be joined, the first row of each user counts.
    """
    nameless = users["user_id"].isna()
    notes += notes_of([tally("Users", nameless, "rows have no user id: left out")])
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
    words = "users have no signup date: what counts from it is missing"
    notes += notes_of([tally("Signup date", users["signup_date"].isna(), words)])
    return users


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
