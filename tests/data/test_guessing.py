"""Which column is which is guessed from names in several languages; a wrong guess can be changed."""

from __future__ import annotations

import pandas as pd
import pytest

from segmentation.core.tables import Table
from segmentation.data.sources import SOURCES, guess_source
from segmentation.data.sources.guessing import guess_columns


@pytest.mark.parametrize(
    "names",
    [
        ("Beleg Nr.", "Buchungstag", "Kd-Nr", "Umsatz netto"),
        ("Rechnungsnr", "Belegdatum", "Kundennr", "Gesamtbetrag"),
        ("Facture", "Date achat", "Code client", "Montant TTC"),
        ("Fattura", "Data fattura", "Codice cliente", "Importo"),
        ("Invoice No", "Created at", "Customer No", "Net amount"),
    ],
)
def test_ledgers_of_other_countries_are_recognised(names: tuple[str, str, str, str]) -> None:
    days = pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-05"])
    frame = pd.DataFrame(dict(zip(names, (["x", "y", "z"], days, ["a", "a", "b"], [5.0, 6.0, 7.0]), strict=True)))
    assert guess_source({"file.csv": Table("file.csv", frame)}) == "transactions"
    found = guess_columns(SOURCES["transactions"].tables[0], frame)
    assert [found[part] for part in ("invoice", "date", "customer", "amount")] == list(names)


@pytest.mark.parametrize(
    ("name", "number"), [("Customer", "Customer No"), ("Kunde", "Kundennr"), ("Klant", "Klantnummer")]
)
def test_the_number_of_a_customer_is_taken_before_the_name(name: str, number: str) -> None:
    frame = pd.DataFrame({name: ["Smith", "Smith", "Smith"], number: ["1", "2", "2"]})
    for columns in ([name, number], [number, name]):
        assert guess_columns(SOURCES["transactions"].tables[0], frame[columns])["customer"] == number
