"""Customers of a delicatessen shop and its campaigns, as in the well-known public file of a marketing campaign."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["MARKETING", "marketing"]

# Per group: share, income a year, its spread, year of birth, children and teenagers at home (average), spent in two
# years on wine, fruit, meat, fish, sweets, gold, purchases by web, catalogue, in the store, with a discount, visits
# of the web page a month, chance to accept each earlier campaign, chance to answer the last one.
MARKETING = {
    "affluent, catalogue and store": (
        0.26, 78_000, 8_000, 1968, 0.02, 0.08, (620, 60, 430, 85, 62, 75), (5.2, 6.2, 8.6, 1.2), 2.8, 0.20, 0.30,
    ),
    "wine by web, teenagers at home": (
        0.27, 55_000, 6_500, 1961, 0.10, 0.95, (420, 18, 130, 24, 18, 60), (6.8, 2.8, 7.2, 3.8), 5.8, 0.08, 0.14,
    ),
    "young families, little spending": (
        0.29, 30_000, 6_500, 1977, 0.92, 0.05, (28, 6, 24, 9, 6, 16), (2.1, 0.5, 3.0, 1.7), 7.6, 0.02, 0.11,
    ),
    "older, careful, discounts": (
        0.18, 46_000, 5_000, 1951, 0.02, 0.05, (80, 2, 30, 3, 2, 24), (3.6, 0.7, 5.6, 8.0), 2.4, 0.02, 0.06,
    ),
}  # fmt: skip
_GOODS = ("Wines", "Fruits", "MeatProducts", "FishProducts", "SweetProducts", "GoldProds")
_WAYS = ("Web", "Catalog", "Store", "Deals")
_EDUCATION = ("Graduation", "PhD", "Master", "Basic", "2n Cycle")
_MARITAL = ("Married", "Together", "Single", "Divorced", "Widow", "Alone")


def marketing(rng: np.random.Generator, n: int = 2240) -> tuple[dict[str, pd.DataFrame], pd.Series]:
    """Who they are, what they bought where in two years, which campaigns they accepted, and who answered the last."""
    names = list(MARKETING)
    sizes = [round(MARKETING[name][0] * n) for name in names]
    group = rng.permutation(np.repeat(np.arange(len(names)), sizes))
    of = [MARKETING[name] for name in names]

    def each(place: int) -> np.ndarray:
        return np.array([one[place] for one in of])[group]

    income = np.round(each(1) + each(2) * rng.normal(size=n)).clip(5_000)
    keen = rng.gamma(12, 1 / 12, n)  # how much this customer buys beside the others of the group
    spent = np.round(each(6) * keen[:, None] * rng.gamma(6, 1 / 6, (n, len(_GOODS)))).astype(int)
    bought = rng.poisson(each(7) * (0.3 + 0.7 * keen[:, None]))
    gaps = pd.Series(income).astype("Int64").mask(pd.Series(rng.random(n) < 0.011))
    joined = pd.Timestamp("2012-07-30") + pd.to_timedelta(rng.integers(0, 700, n), "D")
    frame = pd.DataFrame(
        {
            "ID": rng.permutation(np.arange(1, 12_000))[:n],
            "Year_Birth": np.round(each(3) + 5 * rng.normal(size=n)).astype(int).clip(1940, 1996),
            "Education": rng.choice(_EDUCATION, n, p=(0.50, 0.22, 0.16, 0.03, 0.09)),
            "Marital_Status": rng.choice(_MARITAL, n, p=(0.386, 0.26, 0.21, 0.105, 0.035, 0.004)),
            "Income": gaps,
            "Kidhome": np.minimum(rng.poisson(each(4) * 0.4, n) + (rng.random(n) < each(4) * 0.75), 2),
            "Teenhome": np.minimum(rng.poisson(each(5) * 0.1, n) + (rng.random(n) < each(5) * 0.92), 2),
            "Dt_Customer": joined.strftime("%d-%m-%Y"),
            "Recency": rng.integers(0, 100, n),
            **{f"Mnt{name}": spent[:, place] for place, name in enumerate(_GOODS)},
            **{f"Num{name}Purchases": bought[:, place] for place, name in ((3, "Deals"), *enumerate(_WAYS[:3]))},
            "NumWebVisitsMonth": rng.poisson(each(8)),
            **{f"AcceptedCmp{number}": (rng.random(n) < each(9)).astype(int) for number in (3, 4, 5, 1, 2)},
            "Complain": (rng.random(n) < 0.01).astype(int),
            "Z_CostContact": 3,
            "Z_Revenue": 11,
            "Response": (rng.random(n) < each(10)).astype(int),
        }
    )
    truth = pd.Series(np.array(names)[group], index=frame["ID"].astype(str), name="group")
    return {"marketing_campaign.csv": frame}, truth
