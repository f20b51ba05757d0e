"""A year of invoice lines of a shop: three behaviours and the usual mess."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["LAST_DAY", "RETAIL", "retail"]

LAST_DAY = pd.Timestamp("2024-12-31")
YEAR = 365
# Per behaviour: share, days since the last purchase, purchases, total spent (seed no. 4 of the project's brief).
RETAIL = {
    "at risk": (0.40, 90, 2, 200),
    "loyal": (0.30, 20, 10, 1200),
    "potential": (0.30, 45, 5, 600),
}
COUNTRIES = {"Germany": 0.46, "France": 0.18, "Netherlands": 0.14, "Austria": 0.12, "Poland": 0.07, "Norway": 0.03}


def retail(rng: np.random.Generator, n: int = 3000) -> tuple[dict[str, pd.DataFrame], pd.Series]:
    """Invoice lines of n customers → the table and the planted behaviour of every customer."""
    sizes = (np.array([row[0] for row in RETAIL.values()]) * n).astype(int)
    kind = rng.permutation(np.repeat(list(RETAIL), sizes))
    recency, purchases, spent = np.array([RETAIL[name][1:] for name in kind], dtype=float).T
    customer = np.arange(20_001, 20_001 + n)

    recency = np.clip(np.round(recency * rng.gamma(22, 1 / 22, n)), 1, 300).astype(int)
    recency[recency.argmin()] = 1  # somebody bought on the last day, so days count to the day after it
    purchases = np.maximum(1, np.round(purchases * rng.normal(1, 0.28, n))).astype(int)
    spent = spent * np.maximum(0.2, rng.normal(1, 0.28, n))

    owner = np.repeat(np.arange(n), purchases)
    last = np.r_[True, owner[1:] != owner[:-1]]
    span = YEAR - recency[owner] - 1
    ago = np.where(last, recency[owner], recency[owner] + np.floor(rng.random(len(owner)) * span).astype(int))
    weight = rng.gamma(4, 1, len(owner))
    amount = spent[owner] * weight / np.bincount(owner, weight)[owner]

    lines = pd.DataFrame({"customer_id": customer[owner], "ago": ago, "amount": amount})
    lines = lines.sort_values(["ago", "customer_id"], ascending=[False, True], kind="stable", ignore_index=True)
    lines["invoice"] = 500_001 + lines.index
    split = rng.random(len(lines)) < 0.25
    lines["amount"] = np.where(split, lines["amount"] / 2, lines["amount"])
    lines = pd.concat([lines, lines[split]]).sort_index(kind="stable", ignore_index=True)

    prices = np.sort(np.round(rng.lognormal(2.0, 0.7, 150), 1))
    usable = np.maximum(1, np.searchsorted(prices, lines["amount"].to_numpy() / 2))
    product = np.floor(rng.random(len(lines)) * usable).astype(int)
    country = rng.choice(list(COUNTRIES), n, p=list(COUNTRIES.values()))
    frame = pd.DataFrame(
        {
            "invoice": lines["invoice"].astype("str"),
            "invoice_date": LAST_DAY + pd.Timedelta(days=1) - pd.to_timedelta(lines["ago"], unit="D"),
            "customer_id": lines["customer_id"].astype("Int64"),
            "product": [f"P{number + 101}" for number in product],
            "quantity": np.maximum(1, np.round(lines["amount"] / prices[product])).astype(int),
            "unit_price": prices[product],
            "country": country[lines["customer_id"] - customer[0]],
        }
    )
    frame = _mess(rng, frame)
    frame["invoice_date"] = frame["invoice_date"].dt.strftime("%Y-%m-%d")
    return {"retail_transactions.csv": frame}, pd.Series(kind, index=customer.astype(str))


def _mess(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Add returns (a C before the invoice, negative quantity), lines without a customer, gifts and repeated lines."""
    lines = len(frame)
    returned = frame.iloc[np.sort(rng.choice(lines, lines // 70, replace=False))].copy()
    returned["invoice"] = "C" + returned["invoice"]
    returned["quantity"] = -returned["quantity"]
    later = pd.to_timedelta(rng.integers(1, 15, len(returned)), unit="D")
    returned["invoice_date"] = (returned["invoice_date"] + later).clip(upper=LAST_DAY)
    gifts = frame.iloc[np.sort(rng.choice(lines, 60, replace=False))].assign(unit_price=0.0, quantity=1)
    repeated = frame.iloc[np.sort(rng.choice(lines, 45, replace=False))]
    nobody = frame.iloc[np.sort(rng.choice(lines, 250, replace=False))].copy()
    nobody["customer_id"] = pd.NA
    nobody["invoice"] = [str(900_001 + number) for number in range(len(nobody))]
    only_returns = returned.iloc[:5].copy()
    only_returns["customer_id"] = np.arange(29_001, 29_006)
    everything = pd.concat([frame, returned, gifts, repeated, nobody, only_returns])
    return everything.sort_values(["invoice_date", "invoice"], kind="stable", ignore_index=True)
