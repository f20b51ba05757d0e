"""What reading and building noticed, as facts that travel with the table to every user of it.

A notice is a kind, a place and a count: no cell of a customer. The full sentence with its examples stays where the
table is; what a saved model remembers is worded anew from the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from segmentation.core.errors import PAGE, Problem, placed
from segmentation.core.text import agree, count_text, plain_text

if TYPE_CHECKING:
    from segmentation.core.tables import Note

__all__ = ["KINDS", "NOT_OF_THE_FILES", "Notice", "notices_from", "notices_of"]

KINDS: dict[str, str] = {
    "refused": "{count} could not be read and {were} refused|line|lines",
    "date order": "{count} can be read with the day or the month first|date|dates",
    "swapped dates": "{count} had day and month swapped by a spreadsheet|date|dates",
    "currencies": "its amounts are in {count}|currency|different currencies",
    "stayed text": "{count} {hold} digits and stayed text|cell|cells",
    "lost": "{count} could not be read and became missing|cell|cells",
    "decimal": "its numbers can be read with a decimal point or a decimal comma",
    "percent": "{count} {have} a percent sign and others have none|cell|cells",
    "letters": "its letters may be read wrongly",
    "left out": "{count} {were} left out as totals, units or notes|row|rows",
    "totals": "{count} {were} kept although called totals|row|rows",
    "headings": "{count} between the rows {repeat} the header and {were} left out|line|lines",
    "zero": "{count} alone {were} read as zero|dash|dashes",
    "measure": "its numbers have a unit or a magnitude beside them, which was read",
    "hidden rows": "{count} {are} hidden in the sheet and {were} read all the same|row|rows",
    "repeated below": "{count} took a value from above, as in merged cells|row|rows",
    "blanks below": "{count} {stand} below a value that is there once, as in merged cells|blank cell|blank cells",
    "merged cells": "{count} gave their value to every row|merged cell|merged cells",
    "sheets": "{count} with the same columns {were} read as one table|sheet|sheets",
    "files": "{count} with the same columns {were} read as one table|file|files",
    "copies": "{count} that only repeated another {were} left out|file|files",
    "tables": "{count} {stand} or may stand in one sheet|table|tables",
    "changed": "the file is written otherwise than the one the model was made from",
    "kept": "the file does not tell how it is written, so the model's way was kept",
    "headings differ": "{count} {are} spelt otherwise than in training|heading|headings",
    "words": "{count} {stand} beside words of a status or type that are no plain purchase|line|lines",
    "refunds": "{count} had refunds beside them or were refunds|order|orders",
    "order totals": "{count} repeated the total of the order|line|lines",
    "sign": "its sales are written below zero; their sign was turned",
    "incomplete": "{count} without a customer, a date or an amount {were} left out|line|lines",
    "repeated": "{count} {repeat} an order number and the whole line|line|lines",
    "vanished": "{count} of the file {have} no purchase and {were} left out|customer|customers",
    "spelling": "{count} {differ} only by capitals, blanks, hyphens or leading zeros|id|ids",
    "same ids": "{count} {have} an id that stands above already; each was scored by itself|row|rows",
    "no answer": "{count} may stand for no answer|cell|cells",
    "birth years": "its years have two digits",
    "guarded": "{count} may start a formula in a spreadsheet and {were} written with an apostrophe before it"
    "|cell|cells",
    "removed": "{count} had line breaks, tabs or control characters, which were taken out|cell|cells",
    "seal": "the files of the saved model are not known to be as they were saved",
    "no names": "they have no names and were told by what stands in them",
    "by contents": "{count} {were} told by what stands in them, as the headings do not say it|column|columns",
    "by row": "no column tells customers apart, so every row counted as one; it may be a list of purchases",
    "other": "",
}
"""Kind → what is said of it, and the words for one and for several; a verb in braces agrees with the count."""
_VERBS = {
    "are": ("is", "are"),
    "were": ("was", "were"),
    "have": ("has", "have"),
    **{verb: (f"{verb}s", verb) for verb in ("hold", "stand", "repeat", "differ")},
}

NOT_OF_THE_FILES = ("guarded", "removed", "seal")
"""Kinds that are about what was written or used, not about the files that were read."""


@dataclass(frozen=True)
class Notice:
    """One thing noticed: its kind (a key of `KINDS`), where (a column, or a word such as Rows), how often."""

    kind: str
    where: str
    count: int = 0
    sentence: str = ""
    """What the reader of the table was told, in full; empty in a saved model."""
    by: str = ""
    """The option of the command line by which its remedy is chosen, see `Problem.by`."""

    @property
    def text(self) -> str:
        """One sentence: the full one where there is one, else worded from the facts."""
        return self.told(PAGE)

    def told(self, door: str) -> str:
        """The same as it is told at a door: on a page, or on the command line with the option to type."""
        if self.sentence:
            return placed(self.sentence, self.by, door)
        words, *forms = KINDS.get(self.kind, "").split("|")
        if not words:
            return f"{plain_text(self.where)}: something was noticed ({count_text(self.count)})."
        count = f"{count_text(self.count)} {forms[self.count != 1]}" if forms else ""
        verbs = {name: agree(self.count, *both) for name, both in _VERBS.items()}
        return f"{plain_text(self.where)}: {words.format(count=count, **verbs)}."

    def facts(self) -> dict[str, Any]:
        """The kind, the place and the count as plain values: what a saved model keeps."""
        return {name: value for name, value in asdict(self).items() if name not in ("sentence", "by")}


def notices_of(notes: Iterable[Note], problems: Iterable[Problem]) -> tuple[Notice, ...]:
    """Notes with a kind and all problems → notices, each once, problems first."""
    notices = [
        Notice(item.kind or "other", item.where, item.count, f"{item.where}: {item.what} {item.fix}".strip(), item.by)
        for item in problems
    ]
    notices += [
        Notice(item.kind, item.where, item.count, f"{item.where}: {item.what}", item.by) for item in notes if item.kind
    ]
    return tuple(dict.fromkeys(notices))


def notices_from(plain: Iterable[Mapping[str, Any]]) -> tuple[Notice, ...]:
    """The facts in a saved model → notices."""
    return tuple(Notice(str(item["kind"]), str(item["where"]), int(item["count"])) for item in plain)
