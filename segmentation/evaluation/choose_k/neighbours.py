"""Why this number of segments and not one more or one fewer: what splits, what is gained, what becomes tiny."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from segmentation.clustering.methods import Labels
from segmentation.core.text import count_text, counted, listed, share_text
from segmentation.evaluation.choose_k.recommend import smallest_allowed
from segmentation.evaluation.choose_k.search import KComparison
from segmentation.evaluation.stability import TRUSTED

__all__ = ["Change", "Names", "Neighbour", "neighbours", "what_splits"]

Names = Mapping[int, Mapping[int, str]]
"""Number of segments → segment → name."""


_CLEARLY = {"silhouette": 0.005, "stability": 0.02, "classes": 0.01}
"""From this difference on a figure speaks for or against a number; below it two numbers are alike."""


@dataclass(frozen=True)
class Change:
    """One figure at `k` and at the other number. speaks: "for" the other number, "against" it, or "" for neither."""

    figure: str
    before: float
    after: float
    speaks: str = ""


@dataclass(frozen=True)
class Neighbour:
    """One comparison: `k` segments against `other` (one more or one fewer): figures, and both as sentences.

    changes: inertia, silhouette, stability (where measured), smallest (customers; only where too few) and returns
    (Jaccard of the least stable segment; only where that one is doubtful and none of `k` is). Of latent classes it is
    "classes" alone, how much they gain over one class.
    what: what is split or joined. sentence: that, with every figure. verdict: what speaks against the other number,
    or that nothing does. recommended: whether the other number is the one that the test of the groups recommends.
    """

    k: int
    other: int
    changes: tuple[Change, ...]
    what: str
    sentence: str
    recommended: bool = False

    @property
    def against(self) -> tuple[Change, ...]:
        """What speaks against the other number."""
        return tuple(change for change in self.changes if change.speaks == "against")

    @property
    def in_favour(self) -> tuple[Change, ...]:
        """What speaks for the other number."""
        return tuple(change for change in self.changes if change.speaks == "for")

    @property
    def question(self) -> str:
        """The heading: why not, where something speaks against the other number; else whether to take it."""
        return f"Why not {self.other}?" if self.against and not self.recommended else f"{self.other} instead?"

    @property
    def verdict(self) -> str:
        """What speaks against the other number and for it, in a sentence or two."""
        against, in_favour = (listed(map(_reason, changes)) for changes in (self.against, self.in_favour))
        also = f" For it: {in_favour}." if in_favour else ""
        if self.recommended:
            return f"The test recommends it.{also}{f' Against it: {against}.' if against else ''}"
        if against:
            return f"Because {against}.{also}"
        if in_favour:
            return f"Nothing measured speaks against it, and {in_favour}. Choose by which personas are of more use."
        return "Nothing measured speaks for or against it. Choose by which personas are of more use."


def what_splits(fewer: Labels, more: Labels) -> tuple[int, tuple[int, int]]:
    """The segment of `fewer` that is cut most evenly by `more`, and the two numbers in `more` that it goes to.

    Most evenly: with the largest second part.
    """
    counts = np.zeros((int(fewer.max()), int(more.max())), dtype=np.int64)
    np.add.at(counts, (fewer - 1, more - 1), 1)
    order = np.argsort(-counts, axis=1, kind="stable")
    segment = int(np.argmax(np.take_along_axis(counts, order[:, 1:2], axis=1)))
    return segment + 1, (int(order[segment, 0]) + 1, int(order[segment, 1]) + 1)


def neighbours(
    comparison: KComparison,
    k: int,
    stability: pd.Series | None = None,
    names: Names | None = None,
    returns: pd.Series | None = None,
    *,
    recommended: int | None = None,
    classes: pd.Series | None = None,
) -> tuple[Neighbour, ...]:
    """The comparison and a chosen k → k beside k + 1 and beside k − 1, where those were compared.

    stability: agreement by k when customers are drawn anew, returns: Jaccard of the least stable segment by k; both
    where measured. names: k → segment → name. recommended: the number that the test of the groups recommends, if any.
    classes: where the groups are those of latent classes, how much better each number of them is than one: then that
    speaks, not the figures of K-means.
    """
    measured = {"classes": classes} if classes is not None else {"stability": stability, "returns": returns}
    known = {name: values.dropna() for name, values in measured.items() if values is not None}
    return tuple(
        replace(_neighbour(comparison, k, other, known, names or {}), recommended=other == recommended)
        for other in (k + 1, k - 1)
        if other in comparison.fits
    )


def _neighbour(
    comparison: KComparison, k: int, other: int, measured: Mapping[str, pd.Series], names: Names
) -> Neighbour:
    changes = _changes(comparison, k, other, measured)
    what = f"{'With K-means, ' if 'classes' in measured else ''}{_what(comparison, k, other, names)}"
    figures = [_figure(change, comparison.n_customers) for change in changes]
    return Neighbour(k, other, changes, f"{what}.", f"{what}; {'; '.join(figures)}.")


def _what(comparison: KComparison, k: int, other: int, names: Names) -> str:
    fewer, more = sorted((k, other))
    cut, parts = what_splits(comparison.fits[fewer].labels, comparison.fits[more].labels)
    if other > k:
        mine = comparison.fits[fewer].labels == cut
        sizes = np.bincount(comparison.fits[more].labels[mine], minlength=more + 1)
        to = [f"{count_text(int(sizes[part]))} to {_called(more, part, names)}" for part in parts]
        return (
            f"{other} instead of {k} would mainly split {_called(k, cut, names)}: of its "
            f"{count_text(int(sizes.sum()))} customers, {listed(to)}"
        )
    first, second = (
        f"{_called(more, part, names)} ({count_text(comparison.fits[more].sizes[part - 1])})" for part in sorted(parts)
    )
    return f"{other} instead of {k} would mainly join {first} and {second}"


def _called(k: int, segment: int, names: Names) -> str:
    name = names.get(k, {}).get(segment)
    return f"segment {segment}" if name is None else f"“{name}”"


def _changes(comparison: KComparison, k: int, other: int, measured: Mapping[str, pd.Series]) -> tuple[Change, ...]:
    if (gains := measured.get("classes")) is not None:
        return (_compared("classes", gains, k, other),) if {k, other} <= set(gains.index) else ()
    table = comparison.table
    changes = [Change("inertia", float(table["inertia"].loc[k]), float(table["inertia"].loc[other]))]
    changes.append(_compared("silhouette", table["silhouette"], k, other))
    stability, returns = measured.get("stability"), measured.get("returns")
    if stability is not None and {k, other} <= set(stability.index):
        changes.append(_compared("stability", stability, k, other))
    before, after = (int(table["smallest"].loc[number]) for number in (k, other))
    if after < smallest_allowed(comparison.n_customers, comparison.settings):
        changes.append(Change("smallest", before, after, "against"))
    if returns is not None and {k, other} <= set(returns.index) and returns.loc[other] < TRUSTED <= returns.loc[k]:
        changes.append(Change("returns", float(returns.loc[k]), float(returns.loc[other]), "against"))
    return tuple(changes)


def _compared(figure: str, values: pd.Series, k: int, other: int) -> Change:
    before, after = float(values.loc[k]), float(values.loc[other])
    clear = abs(after - before) >= _CLEARLY[figure]
    return Change(figure, before, after, "" if not clear else "for" if after > before else "against")


def _figure(change: Change, customers: int) -> str:
    """One figure before and after, as a part of a sentence."""
    if change.figure == "inertia":
        return _inertia(change.before, change.after)
    if change.figure == "smallest":
        few = f"{counted(change.after, 'customer')} ({share_text(change.after / customers)})"
        return f"the smallest segment would have only {few}"
    if change.figure == "returns":
        return f"one segment hardly comes back with customers drawn anew ({change.after:.2f})"
    names = {"silhouette": "the silhouette", "classes": "what latent classes gain over one class"}
    return _moved(names.get(change.figure, change.figure), change.before, change.after)


def _reason(change: Change) -> str:
    """What a figure says for or against a number, in a reader's words."""
    figures = f"{change.before:.3f} → {change.after:.3f}"
    if change.figure == "smallest":
        return f"the smallest segment would have only {counted(change.after, 'customer')}"
    if change.figure == "returns":
        return f"one segment hardly comes back with customers drawn anew ({change.after:.2f})"
    if change.figure == "silhouette":
        how = "more" if change.speaks == "for" else "less"
        return f"customers would be told apart {how} clearly (silhouette {figures})"
    if change.figure == "classes":
        how = "better" if change.speaks == "for" else "less well"
        return f"so many latent classes describe {how} which levels go together (penalised likelihood {figures})"
    how = "more" if change.speaks == "for" else "less"
    return f"the segments would be {how} stable ({figures})"


def _inertia(before: float, after: float) -> str:
    """How the inertia changes; without a percentage where it starts from (or ends at) practically nothing."""
    if min(before, after) < 1e-9 * max(before, after):
        return "inertia falls to nothing" if after < before else "inertia is no longer zero"
    return f"inertia {'falls' if after < before else 'rises'} by {share_text(abs(1 - after / before))}"


def _moved(what: str, before: float, after: float) -> str:
    if round(before, 3) == round(after, 3):
        return f"{what} stays at {before:.3f}"
    return f"{what} {'rises' if after > before else 'falls'} from {before:.3f} to {after:.3f}"
