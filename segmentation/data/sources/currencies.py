"""Amounts in several currencies: which line is in which, what each comes to, and one rule that never adds two up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.errors import Problem, SegmentationError
from segmentation.core.money import code_of, is_currency, unit_of
from segmentation.core.settings import option
from segmentation.core.tables import FeatureInfo, Note, Table
from segmentation.core.text import agree, count_text, counted, plain_text
from segmentation.data.reading.numbers import CURRENCY
from segmentation.data.sources.orders import sum_text

__all__ = ["NAMES", "Money", "currencies_option", "currency_of", "in_currency", "in_one_currency", "per_currency"]

NAMES = ("currency", "currency code", "ccy", "curr", "waehrung", "wahrung", "währung", "devise", "monnaie", "moneda",
         "divisa", "moeda", "valuta", "munt", "iso currency", "transaction currency", "order currency",
         "payment currency", "currency iso", "wkz", "wkz umsatz", "währg", "wahrg")  # fmt: skip
"""Other names of a column of currencies."""


def currencies_option() -> Any:
    """The setting that says what is done with several currencies, for every source that has amounts."""
    return option(
        "own",
        "Amounts in several currencies",
        "Amounts of different currencies are never added up as they stand.",
        choices={
            "own": "Each customer in their own main currency",
            "one": "Count one currency only",
            "rates": "Convert with the rates below",
        },
    )


@dataclass(frozen=True)
class Money:
    """Amounts after the currencies were settled.

    amounts: per line. out: lines whose amount is in a currency that does not count. currency: the one that amounts are
    in now, "" where there is none or where customers keep their own.
    """

    amounts: pd.Series
    out: pd.Series
    currency: str = ""


def currency_of(table: Table, column: str, amount: str) -> pd.Series:
    """The currency of every line: of its own column, else the sign or code in the cells of the amount; same index.

    Signs become codes (€ → EUR); "$" stays, unless the file says USD itself. Missing where nothing says one.
    """
    index = table.frame.index
    if column:
        words = table.frame[column].astype("str").where(table.frame[column].notna(), None)
    else:
        signs = _signs(table.text[amount]) if amount in table.text else None
        if signs is None:
            return pd.Series(None, index=index, dtype="str")
        words = signs.set_axis(index, axis=0)
    codes = {word: code_of(str(word)) for word in words.dropna().unique()}
    dollars = "USD" if "USD" in codes.values() else "$"
    return words.map({word: dollars if code == "$" else code or None for word, code in codes.items()})


def in_currency(infos: Sequence[FeatureInfo], currency: str) -> tuple[FeatureInfo, ...]:
    """Features → the same, amounts with the currency (a code, or "" for none) as their unit."""
    unit = unit_of(currency)
    if not is_currency(unit):
        return tuple(infos)
    return tuple(replace(info, unit=unit) if info.kind == "money" and not info.unit else info for info in infos)


def per_currency(currency: pd.Series, amounts: pd.Series, customer: pd.Series, counts: pd.Series) -> pd.DataFrame:
    """The lines that count → one row a currency: currency, lines, customers, amount; the most lines first."""
    stated = counts & currency.notna()
    if not stated.any():
        none = pd.DataFrame({"currency": currency, "lines": 0, "customers": 0, "amount": amounts})
        return none.iloc[:0].reset_index(drop=True)
    frame = pd.DataFrame({"currency": currency, "amount": amounts, "customer": customer})[stated]
    groups = frame.groupby("currency", sort=True)
    made = groups.agg(lines=("amount", "size"), customers=("customer", "nunique"), amount=("amount", "sum"))
    return made.sort_values("lines", ascending=False, kind="stable").reset_index()


def in_one_currency(
    currency: pd.Series,
    amounts: pd.Series,
    customer: pd.Series,
    counts: pd.Series,
    settings: Any,
    where: str,
    notes: list[Note],
    problems: list[Problem],
) -> Money:
    """Currencies, amounts and customers of the lines → amounts of which no two currencies are added up.

    settings: currencies (own | one | rates), currency (the one that counts or is converted to; "" is the one of most
    lines) and rates (currency → what one of it is worth in that one). counts: lines that are purchases or returns.
    """
    table = per_currency(currency, amounts, customer, counts & (amounts > 0))
    none = pd.Series(False, index=amounts.index)
    if len(table) < 2 and not (len(table) and settings.currency and settings.currencies != "own"):
        return Money(amounts, none)
    sums = ", ".join(
        f"{plain_text(row['currency'], longest=12)} {sum_text(row['amount'])} ({counted(row['lines'], 'line')})"
        for row in table.head(12).to_dict("records")
    )
    main = settings.currency or str(table["currency"].iloc[0])
    known = currency.fillna(main)
    if settings.currencies == "rates":
        rates = {**{name.upper(): float(rate) for name, rate in dict(settings.rates).items()}, main: 1.0}
        factor = known.map(_checked(rates, table["currency"], main)).astype("float64")
        notes.append(Note(where, f"Amounts were converted to {main}: {sums}.", int(counts.sum()), kind="currencies"))
        return Money(amounts * factor, none, main)
    if settings.currencies == "one":
        out = counts & (known != main)
        gone = counted(customer[out].nunique(), "customer has", "customers have")
        what = f"Only amounts in {main} count; there are {sums}. {gone} lines in others."
        notes.append(Note(where, what, int(out.sum()), kind="currencies"))
        return Money(amounts, out, main)
    own = _own(currency, customer, counts)
    out = counts & (known != customer.map(own).fillna(main))
    what = f"the amounts are in {count_text(len(table))} currencies: {sums}. Each customer keeps their own, so amounts "
    what += "cannot be compared between customers"
    if out.any():
        do = agree(out.sum(), "does", "do")
        what += f"; {counted(out.sum(), 'line')} in a second currency of a customer {do} not count"
    problems.append(
        Problem(
            where,
            what + ".",
            "Choose one currency, or type in rates.",
            False,
            "currencies",
            len(table),
            "--set currencies=one, or --set currencies=rates --set rates.USD=0.92",
        )
    )
    return Money(amounts, out)


def _own(currency: pd.Series, customer: pd.Series, counts: pd.Series) -> Mapping[Any, str]:
    """The currency that each customer uses most; of several the first in the alphabet."""
    pairs = pd.DataFrame({"customer": customer, "currency": currency})[counts].dropna()
    sizes = pairs.groupby(["customer", "currency"], sort=True).size().reset_index(name="lines")
    most = sizes.sort_values("lines", ascending=False, kind="stable").drop_duplicates("customer")
    return dict(zip(most["customer"], most["currency"], strict=True))


def _checked(rates: dict[str, float], currencies: pd.Series, main: str) -> dict[str, float]:
    for name in currencies:
        rate = rates.get(name)
        if rate is None:
            raise SegmentationError(
                f"There is no rate for {plain_text(name, longest=12)}. Type in what one {plain_text(name, longest=12)} "
                f"is worth in {plain_text(main, longest=12)}, or choose one currency."
            )
        if not (np.isfinite(rate) and rate > 0):
            raise SegmentationError(
                f"The rate of {plain_text(name, longest=12)} must be above 0; it was {rate}. Type in another."
            )
    return rates


def _signs(cells: pd.Series) -> pd.Series | None:
    """The currency sign or code in each cell of text, missing where there is none; None where no cell has one."""
    text = pa.array(cells, type=pa.large_string(), from_pandas=True)
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    encoded = text.dictionary_encode()
    extracted = pc.extract_regex(encoded.dictionary, rf"(?P<sign>(?i:{CURRENCY}))")
    signs = pc.struct_field(extracted, "sign")
    if signs.null_count == len(signs):
        return None
    return pd.Series(signs.take(encoded.indices).to_pandas(), dtype="str")
