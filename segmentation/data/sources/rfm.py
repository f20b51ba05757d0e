"""Recency, frequency, monetary and their companions from purchase lines, written once for every engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from segmentation.core.tables import FeatureInfo
from segmentation.data.sources.days import DAY, with_moments
from segmentation.data.vocabulary import describe_column

__all__ = ["RFM", "RFM_FEATURES", "numbered", "rfm_features"]

RFM = ("recency", "frequency", "monetary")

RFM_FEATURES: tuple[FeatureInfo, ...] = (
    *(describe_column(name) for name in ("recency", "frequency", "monetary", "average_order_value")),
    replace(describe_column("tenure (days)"), name="tenure", about="Days since the first purchase."),
    *(
        describe_column(name)
        for name in ("days_between_purchases", "distinct_products", "return_share", "recent_trend")
    ),
)
"""What every feature means, in the order of the columns."""


def rfm_features(
    lines: Any, as_of: float, *, purchase: str = "invoice", net: bool = False, trend_days: int = 90
) -> Any:
    """Purchase lines in any engine that narwhals knows → one row a customer, same engine.

    lines (one row a line): customer text · date · amount, negative where returned · invoice text · product text ·
    returned true/false; no missing customer, date or amount, no date after as_of. Numbers that stand for customers,
    products and, where every line has one, invoices do as well (`numbered`). as_of: moment that days count to, in
    seconds since 1970-01-01; days are whole days up to it. purchase: "invoice" or "day", what counts as one purchase.
    net: whether returns are subtracted from monetary.

    Columns of the result: customer, then the names in `RFM_FEATURES`, then first and last purchase as seconds since
    1970-01-01. Customers without any purchase have no row. Returns change monetary (if net) and return_share only.
    """
    lines = with_moments(nw.from_native(lines))
    bought = lines.filter(~nw.col("returned"))
    bought = bought.with_columns(
        purchase=_purchase_key(purchase, bought),
        recent=_between(as_of - trend_days * DAY, as_of),
        before=_between(as_of - 2 * trend_days * DAY, as_of - trend_days * DAY),
    )
    customers = bought.group_by("customer").agg(
        nw.col("day").max().alias("last_day"),
        nw.col("day").min().alias("first_day"),
        nw.col("day").n_unique().alias("days"),
        nw.col("second").max().alias("last"),
        nw.col("second").min().alias("first"),
        nw.col("purchase").n_unique().alias("frequency"),
        nw.col("amount").sum().alias("bought"),
        nw.col("recent").sum(),
        nw.col("before").sum(),
    )
    products = bought.filter(~nw.col("product").is_null()).group_by("customer")
    returns = lines.filter(nw.col("returned")).group_by("customer")
    customers = (
        customers.join(products.agg(nw.col("product").n_unique().alias("distinct_products")), on="customer", how="left")
        .join(returns.agg(nw.col("amount").sum().alias("returned")), on="customer", how="left")
        .with_columns(
            _number("days"),
            _number("frequency"),
            _number("distinct_products").fill_null(0.0),
            _number("returned").fill_null(0.0),
        )
    )
    two_windows = nw.col("recent") + nw.col("before")
    monetary = nw.col("bought") + nw.col("returned") if net else nw.col("bought")
    return customers.select(
        "customer",
        recency=((as_of - nw.col("last")) / DAY).floor(),
        frequency=nw.col("frequency"),
        monetary=monetary,
        average_order_value=monetary / nw.col("frequency"),
        tenure=((as_of - nw.col("first")) / DAY).floor(),
        days_between_purchases=_ratio(nw.col("last_day") - nw.col("first_day"), nw.col("days") - 1.0),
        distinct_products=nw.col("distinct_products"),
        return_share=_ratio(0.0 - nw.col("returned"), nw.col("bought")),
        recent_trend=_ratio(nw.col("recent") - nw.col("before"), two_windows),
        first=nw.col("first"),
        last=nw.col("last"),
    ).to_native()


def numbered(lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.Index]:
    """Lines with a number for each customer, product and invoice in place of its text, and the customers by number.

    Numbers are grouped faster than texts. Invoices stay texts where a line has none, as its day then stands for it.
    The lines of each customer stand one after the other: pandas adds up scattered ones in another way, which a part of
    the lines need not be.
    """
    customers, texts = lines["customer"].factorize()
    products = lines["product"].factorize()[0]
    made = lines[["date", "amount", "invoice", "returned"]].assign(
        customer=customers, product=np.where(products < 0, np.nan, products)
    )
    if lines["invoice"].notna().all():
        made["invoice"] = lines["invoice"].factorize()[0]
    return made.iloc[np.argsort(customers, kind="stable")], pd.Index(texts)


def _purchase_key(purchase: str, bought: Any) -> nw.Expr:
    """What tells one purchase from the next; a line without an invoice belongs to the purchase of its day."""
    if purchase != "day" and isinstance(bought, nw.DataFrame) and not bought["invoice"].is_null().any():
        return nw.col("invoice")
    day = nw.col("day").cast(nw.String)
    return day if purchase == "day" else nw.coalesce(nw.col("invoice"), day)


def _between(after: float, until: float) -> nw.Expr:
    inside = (nw.col("second") > after) & (nw.col("second") <= until)
    return nw.when(inside).then(nw.col("amount")).otherwise(0.0)


def _number(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.Float64)


def _ratio(top: nw.Expr, bottom: nw.Expr) -> nw.Expr:
    """top / bottom, missing where bottom is not above 0."""
    return nw.when(bottom > 0.0).then(top / nw.when(bottom > 0.0).then(bottom).otherwise(1.0))
