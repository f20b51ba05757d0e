"""One row a purchase or invoice line: the columns, their other names, and the choices of what counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from segmentation.core.settings import Settings, option
from segmentation.data.sources.base import ColumnSpec, TableSpec
from segmentation.data.sources.currencies import NAMES, currencies_option
from segmentation.data.sources.people import same_ids_option

__all__ = ["LINES", "TransactionSettings"]

LINES = TableSpec(
    "transactions",
    "Transactions",
    (
        ColumnSpec("customer", "Customer", "id", (
            "customer id", "customerid", "customer no", "customer number", "client", "client id", "cust", "cust id",
            "cust no", "cust nbr", "custid",
            "user id", "user", "buyer id", "buyer", "member id", "account id", "account", "household key",
            "kundennummer", "kunden nr", "kundennr", "kundnr", "kd nr", "kdnr", "kunden id", "debitorennummer",
            "numero client", "numéro client", "code client", "numero cliente", "codice cliente", "id cliente",
            "nr klienta", "klantnummer", "kundnummer", "kunde", "debitor", "cliente", "klient", "klant", "kund",
            "household id", "household", "hh id", "household number", "family id", "member", "member no",
            "member number", "membership id", "membership number", "mitgliedsnummer", "mitglied", "haushalt",
            "haushalts id", "subscriber id", "subscriber", "subscriber no", "subscription id", "msisdn", "abonnent",
            "abonnentennummer", "account no", "account number", "acct id", "kontonummer", "loyalty id", "shopper id",
            "guest id", "patient id", "donor id", "contact id", "debtor", "debtor id", "payer id", "sold to",
            "customer email", "email", "e mail", "email address", "from email address", "buyer email", "mail",
        ), required=True),
        ColumnSpec("date", "Date", "date", (
            "invoice date", "order date", "purchase date", "transaction date", "trans date", "sale date", "datetime",
            "timestamp", "dt", "trans dt", "txn date", "txn dt", "tran date", "order dt", "order placed",
            "date placed", "order purchase timestamp", "order time", "created at", "posting date", "document date",
            "datum", "rechnungsdatum", "belegdatum", "buchungsdatum", "buchungstag", "bestelldatum", "kaufdatum",
            "fecha", "fecha compra", "data", "data fattura", "data acquisto", "date achat", "date facture",
            "date commande", "day", "time",
        ), required=True),
        ColumnSpec("amount", "Amount of the line", "number", (
            "total", "amt", "line total", "trans amt", "txn amt", "txn amount", "tran amt", "net amt", "sales amt",
            "total amt", "amount spent", "sales", "revenue", "sales amount", "total amount", "total price",
            "total sum", "turnover", "value", "payment value", "net amount", "gross amount", "dollars", "spend",
            "betrag", "umsatz", "gesamtbetrag", "gesamtpreis", "nettobetrag", "bruttobetrag", "wert", "importe",
            "importo", "montant", "bedrag", "belopp", "kwota", "gross", "order total", "grand total", "debit",
            "soll", "debit amount", "sollbetrag", "importe total", "montant total", "valor", "valor total",
            "order amount", "order value", "invoice amount", "dollar value", "bestellsumme", "rechnungsbetrag",
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
            "fatura", "numero fatura", "numero factura", "numero facture", "factuur", "factuurnummer", "ordernummer",
            "bestelnummer", "pedido", "numero pedido", "numero de pedido", "encomenda", "commande", "numero commande",
            "numero fattura", "ordine", "numero ordine", "auftragsnummer", "auftrag", "amazon order id",
        ), weak=("name", "order name"), looks=r"#?[A-Z]{0,6}-?[0-9]{2,}"),
        ColumnSpec("product", "Product", "id", (
            "stock code", "stockcode", "sku", "product id", "item", "item id", "article", "article no", "product code",
            "artikel", "artikelnummer", "artikelnr", "artikel nr", "description", "producto", "articolo", "produit",
            "lineitem sku", "lineitem name", "item name", "product name", "item sku", "asin",
        )),
        ColumnSpec("status", "Status", "text", (
            "financial status", "payment status", "order status", "transaction status", "invoice status", "state",
            "payment state", "order state", "zahlungsstatus", "bestellstatus", "rechnungsstatus", "zustand", "statut",
            "etat", "statut de paiement", "statut commande", "estado", "estado del pago", "estado del pedido",
            "situacao", "estado do pagamento", "betaalstatus", "orderstatus", "stato", "stato pagamento", "result",
        ), words=True, about="Paid, refunded, failed … Each word can count as a purchase or not."),
        ColumnSpec("type", "Type of the line", "text", (
            "type", "transaction type", "document type", "line type", "record type", "entry type", "order type",
            "movement type", "typ", "art", "belegart", "vorgangsart", "buchungsart", "soll haben", "s h", "s h kennz",
            "soll haben kennzeichen", "dr cr", "debit credit", "sens", "nature", "type de transaction", "tipo",
            "tipo de transaccion", "tipo de movimiento", "tipo de transacao", "soort", "transactietype", "af bij",
            "tipo documento", "d c", "debet credit",
        ), words=True, about="Sale, refund, fee … where each line says what it is."),
        ColumnSpec("refunded", "Refunded amount", "number", (
            "refunded amount", "amount refunded", "refund amount", "refunded", "refund", "total refunded",
            "refunded total", "returned amount", "erstatteter betrag", "erstattung", "erstattungsbetrag",
            "montant rembourse", "importe reembolsado", "valor reembolsado", "terugbetaald bedrag",
            "importo rimborsato", "credit", "haben", "credit amount", "habenbetrag", "gutschrift", "haber", "avere",
        ), beside=(("credit", "debit"), ("haben", "soll"), ("credit amount", "debit amount"), ("haber", "debe"),
                   ("habenbetrag", "sollbetrag"), ("avere", "dare")),
            about="What was given back of the order on whose line it stands."),
        ColumnSpec("cancelled", "Cancelled", "flag", (
            "cancelled at", "canceled at", "cancelled", "canceled", "cancelled on", "canceled on", "cancellation date",
            "is cancelled", "is canceled", "voided at", "storniert am", "stornodatum", "storniert", "annule le",
            "cancelado em", "cancelado el", "geannuleerd op",
            "is refund", "is return", "is refunded", "is returned", "refund flag", "return flag", "returned", "return",
            "refund", "refunded", "retoure", "ist retoure", "retourniert", "devolucion", "retour",
        ), about="A line with a date or a yes here is no purchase; under a heading such as Refund it is a return."),
        ColumnSpec("currency", "Currency", "text", NAMES),
        ColumnSpec("country", "Country", "text", ("customer country", "nation", "land", "pais", "pays", "region")),
    ),
    synonyms=("invoices", "invoice lines", "orders", "sales", "purchases", "retail", "online retail", "ledger"),
)  # fmt: skip


@dataclass(frozen=True)
class TransactionSettings(Settings):
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
    refund_column: str = option(
        "subtract",
        "Refunded amounts beside an order",
        choices={"subtract": "Take them off the order", "keep": "Leave the order as it was sold"},
    )
    sign: str = option(
        "find",
        "Sales are written",
        choices={"find": "Find out", "positive": "Above zero", "negative": "Below zero, returns above"},
    )
    order_totals: str = option(
        "find",
        "An amount that is the same on all lines of an order",
        choices={
            "find": "Find out whether it is the order's total",
            "once": "Count it once an order",
            "lines": "Add up every line",
        },
    )
    currencies: str = currencies_option()
    zero_prices: str = option(
        "drop", "Lines at price zero", choices={"drop": "Leave them out", "keep": "Count them as purchases"}
    )
    duplicates: str = option(
        "keep",
        "Lines that are repeated word for word",
        "Two equal lines may be two scans of one article or one line exported twice: only you can know.",
        choices={
            "keep": "Keep them",
            "orders": "Leave them out where the order number repeats, too",
            "drop": "Keep the first only",
        },
    )
    same_ids: str = same_ids_option()
    purchase: str = option(
        "invoice", "One purchase is", choices={"invoice": "One invoice", "day": "One day on which the customer bought"}
    )
    c_invoices: bool = option(True, "An invoice that starts with C is a cancellation")
    start: str = option("", "From", "First day that counts; empty for all.")
    end: str = option("", "To", "Last day that counts; empty for all.")
    as_of: str = option("", "Days count up to", "Empty: one day after the last date in the data. Never today.")
    trend_days: int = option(90, "Days in the recent trend", low=7, high=730)
    use: tuple[str, ...] = option(("recency", "frequency", "monetary"), "Features that make the segments")
    words: Mapping[str, str] = field(default_factory=dict)
    """Word of a status or type → purchase | return | none, where it is not to count as usual (see `status_words`)."""
    currency: str = ""
    """The one currency that counts or that amounts are converted to; "" is the one of most lines."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """Currency → what one of it is worth in that currency."""
