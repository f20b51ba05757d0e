"""The five tables of an app's database extract: their columns, other names for them, and the choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from segmentation.core.settings import Settings, option
from segmentation.data.sources.base import ColumnSpec, TableSpec
from segmentation.data.sources.currencies import NAMES, currencies_option
from segmentation.data.sources.people import same_ids_option

__all__ = ["DATES", "FINTECH_TABLES", "FintechSettings"]

_USER = ColumnSpec(
    "user_id",
    "User",
    "id",
    ("user", "userid", "user key", "customer id", "customer", "client id", "account id", "member id", "uid", "id"),
    required=True,
)

FINTECH_TABLES: tuple[TableSpec, ...] = (
    TableSpec(
        "dim_users",
        "Users",
        (
            _USER,
            ColumnSpec("signup_date", "Signup date", "date", (
                "signup", "signed up at", "sign up date", "signup at", "signup timestamp", "created at", "created",
                "registration date", "registered at", "date joined", "joined at", "join date", "onboarded at",
                "onboarding date",
            ), required=True),
            ColumnSpec("onboarding", "Onboarded by referral, or the channel", "flag", (
                "onboarded by referral", "is referral", "is referred", "referral", "referred", "onboarding channel",
                "onboarding source", "onboarding type", "signup channel", "acquisition channel", "channel",
                "referred by", "referral code", "referrer id", "referrer",
            )),
            ColumnSpec("loan_status", "Loan status", "flag", ("loan state", "loan", "loan application status")),
            ColumnSpec("loan_applied", "Loan applied for", "flag", (
                "applied for loan", "has applied loan", "has applied for loan", "is loan applied", "loan application",
            )),
            ColumnSpec("loan_approved", "Loan approved", "flag", (
                "has loan", "loan granted", "is loan approved", "has approved loan",
            )),
        ),
        synonyms=("users", "user", "dim user"),
    ),
    TableSpec(
        "dim_user_contacts",
        "Contacts",
        (
            _USER,
            ColumnSpec("added_at", "Date added", "date", (
                "added date", "contact date", "contact added at", "date added", "created at", "created", "created date",
                "added on", "contact created at", "timestamp", "date",
            ), required=True),
            ColumnSpec("contact_type", "Kind of contact", "text", (
                "type", "kind", "relationship", "relation", "contact kind", "category", "contact category",
            )),
        ),
        required=False,
        synonyms=("user contacts", "contacts", "dim contacts", "dim user contact"),
    ),
    TableSpec(
        "fct_ledger_entries",
        "Ledger entries",
        (
            _USER,
            ColumnSpec("entry_date", "Date of the entry", "date", (
                "entry at", "entry time", "entry timestamp", "entered at", "ledger date", "created at", "created",
                "created date", "timestamp", "date",
            ), required=True),
            ColumnSpec("entry_type", "Credit or debit", "text", (
                "type", "kind", "direction", "credit debit", "dr cr", "ledger type", "transaction type",
            )),
            ColumnSpec("amount", "Amount", "number", ("entry amount", "ledger amount", "value")),
        ),
        required=False,
        synonyms=("ledger entries", "ledger", "entries", "fct ledger"),
    ),
    TableSpec(
        "fct_payment_transactions",
        "Payments",
        (
            _USER,
            ColumnSpec("transaction_date", "Date of the payment", "date", (
                "transaction at", "transaction time", "transaction timestamp", "payment date", "paid at", "paid on",
                "payment time", "created at", "created", "created date", "timestamp", "date",
            ), required=True),
            ColumnSpec("amount", "Amount", "number", ("transaction amount", "payment amount", "value")),
            ColumnSpec("status", "Status", "text", (
                "payment status", "transaction status", "state", "result", "payment state", "zahlungsstatus", "statut",
                "estado", "situacao", "betaalstatus", "stato",
            ), words=True),
            ColumnSpec("currency", "Currency", "text", NAMES),
        ),
        required=False,
        synonyms=("payment transactions", "payments", "transactions", "fct payments", "fct transactions"),
    ),
    TableSpec(
        "int_events",
        "Events",
        (
            _USER,
            ColumnSpec("event_time", "Time of the event", "date", (
                "event at", "event timestamp", "event date", "occurred at", "timestamp", "time", "created at",
                "created", "date",
            ), required=True),
            ColumnSpec("event_type", "Kind of event", "text", ("type", "event kind", "action", "event category")),
            ColumnSpec("feature", "Feature of the app", "text", (
                "app feature", "feature name", "module", "screen", "screen name", "page", "event name", "event", "name",
            )),
            ColumnSpec("session_id", "Session", "id", ("session", "session key", "visit id")),
        ),
        required=False,
        synonyms=("events", "app events", "event log", "fct events"),
    ),
)  # fmt: skip

DATES = {
    "dim_users": "signup_date",
    "dim_user_contacts": "added_at",
    "fct_ledger_entries": "entry_date",
    "fct_payment_transactions": "transaction_date",
    "int_events": "event_time",
}
"""The column of each table that says when."""


@dataclass(frozen=True)
class FintechSettings(Settings):
    """Up to when days count, and which rows do."""

    failed: str = option(
        "drop",
        "Payments that failed, were cancelled or sent back",
        choices={"drop": "Leave them out", "keep": "Count them"},
    )
    currencies: str = currencies_option()
    same_ids: str = same_ids_option()
    before_signup: str = option(
        "keep",
        "Rows from before the user's signup",
        "When they count, the first of its kind happened on day 0.",
        choices={"keep": "Count them", "drop": "Leave them out"},
    )
    session_minutes: int = option(
        30, "Minutes without an event that end a session", "Used when no column gives the session.", low=1, high=1440
    )
    as_of: str = option("", "Days count up to", "Empty: one day after the last date in the data. Never today.")
    use: tuple[str, ...] = option((), "Features that make the segments", "Empty: all of them.")
    words: Mapping[str, str] = field(default_factory=dict)
    """Word of a status → purchase | none, where it is not to count as usual (see `status_words`)."""
    currency: str = ""
    """The one currency that counts or that amounts are converted to; "" is the one of most payments."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """Currency → what one of it is worth in that currency."""
