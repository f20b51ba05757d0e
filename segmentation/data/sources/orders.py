"""Several lines of one order: what stands on the first line only, or on every line although it is said once.

Shops write the status, the currency and the total of an order on its first line and leave the others blank, or repeat
the total on every line; refunds stand beside the order. Here each order gets its own once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.tables import Note
from segmentation.core.text import count_text, counted, listed, plain_text
from segmentation.data.sources.guessing import name_words

__all__ = ["carry_down", "once_an_order", "subtract_refunds", "sum_text", "sums_text"]

_OF_THE_ORDER = ("status", "type", "cancelled", "currency")
_TOTAL_NAMES = {
    "order total", "total", "grand total", "invoice total", "total price", "order amount", "order value",
    "total amount", "basket total", "amount total", "order sum", "invoice amount", "invoice value", "basket value",
    "cart total",
    "bestellsumme", "gesamtbetrag", "rechnungsbetrag", "gesamtsumme", "bestellwert", "auftragswert", "auftragssumme",
    "total commande", "montant total", "total facture", "total pedido", "importe total", "total factura", "valor total",
    "total do pedido", "totaalbedrag", "ordertotaal", "totale ordine", "importo totale",
}  # fmt: skip
_CENT = 0.0051


def sum_text(value: float) -> str:
    """An amount of money with cents and thousands: 1,234.50."""
    return f"{value + 0.0:,.2f}"


def sums_text(amounts: pd.Series, currency: pd.Series | None) -> str:
    """The sum of amounts, each currency apart (same index): EUR 12.00 and USD 3.50; 15.50 where none is known."""
    if currency is None:
        return sum_text(float(amounts.sum()))
    sums = amounts.groupby(currency.fillna("")).sum()
    sums = sums[(sums != 0) | (sums.size == 1)]
    worths = [f"{plain_text(code, longest=12)} {sum_text(float(value))}".strip() for code, value in sums.items()]
    return listed(worths) or sum_text(0.0)


def carry_down(lines: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Lines of an order whose status, type, cancellation or currency is blank take it from a line that has it.

    A line without an amount whose order has one elsewhere is worth 0 and is marked `rest`: it adds a product only,
    on the day of its order and for its customer.
    """
    lines["rest"] = False
    if "invoice" not in columns or lines["invoice"].isna().all():
        return lines
    for name in _OF_THE_ORDER:
        blank = lines[name].isna()
        if name in columns and blank.any() and not blank.all():
            first = lines.groupby("invoice", sort=False)[name].transform("first")
            lines[name] = lines[name].where(~blank, first)
    blank = lines["amount"].isna()
    if "amount" in columns and blank.any() and "refunded" in columns:
        blank &= lines["refunded"].isna() | (lines["refunded"] == 0)
    if "amount" in columns and blank.any() and not blank.all():
        rest = blank & lines["invoice"].isin(lines.loc[~blank, "invoice"].dropna())
        lines["rest"] = rest
        lines["amount"] = lines["amount"].mask(rest, 0.0)
        for name in ("date", "customer"):
            bare = rest & lines[name].isna()
            if bare.any():
                of_order = lines.groupby("invoice", sort=False)[name].transform("first")
                lines[name] = lines[name].mask(bare, of_order)
    return lines


def once_an_order(
    lines: pd.DataFrame,
    raw: pd.DataFrame,
    columns: Mapping[str, str],
    choice: str,
    notes: list[Note],
    problems: list[Problem],
    currency: pd.Series | None = None,
) -> pd.DataFrame:
    """Where the amount of a line is the total of its order, repeated on each line, it stays on the first line only.

    raw: the columns of the file, same rows. choice: find | once | lines. Recognised when every order with several lines
    has one amount throughout, and the lines sum to it, or the column is called a total. Where only the first holds, the
    lines are added up and it is asked. currency: of each line, where there are several; sums are then said apart.
    """
    if "amount" not in columns or "invoice" not in columns or choice == "lines":
        return lines
    whole = lines[lines["invoice"].notna() & lines["amount"].notna() & ~lines["repeated"] & ~lines["rest"]]
    orders = whole.groupby(["customer", "invoice"], sort=False, dropna=False)["amount"]
    about = orders.agg(["size", "min", "max"])
    several = about[(about["size"] > 1) & (about["max"] != 0)]
    alike = several[(several["max"] - several["min"]).abs() < _CENT]
    if not len(alike) or (choice == "find" and len(alike) < 0.95 * len(several)):
        return lines
    within = whole[pd.MultiIndex.from_frame(whole[["customer", "invoice"]]).isin(alike.index)]
    sure = choice == "once" or _sums_to_it(within, raw.loc[within.index], columns["amount"])
    named = name_words(columns["amount"]) in _TOTAL_NAMES
    again = within.duplicated(["customer", "invoice"])
    added = sums_text(within["amount"], _at(currency, within))
    once = sums_text(within["amount"][~again], _at(currency, within[~again]))
    if not sure and not (named and len(alike) > 1):
        if named or (len(alike) > 2 and within["amount"].nunique() > 2):
            problems.append(
                Problem(
                    plain_text(columns["amount"], longest=60),
                    f"in {counted(len(alike), 'order')} with several lines it is the same on every line, so "
                    f"it may be the order's total; the lines were added up ({added} instead of {once}).",
                    "If it is the total, choose “Count it once an order”.",
                    fatal=False,
                    kind="order totals",
                    count=len(within),
                    by="--set order_totals=once",
                )
            )
        return lines
    places = again.index[again]
    lines.loc[places, "amount"] = 0.0
    lines.loc[places, "rest"] = True
    notes.append(
        Note(
            columns["amount"],
            f"It is the total of an order and stands on each of its lines ({count_text(len(within))} lines of "
            f"{count_text(len(alike))} orders): counted once an order, {once} instead of {added}.",
            len(places),
            kind="order totals",
        )
    )
    return lines


def _sums_to_it(within: pd.DataFrame, raw: pd.DataFrame, amount: str) -> bool:
    """Whether some other figure of the lines adds up to the order's amount in nine of ten orders."""
    keys = [within["customer"].fillna(""), within["invoice"]]
    total = within["amount"].groupby(keys, sort=False).first()
    others = {"": within["quantity"] * within["price"]}
    others |= {str(name): raw[name].astype("float64") for name in raw.select_dtypes("number") if name != amount}
    for values in others.values():
        summed = values.groupby(keys, sort=False).sum(min_count=1)
        fits = (summed - total).abs() <= np.maximum(_CENT, 0.0001 * total.abs())
        if fits.mean() >= 0.9:
            return True
    return False


def _at(currency: pd.Series | None, rows: Any) -> pd.Series | None:
    return None if currency is None else currency.loc[rows.index]


def subtract_refunds(
    lines: pd.DataFrame,
    columns: Mapping[str, str],
    choice: str,
    notes: list[Note],
    *,
    rows_of_their_own: bool,
    currency: pd.Series | None = None,
) -> pd.DataFrame:
    """What was refunded beside an order is taken off its amount; adds `kept`, false where all of it was refunded.

    A line with a refund and no amount of its own is a return. choice: subtract | keep. rows_of_their_own: the file has
    lines that are refunds, so the column beside the order says the same again and is not used. currency: of each line,
    where there are several; sums are then said apart.
    """
    lines["kept"] = True
    if "refunded" not in columns:
        return lines
    refunded = lines["refunded"].abs().fillna(0.0)
    alone = (refunded > 0) & (lines["amount"].isna() | (lines["amount"] == 0)) & ~lines["rest"]
    lines["amount"] = lines["amount"].mask(alone, -refunded)
    if alone.any():
        worth = sums_text(refunded[alone], _at(currency, refunded[alone]))
        are = counted(int(alone.sum()), "line has", "lines have")
        what = f"{are} no amount but {worth} here: returns."
        notes.append(Note(columns["refunded"], what, int(alone.sum()), kind="refunds"))
    beside = refunded.where(~alone & (lines["amount"] > 0) | lines["rest"], 0.0)
    if not beside.sum():
        return lines
    name = columns["refunded"]
    if rows_of_their_own or choice == "keep":
        why = "the refunds are lines of their own" if rows_of_their_own else "so it was chosen"
        notes.append(
            Note(
                name,
                f"{sums_text(beside, currency)} are not taken off the orders: {why}.",
                int((beside > 0).sum()),
                kind="refunds",
            )
        )
        return lines
    order = lines["invoice"].fillna("") if "invoice" in columns else pd.Series("", index=lines.index)
    alone_key = pd.Series(lines.index.astype("str"), index=lines.index)
    key = (lines["customer"].fillna("").astype("str") + "\n" + order.astype("str")).where(order != "", alone_key)
    of_order = lines["amount"].clip(lower=0).groupby(key).transform("sum")
    several = beside.groupby(key).transform("count") > 1
    highest, added = beside.groupby(key).transform("max"), beside.groupby(key).transform("sum")
    same = several & (beside.groupby(key).transform("min") == highest)
    back = added.where(~(same & (added > of_order + _CENT)), highest)
    factor = (1.0 - (back / of_order.where(of_order > 0)).fillna(0.0)).clip(0.0, 1.0)
    kept_share = factor.where(of_order - back > _CENT, 0.0).where(back > 0, 1.0)
    lines["amount"] = lines["amount"].where(lines["amount"] <= 0, lines["amount"] * kept_share)
    lines["kept"] = kept_share > 0
    orders = int(key[back > 0].nunique())
    gone = int(key[kept_share == 0].nunique())
    each = back[~key.duplicated()]
    were = counted(orders, "order was", "orders were")
    sentence = f"{sums_text(each, _at(currency, each))} of {were} refunded and taken off"
    notes.append(
        Note(
            name, sentence + (f"; {count_text(gone)} in full, so no purchase." if gone else "."), orders, kind="refunds"
        )
    )
    return lines
