"""What a column means: as the table of `known_columns` says, or a readable description of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from segmentation.core.money import heading_unit, is_currency
from segmentation.core.tables import FeatureInfo
from segmentation.core.text import plain_text
from segmentation.data.heading_phrases import phrases
from segmentation.data.heading_words import in_sentence, is_ours
from segmentation.data.known_columns import KNOWN, KNOWN_COLUMNS

__all__ = ["column_key", "describe_column", "meaning_of", "readable_label", "with_units"]

# A word in the name of an unknown column that tells the unit.
_UNITS = (("days", "days", "days"), ("months", "months", "number"), ("years", "years", "number"),
          ("hours", "hours", "number"), ("minutes", "minutes", "number"), ("pct", "%", "number"),
          ("percent", "%", "number"), ("percentage", "%", "number"))  # fmt: skip
_WINDOW = re.compile(r"(?i)\d$|^(?:last|past|per|each|two|three|four|five|six|seven|ten|twelve|thirty|sixty|ninety)$")
"""A word before a unit that makes it the time that was looked at: spend of the last 30 days is not in days."""
_PHRASES = ("high", "low", "trait_high", "trait_low")
_HIGHEST_SHARE = 3.0
"""Shares of 1 somewhat above 1 are shares that were estimated or shaken, not per cent: "0.4 %" would be said of 0.4."""
_COUNT_WORDS = {"count", "num", "number", "trx", "qty", "n", "nb"}

_BRACKET = re.compile(r"(?<!\s)\s*+[(\[]([^()\[\]]{1,20})[)\]]\s*+$")
_RANGE = re.compile(r"^[\d\s.,]+(-|–|to)[\d\s.,]+$")
_BEHIND = re.compile(r"(?<=[^\s_,])[\s_,]++(?:in[\s_]++)?([^\W\d_]{3,7}|[^\w\s()\[\]]{1,2})$")
_PERIOD = re.compile(r"(?i)^(?:last|past|previous)\b|^\d+\s*(?:days?|weeks?|months?|years?|d|m|y)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def column_key(name: str) -> str:
    """The key of a known column in any of its spellings, else the letters and digits of the name itself."""
    base, _ = _split_unit(plain_text(name, longest=200))
    key = re.sub(r"[^a-z0-9]+", "", base.lower())
    return KNOWN_COLUMNS[key].name if key in KNOWN_COLUMNS else key


def meaning_of(info: FeatureInfo) -> str:
    """The key of a column where it has the meaning of that key, "" where its values or neighbours contradicted it."""
    key = column_key(info.name)
    known = KNOWN.get(key)
    return key if known is None or info.trait_high in ("", known.trait_high) else ""


def _words(name: str) -> list[str]:
    spaced = _CAMEL.sub(" ", re.sub(r"[_\s]+|(?<=\w)[.\-](?=\w)", " ", name))
    return spaced.split()


def readable_label(name: str) -> str:
    """A column name as a person would write it: `CASH_ADVANCE_TRX` → "Cash advance trx".

    Words in mixed case or with digits keep their own spelling, and so do those with a large letter that are none of
    ours (`heading_words`); a name without letters is returned as it is.
    """
    text = plain_text(name, longest=60)
    words = _words(text)
    if not any(character.isalpha() for character in text) or not words:
        return text or "(no name)"
    line = " ".join(word.lower() if word.isupper() or (word.istitle() and is_ours(word)) else word for word in words)
    return line[0].upper() + line[1:]


def _split_unit(name: str) -> tuple[str, str]:
    """`Annual Income (k$)` → ("Annual Income", "k$"), `Umsatz in €` → ("Umsatz", "€"); a number is of the name.

    A range such as (1-100) and a time such as (last 30 days) are dropped.
    """
    match = _BRACKET.search(name)
    if not match or match.start() == 0 or match.group(1).strip().isdigit():
        return _unit_behind(name)
    unit = match.group(1).strip()
    return name[: match.start()], "" if _RANGE.match(unit) or _PERIOD.match(unit) else unit


def _unit_behind(name: str) -> tuple[str, str]:
    """A currency or a per cent sign at the end, without brackets: `Rabatt %`, `umsatz_eur`."""
    match = _BEHIND.search(name)
    unit = match and ("%" if match[1] == "%" else heading_unit(match[1]))
    return (name[: match.start()], unit) if match and unit else (name, "")


def _fallback(name: str, base: str, unit: str) -> FeatureInfo:
    bracket = _BRACKET.search(name)
    label = readable_label(name if bracket and _PERIOD.match(bracket[1].strip()) else base)
    spelled = _words(base)
    words = {word.lower() for word in spelled}
    kind = "number"
    if not unit:
        units = {
            word.lower() for before, word in zip(["", *spelled], spelled, strict=False) if not _WINDOW.search(before)
        }
        unit, kind = next(((unit, kind) for word, unit, kind in _UNITS if word in units), ("", "number"))
    if kind == "number" and words & _COUNT_WORDS:
        kind = "count"
    spoken = in_sentence(label, base)
    return FeatureInfo(
        name=name,
        label=label,
        unit=unit,
        kind=kind,
        high=f"have a high value of {spoken}",
        low=f"have a low value of {spoken}",
        trait_high=f"High {spoken}",
        trait_low=f"Low {spoken}",
    )


def _yes_or_no(info: FeatureInfo) -> FeatureInfo:
    """The same description of a column of yes and no; one that had general words has those of an answer.

    A segment has more or fewer of those who say yes, so that is what is said: not that all of them do.
    """
    spoken = in_sentence(info.label, info.name)
    if info.trait_high != f"High {spoken}":
        return replace(info, kind="boolean", unit="")
    return replace(
        info,
        kind="boolean",
        unit="",
        high=f"more often have yes for {spoken}",
        low=f"more often have no for {spoken}",
        trait_high=f"More often {spoken}",
        trait_low=f"Less often {spoken}",
    )


def _scored(seen: np.ndarray) -> bool:
    """Whole numbers of a few grades, none of them far more often than the others: a score of 1 to 5, say."""
    grades, counts = np.unique(seen, return_counts=True)
    few = 2 <= len(grades) <= 10 and bool((grades == np.floor(grades)).all()) and grades[0] >= 0 and grades[-1] <= 10
    return few and counts.max() < 0.5 * len(seen)


def _whole(seen: np.ndarray) -> bool:
    return bool((seen == np.floor(seen)).all())


def _rate(seen: np.ndarray) -> bool:
    """Parts of one, mostly: so many in a week or a month, not how many."""
    return not _whole(seen) and float(np.median(seen)) < 1


_CARD = frozenset(("creditlimit", "cashadvance", "minimumpayments", "prcfullpayment", "cashadvancetrx"))

# What a known column means holds only where its values allow it (None: they are not known) …
_VALUES_FIT: dict[str, Callable[[np.ndarray], bool]] = {
    "recency": lambda seen: not _scored(seen) and seen.min() >= 0,
    "frequency": lambda seen: not _scored(seen) and not _rate(seen) and seen.min() >= 0,
    "monetary": lambda seen: not _scored(seen),
    "purchasestrx": lambda seen: not _rate(seen),
    "age": lambda seen: seen.min() >= 0 and 15 <= seen.max() <= 120,
    "creditscore": lambda seen: seen.min() >= 0 and 200 <= seen.max() <= 1000,
    "spendingscore": lambda seen: seen.min() >= 0 and seen.max() <= 100,
    "householdsize": lambda seen: seen.min() >= 0 and seen.max() <= 30,
    "dayssincesignup": lambda seen: seen.min() >= 0,
}
# … and where some of these columns stand beside it: a balance is a debt on a card's statement, not in a bank's book.
_BESIDE = {"balance": _CARD, "payments": _CARD, "tenure": _CARD}
_SPANS = ("days", "weeks", "months", "years")
"""Units that say themselves that a column such as "tenure (days)" is a span of time, whatever stands beside it."""


def _means(known: FeatureInfo, values: pd.Series | None, beside: Iterable[str] | None) -> bool:
    """Whether a known column of this key means what `known_columns` says, by its values and its neighbours."""
    if beside is not None and known.name in _BESIDE and _BESIDE[known.name].isdisjoint(map(column_key, beside)):
        return False
    if values is None or known.name not in _VALUES_FIT or not pd.api.types.is_numeric_dtype(values.dtype):
        return True
    seen = values.dropna().to_numpy(dtype=np.float64)
    return not seen.size or bool(_VALUES_FIT[known.name](seen))


def describe_column(name: str, values: pd.Series | None = None, beside: Iterable[str] | None = None) -> FeatureInfo:
    """What a column means: name (and, if given, its values) in → a full `FeatureInfo` out.

    A unit in brackets at the end of the name stands for the usual one: "tenure (days)" is not in months.

    Known columns and their common spellings come from `known_columns`, in any case and with any of `_ - .` or
    blanks between the words; any other column gets a readable label and generic phrases. With `values`
    (numeric or boolean, any length) a kind that contradicts them is mended: only 0 and 1 → boolean, a share
    with more than a few values above 1 → percent (above 3, up to 100) or plain number. Where the values or the
    columns `beside` it contradict what the name promises (a "recency" of 1 to 5 is a score, the balance of a bank is no
    debt), the column keeps its own words.
    """
    base, unit = _split_unit(plain_text(name, longest=200))
    known = KNOWN_COLUMNS.get(re.sub(r"[^a-z0-9]+", "", base.lower()))
    clear = known is not None and unit in _SPANS and known.unit in _SPANS
    if known is not None and not _means(known, values, None if clear else beside):
        known = None
    info = replace(known, name=name, unit=unit or known.unit) if known else _fallback(name, base, unit)
    if info.unit == "days" and info.kind == "number":
        info = replace(info, kind="days")
    if values is not None:
        info = _agree(info, values)
    return info if known else _phrased(info, values)


def _phrased(info: FeatureInfo, values: pd.Series | None) -> FeatureInfo:
    """The same description with the phrases that the form of the heading has, where it has any."""
    if info.kind not in ("number", "count", "days"):
        return info
    counts = info.kind == "count" or (info.kind == "number" and not info.unit and _counts(values))
    own = phrases(in_sentence(info.label, info.name), whole=counts)
    return info if own is None else replace(info, **dict(zip(_PHRASES, own, strict=True)))


def _counts(values: pd.Series | None) -> bool:
    """Whether the values are whole numbers from 0 up, as far as they are known."""
    if values is None or not pd.api.types.is_numeric_dtype(values.dtype):
        return False
    seen = values.dropna().to_numpy(dtype=np.float64)
    return bool(seen.size) and bool(seen.min() >= 0) and _whole(seen)


def with_units(frame: pd.DataFrame, infos: Iterable[FeatureInfo]) -> pd.DataFrame:
    """Features → the same for a file: a name gets its unit in brackets where by itself it would be read with another.

    `describe_column` reads it back, so that days stay days. What is counted needs no unit to be understood, and amounts
    of a currency keep the heading of the file.
    """
    names = {
        info.name: f"{info.name} ({info.unit})"
        for info in infos
        if info.unit
        and info.kind != "count"
        and not is_currency(info.unit)
        and describe_column(info.name, frame[info.name]).unit != info.unit
    }
    return frame.rename(columns=names)


def _agree(info: FeatureInfo, values: pd.Series) -> FeatureInfo:
    """The same description with a kind and unit that the values allow."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return _yes_or_no(info)
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return info
    seen = values.dropna().to_numpy(dtype=np.float64)
    if not seen.size:
        return info
    kind, unit = _kind_and_unit(info, seen, float(seen.min()), float(seen.max()))
    if kind == "boolean" != info.kind:
        return _yes_or_no(info)
    return replace(info, kind=kind, unit=unit)


def _kind_and_unit(info: FeatureInfo, seen: np.ndarray, low: float, high: float) -> tuple[str, str]:
    """The kind and the unit that numbers from `low` to `high` allow, those that the name promises where they can be."""
    if info.kind == "number" and not info.unit and (low, high) == (0, 1) and np.isin(seen, (0, 1)).all():
        return "boolean", ""
    if info.unit == "%" and low >= 0 and 0 < high <= 1 and not _whole(seen):
        return "share", ""
    if info.kind == "share" and (low < 0 or np.quantile(seen, 0.99) > 1):
        return "number", "%" if low >= 0 and _HIGHEST_SHARE < high <= 100 else ""
    if info.kind == "count" and (low < 0 or not np.equal(seen, np.floor(seen)).all()):
        return "number", info.unit
    return info.kind, info.unit
