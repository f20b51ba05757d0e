"""The rows of users, of all or of some of them: which count, what they add up to, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Note
from segmentation.data.sources.base import TableSpec
from segmentation.data.sources.days import DAY, as_second
from segmentation.data.sources.fintech_features import CONTACT_KINDS, fintech_features
from segmentation.data.sources.fintech_tables import DATES, FINTECH_TABLES, FintechSettings
from segmentation.data.sources.people import among, joined, say_spelled, spelled_otherwise
from segmentation.data.sources.tallies import Tally, notes_of, tally
from segmentation.data.sources.tallies import together as tallies_together

__all__ = ["Asked", "UserSums", "add_up_users", "together"]

_SPECS = {spec.name: spec for spec in FINTECH_TABLES}


@dataclass(frozen=True)
class Asked:
    """What is asked of every part. settings: with the as-of date. app_features: of the app; None where the rows tell.

    void: words of a status that are no payment, where it is not known of each payment yet.
    """

    settings: FintechSettings
    has_session: bool
    filled_means_referred: bool
    app_features: tuple[str, ...] | None
    void: frozenset[str] = frozenset()


@dataclass(frozen=True)
class UserSums:
    """What the rows of users add up to.

    made: see `fintech_features`, by user; app_breadth is how many features of the app the user has used. app_features:
    all that were used. tallies: what is said of rows. near: table → `spelled_otherwise` of its ids.
    """

    made: pd.DataFrame
    app_features: list[str]
    tallies: list[Tally]
    near: dict[str, pd.DataFrame]

    def noticed(self) -> tuple[list[Note], list[Problem]]:
        """What is said of the rows."""
        problems = [say_spelled(near, _SPECS[name].label) for name, near in self.near.items()]
        return notes_of(self.tallies), [problem for problem in problems if problem is not None]


def add_up_users(frames: Mapping[str, pd.DataFrame], asked: Asked) -> UserSums:
    """Tables under standard names, one row a user in dim_users and all rows of these users → what they add up to."""
    settings, users = asked.settings, frames["dim_users"]
    rows = {name: frame for name, frame in frames.items() if name != "dim_users"}
    tallies, near = list[Tally](), dict[str, pd.DataFrame]()
    for name, frame in rows.items():
        if settings.same_ids == "join":
            ids = joined(frame["user_id"], users["user_id"])
            changed = (ids != frame["user_id"]) & ids.notna()
            words = "rows had their user spelled otherwise: joined"
            tallies.append(tally(_SPECS[name].label, changed, words, frame["user_id"]))
            rows[name] = frame.assign(user_id=ids)
        else:
            near[name] = spelled_otherwise(frame["user_id"], users["user_id"])
    for name, frame in rows.items():
        kept, more = _that_count(_SPECS[name], frame, users, settings)
        rows[name] = _by_user(kept) if "amount" in kept else kept
        tallies += more
    tallies += _with_nothing(users["user_id"], [frame["user_id"] for frame in rows.values()])
    used = sorted(rows["int_events"]["feature"].dropna().unique()) if "int_events" in rows else []
    made = fintech_features(
        {"dim_users": users, **rows},
        as_second(settings.as_of, "The as-of date") // DAY,
        app_features=used if asked.app_features is None else asked.app_features,
        n_app_features=1,  # all of the app are known when all users are together
        session_minutes=settings.session_minutes,
        has_session=asked.has_session,
        filled_means_referred=asked.filled_means_referred,
    )
    return UserSums(made.set_index("user_id"), used, tallies, near)


def together(parts: Sequence[UserSums]) -> UserSums:
    """Parts with different users as one, the users in any order."""
    return UserSums(
        pd.concat([part.made for part in parts]),
        sorted({name for part in parts for name in part.app_features}),
        tallies_together([part.tallies for part in parts]),
        {name: pd.concat([part.near[name] for part in parts]).sort_index() for name in parts[0].near},
    )


def _that_count(
    spec: TableSpec, rows: pd.DataFrame, users: pd.DataFrame, settings: FintechSettings
) -> tuple[pd.DataFrame, list[Tally]]:
    """The rows of one table that count, and every reason to leave one out."""
    date, user = rows[DATES[spec.name]], rows["user_id"]
    signup = users.set_index("user_id")["signup_date"].reindex(user).set_axis(rows.index)
    early = date < signup.dt.normalize()
    late = date > pd.Timestamp(as_second(settings.as_of, "The as-of date"), unit="s")
    nothing = pd.Series(False, index=rows.index)
    reasons = [
        (user.isna(), "rows have no user: left out"),
        (pd.Series(~among(user, users["user_id"]), index=rows.index), "rows are of unknown users: left out"),
        (date.isna(), "rows have no date: left out"),
        (late, f"rows are later than {settings.as_of}: left out"),
        (rows.get("void", nothing), "payments failed or were sent back: left out"),
        (rows.get("foreign", nothing), "payments are in a currency that does not count: left out"),
    ]
    if settings.before_signup == "drop":
        reasons.append((early, "rows are from before the user's signup: left out"))
    kept, tallies = pd.Series(True, index=rows.index), []
    for which, words in reasons:
        tallies.append(tally(spec.label, kept & which, words, user))
        kept &= ~which
    tallies.append(tally(spec.label, kept & early, "rows are from before the user's signup: counted", user))
    rows = rows[kept]
    if "amount" in rows and spec.name == "fct_payment_transactions":
        words = "payments have no amount: counted as payments, with amount 0"
        tallies.append(tally(spec.label, rows["amount"].isna(), words))
    if "contact_type" in rows:
        kinds = [kind for words in CONTACT_KINDS.values() for kind in words]
        other = ~rows["contact_type"].str.lower().isin(kinds)
        words = "contacts are of no kind or of another kind: counted in the total only"
        tallies.append(tally(spec.label, other, words))
    return rows, tallies


def _with_nothing(users: pd.Series, others: Sequence[pd.Series]) -> list[Tally]:
    if not others:
        return []
    nothing = pd.Series(True, index=users.index)
    for ids in others:
        nothing &= ~among(users, pd.Series(ids.unique(), dtype="str"))
    return [tally("Users", nothing, "users have no row in any other table: kept, with counts of 0", users)]


def _by_user(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of each user one after the other: pandas adds up rows that lie so in another way than scattered ones."""
    order = np.argsort(rows["user_id"].factorize()[0], kind="stable")
    return rows.iloc[order]
