"""The same customers on one flat picture for every way of grouping: only the colours differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE

from segmentation.clustering.methods import Floats
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import one_thread
from segmentation.core.sampling import random_rows
from segmentation.core.settings import SEED, Progress
from segmentation.core.text import count_text, share_text
from segmentation.evaluation.projection import project

__all__ = ["Plane", "plane", "scattered"]

_POINTS = 1_500
_SCATTERED = 1_500


@dataclass(frozen=True, eq=False)
class Plane:
    """Some customers on two axes. rows: their positions. points: one (x, y) each. axes: what the axes are.

    caption: what the picture keeps and what it must not be read for.
    """

    rows: NDArray[np.intp]
    points: Floats
    axes: tuple[str, str]
    caption: str


def plane(Z: Floats) -> Plane:
    """Prepared rows (n × d, two features or more) → at most 1,500 of them on the first two principal components."""
    names = [str(number) for number in range(Z.shape[1])]
    made = project(Z, np.zeros(len(Z)), np.zeros((0, Z.shape[1])), names, sample=_POINTS)
    first, second = (share_text(share) for share in made.shares)
    caption = f"{made.sentence} Every picture has the same points and the same axes."
    axes = (f"component 1 ({first} of variance)", f"component 2 ({second})")
    return Plane(made.points.index.to_numpy(dtype=np.intp), made.points[["x", "y"]].to_numpy(), axes, caption)


def scattered(Z: Floats, progress: Progress | None = None) -> Plane:
    """Prepared rows → at most 1,500 of them, drawn at random, placed by t-SNE (van der Maaten, Hinton 2008)."""
    rows = random_rows(len(Z), _SCATTERED)
    perplexity = min(30.0, (len(rows) - 1) / 3)
    if perplexity < 1:
        raise SegmentationError(
            f"This picture needs at least 4 customers; there are {len(rows)}. Look at the components instead."
        )
    if progress is not None:
        progress(0.05, f"Placing {count_text(len(rows))} customers so that neighbours stay neighbours")
    with one_thread():
        points = TSNE(perplexity=perplexity, init="pca", random_state=SEED, n_jobs=1).fit_transform(Z[rows])
    if progress is not None:
        progress(1.0, "Done")
    of = f"{count_text(len(rows))} of {count_text(len(Z))} customers, drawn at random" if len(rows) < len(Z) else "all"
    caption = (
        f"t-SNE of {of}: it keeps who is near whom. How far apart two groups lie here, how large and how dense they "
        "look, means little; it shows clumps even where there are none."
    )
    return Plane(rows, points.astype(np.float64), ("t-SNE, no unit", "t-SNE, no unit"), caption)
