"""What is said of customers by the form of a heading alone: "days since last visit", "visits per month", "logins"."""

from __future__ import annotations

import re

__all__ = ["is_average", "phrases"]

_SPAN = r"(?:days|weeks|months|years|hours|minutes)"
_SINCE = re.compile(
    rf"^{_SPAN} since (?:the |their )?(?P<which>last|latest|most recent|first)? ?(?P<what>\S.*)$", re.IGNORECASE
)
_SINCE_WHAT = re.compile(rf"^{_SPAN} since (?:the |their )?(?:last|latest|most recent|first)$", re.IGNORECASE)
_AS_CUSTOMER = re.compile(
    rf"^{_SPAN} (?:as|being) (?:an? )?(?:customer|client|member|subscriber|user)s?$", re.IGNORECASE
)
_NUMBER_OF = re.compile(r"(?i)^(?:total )?(?:(?:num(?:ber)?|nb|nr|n)(?: of)?|no\.? of) (?P<what>\S.*)$")
_PER = re.compile(r"(?i)^(?P<what>\S.*) per (?:\w+)$")
_COUNTED = re.compile(r"^\S*[^\W\d][^\Wsiu\d]s$|^\S*ies$", re.IGNORECASE)
"""A word that is a plural by its look: not "status", "access" or "analysis"."""
_AMOUNTS = frozenset((
    "sales", "costs", "savings", "earnings", "revenues", "expenses", "fees", "charges", "proceeds", "takings",
    "wages", "payments", "prices", "amount", "amounts", "amt", "mnt", "sum", "total", "totals", "value",
    "values", "volume", "spend", "spent", "spending", "max", "min", "median", "rate", "rates", "score",
    "scores", "share", "shares", "ratio", "ratios", "index", "income", "percent", "percentage", "points",
    "units", "days", "weeks", "months", "years", "hours", "minutes", "seconds", "per",
))  # fmt: skip
"""Words of amounts, of measures and of time: these are high or low, not many or few."""
_AVERAGES = frozenset((
    "average", "avg", "mean", "median", "typical", "per", "rate", "schnitt", "durchschnitt", "mittel",
))  # fmt: skip


def phrases(spoken: str, *, whole: bool) -> tuple[str, str, str, str] | None:
    """A heading inside a sentence → what is said of a high and of a low value, and the two parts of a name; or None.

    The two phrases follow "customers who …", as those of `FeatureInfo`. whole: all values are whole numbers from 0 up,
    so that a plural counts something.
    """
    if _AS_CUSTOMER.match(spoken):
        return "have been customers for long", "are newer customers", "Long-standing", "Newer"
    if _SINCE_WHAT.match(spoken):  # the last what is not said
        return f"have many {spoken}", f"have few {spoken}", f"Many {spoken}", f"Few {spoken}"
    if since := _SINCE.match(spoken):
        what = since["what"]
        which = {"first": "first ", "": ""}.get((since["which"] or "").lower(), "last ")
        name = f"{which}{what} long ago"
        recent = f"Recent first {what}" if which == "first " else f"Recent {what}"
        event = f"had their {which}{what}"
        return f"{event} long ago", f"{event} recently", name[0].upper() + name[1:], recent
    counted = _NUMBER_OF.match(spoken)
    what = counted["what"] if counted else spoken
    if counted or _is_plural(spoken, whole=whole):
        return f"have many {what}", f"have few {what}", f"Many {what}", f"Few {what}"
    return None


def is_average(label: str) -> bool:
    """Whether a heading says that its values are averages or rates, so that their sum over customers has no meaning."""
    return not _AVERAGES.isdisjoint(re.findall(r"\w+", label.lower()))


def _is_plural(text: str, *, whole: bool) -> bool:
    """Whether a heading names what is counted: by its last word where the values count, or before "per month"."""
    rate = _PER.match(text)
    if rate is None and not whole:
        return False
    words = (rate["what"] if rate else text).lower().split()
    return _AMOUNTS.isdisjoint(words) and _AVERAGES.isdisjoint(words) and bool(_COUNTED.match(words[-1]))
