"""A segmentation as one scikit-learn pipeline for notebooks: `joblib.load(file)["pipeline"].predict(frame)`."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from segmentation.model import Segmentation
from segmentation.recipe import to_sklearn

__all__ = ["segment_pipeline", "write_pipeline"]


def segment_pipeline(segmentation: Segmentation) -> Pipeline:
    """Segmentation → fitted Pipeline whose `predict` takes a table with named columns and gives segment numbers 1…k.

    Plain scikit-learn and numpy only: preparation ("fill", "cap", "transform", "scale"), "kmeans" with the centres in
    our order, and "segment". `pipeline[:-1].transform(frame)` gives the distances to the k centres.
    """
    kmeans = _kmeans(segmentation.centres)
    return Pipeline([*to_sklearn(segmentation.recipe).steps, ("kmeans", kmeans), ("segment", _nearest(segmentation.k))])


def write_pipeline(segmentation: Segmentation, path: Path) -> None:
    """Write `{"pipeline": …}` with joblib. This program never reads it back: a pickle can run any code."""
    joblib.dump({"pipeline": segment_pipeline(segmentation)}, path, compress=3)


def _kmeans(centres: np.ndarray) -> KMeans:
    """A fitted KMeans that holds these centres and nothing of any customer."""
    kmeans = KMeans(len(centres), init=centres, n_init=1, max_iter=1).fit(centres)
    kmeans.cluster_centers_ = centres.copy()
    del kmeans.labels_
    return kmeans


def _nearest(k: int) -> LogisticRegression:
    """n × k distances → the number 1…k of the smallest.

    `KMeans.predict` as last step would give raw numbers from 0. A linear classifier with the scores −distance, set by
    hand, says the same with our numbers (two classes need only the difference of their scores).
    """
    nearest = LogisticRegression()
    nearest.classes_ = np.arange(1, k + 1)
    nearest.coef_ = np.array([[1.0, -1.0]]) if k == 2 else -np.eye(k)
    nearest.intercept_ = np.zeros(len(nearest.coef_))
    nearest.n_features_in_ = k
    return nearest
