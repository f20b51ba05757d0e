"""What well-known columns mean, as data, and a readable description for every other column.

A new column is one entry in `_KNOWN_ROWS` (and its other spellings one line in `_SYNONYMS`); labels, units, the
phrases of the personas and the name parts come from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from segmentation.core.tables import FeatureInfo
from segmentation.core.text import plain_text

__all__ = ["column_key", "describe_column", "meaning_of", "readable_label", "with_units"]

# Columns: key (letters and digits only, lower case), label, unit, kind, what it is,
# customers who … (high), customers who … (low), name part (high), name part (low).
_KNOWN_ROWS: tuple[tuple[str, ...], ...] = (
    # The public credit-card set.
    ("balance", "Balance", "", "money", "Amount still owed on the card.",
     "owe a lot on their card", "owe little on their card", "High-balance", "Low-balance"),
    ("balancefrequency", "Balance updated", "", "share", "How often the balance changes, 0 never to 1 all the time.",
     "use their account all the time", "rarely use their account", "Always active", "Low activity"),
    ("purchases", "Purchases", "", "money", "Amount spent on purchases.",
     "spend a lot on purchases", "spend little on purchases", "High-spending", "Low-spending"),
    ("oneoffpurchases", "One-off purchases", "", "money", "Amount spent on purchases paid at once.",
     "make large one-off purchases", "make few one-off purchases", "One-off buyers", "Few one-off purchases"),
    ("installmentspurchases", "Instalment purchases", "", "money", "Amount spent on purchases paid in instalments.",
     "buy in instalments", "hardly buy in instalments", "Instalment-focused", "Few instalments"),
    ("cashadvance", "Cash advances", "", "money", "Cash taken in advance on the card.",
     "take a lot of cash in advance", "take little or no cash in advance", "Cash-advance heavy", "No cash advances"),
    ("purchasesfrequency", "Purchase frequency", "", "share",
     "How often purchases are made, 0 never to 1 all the time.",
     "buy almost every month", "rarely buy", "Frequent buyers", "Low activity"),
    ("oneoffpurchasesfrequency", "One-off purchase frequency", "", "share",
     "How often one-off purchases are made, 0 never to 1 all the time.",
     "often buy at once", "rarely buy at once", "Frequent one-off buyers", "Rare one-off buyers"),
    ("purchasesinstallmentsfrequency", "Instalment purchase frequency", "", "share",
     "How often instalment purchases are made, 0 never to 1 all the time.",
     "often buy in instalments", "rarely buy in instalments", "Instalment-focused", "Few instalments"),
    ("cashadvancefrequency", "Cash advance frequency", "", "share",
     "How often cash is taken in advance, 0 never to 1 all the time.",
     "often take cash in advance", "rarely take cash in advance", "Cash-advance heavy", "No cash advances"),
    ("cashadvancetrx", "Number of cash advances", "cash advances", "count", "How many times cash was taken in advance.",
     "take cash in advance many times", "take cash in advance a few times at most", "Cash-advance heavy",
     "No cash advances"),
    ("purchasestrx", "Number of purchases", "purchases", "count", "How many purchases were made.",
     "make many purchases", "make few purchases", "Frequent buyers", "Low activity"),
    ("creditlimit", "Credit limit", "", "money", "Most that the customer may owe on the card.",
     "have a high credit limit", "have a low credit limit", "High-limit", "Low-limit"),
    ("payments", "Payments", "", "money", "Amount paid back.",
     "pay back large amounts", "pay back small amounts", "High-paying", "Low-paying"),
    ("minimumpayments", "Minimum payments", "", "money", "Smallest amount that had to be paid back.",
     "have high minimum payments", "have low minimum payments", "High minimum payments", "Low minimum payments"),
    ("prcfullpayment", "Months paid in full", "", "share", "Share of months in which the whole balance was paid.",
     "often pay their balance in full", "rarely pay their balance in full", "Paying in full", "Rarely paying in full"),
    ("tenure", "Tenure", "months", "number", "How long the customer has had the account.",
     "have been customers for long", "are newer customers", "Long-standing", "Newer"),
    # Income, spending and credit score.
    ("annualincome", "Annual income", "", "money", "Income in a year.",
     "earn a lot", "earn little", "High-income", "Low-income"),
    ("spendingscore", "Spending score", "points", "number", "How readily the customer spends.",
     "spend readily", "spend carefully", "High-spending", "Careful spending"),
    ("creditscore", "Credit score", "points", "number", "How reliably the customer repays; higher is safer.",
     "have a strong credit score", "have a weak credit score", "Strong credit", "Weak credit"),
    ("age", "Age", "years", "number", "Age in years.", "are older", "are younger", "Older", "Younger"),
    ("debt", "Debt", "", "money", "Amount owed.", "owe a lot", "owe little", "High-debt", "Low-debt"),
    ("savings", "Savings", "", "money", "Amount saved.",
     "have large savings", "have small savings", "Savers", "Low savings"),
    ("householdsize", "Household size", "people", "count", "People in the household.",
     "live in large households", "live in small households", "Large households", "Small households"),
    # Purchases in a shop.
    ("recency", "Recency", "days", "days", "Days since the last purchase.",
     "have not bought for a long time", "bought recently", "Long absent", "Recent"),
    ("frequency", "Frequency", "purchases", "count", "Number of purchases.",
     "buy often", "bought only a few times", "Frequent buyers", "Rare buyers"),
    ("monetary", "Total spent", "", "money", "Total amount spent.",
     "spend a lot in total", "spend little in total", "High-spending", "Low-spending"),
    ("averageorder", "Average order value", "", "money", "Total amount divided by the number of purchases.",
     "spend a lot each time", "spend little each time", "Large baskets", "Small baskets"),
    ("daysbetweenpurchases", "Days between purchases", "days", "days",
     "Average days from one purchase day to the next; missing for customers with one purchase day.",
     "leave a long time between purchases", "come back quickly", "Slow to return", "Quick to return"),
    ("distinctproducts", "Distinct products", "products", "count", "Number of different products bought.",
     "buy many different products", "buy few different products", "Broad range", "Narrow range"),
    ("returnshare", "Return share", "", "share", "Amount returned, as a share of the amount bought.",
     "return much of what they buy", "return hardly anything", "Returning a lot", "Hardly returning"),
    ("recenttrend", "Recent trend", "", "number",
     "Amount of the last days against the same number of days before: 1 only recent, 0 unchanged, −1 only before; "
     "missing without a purchase in either.",
     "have been buying more lately", "have been buying less lately", "Growing", "Fading"),
    ("quantity", "Items bought", "items", "count", "How many items were bought.",
     "buy many items", "buy few items", "Many items", "Few items"),
    ("returns", "Returns", "returns", "count", "How many purchases were sent back.",
     "send a lot back", "send little back", "Many returns", "Few returns"),
    ("discount", "Discount", "", "number", "Discount received.",
     "buy at a discount", "buy at full price", "Discount-seeking", "Full-price"),
    ("visits", "Visits", "visits", "count", "How many visits were made.",
     "visit often", "rarely visit", "Frequent visitors", "Rare visitors"),
    ("dayssincesignup", "Days since signup", "days", "days", "Days since the customer signed up.",
     "signed up long ago", "signed up recently", "Long-standing", "New"),
    ("complaints", "Complaints", "complaints", "count", "How many complaints were made.",
     "complain often", "rarely complain", "Complaining", "Few complaints"),
)  # fmt: skip

_KNOWN = {row[0]: FeatureInfo(*row) for row in _KNOWN_ROWS}

# Other spellings of the same thing, normalised as above.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "installmentspurchases": ("instalmentspurchases", "installmentpurchases", "instalmentpurchases"),
    "purchasesinstallmentsfrequency": ("purchasesinstalmentsfrequency", "installmentsfrequency", "instalmentfrequency"),
    "oneoffpurchases": ("oneoffpurchase",),
    "cashadvance": ("cashadvances",),
    "cashadvancetrx": ("cashadvancetransactions", "numberofcashadvances"),
    "purchasestrx": ("purchasestransactions", "purchasetrx"),
    "prcfullpayment": ("percentfullpayment", "fullpaymentshare", "paidinfull"),
    "tenure": ("tenuremonths", "monthsoncard", "monthsonbook"),
    "annualincome": ("income", "yearlyincome", "salary", "annualsalary", "householdincome"),
    "spendingscore": ("spendscore",),
    "creditscore": ("fico", "ficoscore", "creditrating"),
    "age": ("ageyears", "customerage"),
    "debt": ("totaldebt", "carddebt", "otherdebt"),
    "householdsize": ("familysize",),
    "recency": ("recencydays", "dayssincelastpurchase", "dayssincelastorder", "lastpurchasedaysago"),
    "frequency": ("orders", "numorders", "ordercount", "numberoforders", "numpurchases", "numberofpurchases",
                  "purchasecount", "totalorders", "transactions", "numtransactions", "transactioncount"),
    "monetary": ("totalspent", "totalspend", "totalspending", "monetaryvalue", "revenue", "totalrevenue", "sales",
                 "totalsales", "amountspent", "totalamount"),
    "averageorder": ("averageordervalue", "avgordervalue", "aov", "avgorder", "averagebasket"),
    "quantity": ("items", "totalitems", "totalquantity", "itemsbought"),
    "returns": ("numreturns", "returncount"),
    "visits": ("numvisits", "visitcount", "sessions", "webvisits"),
    "dayssincesignup": ("accountagedays", "customeragedays"),
    "complaints": ("numcomplaints", "complaintcount"),
}  # fmt: skip

_BY_KEY = _KNOWN | {other: _KNOWN[key] for key, others in _SYNONYMS.items() for other in others}

# A word in the name of an unknown column that tells the unit.
_UNITS = (("days", "days", "days"), ("months", "months", "number"), ("years", "years", "number"),
          ("hours", "hours", "number"), ("minutes", "minutes", "number"), ("pct", "%", "number"),
          ("percent", "%", "number"), ("percentage", "%", "number"))  # fmt: skip
_COUNT_WORDS = {"count", "num", "number", "trx", "qty", "n", "nb"}

_BRACKET = re.compile(r"(?<!\s)\s*+[(\[]([^()\[\]]{1,20})[)\]]\s*+$")
_RANGE = re.compile(r"^[\d\s.,]+(-|–|to)[\d\s.,]+$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def column_key(name: str) -> str:
    """The key of a known column in any of its spellings, else the letters and digits of the name itself."""
    base, _ = _split_unit(plain_text(name, longest=200))
    key = re.sub(r"[^a-z0-9]+", "", base.lower())
    return _BY_KEY[key].name if key in _BY_KEY else key


def meaning_of(info: FeatureInfo) -> str:
    """The key of a column where it has the meaning of that key, "" where its values or neighbours contradicted it."""
    key = column_key(info.name)
    known = _KNOWN.get(key)
    return key if known is None or info.trait_high in ("", known.trait_high) else ""


def _words(name: str) -> list[str]:
    spaced = _CAMEL.sub(" ", re.sub(r"[_\s]+|(?<=\w)[.\-](?=\w)", " ", name))
    return spaced.split()


def readable_label(name: str) -> str:
    """A column name as a person would write it: `CASH_ADVANCE_TRX` → "Cash advance trx".

    Words in mixed case or with digits keep their own spelling; a name without letters is returned as it is.
    """
    text = plain_text(name, longest=60)
    words = _words(text)
    if not any(character.isalpha() for character in text) or not words:
        return text or "(no name)"
    line = " ".join(word.lower() if word.isalpha() and (word.isupper() or word.istitle()) else word for word in words)
    return line[0].upper() + line[1:]


def _split_unit(name: str) -> tuple[str, str]:
    """`Annual Income (k$)` → ("Annual Income", "k$"); a range such as (1-100) is dropped."""
    found = _BRACKET.search(name)
    if not found or found.start() == 0:
        return name, ""
    unit = found.group(1).strip()
    return name[: found.start()], "" if _RANGE.match(unit) else unit


def _fallback(name: str, base: str, unit: str) -> FeatureInfo:
    label = readable_label(base)
    words = {word.lower() for word in _words(base)}
    kind = "number"
    if not unit:
        unit, kind = next(((unit, kind) for word, unit, kind in _UNITS if word in words), ("", "number"))
    if kind == "number" and words & _COUNT_WORDS:
        kind = "count"
    spoken = label[0].lower() + label[1:] if label[:2].istitle() or label[1:2].islower() else label
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


def _means(known: FeatureInfo, values: pd.Series | None, beside: Iterable[str] | None) -> bool:
    """Whether a known column of this key means what the table above says, by its values and its neighbours."""
    if beside is not None and known.name in _BESIDE and _BESIDE[known.name].isdisjoint(map(column_key, beside)):
        return False
    if values is None or known.name not in _VALUES_FIT or not pd.api.types.is_numeric_dtype(values.dtype):
        return True
    seen = values.dropna().to_numpy(dtype=np.float64)
    return not seen.size or bool(_VALUES_FIT[known.name](seen))


def describe_column(name: str, values: pd.Series | None = None, beside: Iterable[str] | None = None) -> FeatureInfo:
    """What a column means: name (and, if given, its values) in → a full `FeatureInfo` out.

    A unit in brackets at the end of the name stands for the usual one: "tenure (days)" is not in months.

    Known columns and their common spellings come from the table above, in any case and with any of `_ - .` or
    blanks between the words; any other column gets a readable label and generic phrases. With `values`
    (numeric or boolean, any length) a kind that contradicts them is mended: only 0 and 1 → boolean, a share
    with more than a few values above 1 → percent (up to 100) or plain number. Where the values or the columns
    `beside` it contradict what the name promises (a "recency" of 1 to 5 is a score, the balance of a bank is no debt),
    the column keeps its own words.
    """
    base, unit = _split_unit(plain_text(name, longest=200))
    known = _BY_KEY.get(re.sub(r"[^a-z0-9]+", "", base.lower()))
    if known is not None and not _means(known, values, beside):
        known = None
    info = replace(known, name=name, unit=unit or known.unit) if known else _fallback(name, base, unit)
    if info.unit == "days" and info.kind == "number":
        info = replace(info, kind="days")
    return info if values is None else _agree(info, values)


def with_units(frame: pd.DataFrame, infos: Iterable[FeatureInfo]) -> pd.DataFrame:
    """Features → the same for a file: a name gets its unit in brackets where by itself it would be read with another.

    `describe_column` reads it back, so that days stay days. What is counted needs no unit to be understood.
    """
    names = {
        info.name: f"{info.name} ({info.unit})"
        for info in infos
        if info.unit and info.kind != "count" and describe_column(info.name, frame[info.name]).unit != info.unit
    }
    return frame.rename(columns=names)


def _agree(info: FeatureInfo, values: pd.Series) -> FeatureInfo:
    """The same description with a kind and unit that the values allow."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return replace(info, kind="boolean", unit="")
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return info
    seen = values.dropna().to_numpy(dtype=np.float64)
    if not seen.size:
        return info
    kind, unit = _kind_and_unit(info, seen, float(seen.min()), float(seen.max()))
    return replace(info, kind=kind, unit=unit)


def _kind_and_unit(info: FeatureInfo, seen: np.ndarray, low: float, high: float) -> tuple[str, str]:
    """The kind and the unit that numbers from `low` to `high` allow, those that the name promises where they can be."""
    if info.kind == "number" and not info.unit and (low, high) == (0, 1) and np.isin(seen, (0, 1)).all():
        return "boolean", ""
    if info.unit == "%" and low >= 0 and 0 < high <= 1 and not _whole(seen):
        return "share", ""
    if info.kind == "share" and (low < 0 or np.quantile(seen, 0.99) > 1):
        return "number", "%" if low >= 0 and high <= 100 else ""
    if info.kind == "count" and (low < 0 or not np.equal(seen, np.floor(seen)).all()):
        return "number", info.unit
    return info.kind, info.unit
