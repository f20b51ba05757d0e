"""Text for readers: numbers as a person writes them, and the two neutralisers for hostile text.

Text that came from data or from a user is hostile until it went through `safe_label` (Markdown and HTML),
`plot_text` (plotly) or `formula_safe` (a cell of a spreadsheet).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from segmentation.core.money import BEFORE, is_currency

__all__ = [
    "agree",
    "chance_text",
    "count_text",
    "counted",
    "decimals",
    "duration_text",
    "effect_text",
    "file_stem",
    "formula_safe",
    "formula_safe_prose",
    "label_text",
    "listed",
    "moment_text",
    "number_text",
    "plain_text",
    "plot_text",
    "quoted_level",
    "safe_label",
    "safe_prose",
    "share_prose",
    "share_text",
    "size_text",
    "times_text",
    "value_text",
    "value_writer",
    "word_key",
    "yes_or_no",
]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def plain_text(text: Any, *, longest: int = 120) -> str:
    """Any value as one line of visible text, shortened with an ellipsis."""
    line = _CONTROL.sub(" ", str(text)).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def quoted_level(text: Any) -> str:
    """A value of a column in a sentence: in quotes, so that no word of it is read as one of ours."""
    return f"“{plain_text(text, longest=40)}”"


_ADDRESS = re.compile(r"(?i)(?<=[a-z0-9])(?=://)|(?<=www)(?=\.)|(?<=[\w.+-])(?=@[\w-])")
"""Where a web or mail address begins to be one: browsers' Markdown makes a link of it even where it is escaped."""


def safe_label(text: Any, *, longest: int = 120) -> str:
    """Text from data or users, escaped so that Markdown, HTML, LaTeX, icons and links in it stay plain text.

    No line breaks between a figure and its percent sign.
    """
    line = _ADDRESS.sub("\u2060", plain_text(text, longest=longest)).replace(" %", "\u00a0%")
    return _MARKDOWN.sub(r"\\\1", line)


def label_text(text: Any, *, longest: int = 120) -> str:
    """Text from data as the label of a widget, which a screen reader reads out as it stands: no backslashes.

    What would make a link, an icon or a colour of it is broken by a mark that is neither seen nor heard; only what
    could be a formula or emphasis is escaped.
    """
    line = _ADDRESS.sub("\u2060", plain_text(text, longest=longest))
    line = line.replace("](", "]\u2060(").replace("[", "[\u2060").replace("<", "<\u2060")
    line = re.sub(r":(?=\w)", ":\u2060", line)
    for mark in "$*_`~":
        line = line.replace(mark, f"\\{mark}") if line.count(mark) > 1 else line
    return line.lstrip("#>+-0123456789.) ") if re.match(r"\A\s*(#{1,6} |> |[+-] |\d+[.)] )", line) else line


def safe_prose(text: Any, *, longest: int = 400) -> str:
    """A sentence with text from data or users, escaped like `safe_label`."""
    return safe_label(text, longest=longest)


def plot_text(text: Any, *, longest: int = 60) -> str:
    """Text from data or users for a plotly label: `& < > $` as entities, so no tag, link or LaTeX is drawn."""
    line = plain_text(text, longest=longest)
    for bad, good in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("$", "&#36;")):
        line = line.replace(bad, good)
    return line


def formula_safe(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula: text starting like one gets a leading apostrophe.

    Numbers, dates and booleans pass unchanged; so does text that is only a number such as "-12.5".
    """
    if not isinstance(value, str) or not value:
        return value
    start = value.lstrip(" \u00a0")
    if not value.startswith(_FORMULA_START) and not start.startswith(_FORMULA_START):
        return value
    try:
        float(value)
    except ValueError:
        return "'" + value
    return value


def formula_safe_prose(text: str) -> str:
    """Text to be read that no spreadsheet runs either: where `formula_safe` writes an apostrophe, nobody sees it."""
    return text if formula_safe(text) == text else f"\u2060{text}"


def number_text(value: float, *, digits: int = 3) -> str:
    """A number as a person writes it: thousands separated, about three significant digits, never 0.12345678."""
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(value)
    if size == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    if size >= 1000:
        return f"{value:,.0f}"
    text = f"{value:,.{min(places, 6)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "0") else text


def count_text(value: float) -> str:
    """A whole number with thousands separated."""
    return "–" if _is_missing(value) else f"{round(value):,}"


def agree(number: float, one: str, many: str) -> str:
    """The word that agrees with a number of things: `is` with 1, `are` with any other."""
    return one if number == 1 else many


def counted(number: float, one: str, many: str = "") -> str:
    """How many of something: `1 segment`, `1,204 customers`; many: the word for others, where an s is not enough."""
    return f"{count_text(number)} {agree(number, one, many or one + 's')}"


def listed(items: Iterable[str], *, most: int | None = None) -> str:
    """`a`, `a and b`, `a, b and c`; with `most`, `a, b, c and 4 more` where more than one would be left out."""
    texts = list(items)
    if most is not None and len(texts) > most + 1:
        texts = [*texts[:most], f"{count_text(len(texts) - most)} more"]
    return " and ".join([*filter(None, [", ".join(texts[:-1])]), *texts[-1:]])


def yes_or_no(value: Any) -> str:
    """A truth value as a person says it."""
    return "yes" if value else "no"


def decimals(values: Any) -> int:
    """The decimals that one column of numbers is written with: three significant digits at its typical size, 0 … 4."""
    import numpy as np  # not above: whoever only words a sentence need not wait for it

    sizes = np.abs(np.asarray(values, dtype=np.float64).ravel())
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not len(sizes) or bool((sizes % 1 == 0).all()):
        return 0
    return min(max(2 - math.floor(math.log10(float(np.median(sizes)))), 0), 4)


def share_text(value: float) -> str:
    """A share of one as a percentage with one decimal: 0.123 → 12.3 %."""
    return "–" if _is_missing(value) else f"{100 * value:,.1f} %"


def share_prose(value: float) -> str:
    """The same for running text on a page: no line breaks before the percent sign."""
    return share_text(value).replace(" ", "\u00a0")


def chance_text(probability: float) -> str:
    """A probability as a percentage that never claims certainty: 93.1 %, more than 99.9 %, less than 0.1 %."""
    if probability > 0.999:
        return "more than 99.9 %"
    return "less than 0.1 %" if probability < 0.001 else share_text(probability)


def times_text(ratio: float) -> str:
    """How many times as much: two decimals close to 1, else two significant digits (1.04, 1.9, 57)."""
    return f"{ratio:.2f}" if ratio < 1.1 else number_text(ratio, digits=2)


def size_text(length: int) -> str:
    """The size of a file from its number of bytes: 94 kB, 1.3 MB."""
    return f"{max(round(length / 1000), 1):,} kB" if length < 999_500 else f"{length / 1_000_000:,.1f} MB"


def value_text(value: Any, *, kind: str = "number", unit: str = "") -> str:
    """A value of a feature with its unit, by the feature's kind (share → %, count → whole, boolean → yes or no).

    The sign of a currency stands before the amount, and small amounts have cents: €1,234, €28.60, but 1,234 CHF.
    The level of a category is text, and shown as such.
    """
    if isinstance(value, str):
        return plain_text(value, longest=60)
    if _is_missing(value):
        return "missing"
    if kind == "boolean" and value in (0, 1):
        return yes_or_no(value)
    if kind in ("share", "boolean"):
        return share_text(value)
    text = number_text(value)
    if is_currency(unit) and "." in text and abs(value) >= 0.1:
        text = f"{value:,.2f}"
    if unit in BEFORE:
        return f"-{unit}{text[1:]}" if text.startswith("-") else f"{unit}{text}"
    unit = unit[:-1] if text == "1" and unit.endswith("s") else unit
    return f"{text} {unit}" if unit else text


@lru_cache(maxsize=256)
def value_writer(kind: str = "number", unit: str = "", *, signed: bool = False) -> Callable[[float], str]:
    """How values of one kind are written, see `value_text`; signed: as a difference, +3 or −3.

    The same arguments give the same function, so that rows which are written alike can be told.
    """
    return partial(_signed_value if signed else value_text, kind=kind, unit=unit)


def _signed_value(value: float, *, kind: str, unit: str) -> str:
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return sign + value_text(abs(value), kind=kind, unit=unit)


def effect_text(value: float) -> str:
    """A difference in standard deviations with its sign: +1.5, −0.3, and 0 where it is none."""
    if _is_missing(value):
        return "–"
    text = f"{value:+.1f}"
    return "0" if text in ("+0.0", "-0.0") else text.replace("-", "\u2212")


def duration_text(seconds: float) -> str:
    """A time that is only roughly known: "a few seconds", "about 40 seconds", "about 3 minutes"."""
    if seconds < 8:
        return "a few seconds"
    if seconds < 90:
        return f"about {max(10, 10 * round(seconds / 10))} seconds"
    return f"about {round(seconds / 60)} minutes"


def file_stem(text: object, *, otherwise: str = "list") -> str:
    """Any text as the beginning of a file name that every system takes: letters, figures, blanks and hyphens."""
    stem = re.sub(r"[^\w -]+|_+", " ", plain_text(text, longest=80))
    return " ".join(stem.split()).strip(" -")[:60].strip() or otherwise


def word_key(text: object) -> str:
    """Text as words are compared: no capitals, no accents, one blank for every mark between words."""
    plain = unicodedata.normalize("NFKD", str(text)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain))


def _is_missing(value: Any) -> bool:
    """None, NaN, NaT or NA; written without pandas, so that help and errors of the command line come at once."""
    try:
        return value is None or bool(value != value)
    except TypeError:  # pandas.NA is neither equal to itself nor different
        return True


def moment_text(moment: str) -> str:
    """An ISO 8601 moment as a person writes it, in the time of this machine: 28 Nov 2026, 17:33; empty for none."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%d %b %Y, %H:%M}"
    except ValueError:
        return ""
