"""Files made from a grammar of what shops, payment providers and ledgers write, with the truth known.

Separator × decimal mark × language of headings and status words × how refunds are written × how an order's lines are
written. The expected figures are added up here by plain loops over what was meant, never over what was written.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from segmentation.data.reading import read
from segmentation.data.sources import SavedMapping, assemble
from tests.conftest import cases

FILES = cases(40, 120)

LANGUAGES = {
    "en": (("Customer ID", "Order Date", "Order No", "Amount", "Status", "Type", "Refunded Amount"),
           {"purchase": ("paid", "Completed", "shipped"), "none": ("voided", "Failed", "pending", "chargeback")},
           ("Sale", "Refund")),
    "de": (("Kundennummer", "Bestelldatum", "Bestellnummer", "Betrag", "Status", "Vorgangsart", "Erstatteter Betrag"),
           {"purchase": ("bezahlt", "Versendet"), "none": ("storniert", "Fehlgeschlagen", "ausstehend")},
           ("Verkauf", "Gutschrift")),
    "fr": (("Code client", "Date commande", "Numéro facture", "Montant", "Statut", "Nature", "Montant remboursé"),
           {"purchase": ("payé", "Livrée"), "none": ("annulée", "Échoué", "en attente")}, ("Vente", "Remboursement")),
    "es": (("ID cliente", "Fecha compra", "Factura", "Importe", "Estado", "Tipo", "Importe reembolsado"),
           {"purchase": ("pagado", "Completado"), "none": ("cancelado", "Rechazado", "pendiente")},
           ("Venta", "Devolución")),
    "pt": (("Id cliente", "Data", "Fatura", "Valor", "Situacao", "Tipo", "Valor reembolsado"),
           {"purchase": ("pago", "Concluído"), "none": ("cancelado", "Recusado", "pendente")}, ("Venda", "Estorno")),
    "nl": (("Klantnummer", "Datum", "Order No", "Bedrag", "Betaalstatus", "Soort", "Terugbetaald bedrag"),
           {"purchase": ("betaald", "Geleverd"), "none": ("geannuleerd", "Mislukt", "in afwachting")},
           ("Verkoop", "Creditnota")),
}  # fmt: skip
REFUNDS = ("rows of a type", "below zero", "column", "negative sales")


@dataclass
class Meant:
    """One file as it is written, and what it means: amounts in cents bought and given back by each customer."""

    text: str
    bought: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    back: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    orders: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def written(seed: int) -> tuple[Meant, str]:
    """A file from the grammar."""
    chance = random.Random(seed)
    heads, words, (sale, refund) = LANGUAGES[chance.choice(sorted(LANGUAGES))]
    way = chance.choice(REFUNDS)
    comma, tab = chance.choice([False, True]), chance.choice([False, True])
    separator = "\t" if tab else ";" if comma else ","
    meant = Meant("")
    typed = way in ("rows of a type", "negative sales")
    columns = [*heads[:5], *([heads[5]] if typed else []), *([heads[6]] if way == "column" else [])]
    rows: list[list[str]] = []

    def money(cents: int) -> str:
        text = f"{cents / 100:.2f}"
        return text.replace(".", ",") if comma else text

    def row(customer: str, day: int, order: int, cents: int, status: str, kind: str, beside: int = 0) -> None:
        date = f"{day:02d}.{1 + order % 12:02d}.2024" if comma else f"2024-{1 + order % 12:02d}-{day:02d}"
        cells = [customer, date, str(order), money(cents), status]
        rows.append([*cells, *([kind] if typed else []), *([money(beside)] if way == "column" else [])])

    for order in range(1, chance.randint(30, 60)):
        customer, day = f"K{chance.randint(1, 9)}", chance.randint(1, 28)
        cents = chance.randint(100, 99_999)
        counts = chance.random() < 0.75 or order < 4
        status = chance.choice(words["purchase" if counts else "none"])
        back = cents // chance.choice([2, 4]) if counts and chance.random() < 0.25 else 0
        shown = -cents if way == "negative sales" else cents
        row(customer, day, order, shown, status, sale, back)
        if not counts:
            continue
        meant.bought[customer] += cents
        meant.orders[customer] += 1
        if back:
            meant.back[customer] += back
            if way != "column":
                given = -back if way == "below zero" else back
                row(customer, day, order, given, chance.choice(words["purchase"]), refund)
    chance.shuffle(rows)
    meant.text = "\n".join(separator.join(cells) for cells in [columns, *rows])
    return meant, way


@pytest.mark.parametrize("seed", range(FILES))
def test_gross_and_net_are_right_however_a_file_is_written(seed: int) -> None:
    meant, way = written(seed)
    files = {"export.csv": read(meant.text.encode(), "export.csv")}
    for returns in ("gross", "net"):
        settings = {"returns": returns, "refund_column": "subtract" if returns == "net" else "keep"}
        made = assemble("transactions", files, SavedMapping("transactions", {}, settings)).build()
        left = {name: meant.back[name] if returns == "net" else 0 for name in meant.bought}
        wanted = {name: (meant.bought[name] - left[name]) / 100 for name in meant.bought}
        assert made.frame["monetary"].round(6).to_dict() == pytest.approx(wanted), (way, meant.text)
        assert made.frame["frequency"].to_dict() == dict(meant.orders), (way, meant.text)


def test_the_grammar_reaches_every_language_and_way_of_refunds() -> None:
    ways = [written(seed)[1] for seed in range(FILES)]
    assert {way: ways.count(way) > FILES // 12 for way in REFUNDS} == dict.fromkeys(REFUNDS, True)
    heads = {written(seed)[0].text.split("\n")[0][:9] for seed in range(FILES)}
    assert len({head[:6] for head in heads}) >= len(LANGUAGES)
