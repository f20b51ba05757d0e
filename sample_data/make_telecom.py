"""Subscribers of a telecom company: most of what tells them apart is text, as in the well-known public churn file."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["TELECOM", "telecom"]

# Per group: share, months as a customer (average), and the chances of: a contract (month to month, one year, two
# years), internet (DSL, fibre, none), paying (electronic check, mailed check, bank transfer, credit card), an extra
# for protection, an extra for streaming, several lines, a partner, children, paper bills, leaving.
TELECOM = {
    "new on fibre, month to month": (
        0.34, 9, (0.95, 0.04, 0.01), (0.05, 0.94, 0.01), (0.80, 0.08, 0.06, 0.06), 0.06, 0.55, 0.45, 0.35, 0.15,
        0.15, 0.42,
    ),
    "telephone only": (
        0.22, 30, (0.35, 0.25, 0.40), (0.01, 0.01, 0.98), (0.08, 0.72, 0.10, 0.10), 0.0, 0.0, 0.20, 0.50, 0.42, 0.75,
        0.07,
    ),
    "everything, two years": (
        0.24, 62, (0.02, 0.13, 0.85), (0.22, 0.77, 0.01), (0.05, 0.03, 0.45, 0.47), 0.88, 0.84, 0.85, 0.75, 0.45,
        0.25, 0.04,
    ),
    "steady on DSL, one year": (
        0.20, 35, (0.10, 0.84, 0.06), (0.95, 0.04, 0.01), (0.10, 0.14, 0.46, 0.30), 0.72, 0.14, 0.22, 0.50, 0.34,
        0.45, 0.11,
    ),
}  # fmt: skip
_CONTRACTS = ("Month-to-month", "One year", "Two year")
_INTERNET = ("DSL", "Fiber optic", "No")
_PAYMENT = ("Electronic check", "Mailed check", "Bank transfer (automatic)", "Credit card (automatic)")
_PROTECTION = ("OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport")
_STREAMING = ("StreamingTV", "StreamingMovies")
_NO_INTERNET, _NO_PHONE = "No internet service", "No phone service"
_PRICES = {"DSL": 25.0, "Fiber optic": 50.0, "No": 0.0}


def telecom(rng: np.random.Generator, n: int = 2400) -> tuple[dict[str, pd.DataFrame], pd.Series]:
    """Services, contracts and bills, one row a customer, and who left in the last month."""
    names = list(TELECOM)
    sizes = [round(TELECOM[name][0] * n) for name in names]
    group = rng.permutation(np.repeat(np.arange(len(names)), sizes))
    of = [TELECOM[name] for name in names]

    def drawn(place: int, values: tuple[str, ...]) -> np.ndarray:
        chances = np.array([one[place] for one in of])[group]
        return np.array(values)[(rng.random(n)[:, None] > chances.cumsum(axis=1)).sum(axis=1).clip(0, len(values) - 1)]

    def yes(place: int) -> np.ndarray:
        return rng.random(n) < np.array([one[place] for one in of])[group]

    months = np.array([one[1] for one in of])[group]
    tenure = np.clip(np.round(months * rng.gamma(9, 1 / 9, n)), 1, 72).astype(int)
    contract, internet, payment = drawn(2, _CONTRACTS), drawn(3, _INTERNET), drawn(4, _PAYMENT)
    none = internet == "No"
    phone = none | (rng.random(n) < 0.92)
    extras = {name: yes(5) for name in _PROTECTION} | {name: yes(6) for name in _STREAMING}
    lines = yes(7)
    many = sum(extras[name] & ~none for name in extras)
    charges = 20.0 * phone + 5.0 * (lines & phone) + np.vectorize(_PRICES.get)(internet) + 6.0 * many
    monthly = np.round(charges + rng.normal(0, 1.2, n), 2)
    left = yes(11)
    texts = {name: np.where(none, _NO_INTERNET, np.where(has, "Yes", "No")) for name, has in extras.items()}
    total = pd.Series(np.round(monthly * tenure * rng.normal(1, 0.02, n), 2)).astype(object)
    total[rng.choice(n, 9, replace=False)] = " "
    ids = [f"{number:04}-{''.join(rng.choice(list('ABCDEFGHJKLMNPQRSTUVWXYZ'), 5))}" for number in range(1, n + 1)]
    frame = pd.DataFrame(
        {
            "customerID": ids,
            "gender": np.where(rng.random(n) < 0.5, "Female", "Male"),
            "SeniorCitizen": (rng.random(n) < 0.16).astype(int),
            "Partner": np.where(yes(8), "Yes", "No"),
            "Dependents": np.where(yes(9), "Yes", "No"),
            "tenure": tenure,
            "PhoneService": np.where(phone, "Yes", "No"),
            "MultipleLines": np.where(~phone, _NO_PHONE, np.where(lines, "Yes", "No")),
            "InternetService": internet,
            **{name: texts[name] for name in (*_PROTECTION, *_STREAMING)},
            "Contract": contract,
            "PaperlessBilling": np.where(yes(10), "No", "Yes"),
            "PaymentMethod": payment,
            "MonthlyCharges": monthly,
            "TotalCharges": total,
            "Churn": np.where(left, "Yes", "No"),
        }
    )
    order = rng.permutation(n)
    truth = pd.Series(np.array(names)[group], index=ids, name="group")
    return {"telecom_churn.csv": frame.iloc[order].reset_index(drop=True)}, truth.iloc[order]
