"""Columns whose cells look like numbers and are codes: ids, telephone numbers, article numbers."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["are_ids", "codes_in", "words_of"]

_CODE_WORDS = {
    "phone", "telephone", "tel", "mobile", "fax", "zip", "zipcode", "postcode", "postal", "plz", "iban", "bic", "ssn",
}  # fmt: skip
_MONEY_WORDS = {
    "amount", "price", "spend", "cost", "total", "revenue", "sales", "value", "betrag", "preis", "umsatz", "montant",
    "prix", "pris", "belopp", "fiyat", "tutar", "importe", "fee", "salary", "income", "wage", "sum", "paid", "balance",
}  # fmt: skip

_GLUED = r"^(?i:fr|tl|kr|ft|lei|rs)[0-9]+$"  # FR1, TL100, KR17: a country, not francs; a price has a blank or cents


_ID_ENDS = {
    "id", "ids", "nr", "no", "number", "nummer", "code", "key", "sku", "customer", "client", "kunde", "cliente",
    "klant", "member", "card", "article", "artikel", "user", "account", "konto", "kundennr", "kundennummer",
    "artikelnr", "mitglied", "mitgliedsnr", "vat", "policy", "contract", "vertrag", "ref", "reference",
}  # fmt: skip
"""Last words of headings whose cells are ids."""
_LETTERS_AND_FIGURES = r"^(?:[A-Za-z]{1,4}[-_ ]?[0-9]+|[0-9]+[A-Za-z]{1,3})$"


def are_ids(name: str, cells: pa.Array) -> bool:
    """Whether a column that is named as ids are holds letters glued to figures: CHF12, 100G and 10M are no amounts."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-zäöüß]+", name)
    if not parts or parts[-1].lower() not in _ID_ENDS:
        return False
    return bool(pc.all(pc.match_substring_regex(cells, _LETTERS_AND_FIGURES)).as_py())


def _bools(mask: pa.Array) -> np.ndarray:
    flags: np.ndarray = mask.to_numpy(zero_copy_only=False).astype(bool)
    return flags


def codes_in(name: str, cells: pa.Array, good: np.ndarray) -> str:
    """Why a column whose cells look like numbers holds codes, or "": leading zeros, 16 digits, 1E5, phones, C123."""

    def first(pattern: str) -> str:
        return next(iter(cells.filter(pc.match_substring_regex(cells, pattern)).slice(0, 1).to_pylist()), "")

    if example := first(r"^\+?[0-9]{16,}$"):
        return f"numbers with 16 or more digits, such as {example}, would lose their last digits"
    if example := first(r"^\+[0-9]{7,}$"):
        return f"they are telephone numbers or codes, such as {example}"
    if example := first(r"^[A-Za-z]{2,4}0[0-9]+$"):
        return f"they are codes with leading zeros, such as {example}"
    if not words_of(name) & _MONEY_WORDS and (example := first(_GLUED)):
        return f"they are codes, such as {example}"
    if first(r"^[+-]?[0-9]*[.,][0-9]|^[0-9.]+[eE][+-]"):
        return ""
    if example := first(r"^0[0-9]+$"):
        return f"they are codes with leading zeros, such as {example}"
    if example := first(r"^[0-9]+[eE][0-9]+$"):
        return f"they are codes, such as {example}"
    if words_of(name) & _CODE_WORDS:
        return "the name says that they are codes"
    bad = cells.filter(pa.array(~good))
    plain = _bools(pc.match_substring_regex(cells.filter(pa.array(good)), r"^[0-9]+$"))
    if len(bad) and plain.all():
        mixed = pc.match_substring_regex(bad, r"^[^\s,~≈<>]*[0-9][^\s,]*$")
        if pc.any(mixed).as_py():
            return f"they are codes, such as {bad.filter(mixed)[0].as_py()}"
    return ""


def words_of(name: str) -> set[str]:
    """The words of a column name in lower case: invoiceDate and invoice_date are invoice, date."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-zäöüß]+", name)
    return {part.lower() for part in parts}
