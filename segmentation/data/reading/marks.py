"""Words that stand for a missing value, and pairs of words that mean yes and no."""

from __future__ import annotations

__all__ = ["DASHES", "ERRORS", "MARKS", "NOT_A_NUMBER", "YES_NO", "marks_for_text"]

ERRORS = frozenset({"#div/0!", "#n/a", "#value!", "#ref!", "#name?", "#num!", "#null!", "#spill!", "#calc!", "#error!"})
"""What a spreadsheet writes into a cell whose formula failed, in lower case."""

DASHES = frozenset({"-", "--", "–", "—"})
"""Dashes that mean zero beside accounting formats, and missing elsewhere."""

_SIGNS = frozenset({"?", "??", "-", "--", "---", "–", "—", "\\n", "<na>", "(null)", "(blank)", "n/a"})
_WORDS = frozenset(
    {
        "na", "n.a.", "n.a", "null", "none", "nil", "nul", "missing", "undefined", ".", "..", "*", "k.a.", "k. a.",
        "s/o", "unknown", "not available", "not applicable", "not known", "no data", "nodata", "unbekannt",
        "keine angabe", "inconnu", "desconocido", "sconosciuto", "onbekend", "okänd", "nieznane", "неизвестно",
    }
)  # fmt: skip

NOT_A_NUMBER = frozenset({"nan", "NaN"})
"""What programs write for a number that is none, in this very case: Nan is a name."""

MARKS = ERRORS | _SIGNS | _WORDS | {"nan"}
"""Missing marks among numbers, dates and yes/no, where none of these words can be a value; in lower case."""


def marks_for_text() -> frozenset[str]:
    """Missing marks in a column of text, beside `NOT_A_NUMBER`: signs only, since NA and Null are also surnames."""
    return ERRORS | _SIGNS


YES_NO: tuple[tuple[str, str, bool], ...] = (
    ("true", "false", True),
    ("yes", "no", True),
    ("wahr", "falsch", True),
    ("vrai", "faux", True),
    ("verdadero", "falso", True),
    ("vero", "falso", True),
    ("ja", "nein", False),
    ("ja", "nee", False),
    ("ja", "nej", False),
    ("oui", "non", False),
    ("si", "no", False),
    ("sí", "no", False),
    ("sì", "no", False),
    ("sim", "não", False),
    ("tak", "nie", False),
    ("y", "n", False),
    ("j", "n", False),
    ("t", "f", False),
    ("on", "off", False),
)
"""(word for yes, word for no, whether one of them alone is enough), in lower case."""
