"""Prepared matrices that several tests and benchmarks use: real data outside the project, and planted groups."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

__all__ = ["blobs", "credit_card", "online_retail_rfm"]

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def _file(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path


@cache
def credit_card() -> np.ndarray:
    """The public credit-card data, *Plain* preparation: median fill and StandardScaler → (8950, 17)."""
    frame = pd.read_csv(_file("credit_card/CC GENERAL.csv")).drop(columns="CUST_ID")
    return StandardScaler().fit_transform(frame.fillna(frame.median()).to_numpy(dtype=float))


@cache
def online_retail_rfm() -> np.ndarray:
    """Recency, frequency (distinct invoices), monetary of the UCI Online Retail customers, standardised → (4338, 3)."""
    lines = pd.read_csv(
        _file("online_retail/online_retail.csv.gz"),
        dtype={"InvoiceNo": str, "CustomerID": str},
        parse_dates=["InvoiceDate"],
        usecols=["InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"],
        encoding_errors="replace",
    )
    lines = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)].dropna(subset=["CustomerID"])
    lines["revenue"] = lines["Quantity"] * lines["UnitPrice"]
    groups = lines.groupby("CustomerID")
    last = lines["InvoiceDate"].max() + pd.Timedelta(days=1)
    frame = pd.DataFrame(
        {
            "recency": (last - groups["InvoiceDate"].max()).dt.days,
            "frequency": groups["InvoiceNo"].nunique(),
            "monetary": groups["revenue"].sum(),
        }
    )
    return StandardScaler().fit_transform(frame.to_numpy(dtype=float))


def blobs(rows: int, k: int, *, features: int = 3, apart: float = 12.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Round groups of standard deviation 1 whose centres lie about `apart` from each other → (rows, planted group)."""
    rng = np.random.default_rng(seed)
    truth = np.arange(rows) % k
    centres = apart * np.eye(k, features) * (1 + np.arange(k)[:, None] // features)
    return rng.normal(size=(rows, features)) + centres[truth], truth
