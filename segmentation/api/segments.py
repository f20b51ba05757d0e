"""`fit`: segments that place any customer, with the verbs that a person calls on them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.api.arguments import checked_progress
from segmentation.api.inputs import Customers, as_features, as_recipe, frame_of
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PrepSettings, Progress
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import count_text, plain_text
from segmentation.data.derived import derived_from, sources_of
from segmentation.evaluation import final
from segmentation.preparation import Recipe
from segmentation.scoring import Explanation, assign, explain

__all__ = ["Segments", "fit"]


@dataclass(frozen=True, eq=False, repr=False)
class Segments(Segmentation):
    """A `Segmentation` with the verbs that a person calls on it; it passes wherever a `Segmentation` does."""

    @classmethod
    def of(cls, made: Segmentation) -> Segments:
        """The same segments, with the verbs."""
        return made if isinstance(made, cls) else cls(**{item.name: getattr(made, item.name) for item in fields(made)})

    def predict(self, frame: pd.DataFrame | FeatureTable | Table) -> NDArray[np.int_]:
        """Customers (n rows, the model's features as columns) → n segment numbers 1…k; 0 for those in none."""
        return self.assign(frame)["segment"].to_numpy(dtype=np.int_)

    def assign(self, frame: pd.DataFrame | FeatureTable | Table) -> pd.DataFrame:
        """Customers → one row each: segment, second, distance, margin, …, and why a row is in no segment.

        See `segmentation.scoring.assign` for the columns. Raises `DataProblems` when a feature is missing.
        """
        return assign(self, frame_of(frame, self.feature_names))

    def explain(self, row: Mapping[str, Any] | pd.Series | pd.DataFrame | FeatureTable | Table) -> Explanation:
        """One customer (names → values, blank or NaN where unknown) → where it belongs and what decides."""
        if isinstance(row, pd.Series | Mapping):
            names, values = zip(*row.items(), strict=True) if len(row) else ((), ())
            row = pd.DataFrame([list(values)], columns=list(names))
        frame = frame_of(row, self.feature_names)
        if len(frame) != 1:
            there = "is no customer" if len(frame) == 0 else f"are {count_text(len(frame))} customers"
            raise SegmentationError(f"There {there} in the table. Give one row, such as frame.iloc[[0]].")
        asked_for = {*self.feature_names, *self.recipe.inputs, *sources_of(derived_from(self.replay))}
        if len(frame.columns) and not asked_for & set(frame.columns):
            asked = plain_text(", ".join(self.recipe.inputs), longest=200)
            raise SegmentationError(f"The row has none of the features of the model. Give some of {asked}, by name.")
        return explain(self, frame)


def fit(
    features: Customers,
    recipe: Recipe | PrepSettings | str | os.PathLike[str] = "recommended",
    k: int | None = None,
    *,
    method: str = "kmeans",
    progress: Progress | None = None,
    **settings: Any,
) -> Segments:
    """Customers, their recipe and a number of segments → segments that place any customer.

    Parameters
    ----------
    features
        A `FeatureTable`, or whatever `seg.features` takes.
    recipe
        A `Recipe`, or what `seg.prepare` takes as settings.
    k
        The number of segments; left out for methods that find it themselves (`dbscan`, `hdbscan`, `graph`).
    method
        `kmeans`, `mixture`, `classes`, `agglomerative`, `dbscan`, `hdbscan`, `spectral`, `graph` and, with PyTorch,
        `autoencoder` and `contrastive`.
    progress
        Called as `progress(share, text)`.
    **settings
        Settings of the method, such as `n_init=20`, `seed=7` or `eps=2.5`.

    Returns
    -------
    Segments
        `.predict(frame)`, `.assign(frame)`, `.explain(row)`; `.sizes`, `.labels`, `.typical` (centres in original
        units), `.silhouette`, `.metrics`.

    Raises
    ------
    SegmentationError
        For a method, a setting or a number that cannot be used, in one sentence.

    Examples
    --------
    >>> import segmentation as seg
    >>> customers = seg.features(seg.sample("income_spending"))
    >>> segments = seg.fit(customers, "plain", k=4)
    >>> segments
    Segments(K-means, 4 segments of 2,000 customers, silhouette 0.671)
    >>> segments.predict(customers).shape
    (2000,)
    >>> segments.explain(customers.frame.iloc[0])
    Explanation(segment 1, then 4, margin 0.63)
    """
    table = as_features(features)
    return Segments.of(
        final.fit(table, as_recipe(table, recipe), k, method=method, progress=checked_progress(progress), **settings)
    )
