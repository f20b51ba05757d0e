"""Purchase lines: what each line is, which lines the choices leave out, and how many that concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd

from segmentation.core.errors import Problem
from segmentation.core.settings import option
from segmentation.core.tables import Note
from segmentation.core.text import count_text, number_text, plain_text, share_text
from segmentation.data.sources.base import ColumnSpec, TableSpec
from segmentation.data.sources.days import as_second, day_after, moments

__all__ = ["LINES", "TransactionSettings", "as_of_of", "effects", "keep_lines", "mark_lines", "with_amount"]

LINES = TableSpec(
    "transactions",
    "Transactions",
    (
        ColumnSpec("customer", "Customer", "id", (
            "customer id", "customerid", "customer no", "customer number", "client", "client id", "cust id", "cust no",
            "user id", "user", "buyer id", "buyer", "member id", "account id", "account", "household key",
            "kundennummer", "kunden nr", "kundennr", "kundnr", "kd nr", "kdnr", "kunden id", "debitorennummer",
            "numero client", "numéro client", "code client", "numero cliente", "codice cliente", "id cliente",
            "nr klienta", "klantnummer", "kundnummer", "kunde", "debitor", "cliente", "klient", "klant", "kund",
        ), required=True),
        ColumnSpec("date", "Date", "date", (
            "invoice date", "order date", "purchase date", "transaction date", "trans date", "sale date", "datetime",
            "timestamp", "order purchase timestamp", "order time", "created at", "posting date", "document date",
            "datum", "rechnungsdatum", "belegdatum", "buchungsdatum", "buchungstag", "bestelldatum", "kaufdatum",
            "fecha", "fecha compra", "data", "data fattura", "data acquisto", "date achat", "date facture",
            "date commande", "day", "time",
        ), required=True),
        ColumnSpec("amount", "Amount of the line", "number", (
            "total", "line total", "amount spent", "sales", "revenue", "sales amount", "total amount", "total price",
            "total sum", "turnover", "value", "payment value", "net amount", "gross amount", "dollars", "spend",
            "betrag", "umsatz", "gesamtbetrag", "gesamtpreis", "nettobetrag", "bruttobetrag", "wert", "importe",
            "importo", "montant", "bedrag", "belopp", "kwota",
        ), about="Or choose quantity and price instead."),
        ColumnSpec("quantity", "Quantity", "number", ("qty", "units", "count", "menge", "anzahl", "cantidad", "cds")),
        ColumnSpec("price", "Price of one", "number", (
            "unit price", "price per unit", "unitprice", "item price", "preis", "einzelpreis", "precio",
        )),
        ColumnSpec("invoice", "Invoice", "id", (
            "invoice no", "invoice number", "invoiceno", "invoice id", "order id", "order no", "order number", "order",
            "receipt", "receipt id", "basket id", "transaction id", "rechnung", "rechnungsnummer", "rechnungsnr",
            "rechnungs nr", "beleg", "belegnummer", "belegnr", "beleg nr", "bestellnummer", "bestellnr", "factura",
            "fattura", "facture", "numéro facture", "faktura",
        )),
        ColumnSpec("product", "Product", "id", (
            "stock code", "stockcode", "sku", "product id", "item", "item id", "article", "article no", "product code",
            "artikel", "artikelnummer", "artikelnr", "artikel nr", "description", "producto", "articolo", "produit",
        )),
        ColumnSpec("country", "Country", "text", ("customer country", "nation", "land", "pais", "pays", "region")),
    ),
    synonyms=("invoices", "invoice lines", "orders", "sales", "purchases", "retail", "online retail", "ledger"),
)  # fmt: skip


@dataclass(frozen=True)
class TransactionSettings:
    """What counts as a purchase, and up to when."""

    missing_customer: str = option(
        "drop",
        "Lines without a customer",
        choices={"drop": "Leave them out", "guest": "Each of their invoices is a customer of its own"},
    )
    returns: str = option(
        "gross",
        "Cancellations and returns",
        "A line is a return when its quantity or amount is negative, or its invoice starts with C.",
        choices={"gross": "Leave them out (amounts are gross)", "net": "Subtract them (amounts are net)"},
    )
    zero_prices: str = option(
        "drop", "Lines at price zero", choices={"drop": "Leave them out", "keep": "Count them as purchases"}
    )
    duplicates: str = option(
        "keep",
        "Lines that are repeated word for word",
        "Two equal lines may be two scans of one article or one line exported twice: only you can know.",
        choices={"keep": "Keep them", "drop": "Keep the first only"},
    )
    purchase: str = option(
        "invoice", "One purchase is", choices={"invoice": "One invoice", "day": "One day on which the customer bought"}
    )
    c_invoices: bool = option(True, "An invoice that starts with C is a cancellation")
    start: str = option("", "From", "First day that counts; empty for all.")
    end: str = option("", "To", "Last day that counts; empty for all.")
    as_of: str = option("", "Days count up to", "Empty: one day after the last date in the data. Never today.")
    trend_days: int = option(90, "Days in the recent trend", low=7, high=730)
    use: tuple[str, ...] = option(("recency", "frequency", "monetary"), "Features that make the segments")


def with_amount(lines: pd.DataFrame, columns: dict[str, str], problems: list[Problem]) -> pd.DataFrame:
    """Fill the amount of every line: as the file has it, or quantity × price; a problem when neither is there."""
    if "amount" in columns:
        return lines
    if "quantity" in columns and "price" in columns:
        return lines.assign(amount=lines["quantity"] * lines["price"])
    problems.append(
        Problem(
            LINES.label,
            "there is no amount.",
            "Choose the column of the amount, or both quantity and price.",
        )
    )
    return lines


def mark_lines(lines: Any, *, c_invoices: bool = True) -> Any:
    """Say of every line whether it is a return or free of charge, in any engine that narwhals knows.

    Adds returned and free (true/false); the amount of a return becomes negative whatever sign the file gave it.
    """
    marked = nw.from_native(lines)
    returned = (nw.col("quantity") < 0).fill_null(False) | (nw.col("amount") < 0).fill_null(False)
    if c_invoices:
        returned = returned | nw.col("invoice").str.contains(r"^[Cc][0-9]").fill_null(False)
    free = (nw.col("amount") == 0).fill_null(False) | (nw.col("price") == 0).fill_null(False)
    return (
        marked.with_columns(returned=returned, free=free)
        .with_columns(amount=nw.when(nw.col("returned")).then(0.0 - nw.col("amount").abs()).otherwise(nw.col("amount")))
        .to_native()
    )


def as_of_of(marked: pd.DataFrame, settings: TransactionSettings) -> str:
    """The moment that days count up to: the one chosen, or one day after the last date inside the window."""
    if settings.as_of:
        return settings.as_of
    dates = marked["date"][_inside(marked, settings)].dropna()
    return day_after(dates.max()) if len(dates) else ""


def effects(marked: pd.DataFrame) -> pd.DataFrame:
    """What every choice is about, in numbers → one row a choice: lines, share of lines, customers, amount, sentence."""
    kinds = {
        "missing_customer": (marked["customer"].isna(), "have no customer"),
        "returns": (marked["returned"], "are cancellations or returns"),
        "zero_prices": (marked["free"] & ~marked["returned"], "have the price zero"),
        "duplicates": (marked["repeated"], "repeat an earlier line word for word"),
    }
    rows = []
    for name, (which, words) in kinds.items():
        count, amount = int(which.sum()), float(marked["amount"].where(which).sum())
        sentence = f"{count_text(count)} of {count_text(len(marked))} lines {words} ({share_text(which.mean())})"
        sentence += f", worth {number_text(amount)}." if amount else "."
        customers = int(marked["customer"].where(which).nunique())
        rows.append((name, count, which.mean(), customers, amount, sentence))
    columns = ["choice", "lines", "share", "customers", "amount", "sentence"]
    return pd.DataFrame(rows, columns=columns).set_index("choice")


def keep_lines(marked: pd.DataFrame, settings: TransactionSettings, as_of: str, notes: list[Note]) -> pd.DataFrame:
    """Leave out the lines that the choices leave out, one reason after the other, and note how many each reason took.

    Returns stay in (they are subtracted or make the return share); leaving them out is up to `rfm_features`.
    """
    customer = marked["customer"]
    if settings.missing_customer == "guest":
        guests = customer.isna() & marked["invoice"].notna()
        customer = customer.where(~guests, "guest " + marked["invoice"].astype("str"))
        if guests.any():
            notes.append(
                Note(LINES.label, "Lines without a customer became guests, one an invoice.", int(guests.sum()))
            )
        marked = marked.assign(customer=customer)
    after = marked["date"] > moments(pd.Series([as_second(as_of, "The as-of date")])).iloc[0] if as_of else False
    reasons = [
        (marked["date"].isna(), "have no date that could be read", True),
        (marked["amount"].isna(), "have no amount", True),
        (marked["customer"].isna(), "have no customer", True),
        (marked["repeated"], "repeat an earlier line", settings.duplicates == "drop"),
        (marked["free"] & ~marked["returned"], "have the price zero", settings.zero_prices == "drop"),
        (~_inside(marked, settings), "lie outside the chosen dates", bool(settings.start or settings.end)),
        (after, f"are later than {plain_text(as_of)}", as_of != ""),
    ]
    kept = pd.Series(True, index=marked.index)
    for which, words, wanted in reasons:
        gone = kept & which if wanted else kept & False
        if gone.any():
            notes.append(Note(LINES.label, f"{count_text(gone.sum())} lines {words}: left out.", int(gone.sum())))
            kept &= ~gone
    returned = int((kept & marked["returned"]).sum())
    if returned:
        done = "subtracted from the amounts" if settings.returns == "net" else "left out of the amounts"
        notes.append(Note(LINES.label, f"{count_text(returned)} lines are cancellations or returns: {done}.", returned))
    return marked[kept]


def _inside(marked: pd.DataFrame, settings: TransactionSettings) -> pd.Series:
    inside = pd.Series(True, index=marked.index)
    if settings.start:
        inside &= marked["date"] >= pd.Timestamp(as_second(settings.start, "From") // 86_400 * 86_400, unit="s")
    if settings.end:
        inside &= marked["date"] <= pd.Timestamp(as_second(settings.end, "To"), unit="s")
    return inside
