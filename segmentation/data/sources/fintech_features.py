"""The features of the fintech app, one expression each, the same in pandas, DuckDB and other engines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals as nw

from segmentation.data.sources.days import day_number, second_number
from segmentation.data.sources.fintech_tables import DATES

__all__ = ["CONTACT_KINDS", "NO", "REFERRED", "fintech_features"]

YES = ("true", "yes", "y", "1", "t", "ja", "oui", "si", "sí", "sim")
REFERRED = (*YES, "referral", "referred", "refer a friend", "refer-a-friend", "invite", "invited", "invitation")
NO = ("false", "no", "n", "0", "f", "nein", "non", "não")
NO_LOAN = (*NO, "none", "no loan", "not applied", "not_applied", "n/a", "never")
APPROVED = (
    *YES, "approved", "accepted", "granted", "active", "disbursed", "repaid", "paid", "closed", "overdue", "defaulted",
)  # fmt: skip
CREDIT = ("credit", "credits", "cr", "c", "in", "income", "inflow", "received", "got")
DEBIT = ("debit", "debits", "dr", "d", "out", "expense", "outflow", "paid", "gave")
CONTACT_KINDS = {
    "contacts_customers": ("customer", "customers", "client", "clients"),
    "contacts_suppliers": ("supplier", "suppliers", "vendor", "vendors"),
    "contacts_friends": ("friend", "friends"),
    "contacts_family": ("family", "relative", "relatives", "family member"),
}


def fintech_features(
    tables: Mapping[str, Any],
    as_of: float,
    *,
    app_features: Sequence[str],
    n_app_features: int | None = None,
    session_minutes: int = 30,
    has_session: bool = False,
    filled_means_referred: bool = False,
) -> Any:
    """The tables that are there, in any engine that narwhals knows → one row a user, same engine.

    tables: name → frame with the columns of `FINTECH_TABLES`; user_id never missing and, in dim_users, unique; rows of
    unknown users are ignored. as_of: days since 1970-01-01. app_features: every feature the app has, for the breadth;
    n_app_features: what the breadth is a share of, where it is not the number of these.
    Columns: user_id, then the features of `FINTECH_FEATURES` whose table is there.

    Filling rules: counts and amounts are 0 for users with no row; days to the first are days since signup + 1 when it
    never happened; frequencies are days since signup with fewer than two rows; the average amount stays missing.
    """
    frames = {name: nw.from_native(frame) for name, frame in tables.items()}
    users = frames["dim_users"].select(
        "user_id",
        signup=day_number(nw.col("signup_date")),
        days_since_signup=as_of - day_number(nw.col("signup_date")),
        onboarded_by_referral=_filled("onboarding") if filled_means_referred else _said("onboarding", REFERRED),
        loan_applied=_either(_said("loan_applied", YES), _filled("loan_status") - _said("loan_status", NO_LOAN)),
        loan_approved=_either(_said("loan_approved", YES), _said("loan_status", APPROVED)),
    )
    whole = max(len(app_features) if n_app_features is None else n_app_features, 1)
    parts: dict[str, Callable[[Any], Any]] = {
        "dim_user_contacts": _contacts,
        "fct_ledger_entries": _entries,
        "fct_payment_transactions": _payments,
        "int_events": lambda rows: _events(rows, app_features, whole, session_minutes, has_session),
    }
    columns = [nw.col("user_id"), *map(nw.col, ("days_since_signup", "onboarded_by_referral"))]
    columns += [nw.col("loan_applied"), nw.col("loan_approved")]
    for name, part in parts.items():
        if name in frames:
            dated = frames[name].with_columns(day=day_number(nw.col(DATES[name])))
            users = users.join(part(dated), on="user_id", how="left")
            columns += _FINISH[name]
    return users.select(*columns).to_native()


def _contacts(rows: Any) -> Any:
    kinds = {name: _said("contact_type", words) for name, words in CONTACT_KINDS.items()}
    return (
        rows.with_columns(**kinds)
        .group_by("user_id")
        .agg(*_span("contact"), *(nw.col(name).sum() for name in CONTACT_KINDS))
    )


def _entries(rows: Any) -> Any:
    credit, debit = _said("entry_type", CREDIT), _said("entry_type", DEBIT)
    untyped = nw.col("entry_type").is_null().cast(nw.Float64)
    size = nw.col("amount").abs().fill_null(0.0)
    booked = (nw.col("credit") + nw.col("debit")) * (~nw.col("amount").is_null()).cast(nw.Float64)
    return (
        rows.with_columns(
            credit=credit + untyped * (nw.col("amount") > 0).fill_null(False).cast(nw.Float64),
            debit=debit + untyped * (nw.col("amount") < 0).fill_null(False).cast(nw.Float64),
        )
        .with_columns(
            booked=booked,
            ledger_amount=size * (nw.col("credit") + nw.col("debit")),
            ledger_net=size * (nw.col("credit") - nw.col("debit")),
        )
        .group_by("user_id")
        .agg(*_span("entry"), nw.col("booked").sum(), nw.col("ledger_amount").sum(), nw.col("ledger_net").sum())
    )


def _payments(rows: Any) -> Any:
    return (
        rows.with_columns(transaction_amount=nw.col("amount").fill_null(0.0))
        .group_by("user_id")
        .agg(*_span("transaction"), nw.col("transaction_amount").sum())
    )


def _events(rows: Any, app_features: Sequence[str], whole: int, session_minutes: int, has_session: bool) -> Any:
    kind = nw.col("event_type").str.to_lowercase()
    finished = kind.str.contains("funnel") & ~kind.str.contains("start|abandon|fail|drop|enter|begin")
    rows = rows.with_columns(
        second=second_number(nw.col("event_time")),
        funnels=finished.fill_null(False).cast(nw.Float64),
    )
    before = nw.col("second").shift(1).over("user_id", order_by="second")
    gap = nw.col("second") - before
    opens = (gap > session_minutes * 60.0).fill_null(True) | before.is_null()
    rows = rows.with_columns(opens=opens.cast(nw.Float64))
    active = rows.group_by("user_id").agg(
        nw.col("day").n_unique().alias("active_days"), nw.col("opens").sum().alias("sessions"), nw.col("funnels").sum()
    )
    used = rows.filter(nw.col("feature").is_in(list(app_features))).group_by("user_id")
    active = active.join(used.agg(nw.col("feature").n_unique().alias("used")), on="user_id", how="left")
    if has_session:
        named = rows.filter(~nw.col("session_id").is_null()).group_by("user_id")
        named = named.agg(nw.col("session_id").n_unique().alias("named"))
        active = active.drop("sessions").join(named, on="user_id", how="left")
        active = active.with_columns(sessions=_known("named")).drop("named")
    breadth = nw.col("used").cast(nw.Float64) / whole
    return active.with_columns(app_breadth=breadth).drop("used")


def _span(what: str) -> tuple[nw.Expr, ...]:
    """Number of rows, first and last day of each user."""
    return (
        nw.col("day").count().alias(f"{what}_rows"),
        nw.col("day").min().alias(f"{what}_first"),
        nw.col("day").max().alias(f"{what}_last"),
    )


def _to_first(what: str) -> nw.Expr:
    """Days from signup to the first row, at least 0; days since signup + 1 when there is none."""
    days = nw.col(f"{what}_first") - nw.col("signup")
    never = nw.col("days_since_signup") + 1.0
    return (
        nw.when(nw.col(f"{what}_first").is_null())
        .then(never)
        .otherwise(nw.when(days < 0.0).then(nw.lit(0.0)).otherwise(days))
        .alias(f"days_to_first_{what}")
    )


def _frequency(what: str) -> nw.Expr:
    """Average days from one row to the next; days since signup with fewer than two rows."""
    rows = _known(f"{what}_rows")
    several = nw.when(rows > 1.0).then(rows).otherwise(2.0)
    days = (nw.col(f"{what}_last") - nw.col(f"{what}_first")) / (several - 1.0)
    return nw.when(rows > 1.0).then(days).otherwise(nw.col("days_since_signup")).alias(f"{what}_frequency")


def _known(name: str) -> nw.Expr:
    """A count or amount; 0 for users with no row."""
    return nw.col(name).cast(nw.Float64).fill_null(0.0)


def _average() -> nw.Expr:
    booked = _known("booked")
    return nw.when(booked > 0.0).then(nw.col("ledger_amount") / nw.when(booked > 0.0).then(booked).otherwise(1.0))


def _said(name: str, words: Sequence[str]) -> nw.Expr:
    """1 where the text is one of the words (capitals do not matter), else 0."""
    return nw.col(name).str.to_lowercase().is_in(list(words)).fill_null(False).cast(nw.Float64)


def _filled(name: str) -> nw.Expr:
    return (~nw.col(name).is_null()).cast(nw.Float64)


def _either(first: nw.Expr, second: nw.Expr) -> nw.Expr:
    return ((first + second) > 0.0).cast(nw.Float64)


_FINISH: dict[str, list[nw.Expr]] = {
    "dim_user_contacts": [
        _known("contact_rows").alias("contacts"),
        *(_known(name) for name in CONTACT_KINDS),
        _to_first("contact"),
    ],
    "fct_ledger_entries": [
        _known("entry_rows").alias("ledger_entries"),
        _known("ledger_amount"),
        _known("ledger_net"),
        _average().alias("ledger_average"),
        _to_first("entry"),
        _frequency("entry"),
    ],
    "fct_payment_transactions": [
        _known("transaction_rows").alias("transactions"),
        _known("transaction_amount"),
        _to_first("transaction"),
        _frequency("transaction"),
    ],
    "int_events": [*(_known(name) for name in ("app_breadth", "active_days", "sessions", "funnels"))],
}
