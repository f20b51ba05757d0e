"""Does preparation matter? Each step switched off in turn, and how far the segments change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from segmentation.clustering.methods import Labels, kmeans
from segmentation.clustering.metrics import mean_silhouette
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.parallel import run_all
from segmentation.core.settings import PrepSettings, Progress
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.stability import agreement
from segmentation.preparation import learn

__all__ = ["preparation_matters", "steps_off", "what_matters", "words_for_agreement"]

_BANDS = (
    (0.9, "hardly changes the segments"),
    (0.65, "moves some customers"),
    (0.3, "changes the segments a lot"),
    (-np.inf, "makes other segments"),
)


_START = "Another random start"


def words_for_agreement(value: float) -> str:
    """An adjusted Rand index between segments with and without a step, in words; empty when it is missing."""
    return next((words for low, words in _BANDS if value >= low), "")


def what_matters(table: pd.DataFrame) -> str:
    """The result of `preparation_matters` in one sentence: the step that matters most, or that chance alone does.

    A step is weighed only where another random start, the last row, gives much the same segments.
    """
    known = table.dropna(subset=["agreement"])
    steps, start = known[known["step"] != _START], known[known["step"] == _START]
    if len(start) and (by_chance := float(start["agreement"].iloc[0])) < _BANDS[1][0]:
        return (
            f"Another random start alone {words_for_agreement(by_chance)} (agreement {by_chance:.2f}), so much of what "
            "the other rows show is chance: at this number the segments do not come back by themselves."
        )
    if steps.empty:
        return "No step could be switched off."
    most = steps.sort_values("agreement", kind="stable").iloc[0]
    if most["agreement"] >= _BANDS[0][0]:
        return "No step changes the segments much, so none of them decides the result."
    return (
        f"What matters most is “{most['step']}”: switching it off {most['words']} (agreement {most['agreement']:.2f})."
    )


def steps_off(prep: PrepSettings) -> Iterator[tuple[str, PrepSettings]]:
    """Each step that `prep` uses, and the same settings without it; decisions for single columns lose it too."""
    if prep.cap != "off" or any(column.cap for column in prep.columns.values()):
        yield "Capping extreme values", _without(replace(prep, cap="off"), cap=False)
    if prep.log != "off" or prep.power != "off" or any(column.transform for column in prep.columns.values()):
        yield "Transforming skewed columns", _without(replace(prep, log="off", power="off"), transform="none")
    if prep.drop_correlated:
        yield "Leaving out near-copies", replace(prep, drop_correlated=False)
    if prep.scale:
        yield "Bringing all columns to one scale", replace(prep, scale=False)
    other = "median" if prep.fill != "median" else "zero"
    yield f"Filling missing values differently ({other})", replace(prep, fill=other)


def preparation_matters(
    features: FeatureTable, prep: PrepSettings, comparison: KComparison, k: int, progress: Progress | None = None
) -> pd.DataFrame:
    """The customers, their preparation and the comparison's fit at `k` → one row a change.

    Columns: step, agreement (adjusted Rand index with the segments of the comparison: 1 the same, 0 chance), words,
    silhouette (in the space of that preparation), sizes, note (why there is no figure). The last row changes nothing
    but the random start.
    """
    settings, own = comparison.settings, comparison.fits[k].labels
    changes = [(step, other, settings.seed) for step, other in steps_off(prep)]
    changes.append((_START, prep, settings.seed + 1))

    def one(item: tuple[str, PrepSettings, int], tick: Progress) -> dict[str, object]:
        step, other, seed = item
        try:
            prepared = learn(features, other).transform(features.frame)
            fit = kmeans(prepared, k, n_init=settings.n_init, seed=seed, progress=tick)
        except Cancelled:
            raise
        except SegmentationError as error:
            return _row(step, note=str(error))
        return _row(step, own, fit.labels, mean_silhouette(prepared, fit.labels), fit.sizes)

    rows = run_all(one, changes, progress=progress, text="Switching off one step after the other")
    return pd.DataFrame(rows)


def _row(
    step: str,
    own: Labels | None = None,
    other: Labels | None = None,
    silhouette: float = float("nan"),
    sizes: tuple[int, ...] = (),
    note: str = "",
) -> dict[str, object]:
    agreed = agreement(own, other) if own is not None and other is not None else float("nan")
    return {
        "step": step,
        "agreement": agreed,
        "words": words_for_agreement(agreed),
        "silhouette": silhouette,
        "sizes": sizes,
        "note": note,
    }


def _without(prep: PrepSettings, **step: object) -> PrepSettings:
    """The decisions for single columns with one of their fields set to `step`, where it was decided at all."""
    (name, value), *_ = step.items()
    columns = {
        column: replace(choice, **{name: value}) if getattr(choice, name) else choice  # type: ignore[arg-type]
        for column, choice in prep.columns.items()
    }
    return replace(prep, columns=columns)
