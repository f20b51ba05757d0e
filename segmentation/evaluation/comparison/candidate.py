"""One way of grouping that was tried, with everything that it is judged by; several of them tried in one go."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.clustering.methods import METHODS, Fit, Floats, Labels, method_of
from segmentation.clustering.methods.base import absent_text
from segmentation.clustering.methods.describe import way_text
from segmentation.clustering.metrics import METRICS, sampled_rows
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.parallel import part
from segmentation.core.settings import Progress
from segmentation.evaluation.comparison.nearby import between, nearest_rows, together
from segmentation.evaluation.final import every_label, reproduced_share, silhouette_inside

__all__ = ["Candidate", "Tried", "Wanted", "candidate_of", "key_of", "try_out", "usual"]


@dataclass(frozen=True, eq=False)
class Candidate:
    """One way of grouping the customers, fitted and judged.

    title: the method, its settings and its number of segments in words. labels: (n,) the segment of every customer,
    0 = in none; of a fit to a sample, what its rule says of the others. seconds: how long the fit took, NaN when it
    was made elsewhere. assignment: how a new customer is placed, to end "A customer belongs to …". reproduced: share of
    the fit's own labels that this gives back. figures: by name the metrics over the customers in segments, "together"
    and "between" (see `nearby`). stability: agreement with itself on drawn customers, NaN until it was measured.
    """

    method: str
    settings: Mapping[str, Any]
    title: str
    fit: Fit
    labels: Labels
    assignment: str = field(metadata={"formerly": "placing"})
    reproduced: float
    figures: Mapping[str, float]
    seconds: float = float("nan")
    stability: float = float("nan")

    @property
    def key(self) -> str:
        """The same for the same method with the same settings."""
        return key_of(self.method, self.settings)

    @property
    def k(self) -> int:
        """Number of segments."""
        return self.fit.k

    @property
    def groups(self) -> int:
        """Number of segments, and one more where some customers are in none."""
        return len(np.unique(self.labels))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Customers in segments 1…k."""
        return tuple(np.bincount(self.labels, minlength=self.k + 1)[1:].tolist())

    @property
    def noise(self) -> int:
        """Customers in no segment."""
        return int((self.labels == 0).sum())


@dataclass(frozen=True)
class Wanted:
    """A way of grouping to try: a method and its settings, or a fit that was made with them already.

    silhouette: of that fit, where it is known.
    """

    method: str
    settings: Mapping[str, Any]
    fit: Fit | None = None
    silhouette: float | None = None

    @property
    def key(self) -> str:
        """As in `Candidate`."""
        return key_of(self.method, self.settings)


@dataclass(frozen=True, eq=False)
class Tried:
    """What came of a list of ways to try: the candidates in that order, and a sentence for each that did not work.

    near: the neighbours that were looked at, for the next call.
    """

    candidates: tuple[Candidate, ...]
    refused: tuple[str, ...] = ()
    near: NDArray[np.intp] = field(default_factory=lambda: np.empty((0, 0), dtype=np.intp))


def key_of(method: str, settings: Mapping[str, Any]) -> str:
    """A text that is the same for the same method with the same settings."""
    return " ".join([method, *(f"{name}={settings[name]!r}" for name in sorted(settings))])


def try_out(
    Z: Floats, wanted: Sequence[Wanted], near: NDArray[np.intp] | None = None, progress: Progress | None = None
) -> Tried:
    """Prepared rows (n × d) and ways to group them → each fitted and judged; a fit that is given is only judged.

    One that cannot work is not an error but a sentence in `refused`. When it is cancelled, those that were ready are
    kept; `Cancelled` is raised when none was.
    """
    candidates: list[Candidate] = []
    refused: list[str] = []
    rows = sampled_rows(len(Z))
    unknown = near is None or not len(near)
    steps = len(wanted) + unknown  # what is known already takes no part of the progress
    if near is None or unknown:
        near = nearest_rows(Z, rows=rows, progress=part(progress, 0.0, 1 / steps))
    for index, candidate in enumerate(wanted, start=int(unknown)):
        label = METHODS[candidate.method].label if candidate.method in METHODS else candidate.method
        try:
            candidates.append(_tried(Z, candidate, near, rows, part(progress, index / steps, (index + 1) / steps)))
        except Cancelled:
            if not candidates:
                raise
            refused.append(f"Cancelled at {label}; what was ready before is kept.")
            break
        except SegmentationError as error:
            refused.append(_beginning(label, str(error)))
    return Tried(tuple(candidates), tuple(refused), near)


def candidate_of(seg: Segmentation) -> Wanted:
    """A segmentation made elsewhere as something to judge: its customers as its own rule placed them."""
    if seg.labels is None:
        raise SegmentationError("A saved model has no customers to compare. Load the data and make the segments.")
    method = method_of(str(seg.settings.get("method", "")))
    labels = seg.labels.to_numpy(dtype=np.int32)
    fit = Fit(seg.k, labels, seg.centres, seg.inertia, 0, rule=seg.rule)
    chosen = {item.name: seg.settings[item.name] for item in fields(method.settings) if item.name in seg.settings}
    return Wanted(method.name, chosen, fit, seg.silhouette)


def usual(k: int, rows: int) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
    """Every method with its defaults and `k` segments where it is told a number → those to try, and why others not."""
    wanted, refused, absent = [], [], dict[str, list[str]]()
    for method in METHODS.values():
        if method.is_absent:
            absent.setdefault(method.extra, []).append(method.label)
            continue
        reason = method.refusal(rows)
        if reason:
            refused.append(_beginning(method.label, reason))
            continue
        settings = method.settings() if method.finds_k else replace(method.settings(), k=k)
        wanted.append(Wanted(method.name, asdict(settings)))
    return tuple(wanted), (*refused, *(absent_text(labels, extra) for extra, labels in absent.items()))


def _tried(
    Z: Floats, candidate: Wanted, near: NDArray[np.intp], rows: NDArray[np.intp] | None, progress: Progress | None
) -> Candidate:
    method = method_of(candidate.method)
    fit, seconds, settings = candidate.fit, float("nan"), candidate.settings
    if fit is None:
        chosen = method.choose(settings)
        began = time.monotonic()
        fit = method.run(Z, chosen, _named(method.label, part(progress, 0.0, 0.8)))
        seconds, settings = time.monotonic() - began, asdict(chosen)
    if progress is not None:
        progress(0.8, f"{method.label}: judging the segments")
    labels = every_label(Z, fit)
    return Candidate(
        method=method.name,
        settings=dict(settings),
        title=way_text(method, settings, fit.k),
        fit=fit,
        labels=labels,
        assignment=fit.rule.words if fit.rule is not None else method.assignment,
        reproduced=reproduced_share(Z, fit),
        figures=_figures(Z, labels, near, rows, candidate.silhouette, _named(method.label, part(progress, 0.8, 1.0))),
        seconds=seconds,
    )


def _figures(
    Z: Floats,
    labels: Labels,
    near: NDArray[np.intp],
    rows: NDArray[np.intp] | None,
    silhouette: float | None,
    progress: Progress | None,
) -> dict[str, float]:
    """The metrics over the customers in segments, and how far neighbours stay together."""
    inside = labels > 0
    within, own = (Z, labels) if inside.all() else (Z[inside], labels[inside])
    known = {"silhouette": silhouette_inside(Z, labels, progress) if silhouette is None else silhouette}
    figures = {
        name: known[name] if name in known else metric.compute(within, own) if len(own) else float("nan")
        for name, metric in METRICS.items()
        if metric.better != "hint"
    }
    figures["together"] = together(labels, near, rows=rows)
    figures["between"] = between(labels, near, rows=rows)
    return figures


def _named(label: str, progress: Progress | None) -> Progress | None:
    """The same progress, with the method's name before its words."""
    if progress is None:
        return None
    whole = progress
    return lambda share, text: whole(share, f"{label}: {text}" if text else label)


def _beginning(label: str, sentence: str) -> str:
    """A sentence that says which method it is about."""
    return sentence if label in sentence else f"{label}: {sentence}"
