"""BIC and AIC over the number of segments, for the Gaussian mixture."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from segmentation.charts import methods as charts
from segmentation.charts.aids.base import Aid
from segmentation.clustering.assignment import Floats
from segmentation.clustering.methods.base import distinct_rows
from segmentation.clustering.methods.mixture import MixtureSettings, mixture
from segmentation.clustering.methods.to_fit import sampled
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.parallel import one_thread, part
from segmentation.core.settings import Progress
from segmentation.core.text import count_text, counted, number_text

__all__ = ["CRITERIA", "Criteria", "criteria"]

_MOST_K = 10
_MOST_ROWS = 10_000


@dataclass(frozen=True, eq=False)
class Criteria:
    """What a mixture of each number of segments costs.

    table: index k from 1; columns bic and aic, lower is better (NaN where that mixture could not be fitted).
    chosen: the k of the settings. rows of customers were fitted.
    """

    table: pd.DataFrame
    chosen: int
    rows: int
    n_customers: int

    @property
    def lowest(self) -> int | None:
        """The k with the lowest BIC; None when there is none, or BIC still falls at the last k."""
        known = self.table["bic"].dropna()
        if known.empty:
            return None
        best = int(known.index[int(known.to_numpy().argmin())])
        return None if best == self.table.index[-1] == _MOST_K else best


def criteria(Z: Floats, settings: MixtureSettings, progress: Progress | None = None) -> Criteria:
    """Prepared rows (n × d) → BIC (Schwarz 1978) and AIC (Akaike 1974) of mixtures with 1 to 10 segments.

    All other settings are the ones given. Above 10,000 customers a random sample of them is fitted.
    """
    rows = sampled(len(Z), most=_MOST_ROWS, seed=settings.seed)
    fitted = Z if rows is None else Z[rows]
    most = min(_MOST_K, distinct_rows(fitted, stop=_MOST_K))
    weights = np.concatenate(([0.0], np.cumsum(np.arange(1, most + 1)))) / (most * (most + 1) / 2)
    figures: dict[int, tuple[float, float]] = {}
    for k in range(1, most + 1):
        try:
            model = mixture(fitted, replace(settings, k=k), progress=part(progress, weights[k - 1], weights[k]))
        except Cancelled:
            raise
        except SegmentationError:
            if k == 1:
                raise
            figures[k] = (np.nan, np.nan)
            continue
        with one_thread():
            figures[k] = (float(model.bic(fitted)), float(model.aic(fitted)))
    table = pd.DataFrame.from_dict(figures, orient="index", columns=["bic", "aic"]).rename_axis("k")
    return Criteria(table, settings.k, len(fitted), len(Z))


def _draw(made: Criteria) -> go.Figure:
    if made.lowest is None:
        title = f"BIC still falls at {made.table.index[-1]} segments: it names no number"
    else:
        title = f"BIC is lowest at {counted(made.lowest, 'segment')}"
    return charts.criteria_curves(made.table, chosen=made.chosen, lowest=made.lowest, title=title)


def _caption(made: Criteria) -> str:
    of = "" if made.rows == made.n_customers else f", from a sample of {count_text(made.rows)} customers"
    parts = [f"{k}: {number_text(value)}" for k, value in made.table["bic"].dropna().items()]
    end = "It still falls at the last number" if made.lowest is None else f"It is lowest at {made.lowest}"
    return f"Lines of BIC and AIC by number of segments{of}; lower is better. BIC {'; '.join(parts)}. {end}."


CRITERIA = Aid(
    title="Which number of segments fits?",
    help="BIC and AIC weigh how closely a mixture fits against how much it had to learn; lower is better. BIC asks for "
    "more proof of every further segment. On data that are no clouds both may fall on and on, and then name no number.",
    make=criteria,
    draw=_draw,
    caption=_caption,
)
