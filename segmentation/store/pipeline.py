"""A segmentation as one scikit-learn pipeline for notebooks: `joblib.load(file)["pipeline"].predict(frame)`."""

from __future__ import annotations

from pathlib import Path

import joblib
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from segmentation.model import Segmentation
from segmentation.recipe import to_sklearn

__all__ = ["segment_pipeline", "write_pipeline"]


def segment_pipeline(segmentation: Segmentation) -> Pipeline:
    """Segmentation → fitted Pipeline whose `predict` takes a table with named columns and gives segment numbers 1…k.

    Plain scikit-learn and numpy only. The last step is the rule of K-means said plainly: the one nearest neighbour
    among the k centres. (`KMeans.predict` would give raw numbers from 0, which are not our segments.)
    `pipeline[-1].kneighbors(pipeline[:-1].transform(frame), k)` gives the distances.
    """
    nearest = KNeighborsClassifier(n_neighbors=1, algorithm="brute")
    nearest.fit(segmentation.centres, list(segmentation.segments))
    return Pipeline([*to_sklearn(segmentation.recipe).steps, ("segment", nearest)])


def write_pipeline(segmentation: Segmentation, path: Path) -> None:
    """Write `{"pipeline": …}` with joblib. This program never reads it back: a pickle can run any code."""
    joblib.dump({"pipeline": segment_pipeline(segmentation)}, path, compress=3)
