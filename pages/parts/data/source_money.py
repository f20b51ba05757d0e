"""Amounts in several currencies: what each comes to, which one counts, and the rates that the user types in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui import show, widgets
from segmentation.core.text import plain_text, safe_label

__all__ = ["form"]

_COLUMNS: dict[str, str | show.Column] = {
    "currency": "Currency",
    "lines": show.Column("Purchases", "count"),
    "customers": show.Column("Customers", "count"),
    "amount": show.Column("Sum", "%,.2f"),
}


def form(currencies: pd.DataFrame, choice: str, currency: str, rates: Mapping[str, float]) -> dict[str, Any]:
    """The currencies of the file and the choices → {"currency", "rates"} as the user wants them."""
    if len(currencies) < 2:
        return {"currency": currency, "rates": dict(rates)}
    show.section("Currencies", "Amounts of different currencies are never added up as they stand.")
    show.table(currencies, "source-currencies", _COLUMNS, alt="Purchases, customers and sum of every currency")
    if choice == "own":
        return {"currency": currency, "rates": dict(rates)}
    names = [str(name) for name in currencies["currency"]]
    label = "The currency that counts" if choice == "one" else "Convert to"
    main = st.selectbox(
        label,
        names,
        format_func=lambda name: plain_text(name, longest=12),
        key=widgets.bound("source-currency", currency if currency in names else names[0]),
        width=225,
    )
    if choice == "one":
        return {"currency": main, "rates": dict(rates)}
    wanted = {}
    with st.container(horizontal=True, gap="small"):
        for name in names:
            if name != main:
                wanted[name] = st.number_input(
                    f"One {safe_label(name, longest=12)} in {safe_label(main, longest=12)}",
                    min_value=0.0,
                    format="%.6f",
                    key=widgets.bound(f"source-rate-{name}", float(rates.get(name, 0.0))),
                    width=225,
                )
    return {"currency": main, "rates": {name: rate for name, rate in wanted.items() if rate > 0}}
