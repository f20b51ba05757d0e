"""Five tables of a bookkeeping and payment app: three behaviours and the usual mess."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["APP_FEATURES", "FINTECH", "LAST_DAY", "fintech"]

LAST_DAY = pd.Timestamp("2024-12-31")
APP_FEATURES = (
    "ledger", "contacts", "payments", "invoices", "reports", "reminders",
    "loans", "savings", "bills", "cards", "support", "qr_code",
)  # fmt: skip
KINDS = ("customer", "supplier", "friend", "family")


@dataclass(frozen=True)
class Behaviour:
    """How one kind of user uses the app; counts are averages, days count from signup."""

    share: float
    days: tuple[float, float]
    contacts: float
    entries: float
    payments: float
    events: float
    first_contact: float
    first_entry: float
    first_payment: float
    never: float
    amount: float
    credit: float
    features: int
    referral: float
    applied: float


FINTECH = {
    "power users": Behaviour(0.35, (800, 70), 9.0, 12, 8, 9.5, 3, 4, 7, 0.0, 260, 0.80, 9, 0.10, 0.85),
    "low engaged": Behaviour(0.40, (540, 70), 1.3, 1.3, 1.2, 2.0, 150, 200, 240, 0.60, 70, 0.50, 2, 0.08, 0.03),
    "light users": Behaviour(0.25, (250, 22), 4.5, 5.5, 3.8, 5.2, 18, 25, 36, 0.0, 140, 0.65, 5, 0.80, 0.06),
}


def fintech(rng: np.random.Generator, n: int = 4000) -> tuple[dict[str, pd.DataFrame], pd.Series]:
    """Users, their contacts, ledger entries, payments and events → five tables and the planted behaviour."""
    sizes = [round(about.share * n) for about in FINTECH.values()]
    kind = rng.permutation(np.repeat(list(FINTECH), sizes))
    user = np.array([f"U{number}" for number in range(20_001, 20_001 + n)])

    def of(field: str) -> np.ndarray:
        return np.array([getattr(FINTECH[name], field) for name in kind], dtype=float)

    days = np.array([FINTECH[name].days for name in kind])
    since = np.clip(np.round(rng.normal(days[:, 0], days[:, 1])), 60, 1080).astype(int)
    signup = LAST_DAY + pd.Timedelta(days=1) - pd.to_timedelta(since, unit="D")
    applied = rng.random(n) < of("applied")
    approved = applied & (rng.random(n) < 0.9)
    users = pd.DataFrame(
        {
            "user_id": user,
            "signup_date": signup.strftime("%Y-%m-%d"),
            "onboarding": np.where(rng.random(n) < of("referral"), "referral", rng.choice(["organic", "advert"], n)),
            "loan_status": np.where(approved, "approved", np.where(applied, "applied", "none")),
            "city": rng.choice(["Lagos", "Accra", "Nairobi", "Kampala"], n, p=[0.4, 0.2, 0.25, 0.15]),
        }
    )

    idle = (kind == "low engaged") & (rng.random(n) < 0.08)

    def rows(count: str, first: str) -> tuple[np.ndarray, pd.Series]:
        never = idle | (rng.random(n) < of("never") * (count != "events"))
        counts = np.where(never, 0, np.maximum(1, np.round(of(count) * rng.normal(1, 0.2, n))).astype(int))
        start = rng.gamma(2.5, of(first) / 2.5) if first else rng.gamma(2, 2, n)
        start = np.minimum(start, since - 2)
        owner = np.repeat(np.arange(n), counts)
        opening = np.r_[True, owner[1:] != owner[:-1]] if len(owner) else np.zeros(0, bool)
        later = start[owner] + rng.random(len(owner)) * (since - start)[owner]
        after = np.where(opening, start[owner], later)
        when = signup[owner].to_series(index=np.arange(len(owner))) + pd.to_timedelta(np.floor(after * 1440), unit="m")
        return owner, when

    owner, when = rows("contacts", "first_contact")
    business = rng.random(len(owner)) < np.where(kind == "power users", 0.75, 0.45)[owner]
    who = np.where(business, rng.integers(0, 2, len(owner)), rng.integers(2, 4, len(owner)))
    contacts = pd.DataFrame({"user_id": user[owner], "contact_type": np.array(KINDS)[who], "added_at": _day(when)})

    owner, when = rows("entries", "first_entry")
    credit = rng.random(len(owner)) < of("credit")[owner]
    amount = (of("amount")[owner] * rng.lognormal(-0.04, 0.3, len(owner))).round(2)
    entries = pd.DataFrame({"user_id": user[owner], "entry_date": _day(when)})
    entries["entry_type"] = np.where(credit, "credit", np.where(rng.random(len(owner)) < 0.9, "debit", "note"))
    entries["amount"] = np.where(entries["entry_type"] == "note", np.nan, amount)

    owner, when = rows("payments", "first_payment")
    amount = (0.6 * of("amount")[owner] * rng.lognormal(-0.04, 0.3, len(owner))).round(2)
    payments = pd.DataFrame({"user_id": user[owner], "transaction_date": _day(when), "amount": amount})
    payments["status"] = rng.choice(["completed", "failed"], len(owner), p=[0.98, 0.02])

    owner, when = rows("events", "")
    known = rng.permuted(np.tile(np.arange(len(APP_FEATURES)), (n, 1)), axis=1)
    chosen = known[owner, np.floor(rng.random(len(owner)) * of("features")[owner]).astype(int)]
    what = rng.choice(["screen_viewed", "button_clicked", "funnel_completed"], len(owner), p=[0.5, 0.3, 0.2])
    events = pd.DataFrame({"user_id": user[owner], "event_time": when.dt.strftime("%Y-%m-%d %H:%M")})
    events["event_type"], events["feature"] = what, np.array(APP_FEATURES)[chosen]

    made = {
        "dim_users.csv": users,
        "dim_user_contacts.csv": contacts,
        "fct_ledger_entries.csv": entries,
        "fct_payment_transactions.csv": payments,
        "int_events.csv": events,
    }
    _mess(rng, made)
    truth = pd.Series(kind, index=user)
    return {f"fintech/{name}": frame for name, frame in made.items()}, truth


def _mess(rng: np.random.Generator, made: dict[str, pd.DataFrame]) -> None:
    """Rows of unknown users, events before the signup, missing amounts, dates and kinds."""
    for name, orphans in zip(list(made)[1:], (12, 20, 8, 25), strict=True):
        strangers = rng.choice(len(made[name]), orphans, replace=False)
        made[name].loc[strangers, "user_id"] = [f"U9{number:04d}" for number in rng.integers(0, 9999, orphans)]
    events = made["int_events.csv"]
    early = rng.choice(len(events), 15, replace=False)
    events.loc[early, "event_time"] = "2021-12-24 08:15"
    for name, column, count in (
        ("fct_ledger_entries.csv", "amount", 40),
        ("fct_payment_transactions.csv", "amount", 15),
        ("dim_user_contacts.csv", "contact_type", 30),
        ("dim_users.csv", "onboarding", 60),
    ):
        made[name].loc[rng.choice(len(made[name]), count, replace=False), column] = np.nan


def _day(when: pd.Series) -> np.ndarray:
    return when.dt.strftime("%Y-%m-%d").to_numpy()
