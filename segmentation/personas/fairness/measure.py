"""How the groups of a sensitive column spread over the segments: shares, lift, association, and what predicts it.

It describes; it judges nothing. Everything in an `Audit` may be shown: small counts are hidden in it, and so are
figures from which they could be worked out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from segmentation.core.disclosure import step_of, told
from segmentation.core.tables import FeatureInfo
from segmentation.data.vocabulary import describe_column
from segmentation.personas.descriptors import NOT_CLEAR, cramers_v, cramers_word, eta_squared, eta_word, wilson
from segmentation.personas.fairness.groups import group
from segmentation.personas.fairness.hidden import SMALLEST_CELL, hide
from segmentation.personas.profiles import EVERYONE, segment_numbers

__all__ = ["Audit", "Guess", "audit", "audit_all", "guess", "lift_interval", "told_shares"]

_STEP = 0.05
"""Where cells are hidden, shares of right guesses are rounded to this: 10 customers or more, from 200 customers on."""


@dataclass(frozen=True)
class Guess:
    """How often the group would be guessed right, as shares of all customers with a known group.

    without: always guessing the most frequent group (`usual`). knowing: guessing the most frequent group of the
    customer's segment. reduction: the share of wrong guesses that this saves, lambda of Goodman and Kruskal (1954),
    0…1. balanced: the mean share guessed right of each group, when in every segment the group is guessed that is there
    the most over its share of everyone (the best that can be done); balanced_without is 1 / number of groups.
    """

    usual: str
    without: float
    knowing: float
    reduction: float
    balanced: float
    balanced_without: float


@dataclass(frozen=True, eq=False)
class Audit:
    """One sensitive column against the segments; figures that would give a small cell away are NaN.

    shares: one row a segment (0 is everyone) and group: segment, group, size (customers of the segment whose group is
    known), count, share, low, high (Wilson interval), lift (share over everyone's), lift_low, lift_high, hidden (then
    count, share, lift and their ends are NaN). effect: Cramér's V, bias-corrected (Bergsma 2013), NaN where cells are
    hidden; word: the same in words. guess: None when there are too few customers for it; where cells are hidden rounded
    to 5 %, without lambda and the balanced figures. proxies: feature, label, eta2 (share of the variance of its
    prepared values that lies between the groups), strength, the strongest first. how: how values became groups.
    missing: customers whose group is not known; unplaced: those without a segment. note: why the column cannot be
    compared, then the rest is empty.
    """

    column: str
    label: str
    groups: tuple[str, ...]
    shares: pd.DataFrame
    effect: float
    word: str
    guess: Guess | None
    proxies: pd.DataFrame
    how: str
    missing: int
    unplaced: int
    note: str = ""

    @property
    def hidden(self) -> int:
        """The number of hidden cells."""
        return int(self.shares["hidden"].sum())


_SHARES = (
    "segment", "group", "size", "count", "share", "low", "high", "lift", "lift_low", "lift_high", "hidden",
)  # fmt: skip
_PROXIES = ("feature", "label", "eta2", "strength")


def audit(
    values: pd.Series,
    labels: ArrayLike,
    *,
    prepared: NDArray[np.float64] | None = None,
    info: Sequence[FeatureInfo] = (),
    smallest: int = SMALLEST_CELL,
) -> Audit:
    """A sensitive column (n values, its name says what it is) and n segment numbers → `Audit`.

    Customers without a segment (0) or without a value are left out. prepared: n × d values of the features in use, with
    their descriptions, to say which of them go with the column. smallest: counts below it are hidden.
    """
    labels = np.asarray(labels)
    column, label = str(values.name), describe_column(str(values.name)).label
    placed = labels > 0
    numbers = segment_numbers(labels)
    groups = group(values[placed], name=column, least=smallest * max(len(numbers), 1))
    known = groups.words.notna().to_numpy()
    words, own = groups.words[known], labels[placed][known]
    names, missing, unplaced = groups.names, int((~known).sum()), int((~placed).sum())
    if len(names) < 2:
        note = f"has fewer than two groups of at least {smallest * max(len(numbers), 1)} customers"
        nothing = pd.DataFrame(columns=list(_SHARES)), np.nan, "", None, pd.DataFrame(columns=list(_PROXIES))
        return Audit(column, label, names, *nothing, groups.how, missing, unplaced, note)
    codes = words.cat.codes.to_numpy()
    counts = np.zeros((len(names), len(numbers)), dtype=np.int64)
    np.add.at(counts, (codes, np.searchsorted(numbers, own)), 1)
    hidden = hide(counts, smallest=smallest)
    effect = cramers_v(counts)
    return Audit(
        column=column,
        label=label,
        groups=names,
        shares=_shares(counts, hidden, names, numbers),
        effect=np.nan if hidden.any() else effect,
        word=cramers_word(counts),
        guess=_protected(guess(counts, names), int(counts.sum()), smallest) if hidden.any() else guess(counts, names),
        proxies=_proxies(None if prepared is None else prepared[placed][known], codes, info),
        how=groups.how,
        missing=missing,
        unplaced=unplaced,
    )


def audit_all(
    table: pd.DataFrame,
    labels: ArrayLike,
    *,
    columns: Sequence[str],
    prepared: NDArray[np.float64] | None = None,
    info: Sequence[FeatureInfo] = (),
) -> tuple[Audit, ...]:
    """One `Audit` for each of these columns of the table, the strongest association first; last what has none."""
    made = [audit(table[name], labels, prepared=prepared, info=info) for name in columns]
    order = ("large", "medium", "small", NOT_CLEAR, "hardly any difference", "")
    return tuple(sorted(made, key=lambda item: order.index(item.word)))


def guess(counts: NDArray[np.int64], names: Sequence[str]) -> Guess:
    """Groups × segments of counts → how well the group could be guessed; at least one customer, every group seen."""
    total, own = counts.sum(), counts.sum(axis=1)
    without, knowing = own.max() / total, counts.max(axis=0).sum() / total
    return Guess(
        usual=names[int(own.argmax())],
        without=float(without),
        knowing=float(knowing),
        reduction=float((knowing - without) / (1 - without)) if without < 1 else np.nan,
        balanced=float((counts / own[:, None]).max(axis=0).sum() / len(names)),
        balanced_without=1 / len(names),
    )


def lift_interval(
    count: ArrayLike, size: ArrayLike, others: ArrayLike, rest: ArrayLike, *, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Interval of a lift: how many times as frequent a group is in a segment as among everyone.

    count of size customers in the segment, others of rest outside it. A segment is a part of everyone, so the interval
    is made for the ratio of the segment to the rest, which are apart: log ratio ± z · sqrt(1/count − 1/size + 1/others
    − 1/rest) (Katz, Baptista, Azen and Pike 1978). With w = size / (size + rest), everyone's share is w times the
    segment's plus 1 − w times the rest's, so lift = ratio / (w · ratio + 1 − w), which grows with the ratio: its ends
    are those of the ratio, put in. NaN where a count is zero or nobody is outside.
    """
    given = (np.asarray(x, dtype=np.float64) for x in (count, size, others, rest))
    a, n, b, m = (np.where(x > 0, x, np.nan) for x in given)
    spread = float(stats.norm.ppf(0.5 + level / 2)) * np.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    ratio, weight = (a / n) / (b / m), n / (n + m)
    low, high = ratio * np.exp(-spread), ratio * np.exp(spread)
    return low / (weight * low + 1 - weight), high / (weight * high + 1 - weight)


def _shares(
    counts: NDArray[np.int64], hidden: NDArray[np.bool_], names: Sequence[str], numbers: list[int]
) -> pd.DataFrame:
    columns = np.column_stack([counts.sum(axis=1), counts])
    table = pd.DataFrame(
        {
            "segment": np.repeat([EVERYONE, *numbers], len(names)),
            "group": [*names] * columns.shape[1],
            "size": np.repeat(columns.sum(axis=0), len(names)),
            "count": columns.T.ravel().astype(np.float64),
            "hidden": np.concatenate([np.zeros(len(names), dtype=bool), *hidden.T]),
        }
    )
    return _with_figures(table)


def told_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """`Audit.shares` as they may be told to others: no share is finer than one customer could move it.

    Counts are whole steps of two to five customers that add up to the size of the persona, and over the personas to
    everyone's. All other figures follow from them; a lift of which they do not say on which side of 1 it is, is 1.
    """
    apart = shares[shares["segment"] != EVERYONE]
    every = shares[shares["segment"] == EVERYONE].set_index("group")
    counts = apart.pivot(index="group", columns="segment", values="count").reindex(every.index)
    sizes, total = apart.groupby("segment")["size"].first(), float(every["size"].iloc[0])
    units, whole = _units(sizes), {}
    for number, size, unit in zip(counts, sizes.to_numpy(), units, strict=True):
        own = counts[number].to_numpy(dtype=np.float64)
        rest = [size - np.nansum(own)] if np.isnan(own).any() else []
        whole[number] = _in_units([*np.nan_to_num(own), *rest], size, unit)[: len(own)]
    shown = pd.DataFrame(whole, index=counts.index)
    unit = float(_units(np.array([total]))[0]) if counts.isna().any(axis=None) else 0.0
    hidden = _in_units(every["count"] - counts.sum(axis=1), total - shown.to_numpy().sum(), unit)
    shown[EVERYONE] = shown.sum(axis=1) + hidden
    rows = shown.index.get_indexer(pd.Index(shares["group"]))
    columns = shown.columns.get_indexer(pd.Index(shares["segment"]))
    table = _with_figures(shares.assign(count=shown.to_numpy()[rows, columns]))
    # A running sum is off by half a unit, a count by one; everyone's by all of them.
    errors = units * (0.5 if len(counts) == 2 and not unit else 1.0)
    errors = errors * (1 / sizes.where(sizes > 0) - 1 / total) + (errors.sum() - errors + unit) / total
    gap = (table["share"] - table["group"].map(shown[EVERYONE] / total)).abs()
    unsure = gap < table["segment"].map(errors) * (1 - 1e-9)
    low, high = table["lift_low"], table["lift_high"]
    return table.assign(
        lift=table["lift"].mask(unsure, 1.0),
        lift_low=low.mask(unsure, low.clip(upper=1.0)),
        lift_high=high.mask(unsure, high.clip(lower=1.0)),
    )


def _units(sizes: Any) -> Any:
    """The customers that a step of a share of so many is, as a whole number."""
    return np.ceil(step_of(1.0, sizes) * sizes - 1e-9).clip(1.0)


def _in_units(counts: Sequence[float] | pd.Series, total: float, unit: float) -> NDArray[np.float64]:
    """Counts as multiples of a unit that add up to the total, the last with what is left: their running sum is told."""
    running = np.cumsum(np.asarray(counts, dtype=np.float64))
    ends = np.minimum(told(running * (total / running[-1] if running[-1] else 0.0), unit), total)
    ends[-1] = total
    return np.diff(ends, prepend=0.0)


def _with_figures(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the share, the lift and their intervals, which follow from size and count; hidden ones are NaN."""
    every = table[table["segment"] == EVERYONE].set_index("group")
    count, size = table["count"].to_numpy(np.float64), table["size"].to_numpy(np.float64)
    of_everyone, total = table["group"].map(every["count"]).to_numpy(np.float64), float(every["size"].iloc[0])
    low, high = wilson(count, size)
    others = np.clip(of_everyone - count, 0, total - size)
    ends = lift_interval(count, size, others, total - size)
    with np.errstate(invalid="ignore"):
        share = count / size
        lift = share / (of_everyone / total)
    figures = {"count": count, "share": share, "low": low, "high": high, "lift": lift}
    figures |= {"lift_low": ends[0], "lift_high": ends[1]}
    gone = table["hidden"].to_numpy()
    return table.assign(**{name: np.where(gone, np.nan, figure) for name, figure in figures.items()})[list(_SHARES)]


def _protected(made: Guess, total: int, smallest: int) -> Guess | None:
    """The guess beside hidden cells: coarse enough that no cell of fewer than `smallest` customers follows from it."""
    if total * _STEP < smallest:
        return None
    without, knowing = (round(share / _STEP) * _STEP for share in (made.without, made.knowing))
    return Guess(made.usual, without, knowing, np.nan, np.nan, np.nan)


def _proxies(
    prepared: NDArray[np.float64] | None, codes: NDArray[np.integer], info: Sequence[FeatureInfo]
) -> pd.DataFrame:
    rows = []
    for index, item in enumerate(info if prepared is not None else ()):
        assert prepared is not None
        effect = eta_squared(prepared[:, index], codes)
        rows.append((item.name, item.label, effect, eta_word(prepared[:, index], codes)))
    table = pd.DataFrame(rows, columns=list(_PROXIES))
    return table.sort_values(["eta2", "feature"], ascending=[False, True], ignore_index=True)
