"""Make the sample data: `python sample_data/generate.py` writes the same bytes every time.

Each maker returns the tables and the planted truth: which behaviour every customer was given. The truth is written
to no file (README.md describes it); tests ask `truth(name)`.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))

from make_fintech import fintech
from make_marketing import marketing
from make_retail import retail
from make_telecom import telecom

__all__ = ["MAKERS", "truth", "write", "write_database"]

SEED = 42
HERE = Path(__file__).resolve().parent
Made = tuple[dict[str, pd.DataFrame], pd.Series]

# Per behaviour: share, credit limit (median), months with a purchase of 12, average one-off and instalment purchase,
# share of one-off purchases, cash advances a year, average cash advance, share of months paid in full, limit in use.
CREDIT_CARD = {
    "low activity": (0.42, 2600, 1.8, 60, 40, 0.50, 0.15, 200, 0.05, 0.07),
    "high-spending full payers": (0.14, 9500, 11.3, 150, 95, 0.62, 0.10, 300, 0.72, 0.13),
    "cash-advance heavy": (0.22, 6000, 1.3, 80, 50, 0.60, 14.0, 420, 0.01, 0.72),
    "instalment-focused": (0.22, 2800, 10.6, 60, 42, 0.04, 0.15, 250, 0.22, 0.24),
}
# Per group: share, income, spending score, credit score (seed no. 3 of the project's brief).
INCOME_SPENDING = {
    "high income, high spending": (0.25, 120_000, 80, 750),
    "middle income, moderate spending": (0.30, 60_000, 40, 650),
    "low income, high spending": (0.25, 30_000, 70, 600),
    "good income, low spending": (0.20, 80_000, 20, 700),
}
# Per group: share of women, average age.
WHO_IN_INCOME_SPENDING = {
    "high income, high spending": (0.38, 46),
    "middle income, moderate spending": (0.49, 44),
    "low income, high spending": (0.64, 30),
    "good income, low spending": (0.50, 55),
}
# Per behaviour: share, then the arc that its customers lie along, in weeks as a customer and sessions a week: middle,
# half the width, foot, height (below 0: downwards), and how far they stray from it (in weeks; in sessions a sixth).
APP_HABITS = {
    "rise and fade": (0.50, 40, 32, 4.6, 8.4, 1.6),
    "lapse and return": (0.35, 74, 33, 8.4, -7.2, 2.5),
    "steady daily": (0.15, 110, 3, 13.0, 0.6, 1.4),
}


def credit_card(rng: np.random.Generator, n: int = 2600) -> Made:
    """A year of credit-card use, the columns and the mess of the well-known public set."""
    kind, of = _behaviours(rng, CREDIT_CARD, n)
    _, limit, months, oneoff_size, instal_size, oneoff_share, advances, advance_size, full, use = of
    tenure = rng.choice(np.arange(6, 13), n, p=[0.01, 0.02, 0.03, 0.04, 0.07, 0.13, 0.70])
    limit = np.clip(np.round(limit * rng.lognormal(0, 0.45, n) / 100) * 100, 100, 30_000)
    spread = rng.normal(0, 0.8, n)

    active = rng.binomial(tenure, np.clip(months / 12 + 0.04 * spread, 0.01, 0.99))
    trx = active + rng.poisson(active * np.where(months > 8, 1.3, 0.25))
    oneoff_trx = rng.binomial(trx, oneoff_share)
    instal_trx = trx - oneoff_trx
    oneoff = oneoff_trx * oneoff_size * rng.lognormal(0, 0.35, n)
    instal = instal_trx * instal_size * rng.lognormal(0, 0.35, n)
    cash_trx = rng.poisson(advances * rng.gamma(6, 1 / 6, n))
    cash = cash_trx * advance_size * rng.lognormal(0, 0.35, n)
    paid_in_full = rng.binomial(tenure, np.clip(full * rng.beta(12, 1, n), 0, 1)) / tenure
    balance = limit * np.clip(use * rng.gamma(5, 0.2, n), 0, 1.1)
    payments = (0.55 * (oneoff + instal + cash) + 0.25 * balance) * rng.lognormal(0.2, 0.35, n)
    minimum = np.maximum(balance * 0.16 * rng.lognormal(0, 0.5, n), 12.0)

    def months_share(count: np.ndarray) -> np.ndarray:
        return np.round(np.minimum(count, tenure) / tenure, 6)

    frame = pd.DataFrame(
        {
            "CUST_ID": _ids("S", n),
            "BALANCE": balance.round(2),
            "BALANCE_FREQUENCY": months_share(rng.binomial(tenure, np.where(use < 0.1, 0.6, 0.97))),
            "PURCHASES": (oneoff.round(2) + instal.round(2)).round(2),
            "ONEOFF_PURCHASES": oneoff.round(2),
            "INSTALLMENTS_PURCHASES": instal.round(2),
            "CASH_ADVANCE": cash.round(2),
            "PURCHASES_FREQUENCY": months_share(active),
            "ONEOFF_PURCHASES_FREQUENCY": months_share(np.minimum(oneoff_trx, active)),
            "PURCHASES_INSTALLMENTS_FREQUENCY": months_share(np.minimum(instal_trx, active)),
            "CASH_ADVANCE_FREQUENCY": months_share(np.ceil(cash_trx * 0.6).astype(int)),
            "CASH_ADVANCE_TRX": cash_trx,
            "PURCHASES_TRX": trx,
            "CREDIT_LIMIT": limit,
            "PAYMENTS": payments.round(2),
            "MINIMUM_PAYMENTS": minimum.round(2),
            "PRC_FULL_PAYMENT": paid_in_full.round(6),
            "TENURE": tenure,
        }
    )
    frame.loc[rng.random(n) < 0.035, "MINIMUM_PAYMENTS"] = np.nan
    frame.loc[rng.choice(n, 1), "CREDIT_LIMIT"] = np.nan
    return {"credit_card.csv": frame}, pd.Series(kind, index=frame["CUST_ID"])


def income_spending(rng: np.random.Generator, n: int = 2000) -> Made:
    """Yearly income, spending score 1 to 100 and credit score 300 to 850, with a region that means nothing.

    Gender and age are not behind the groups, but go with them: something for the audit of sensitive columns to find.
    """
    kind, (_, income, spending, credit) = _behaviours(rng, INCOME_SPENDING, n)
    frame = pd.DataFrame(
        {
            "customer_id": _ids("P", n),
            "region": rng.choice(["North", "East", "South", "West"], n, p=[0.2, 0.3, 0.3, 0.2]),
            "annual_income": np.clip(np.round(rng.normal(income, 6_000), -2), 20_000, 150_000).astype(int),
            "spending_score": np.clip(np.round(rng.normal(spending, 5)), 1, 100).astype(int),
            "credit_score": np.clip(np.round(rng.normal(credit, 19)), 300, 850).astype(int),
        }
    )
    frame["credit_score"] = frame["credit_score"].astype("Int64").mask(rng.random(n) < 0.015)
    women, age = np.array([WHO_IN_INCOME_SPENDING[name] for name in kind]).T
    chance = rng.random(n)
    gender = np.where(chance < women, "female", "male").astype(object)
    gender[chance > 0.985] = "non-binary"
    gender[rng.random(n) < 0.02] = None
    frame["gender"] = gender
    frame["age"] = np.clip(np.round(rng.normal(age, 10)), 18, 84).astype(int)
    return {"income_spending.csv": frame}, pd.Series(kind, index=frame["customer_id"])


def no_structure(rng: np.random.Generator, n: int = 2000) -> Made:
    """One cloud of customers without any groups: correlated, mildly skewed, realistic names."""
    names = ["annual_income", "monthly_spend", "visits_per_month", "basket_value", "years_as_customer", "satisfaction"]
    loads = np.array([[0.7, 0.1], [0.8, 0.3], [0.3, 0.7], [0.5, -0.5], [0.1, 0.4], [-0.1, 0.5]])
    cloud = rng.normal(size=(n, 2)) @ loads.T + rng.normal(0, 0.6, (n, len(names)))
    cloud = (cloud - cloud.mean(axis=0)) / cloud.std(axis=0)
    frame = pd.DataFrame({"customer_id": _ids("N", n)})
    for column, (name, middle, spread) in enumerate(
        zip(names, [42_000, 380, 6, 60, 5, 7], [0.3, 0.35, 0.3, 0.3, 0.35, 0.12], strict=True)
    ):
        frame[name] = (middle * np.exp(spread * cloud[:, column])).round(0 if middle > 1000 else 2)
    frame["annual_income"] = frame["annual_income"].astype(int)
    frame.loc[rng.random(n) < 0.02, "satisfaction"] = np.nan
    return {"no_structure.csv": frame}, pd.Series("everyone", index=frame["customer_id"])


def app_habits(rng: np.random.Generator, n: int = 2000) -> Made:
    """Two arcs that reach into each other and one dense spot, in weeks as a customer and sessions a week.

    The basket grows with the weeks for everybody, and region and device mean nothing: none of them tells the behaviours
    apart. No straight line does either, so K-means must cut them wrongly.
    """
    kind, (_, middle, half, foot, height, stray) = _behaviours(rng, APP_HABITS, n)
    along = rng.uniform(0, np.pi, n)
    weeks = middle + half * np.cos(along) + rng.normal(0, stray)
    sessions = foot + height * np.sin(along) + rng.normal(0, stray) / 6
    frame = pd.DataFrame(
        {
            "customer_id": _ids("A", n),
            "region": rng.choice(["North", "East", "South", "West"], n),
            "device": rng.choice(["Android", "iPhone"], n, p=[0.6, 0.4]),
            "weeks_as_customer": np.clip(weeks, 0.5, None).round(1),
            "sessions_per_week": np.clip(sessions, 0.1, None).round(2),
            "average_basket": (14 + 0.16 * weeks + rng.normal(0, 0.6, n)).round(2),
        }
    )
    return {"app_habits.csv": frame}, pd.Series(kind, index=frame["customer_id"])


def _behaviours(rng: np.random.Generator, table: dict[str, tuple], n: int) -> tuple[np.ndarray, np.ndarray]:
    """(n,) behaviour names in random order with exact shares, and a row of (n,) values for each figure of the table."""
    sizes = np.round(np.array([row[0] for row in table.values()]) * n).astype(int)
    sizes[0] += n - sizes.sum()
    kind = rng.permutation(np.repeat(list(table), sizes))
    return kind, np.array([table[name] for name in kind], dtype=float).T


def _ids(letter: str, n: int) -> list[str]:
    return [f"{letter}{number:05d}" for number in range(10_001, 10_001 + n)]


MAKERS: dict[str, Callable[[np.random.Generator], Made]] = {
    "credit_card": credit_card,
    "income_spending": income_spending,
    "no_structure": no_structure,
    "retail": retail,
    "fintech": fintech,
    "app_habits": app_habits,
    "telecom": telecom,
    "marketing": marketing,
}
"""Every sample by name."""


def make(name: str) -> Made:
    """The tables of one sample by file name, and its planted truth (customer id → behaviour)."""
    return MAKERS[name](np.random.default_rng([SEED, list(MAKERS).index(name)]))


def truth(name: str) -> pd.Series:
    """Customer id → planted behaviour of one sample."""
    return make(name)[1]


def write_database(folder: Path = HERE) -> Path:
    """The table of `credit_card.csv` as a table of an SQLite database, from the very file.

    Its bytes differ with the version of SQLite, so a test compares what is in it.
    """
    path = folder / "cards.db"
    path.unlink(missing_ok=True)
    rows = list(csv.reader((HERE / "credit_card.csv").read_text(encoding="utf-8").splitlines()))
    head, customers = rows[0], [[row[0], *(float(cell) if cell else None for cell in row[1:])] for row in rows[1:]]
    with closing(sqlite3.connect(path)) as connection, connection:
        columns = ", ".join(f'"{name}" {"REAL" if place else "TEXT"}' for place, name in enumerate(head))
        connection.execute(f"CREATE TABLE customers ({columns})")
        connection.executemany(f"INSERT INTO customers VALUES ({', '.join('?' * len(head))})", customers)
    return path


def write(folder: Path = HERE, names: tuple[str, ...] = tuple(MAKERS)) -> list[Path]:
    """Write the files of the samples below a folder → their paths."""
    paths = []
    for name in names:
        for file, frame in make(name)[0].items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(frame.to_csv(index=False, lineterminator="\n").encode("utf-8"))
            paths.append(path)
    return paths


if __name__ == "__main__":
    for written in [*write(), write_database()]:
        sys.stdout.write(f"{written.name}: {written.stat().st_size / 1000:,.0f} kB\n")
