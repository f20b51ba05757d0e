"""What a comparison says, in sentences: who separates best, who agrees, who keeps neighbours together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from segmentation.core.settings import KSettings
from segmentation.core.text import counted, listed, share_text
from segmentation.evaluation.comparison.agreement import agreement_words, signed
from segmentation.evaluation.stability import STABLE

__all__ = ["answer", "remarks"]

_SMALL = KSettings().min_share
_NOISE = 0.2
_SAME = 0.01
_MOSTLY = 0.65
"""From this agreement on two ways put mostly the same customers together (see `agreement_words`)."""
_WHOLE, _CUT = 0.002, 0.01
_OUT = 0.1


def answer(table: pd.DataFrame, agreements: pd.DataFrame, now: str, *, called: str = "in use now") -> str:
    """The comparison in a few sentences: what most ways say, who differs and why, then what separates best.

    No single figure decides, and the silhouette not where it misleads.

    table: result of `compare`. agreements: adjusted Rand indices with the keys on both sides. now: the key of the way
    that the others are measured by, called: what it is.
    """
    if len(table) < 2:
        return ""
    separated = _separation(table, now, called)
    if len(table) == 2:
        return f"{_shapes(table) or separated} {_agreement_of_two(table, agreements, now)}"
    same = _same_as(now, agreements)
    usual = len(same) * 2 > len(table) - 1  # then a way that joins such groups is the odd one out
    return f"{_most(table, agreements, now, called)} {separated if usual else _shapes(table) or separated}"


def remarks(table: pd.DataFrame) -> list[str]:
    """One sentence for each row whose figures could mislead."""
    sentences = []
    for row in table.to_dict("records"):
        if row["k"] < 2:
            many = "no segment" if row["k"] == 0 else "one segment only"
            sentences.append(f"{row['title']}: {many}, so there is nothing to separate and no silhouette.")
        elif row["noise_share"] > _NOISE:
            sentences.append(
                f"{row['title']} leaves {share_text(row['noise_share'])} of the customers out; its figures speak only "
                "for those it kept, which makes them look better."
            )
        elif row["smallest_share"] < _SMALL:
            smallest = min(row["sizes"])
            sentences.append(
                f"{row['title']} has a segment of only {counted(smallest, 'customer')} "
                f"({share_text(row['smallest_share'])}): splitting off a few extreme customers can make the silhouette "
                "high."
            )
    return sentences


def _useful(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with at least two segments, none tiny, and most customers in one."""
    kept = (table["k"] > 1) & (table["noise_share"] <= _NOISE) & (table["smallest_share"] >= _SMALL)
    return table[kept & table["silhouette"].notna()]


def _separation(table: pd.DataFrame, now: str, called: str) -> str:
    useful = _useful(table)
    if useful.empty:
        return "None of these ways gives two or more segments of a useful size."
    titles = table["title"].to_dict()
    ranked = useful.sort_values("silhouette", ascending=False, kind="stable")
    best, own = ranked.iloc[0], float(useful["silhouette"].get(now, float("nan")))
    if np.isnan(own):
        return (
            f"{best['title']} separates the customers best (silhouette {best['silhouette']:.3f}); {titles[now]}, "
            f"{called}, does not give two or more segments of a useful size."
        )
    if best["silhouette"] - own <= _SAME:
        others = len(table) - 1
        which = "the other way is not" if others == 1 else f"none of the {others} others is"
        return (
            f"{titles[now]}, {called}, separates the customers with a silhouette of {own:.3f}; {which} clearly better."
        )
    return (
        f"{best['title']} separates the customers better (silhouette {best['silhouette']:.3f}) than "
        f"{titles[now]}, {called} ({own:.3f})."
    )


def _same_as(now: str, agreements: pd.DataFrame) -> list[str]:
    """The other ways that put mostly the same customers together as this one."""
    return [str(key) for key, value in agreements[now].drop(now).items() if value >= _MOSTLY]


def _agreement_of_two(table: pd.DataFrame, agreements: pd.DataFrame, now: str) -> str:
    others = agreements[now].drop(now)
    title, value = table["title"].to_dict()[others.index[0]], float(others.iloc[0])
    return f"{title} puts {agreement_words(value)} (agreement {signed(value)})."


def _most(table: pd.DataFrame, agreements: pd.DataFrame, now: str, called: str) -> str:
    """What most ways say of the groups of `now`, then who differs and why; that there is little agreement comes first
    where there is little."""
    values = {str(key): float(value) for key, value in agreements[now].drop(now).items()}
    same = _same_as(now, agreements)
    others = [key for key in values if key not in same]
    titles, groups = table["title"].to_dict(), counted(int(table["k"][now]), "group")
    if len(same) * 2 > len(values):
        first = f"{_many(len(same), len(values))} put mostly the same customers together as {titles[now]}, {called}"
        return f"{first} ({_range(values[key] for key in same)}), so these {groups} are not the work of one method." + (
            f" {_differences(table, others, now)}" if others else ""
        )
    best = _largest_party(agreements.drop(index=now, columns=now))
    if len(best) * 2 > len(values):
        party = agreements.loc[best, best].to_numpy()[~np.eye(len(best), dtype=bool)]
        return (
            f"{_many(len(best), len(values))} agree with each other ({_range(party)}), but not with {titles[now]}, "
            f"{called} ({_range(values[key] for key in best)}). {_differences(table, [now], best[0])}"
        )
    few = f"; {_many(len(same), len(values))} comes near it" if len(same) == 1 else ""
    return (
        f"The ways of grouping do not agree: beside {titles[now]}, {called}, the agreement is "
        f"{_range(values.values(), bare=True)} (1 is the same groups, 0 what chance gives){few}. Which groups you get "
        f"depends on the method, so choose by what you need them for. {_differences(table, others, now)}"
    ).rstrip()


def _many(some: int, of: int) -> str:
    return f"{'All' if some == of else some} {'of the ' if some < of else ''}{of} other ways"


def _range(values: Iterable[float], *, bare: bool = False) -> str:
    low, high = min(numbers := list(values)), max(numbers)
    text = signed(low) if round(low, 2) == round(high, 2) else f"{signed(low)} to {signed(high)}"
    return text if bare else f"agreement {text}"


def _largest_party(agreements: pd.DataFrame) -> list[str]:
    """The largest set of ways that all agree with one of them, the one named first."""
    near = {str(key): [str(other) for other in row.index[row >= _MOSTLY]] for key, row in agreements.iterrows()}
    leader = max(near, key=lambda key: len(near[key]))
    return [leader, *(key for key in near[leader] if key != leader)]


def _differences(table: pd.DataFrame, keys: Sequence[str], from_: str) -> str:
    """Who differs and why, as far as the table tells: customers left out, tiny segments, another number."""
    reasons = {}
    for row in table.loc[list(keys)].to_dict("records"):
        if row["noise_share"] > _OUT:
            reason = f"{share_text(row['noise_share'])} of the customers in no group"
        elif row["k"] < 2:
            reason = "one group only"
        elif row["smallest_share"] < _SMALL:
            reason = f"a group of {counted(min(row['sizes']), 'customer')}"
        elif row["k"] != table["k"][from_]:
            reason = "another number of groups"
        else:
            reason = "the same number, cut elsewhere"
        reasons[str(row["title"])] = reason
    named = listed([f"{title} ({reason})" for title, reason in reasons.items()], most=3)
    return f"{'Other groups come' if len(reasons) > 1 else 'Another result comes'} from {named}." if reasons else ""


def _shapes(table: pd.DataFrame) -> str:
    """Where one way finds groups with nothing between them and another, with a higher silhouette, cuts through them."""
    useful = _useful(table)
    stable = useful["stability"].isna() | (useful["stability"] >= STABLE)
    whole = useful[(useful["between"] <= _WHOLE) & (useful["noise_share"] <= _OUT) & stable]
    if whole.empty:
        return ""
    apart = whole.sort_values("between", kind="stable").iloc[0]
    cut = useful[(useful["between"] >= _CUT) & (useful["silhouette"] > apart["silhouette"])]
    if cut.empty:
        return ""
    other = cut.sort_values("silhouette", ascending=False, kind="stable").iloc[0]
    few = "nobody lies" if apart["between"] == 0 else f"only {share_text(apart['between'])} of the customers lie"
    again = (
        "" if np.isnan(apart["stability"]) else f", and they come back on drawn customers ({apart['stability']:.2f})"
    )
    return (
        f"{apart['title']} finds groups with empty space around them: {few} between two of them{again}. "
        f"{other['title']} cuts through such groups ({share_text(other['between'])} lie between two), although its "
        f"silhouette is higher ({other['silhouette']:.3f} against {apart['silhouette']:.3f}): the silhouette prefers "
        "round groups of one density."
    )
