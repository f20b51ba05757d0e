"""Numbers that are no amounts, and answers that are known only afterwards: recognised by name, form and values.

Such a column would make segments that say nothing (the month of a purchase, a product's code) or that only repeat what
is to be found out (who left). It is kept out with the reason, and becomes a feature when the user makes it one. Names
in English, German, French, Spanish, Italian, Dutch, Portuguese and Polish, without accents.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from segmentation.core.text import share_text

__all__ = ["identifier_form", "identifier_name", "name_words", "never_code", "no_amount", "outcome_kind"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NUMBERED = _set("number num no nr nummer numero numer id code codigo codice cod kod key")
_WHO = _set(
    "customer cust client user member account acct person subscriber policy contract loyalty card kunde kunden kund kd "
    "konto mitglied vertrag cliente clientes socio cuenta conto contratto klant lid rekening assinante conta klient "
    "klienta abonne compte adherent"
)
_ONE_WORD = _set(
    "clientnum kunnr custno custnum custnr memberno membernr accountno acctno clientno userno kundenid kundeid kdnr "
    "kundennr kundennummer kundennr kontonr klantnr klantnummer idcliente idclient idklant idklienta numclient "
    "numcliente codcliente codclient noclient nrklienta numercliente clienteid klantid msisdn imsi imei iban rut nif "
    "siret siren cif vatid dni nip pesel"
)
_OUTCOMES = _set(
    "churn churned exited exit attrition attrited defaulted fraud fraudulent subscribed unsubscribed converted "
    "conversion responded survived outcome abgewandert gekuendigt gekundigt kuendigung kundigung resilie resiliation "
    "abandono abandonato abbandono opgezegd cancelou evasao rezygnacja odszedl reagiert geantwortet abgesprungen "
    "repondu respondio risposto gereageerd respondeu odpowiedzial"
)
_OUTCOME_NAMES = _set("y target response default baja deposit fraud cancelled")
_OUTCOMES_OF_TWO = _set(
    "left lost quit resigned terminated lapsed canceled closed renewed retained stayed won bought purchased revenue "
    "clicked label gewonnen verloren gekauft erneuert parti achete renouvele comprado renovado"
)
"""Names that tell an outcome where a column has two values: "left" of 0 and 1, but not of metres."""
_SCORES = _set(
    "prediction predicted predictions propensity probability proba prob classifier scorechurn churnscore riskofchurn "
    "likelihood vorhersage wahrscheinlichkeit probabilite probabilidad probabilita"
)
_CALENDAR = {
    12: _set("month monat mois mes mese maand miesiac"),
    31: _set("day tag jour dia giorno dag dzien dayofmonth"),
    7: _set("weekday dayofweek dow wochentag"),
    4: _set("quarter quartal trimestre kwartaal kwartal"),
    24: _set("hour stunde heure hora ora uur godzina"),
    53: _set("week weekofyear kw"),
}
_COORDINATES = _set(
    "latitude longitude lat lon lng long breitengrad laengengrad coordinate coordinates easting northing"
)
_PRODUCTS = _set(
    "sku ean upc gtin isbn asin barcode artikelnr artikelnummer articleno itemno plu stockcode productcode"
)
_PLACES = _set(
    "region district state province county area zone territory branch store shop channel country city category cat "
    "type group class plan tier filiale bezirk provinz provincia departement departamento regione wojewodztwo regiao"
)
_COLOUR = _set("color colour farbe couleur cor colore kleur kolor hex rgb")
_COUNTED = _set(
    "count num number of total n anzahl avg average mean median sum share pct percent rate density population"
)


def name_words(name: str) -> list[str]:
    """The words of a column name, small and without accents: `CódigoCliente` → codigo, cliente."""
    plain = unicodedata.normalize("NFKD", str(name))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word.lower() for word in _WORD.findall(letters)]


def identifier_name(name: str) -> bool:
    """Whether a name says that the column numbers customers or accounts: `CLIENTNUM`, `Kunden-Nr`, `msisdn`."""
    words = name_words(name)
    whole = "".join(words)
    ends = {words[0], words[-1]} if words else set()
    return whole in _ONE_WORD or (len(words) in (2, 3) and bool(ends & _NUMBERED) and bool(set(words) & _WHO))


def identifier_form(values: pd.Series) -> int:
    """Whole numbers of one length of six digits or more, each of them once → that length; 0 for anything else."""
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if len(numbers) < 20 or not np.isfinite(numbers).all() or (numbers != np.floor(numbers)).any():
        return 0
    low, high = numbers.min(), numbers.max()
    digits = len(f"{low:.0f}")
    same = low > 0 and 6 <= digits == len(f"{high:.0f}")
    return digits if same and len(np.unique(numbers)) == len(numbers) else 0


def outcome_kind(name: str, distinct: int) -> str:
    """What outcome a column tells: "result" (who left, bought, answered), "score" (a model's guess), "" for neither."""
    words = name_words(name)
    whole = "".join(words)
    bare = whole.removeprefix("is").removeprefix("has").removesuffix("flag")
    if set(words) & _SCORES and not set(words) & {"credit"}:
        return "score"
    if "score" in words and set(words) & _OUTCOMES:
        return "score"
    named = bool(set(words) & _OUTCOMES) or bare in _OUTCOMES or whole in _OUTCOME_NAMES or bare in _OUTCOME_NAMES
    named = named or (distinct <= 2 and bool({whole, bare} & _OUTCOMES_OF_TWO))
    few = distinct <= 10 or whole == "target"
    return "result" if named and few and not set(words) & {"date", "days", "reason", "count", "rate"} else ""


def no_amount(name: str, values: pd.Series) -> str:
    """Why numbers are no amounts (calendar, coordinates, codes), in a sentence; "" where they may well be."""
    words = name_words(name)
    known = values.dropna().to_numpy(dtype=np.float64)
    if not words or not known.size or set(words) & _COUNTED:
        return ""
    low, high = float(known.min()), float(known.max())
    if not (known == np.floor(known)).all():
        on_the_map = words[-1] in _COORDINATES and low >= -180 and high <= 180
        return "It is a place on the map, not an amount." if on_the_map else ""
    if low >= 0 and any(words[-1] in called and high <= most for most, called in _CALENDAR.items()):
        return "It numbers points of the calendar, which go round in a circle: 12 is no more than 1."
    if set(words) & _PRODUCTS or "".join(words) in _PRODUCTS:
        return "It is the number of a product, not an amount."
    if set(words) & _COLOUR:
        return "It is the code of a colour, not an amount."
    if words[-1] in _PLACES and 2 <= len(np.unique(known)) <= 1000 and low >= 0:
        return "Its name says that the numbers stand for places or kinds, so 2 is no more than 1."
    return ""


def never_code(values: pd.Series) -> str:
    """Why −1 seems to stand for "never" or "unknown", in a sentence; "" where it does not."""
    known = values.dropna().to_numpy(dtype=np.float64)
    code = known == -1
    rest = known[~code]
    if not 0.01 <= code.mean() < 1 or not rest.size or rest.min() < 0 or len(np.unique(rest)) < 4:
        return ""
    share = share_text(float(code.mean()))
    return f"{share} of the values are −1 and no other is below 0: it seems to mean never or none."
