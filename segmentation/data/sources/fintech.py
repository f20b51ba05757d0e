"""The five tables of a fintech app to one row a user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from segmentation.core.errors import Problem, SegmentationError, raise_if_fatal
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureInfo, FeatureTable, Note, Table
from segmentation.core.text import counted
from segmentation.data.profiling import categories_of, sensitive_kind
from segmentation.data.sources.base import Columns, Figures, Source, fingerprint, reading_of
from segmentation.data.sources.chosen import features_in_use, missing_notes
from segmentation.data.sources.days import day_after
from segmentation.data.sources.fintech_features import NO, REFERRED
from segmentation.data.sources.fintech_info import FINTECH_FEATURES, NEEDS, TABLE_OF
from segmentation.data.sources.fintech_payments import payment_figures, settle_payments
from segmentation.data.sources.fintech_rows import Asked, UserSums, add_up_users
from segmentation.data.sources.fintech_tables import DATES, FINTECH_TABLES, FintechSettings
from segmentation.data.sources.fintech_users import lost_rows, one_row_a_user, other_columns
from segmentation.data.sources.standard import standard

__all__ = ["FINTECH", "asked_of", "build_fintech", "day_after_the_last", "finished", "standard_tables"]

PAYMENTS = "fct_payment_transactions"


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
    frames = standard_tables(tables, columns, notes, problems)
    raise_if_fatal(problems)
    if PAYMENTS in frames:
        frames[PAYMENTS], settings = settle_payments(
            frames[PAYMENTS], tables[PAYMENTS], columns.get(PAYMENTS, {}), settings, notes, problems
        )
    report(0.3, "Matching rows to users")
    frames["dim_users"] = one_row_a_user(frames["dim_users"], settings.same_ids, notes, problems)
    as_of = settings.as_of or day_after_the_last([frame[DATES[name]].max() for name, frame in frames.items()])
    asked = asked_of(frames["dim_users"], columns, replace(settings, as_of=as_of), notes, learned)
    report(0.6, "Working out the features of each user")
    sums = add_up_users(frames, asked)
    report(0.9, "Finishing")
    return finished(tables, columns, frames["dim_users"]["user_id"], asked, sums, notes, problems)


def standard_tables(
    tables: Mapping[str, Table], columns: Columns, notes: list[Note], problems: list[Problem]
) -> dict[str, pd.DataFrame]:
    """The tables that are there, each as `standard` has it; what is missing is said."""
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


def day_after_the_last(latest: Sequence[Any]) -> str:
    """The last date of each table, missing where it has none → one day after the last of all."""
    last = pd.Series(list(latest)).dropna()
    if last.empty:
        raise SegmentationError("There is no date in these tables. Choose the date columns, or the as-of date.")
    return day_after(last.max().normalize())


def asked_of(
    users: pd.DataFrame,
    columns: Columns,
    settings: FintechSettings,
    notes: list[Note],
    learned: Mapping[str, Any] | None = None,
    void: frozenset[str] = frozenset(),
) -> Asked:
    """One row a user and the choices → what is asked of the rows of the other tables."""
    filled = _filled_means_referred(users["onboarding"], columns["dim_users"].get("onboarding", ""), notes)
    known = (learned or {}).get("app_features")
    has_session = "session_id" in columns.get("int_events", {})
    return Asked(settings, has_session, filled, tuple(known) if known else None, void)


def _filled_means_referred(values: pd.Series, column: str, notes: list[Note]) -> bool:
    """Whether a referral column holds codes or names, so that any entry means yes."""
    answers = values.dropna().str.lower()
    filled = len(answers) > 0 and not answers.isin([*REFERRED, *NO]).any() and answers.nunique() > 20
    if filled:
        notes.append(Note(column, "The column holds codes, so every user with one counts as referred.", len(answers)))
    return filled


def finished(
    tables: Mapping[str, Table],
    columns: Columns,
    users: pd.Series,
    asked: Asked,
    sums: UserSums,
    notes: list[Note],
    problems: list[Problem],
) -> FeatureTable:
    """What the rows of all users add up to → one row a user, in the order of users."""
    settings, app_features = asked.settings, list(asked.app_features or sums.app_features)
    noted, spelled = sums.noticed()
    notes, problems = [*notes, *noted], [*problems, *spelled]
    made = sums.made.reindex(users)
    if "app_breadth" in made:
        made["app_breadth"] /= max(len(app_features), 1)
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
