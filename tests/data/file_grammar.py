"""A grammar of the habits in which people write tables of purchases, and files made from it with the truth known.

One file is one choice of every habit: separator × decimal mark × thousands × dates × words of a status × totals ×
headings × currency × letters × ids. The truth is made first, in plain Python, and only then written down.
"""

from __future__ import annotations

import csv
import datetime
import io
import random
from dataclasses import dataclass, fields
from typing import NamedTuple

__all__ = ["HABITS", "GrammarFile", "Habits", "make_file", "some_habits"]

HABITS: dict[str, tuple[str, ...]] = {
    "separator": (",", ";", "\t", "|"),
    "decimal": (".", ","),
    "thousands": ("", "other", " ", "'"),
    "figures": ("cents", "whole", "three"),
    "dates": ("iso", "iso time", "d/m/y", "m/d/y", "d.m.y", "y.m.d.", "d mon y", "two-way d/m/y", "words"),
    "status": ("", "en", "de", "fr", "es", "pt", "nl"),
    "totals": ("", "grand", "wrong grand", "subtotals", "summe", "blank label", "first row"),
    "headings": ("one", "titles", "keys", "units", "repeated", "labels", "bom inside"),
    "currency": ("", "€ before", "€ behind", "EUR", "mixed"),
    "letters": ("utf-8", "utf-8-sig", "cp1252", "utf-16"),
    "ids": ("C101", "00017", "FR001", "Müller"),
}
"""Habit → the ways there are; 4 · 2 · 4 · 3 · 9 · 7 · 7 · 7 · 5 · 4 · 4 = 23,708,160 files."""

_WORDS = {
    "en": ("paid", "refunded", "cancelled"),
    "de": ("bezahlt", "erstattet", "storniert"),
    "fr": ("payé", "remboursé", "annulé"),
    "es": ("pagado", "reembolsado", "cancelado"),
    "pt": ("pago", "reembolsado", "cancelado"),
    "nl": ("betaald", "terugbetaald", "geannuleerd"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAMES = ("Müller", "Jäger", "Gößler", "Löwe", "Süß", "Bäcker", "Krüger", "Schröder")


@dataclass(frozen=True)
class Habits:
    """One choice of every habit."""

    separator: str
    decimal: str
    thousands: str
    figures: str
    dates: str
    status: str
    totals: str
    headings: str
    currency: str
    letters: str
    ids: str


class Line(NamedTuple):
    """One purchase as it was: what the file says of it in its own way."""

    customer: str
    order: int
    day: datetime.date
    amount: float
    sign: str
    word: int


@dataclass(frozen=True)
class GrammarFile:
    """A file and its truth: customer → (days since the last purchase, purchases, amount), of what was paid for."""

    habits: Habits
    data: bytes
    truth: dict[str, tuple[float, float, float]]
    mixed: bool


def some_habits(count: int, seed: int = 12) -> list[Habits]:
    """Choices of habits at random, every way of every habit among them."""
    chance = random.Random(seed)
    names = [item.name for item in fields(Habits)]
    return [Habits(**{name: chance.choice(HABITS[name]) for name in names}) for _ in range(count)]


def make_file(habits: Habits, seed: int) -> GrammarFile:
    """The file that a person with these habits writes, and its truth."""
    chance = random.Random(seed)
    lines = _lines(habits, chance)
    return GrammarFile(habits, _written(habits, lines), _truth(habits, lines), habits.currency == "mixed")


def _lines(habits: Habits, chance: random.Random) -> list[Line]:
    lines = []
    for number in range(8):
        for turn in range(4):
            if habits.dates == "two-way d/m/y":
                day = datetime.date(2024, chance.randint(1, 12), chance.randint(1, 12))
            else:
                day = datetime.date(2024, 1, 1) + datetime.timedelta(days=chance.randint(0, 365))
            if habits.figures == "whole":
                amount = float(chance.randint(2, 4_000))
            else:
                amount = round(chance.uniform(2, 4_000), 2 if habits.figures == "cents" else 3)
            sign = chance.choice("$€") if habits.currency == "mixed" else "€"
            word = chance.choice((0, 0, 0, 1, 2)) if turn else 0
            lines.append(Line(_id(habits, number), 1_000 + len(lines), day, amount, sign, word))
    return lines


def _id(habits: Habits, number: int) -> str:
    named = {"C101": f"C{101 + number}", "00017": f"{17 + number:05}", "FR001": f"FR{1 + number:03}"}
    return named.get(habits.ids, _NAMES[number])


def _truth(habits: Habits, lines: list[Line]) -> dict[str, tuple[float, float, float]]:
    paid = [line for line in lines if not (habits.status and line.word)]
    last = max(line.day for line in lines) + datetime.timedelta(days=1)
    truth = {}
    for customer in dict.fromkeys(line.customer for line in paid):
        mine = [line for line in paid if line.customer == customer]
        recency = min((last - line.day).days for line in mine)
        truth[customer] = (float(recency), float(len(mine)), sum(line.amount for line in mine))
    return truth


def _number(habits: Habits, amount: float, sign: str = "") -> str:
    digits = {"cents": 2, "whole": 0, "three": 3}[habits.figures]
    mark = {"other": "," if habits.decimal == "." else "."}.get(habits.thousands, habits.thousands)
    text = f"{amount:,.{digits}f}".replace(",", "\0").replace(".", habits.decimal).replace("\0", mark)
    if not habits.currency or not sign:
        return text
    if habits.currency == "EUR":
        return f"{text} EUR"
    return f"{text} {sign}" if habits.currency == "€ behind" else f"{sign} {text}"


def _date(habits: Habits, day: datetime.date, place: int) -> str:
    ways = {
        "iso": f"{day:%Y-%m-%d}",
        "iso time": f"{day:%Y-%m-%d} 10:30:00",
        "d/m/y": f"{day:%d/%m/%Y}",
        "two-way d/m/y": f"{day:%d/%m/%Y}",
        "m/d/y": f"{day:%m/%d/%Y}",
        "d.m.y": f"{day:%d.%m.%Y}",
        "y.m.d.": f"{day:%Y.%m.%d}.",
        "d mon y": f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
        "words": f"{day:%Y-%m-%d} (posted)" if place % 3 else f"{day:%Y-%m-%d}",
    }
    return ways[habits.dates]


def _written(habits: Habits, lines: list[Line]) -> bytes:
    names = ["Customer ID", "Order No", "Order Date", "Amount"] + (["Status"] if habits.status else [])

    def full(*cells: str) -> list[str]:
        return [*cells, *[""] * (len(names) - len(cells))]

    def total(label: str, some: list[Line], extra: float = 0.0) -> list[str]:
        sign = "" if habits.currency == "mixed" else "€"
        return full(label, "", "", _number(habits, sum(line.amount for line in some) + extra, sign))

    rows: list[list[str]] = []
    if habits.headings == "titles":
        rows += [full("Sales report 2024"), full("")]
    if habits.headings == "keys":
        rows += [full("Account : 10000", "From : 2024-01-01", "To : 2024-12-31"), full("")]
    head = len(rows)
    rows.append(names)
    if habits.headings == "units":
        rows.append(full("", "", "", "EUR" if habits.currency != "mixed" else "money"))
    if habits.headings == "labels":
        rows.append(full("Who bought", "Number of the order", "Day of the order", "What was paid", "How it went"))
        rows[-1] = rows[-1][: len(names)]
    if habits.totals == "first row":
        rows.append(total("Total", lines))
    for place, line in enumerate(lines):
        if place == 16 and habits.headings in ("repeated", "bom inside"):
            rows.append([name.upper() if habits.headings == "repeated" else name for name in names])
        word = [_WORDS[habits.status][line.word]] if habits.status else []
        cells = [
            line.customer,
            str(line.order),
            _date(habits, line.day, place),
            _number(habits, line.amount, line.sign),
        ]
        if place == 17 and habits.headings == "bom inside":
            cells[0] = f"\ufeff{cells[0]}" if habits.letters != "cp1252" else cells[0]
        rows.append([*cells, *word])
        if habits.totals == "subtotals" and place % 4 == 3:
            rows.append(total(f"{line.customer} Total", lines[place - 3 : place + 1]))
    if habits.totals in ("grand", "subtotals"):
        rows.append(total("Grand Total", lines))
    elif habits.totals == "wrong grand":
        rows.append(total("Total", lines, 555.5))
    elif habits.totals == "summe":
        rows.append(total("Summe", lines))
    elif habits.totals == "blank label":
        rows.append(total("", lines))
    assert rows[head] is names
    text = io.StringIO()
    csv.writer(text, delimiter=habits.separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(habits.letters, "replace")
