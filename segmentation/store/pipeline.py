"""A segmentation as one scikit-learn pipeline for notebooks: `joblib.load(file)["pipeline"].predict(frame)`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from segmentation.clustering.assignment import Centres, Mixture, Prototypes
from segmentation.clustering.model import Segmentation
from segmentation.data.derived import derived_from

if TYPE_CHECKING:
    from sklearn.cluster import KMeans
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

__all__ = ["segment_pipeline", "write_pipeline"]

_WHOLE = "Preparation and segments: predict(frame) gives the segment numbers 1…k."
_PART = (
    "Preparation only: transform(frame) gives the prepared values. scikit-learn has no part that places customers by "
    "this model's rule (a customer belongs to {}); params.json has it in full, and the program replays it from there."
)


def segment_pipeline(segmentation: Segmentation) -> Pipeline:
    """Segmentation → fitted Pipeline whose `predict` takes a table with named columns and gives segment numbers 1…k.

    Plain scikit-learn and numpy only: preparation ("fill", "cap", "transform", "scale"), then by rule

    - nearest centre: "kmeans" with the centres in our order (`pipeline[:-1].transform(frame)` gives the distances to
      the k centres), and "segment";
    - nearest of several points: "segment", one nearest neighbour among the points;
    - mixture: "segment", a quadratic discriminant analysis with the components as classes; `predict_proba` too;
    - any other (a reach, a network): preparation only, so there is `transform` and no `predict`.
    """
    from sklearn.pipeline import Pipeline

    from segmentation.preparation import to_sklearn

    return Pipeline([*to_sklearn(segmentation.recipe).steps, *_assignment(segmentation)])


def write_pipeline(segmentation: Segmentation, path: Path) -> None:
    """Write `{"pipeline": …, "holds": one sentence}` with joblib. This program never reads it back: a pickle can run
    any code."""
    import joblib

    holds = _WHOLE if _assignment(segmentation) else _PART.format(segmentation.rule.words)
    derived = [f"{item.name} = {item.formula}" for item in derived_from(segmentation.replay)]
    holds += f" The frame needs the columns that the model makes of others: {'; '.join(derived)}." if derived else ""
    joblib.dump({"pipeline": segment_pipeline(segmentation), "holds": holds}, path, compress=3)


def _assignment(segmentation: Segmentation) -> list[tuple[str, Any]]:
    """The steps that place prepared customers; none where scikit-learn cannot say the rule."""
    rule = segmentation.rule
    if isinstance(rule, Centres):
        return [("kmeans", _kmeans(rule.centres)), ("segment", _nearest(rule.k))]
    if isinstance(rule, Prototypes) and rule.reach is None:
        from sklearn.neighbors import KNeighborsClassifier

        return [("segment", KNeighborsClassifier(1, algorithm="brute").fit(rule.points, rule.owners))]
    if isinstance(rule, Mixture):
        return [("segment", _mixture(rule))]
    return []


def _kmeans(centres: np.ndarray) -> KMeans:
    """A fitted KMeans that holds these centres and nothing of any customer."""
    from sklearn.cluster import KMeans

    kmeans = KMeans(len(centres), init=centres, n_init=1, max_iter=1).fit(centres)
    kmeans.cluster_centers_ = centres.copy()
    del kmeans.labels_
    return kmeans


def _nearest(k: int) -> LogisticRegression:
    """n × k distances → the number 1…k of the smallest.

    `KMeans.predict` as last step would give raw numbers from 0. A linear classifier with the scores −distance, set by
    hand, says the same with our numbers (two classes need only the difference of their scores).
    """
    from sklearn.linear_model import LogisticRegression

    nearest = LogisticRegression()
    nearest.classes_ = np.arange(1, k + 1)
    nearest.coef_ = np.array([[1.0, -1.0]]) if k == 2 else -np.eye(k)
    nearest.intercept_ = np.zeros(len(nearest.coef_))
    nearest.n_features_in_ = k
    return nearest


def _mixture(rule: Mixture) -> QuadraticDiscriminantAnalysis:
    """The mixture as a classifier of Gaussian classes: its posterior is the mixture's probability of a component.

    It computes |(x − μ) R S^(−1/2)|² + Σ ln S, which with S = diag(U)⁻² and R S^(−1/2) = U is the mixture's own sum.
    """
    roots = rule.roots if rule.roots.ndim == 3 else np.array([np.diag(root) for root in rule.roots])
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

    classes = QuadraticDiscriminantAnalysis()
    classes.classes_ = np.arange(1, rule.k + 1)
    classes.priors_, classes.means_ = rule.weights.copy(), rule.means.copy()
    classes.scalings_ = [np.diag(root) ** -2.0 for root in roots]
    classes.rotations_ = [root / np.diag(root) for root in roots]
    classes.n_features_in_ = rule.width
    return classes
