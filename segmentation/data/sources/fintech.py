"""The five tables of a fintech app to one row a user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from segmentation.core.errors import Problem, SegmentationError, raise_if_fatal
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureInfo, FeatureTable, Note, Table
from segmentation.core.text import counted
from segmentation.data.profiling import categories_of, sensitive_kind
from segmentation.data.sources.base import Columns, Figures, Source, TableSpec, fingerprint, reading_of
from segmentation.data.sources.chosen import features_in_use, missing_notes
from segmentation.data.sources.days import DAY, as_second, day_after
from segmentation.data.sources.fintech_features import CONTACT_KINDS, NO, REFERRED, fintech_features
from segmentation.data.sources.fintech_info import FINTECH_FEATURES, NEEDS, TABLE_OF
from segmentation.data.sources.fintech_payments import payment_figures, settle_payments
from segmentation.data.sources.fintech_tables import DATES, FINTECH_TABLES, FintechSettings
from segmentation.data.sources.fintech_users import (
    lost_rows,
    note_rows,
    one_row_a_user,
    one_spelling,
    other_columns,
)
from segmentation.data.sources.people import among
from segmentation.data.sources.standard import standard

__all__ = ["FINTECH", "build_fintech"]

PAYMENTS = "fct_payment_transactions"
_SPECS = {spec.name: spec for spec in FINTECH_TABLES}


def build_fintech(
    tables: Mapping[str, Table],
    columns: Columns,
    settings: FintechSettings | None = None,
    progress: Progress | None = None,
    learned: Mapping[str, Any] | None = None,
) -> FeatureTable:
    """Up to five tables, their mapping and the choices → one row a user of dim_users.

    A table that is missing leaves its features out, and so it is said. Rows of unknown users, from before the signup
    or without a date, and users with nothing, are counted and listed. learned: the features of the app, when they
    come from earlier data.
    """
    settings = settings or FintechSettings()
    report = progress or (lambda share, text: None)
    notes: list[Note] = []
    problems: list[Problem] = []
    frames = _standard(tables, columns, notes, problems)
    raise_if_fatal(problems)
    if PAYMENTS in frames:
        frames[PAYMENTS], settings = settle_payments(
            frames[PAYMENTS], tables[PAYMENTS], columns.get(PAYMENTS, {}), settings, notes, problems
        )
    report(0.3, "Matching rows to users")
    frames["dim_users"] = one_row_a_user(frames["dim_users"], settings.same_ids, notes, problems)
    one_spelling(frames, settings.same_ids, notes, problems)
    as_of = settings.as_of or _day_after_the_last(frames)
    frames = {
        name: frame if name == "dim_users" else _rows(_SPECS[name], frame, frames["dim_users"], as_of, settings, notes)
        for name, frame in frames.items()
    }
    _users_with_nothing(frames, notes)
    report(0.6, "Working out the features of each user")
    app_features = (learned or {}).get("app_features") or _app_features(frames)
    referral = columns["dim_users"].get("onboarding", "")
    made = fintech_features(
        frames,
        as_second(as_of, "The as-of date") // DAY,
        app_features=app_features,
        session_minutes=settings.session_minutes,
        has_session="session_id" in columns.get("int_events", {}),
        filled_means_referred=_filled_means_referred(frames["dim_users"]["onboarding"], referral, notes),
    )
    made = made.set_index("user_id").reindex(frames["dim_users"]["user_id"])
    report(0.9, "Finishing")
    return _table(tables, columns, replace(settings, as_of=as_of), made, list(app_features), notes, problems)


def _standard(
    tables: Mapping[str, Table], columns: Columns, notes: list[Note], problems: list[Problem]
) -> dict[str, pd.DataFrame]:
    frames = {}
    for spec in FINTECH_TABLES:
        if spec.name in tables:
            frames[spec.name] = standard(tables[spec.name], spec, columns.get(spec.name, {}), notes, problems)
        elif spec.required:
            problems.append(Problem(spec.label, "the table of users is missing.", "Add the file with one row a user."))
        else:
            gone = ", ".join(item.label for item in FINTECH_FEATURES if TABLE_OF[item.name] == spec.name)
            notes.append(Note(spec.label, f"There is no such table, so its features are left out: {gone}."))
    return frames


def _day_after_the_last(frames: Mapping[str, pd.DataFrame]) -> str:
    last = pd.Series([frame[DATES[name]].max() for name, frame in frames.items()]).dropna()
    if last.empty:
        raise SegmentationError("There is no date in these tables. Choose the date columns, or the as-of date.")
    return day_after(last.max().normalize())


def _rows(
    spec: TableSpec, rows: pd.DataFrame, users: pd.DataFrame, as_of: str, settings: FintechSettings, notes: list[Note]
) -> pd.DataFrame:
    """The rows of one table that count, after every reason to leave one out was noted."""
    date, user = rows[DATES[spec.name]], rows["user_id"]
    early = date < user.map(users.set_index("user_id")["signup_date"]).dt.normalize()
    late = date > pd.Timestamp(as_second(as_of, "The as-of date"), unit="s")
    nothing = pd.Series(False, index=rows.index)
    reasons = [
        (user.isna(), "rows have no user: left out"),
        (pd.Series(~among(user, users["user_id"]), index=rows.index), "rows are of unknown users: left out"),
        (date.isna(), "rows have no date: left out"),
        (late, f"rows are later than {as_of}: left out"),
        (rows.get("void", nothing), "payments failed or were sent back: left out"),
        (rows.get("foreign", nothing), "payments are in a currency that does not count: left out"),
    ]
    if settings.before_signup == "drop":
        reasons.append((early, "rows are from before the user's signup: left out"))
    kept = pd.Series(True, index=rows.index)
    for which, words in reasons:
        note_rows(notes, spec.label, kept & which, words, user)
        kept &= ~which
    note_rows(notes, spec.label, kept & early, "rows are from before the user's signup: counted", user)
    rows = rows[kept]
    if "amount" in rows and spec.name == "fct_payment_transactions":
        note_rows(
            notes, spec.label, rows["amount"].isna(), "payments have no amount: counted as payments, with amount 0"
        )
    if "contact_type" in rows:
        kinds = [kind for words in CONTACT_KINDS.values() for kind in words]
        other = ~rows["contact_type"].str.lower().isin(kinds)
        note_rows(notes, spec.label, other, "contacts are of no kind or of another kind: counted in the total only")
    return rows


def _users_with_nothing(frames: Mapping[str, pd.DataFrame], notes: list[Note]) -> None:
    users = frames["dim_users"]["user_id"]
    others = [pd.Series(frame["user_id"].unique()) for name, frame in frames.items() if name != "dim_users"]
    if others:
        nothing = pd.Series(~among(users, pd.concat(others)), index=users.index)
        note_rows(notes, "Users", nothing, "users have no row in any other table: kept, with counts of 0", users)


def _app_features(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    return sorted(frames["int_events"]["feature"].dropna().unique()) if "int_events" in frames else []


def _filled_means_referred(values: pd.Series, column: str, notes: list[Note]) -> bool:
    """Whether a referral column holds codes or names, so that any entry means yes."""
    answers = values.dropna().str.lower()
    filled = len(answers) > 0 and not answers.isin([*REFERRED, *NO]).any() and answers.nunique() > 20
    if filled:
        notes.append(Note(column, "The column holds codes, so every user with one counts as referred.", len(answers)))
    return filled


def _table(
    tables: Mapping[str, Table],
    columns: Columns,
    settings: FintechSettings,
    made: pd.DataFrame,
    app_features: list[str],
    notes: list[Note],
    problems: list[Problem],
) -> FeatureTable:
    there = [item for item in FINTECH_FEATURES if item.name in made and _is_known(item.name, columns)]
    used = features_in_use(FINTECH_FEATURES, there, settings.use or [item.name for item in there])
    notes += _left_out(made, there)
    notes += missing_notes(there, made, "user")
    others = other_columns(tables["dim_users"], columns["dim_users"], made.index, settings.same_ids)
    sensitive = tuple(str(name) for name in others if sensitive_kind(str(name), others[name]))
    spare = made[_spare(there, used, others)]
    choices = {"columns": {name: dict(columns[name]) for name in tables}, "settings": asdict(settings)}
    return FeatureTable(
        frame=made[[item.name for item in used]].astype("float64"),
        info=tuple(used),
        descriptors=others.join(spare),
        as_of=settings.as_of,
        source="fintech",
        fingerprint=fingerprint(tables, **choices),
        notes=tuple(notes),
        problems=tuple(problems),
        replay={
            "source": "fintech",
            **choices,
            "learned": {"app_features": app_features},
            "reading": reading_of(tables),
        },
        sensitive=sensitive,
        categories=categories_of(others, sensitive),
    )


def fintech_figures(tables: Mapping[str, Table], columns: Columns, settings: FintechSettings | None = None) -> Figures:
    """The numbers behind the choices: what the words of the payments' status count as, and the currencies."""
    figures = payment_figures(tables.get(PAYMENTS), columns.get(PAYMENTS, {}), settings or FintechSettings())
    lost = lost_rows(tables, columns)
    if not lost:
        return figures
    have = counted(lost, "row has", "rows have")
    figures.effects.loc["same_ids"] = (lost, f"{have} a user who is spelled otherwise in another row.")
    return figures


def _left_out(made: pd.DataFrame, there: list[FeatureInfo]) -> list[Note]:
    """What could not be worked out from these files."""
    labels = [item.label for item in FINTECH_FEATURES if item.name in made and item not in there]
    return [Note("Features", f"Left out, because their column is not chosen: {', '.join(labels)}.")] if labels else []


def _spare(there: list[FeatureInfo], used: list[FeatureInfo], others: pd.DataFrame) -> list[str]:
    """Features that do not make the segments, but describe them."""
    return [item.name for item in there if item not in used and item.name not in others]


def _is_known(feature: str, columns: Columns) -> bool:
    chosen = columns.get(TABLE_OF[feature], {})
    return feature not in NEEDS or any(name in chosen for name in NEEDS[feature])


FINTECH = Source(
    name="fintech",
    label="Fintech app",
    help="Up to five tables of an app: users, their contacts, ledger entries, payments and events.",
    tables=FINTECH_TABLES,
    build=build_fintech,
    settings=FintechSettings,
    figures=fintech_figures,
)
