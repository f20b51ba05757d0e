"""What a comparison says, in sentences: who separates best, who agrees, who keeps neighbours together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segmentation.core.settings import KSettings
from segmentation.core.text import counted, share_text
from segmentation.evaluation.comparison.agreement import agreement_words, signed
from segmentation.evaluation.stability import STABLE

__all__ = ["answer", "remarks"]

_SMALL = KSettings().min_share
_NOISE = 0.2
_SAME = 0.01
_WHOLE, _CUT = 0.002, 0.01
_OUT = 0.1


def answer(table: pd.DataFrame, agreements: pd.DataFrame, now: str, *, called: str = "in use now") -> str:
    """The comparison in two or three sentences; no single figure decides, and the silhouette not where it misleads.

    table: result of `compare`. agreements: adjusted Rand indices with the keys on both sides. now: the key of the way
    that the others are measured by, called: what it is.
    """
    if len(table) < 2:
        return ""
    first = _shapes(table) or _separation(table, now, called)
    return f"{first} {_agreement(table, agreements, now, called)}"


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


def _agreement(table: pd.DataFrame, agreements: pd.DataFrame, now: str, called: str) -> str:
    others = {str(key): float(value) for key, value in agreements[now].drop(now).items()}
    nearest, farthest = max(others, key=others.__getitem__), min(others, key=others.__getitem__)
    titles = table["title"].to_dict()
    closest = others[nearest]
    if len(others) == 1:
        return f"{titles[nearest]} puts {agreement_words(closest)} (agreement {signed(closest)})."
    return (
        f"{titles[nearest]} comes closest to what is {called} and puts {agreement_words(closest)} "
        f"(agreement {signed(closest)}); farthest is {titles[farthest]} ({signed(others[farthest])})."
    )


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
