"""The path by learned features: train an encoder, confirm k with a tree, group, and say what it was good for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import cut_tree, linkage
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import Fit, Floats, Labels, kmeans, method_of
from segmentation.clustering.methods.embedding import TRAINERS, EncoderSettings, Trained, check_size, group
from segmentation.clustering.metrics import mean_silhouette
from segmentation.core.errors import SegmentationError
from segmentation.core.parallel import one_thread, part
from segmentation.core.sampling import random_rows
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text
from segmentation.evaluation.choose_k import KComparison
from segmentation.evaluation.final import silhouette_inside
from segmentation.preparation import Recipe

__all__ = ["SEEDS", "Learned", "Outcome", "confirmed", "learn_features", "loss_table", "segment"]

SEEDS = 3
"""So many encoders are trained, each from its own seed, to see whether they find the same segments."""
_TREE_ROWS, _TREE_MOST = 4_000, 12
_LEAD, _SEED_LEAD = 0.005, 0.02
"""Silhouettes and agreements closer than this count as equal."""


@dataclass(frozen=True, eq=False)
class Learned:
    """Encoders that were trained on the prepared customers, and what a tree of the encoded customers says of k.

    encoders: the first from the chosen seed, the others from the next ones. linear: the loss that as many straight
    combinations of the features would leave (PCA), to compare the loss of an autoencoder with.
    tree: one row a number of groups k (index, from 2): height (of Ward's join from k to k − 1 groups), step (height
    minus the next lower join's), silhouette (of k groups of the tree, among the learned features).
    rows: how many customers the tree was made from.
    """

    method: str
    settings: EncoderSettings
    encoders: tuple[Trained, ...]
    linear: float
    tree: pd.DataFrame
    rows: int

    @property
    def suggested(self) -> int:
        """The number of groups before the largest step of the tree."""
        return _peak(self.tree["step"])


@dataclass(frozen=True, eq=False)
class Outcome:
    """Segments of the learned features beside those of plain K-means.

    table: two rows ("learned", "plain"), with silhouette (in the prepared features), latent (the silhouette among the
    learned features; NaN for plain), seeds (mean adjusted Rand index between the segments of three seeds), plain
    (adjusted Rand index with plain K-means) and smallest (share of the customers in the smallest segment).
    winner: "plain", "learned" or "neither". sentence: who wins and why.
    """

    fit: Fit
    settings: EncoderSettings
    table: pd.DataFrame
    winner: str
    sentence: str


def learn_features(
    features: FeatureTable,
    recipe: Recipe,
    *,
    method: str,
    settings: EncoderSettings,
    progress: Progress | None = None,
    heard: Callable[..., None] | None = None,
) -> Learned:
    """Customers and their recipe → encoders from three seeds, and Ward's tree of what the first one makes of them.

    heard: called with the losses so far after every round of the first encoder. Raises `SegmentationError` when
    PyTorch is not installed or the encoder would be too large, before anything is computed.
    """
    chosen_method = method_of(method)
    reason = chosen_method.refusal(len(features.frame))
    if reason:
        raise SegmentationError(reason)
    check_size(len(recipe.names), settings)
    Z = recipe.transform(features.frame)
    share, encoders = 0.9 / SEEDS, []
    for index in range(SEEDS):
        tick = _named(index, part(progress, index * share, (index + 1) * share))
        seeded = replace(settings, seed=settings.seed + index)
        encoders.append(TRAINERS[method](Z, seeded, progress=tick, heard=heard if index == 0 else None))
    if progress is not None:
        progress(0.9, "Joining the encoded customers in a tree (Ward)")
    tree, rows = _tree(encoders[0].encoder.encode(Z), settings.seed, part(progress, 0.9, 1.0))
    return Learned(method, settings, tuple(encoders), _linear_loss(Z, settings.latent), tree, rows)


def segment(
    features: FeatureTable,
    recipe: Recipe,
    comparison: KComparison,
    learned: Learned,
    k: int,
    progress: Progress | None = None,
) -> Outcome:
    """The encoded customers in k segments, from every seed, judged beside plain K-means with as many segments."""
    Z = recipe.transform(features.frame)
    fits, plain = [], []
    for index, trained in enumerate(learned.encoders):
        text = f"{k} segments of the learned features, and of the given ones: seed {index + 1} of {SEEDS}"
        middle = part(progress, index / (SEEDS + 1), (index + 0.5) / (SEEDS + 1))
        last = part(progress, (index + 0.5) / (SEEDS + 1), (index + 1) / (SEEDS + 1))
        settings = replace(learned.settings, k=k, seed=learned.settings.seed + index)
        fits.append(group(Z, trained, settings, _saying(text, middle)))
        known = index == 0 and k in comparison.fits and not bool(comparison.table.at[k, "estimated"])
        plain.append(
            comparison.fits[k]
            if known
            else kmeans(Z, k, n_init=settings.n_init, seed=settings.seed, progress=_saying(text, last))
        )
    if progress is not None:
        progress(SEEDS / (SEEDS + 1), "Judging the segments")
    mine, theirs = fits[0].labels, plain[0].labels
    latent = mean_silhouette(learned.encoders[0].encoder.encode(Z), mine)
    agreement = float(adjusted_rand_score(theirs, mine))
    rows = {
        "learned": (
            silhouette_inside(Z, mine),
            latent,
            _agreement([fit.labels for fit in fits]),
            agreement,
            _least(mine),
        ),
        "plain": (silhouette_inside(Z, theirs), np.nan, _agreement([fit.labels for fit in plain]), 1.0, _least(theirs)),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["silhouette", "latent", "seeds", "plain", "smallest"])
    winner = _winner(table)
    return Outcome(fits[0], replace(learned.settings, k=k), table, winner, _sentence(table, winner))


def confirmed(learned: Learned, k: int) -> str:
    """Whether the tree of the encoded customers confirms `k`, in words."""
    best = _peak(learned.tree["silhouette"])
    of = f"of {count_text(learned.rows)} encoded customers"
    if learned.suggested == k == best:
        return f"The tree {of} confirms {k}: its largest step and its highest silhouette are both at {k} groups."
    if learned.suggested == k:
        return f"The tree {of} confirms {k} by its largest step; its silhouette is highest at {best} groups."
    if best == k:
        return (
            f"The tree {of} confirms {k} by its highest silhouette only; its largest step is at "
            f"{learned.suggested} groups."
        )
    if best == learned.suggested:
        return f"The tree {of} does not confirm {k}: its largest step and its highest silhouette are at {best} groups."
    return (
        f"The tree {of} does not confirm {k}: its largest step is at {learned.suggested} groups, its silhouette is "
        f"highest at {best}."
    )


def loss_table(curve: tuple[float, ...]) -> pd.DataFrame:
    """The losses of all rounds → one row a round: round (from 1), loss."""
    return pd.DataFrame({"round": np.arange(1, len(curve) + 1), "loss": np.array(curve, dtype=float)})


def _tree(encoded: Floats, seed: int, progress: Progress | None) -> tuple[pd.DataFrame, int]:
    """Ward's tree (1963) of the encoded customers, at most 4,000 drawn at random, as the table of `Learned`."""
    encoded = encoded[random_rows(len(encoded), _TREE_ROWS, seed)]
    most = min(_TREE_MOST, len(encoded) - 1)
    with one_thread():
        joins = linkage(encoded, method="ward")
    heights = joins[::-1, 2]
    levels = []
    for k in range(2, most + 1):
        if progress is not None:
            progress((k - 2) / most, f"The tree at {k} groups")
        cut: NDArray[np.intp] = cut_tree(joins, n_clusters=[k])[:, 0]
        lower = heights[k - 1] if k - 1 < len(heights) else 0.0
        quality = mean_silhouette(encoded, cut.astype(np.int32) + np.int32(1))
        levels.append((k, float(heights[k - 2]), float(heights[k - 2] - lower), quality))
    return pd.DataFrame(levels, columns=["k", "height", "step", "silhouette"]).set_index("k"), len(encoded)


def _linear_loss(Z: Floats, components: int) -> float:
    """Mean squared error of the standardised features after PCA to so many components."""
    spread = Z.std(axis=0)
    standard = (Z - Z.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    with one_thread():
        variances = np.linalg.eigvalsh(standard.T @ standard / len(standard))[::-1]
    return max(0.0, float(variances[components:].sum() / len(variances)))


def _named(index: int, progress: Progress | None) -> Progress | None:
    if progress is None or index == 0:
        return progress
    whole = progress
    return lambda share, text: whole(share, f"Seed {index + 1} of {SEEDS}, to see whether it finds the same. {text}")


def _saying(label: str, progress: Progress | None) -> Progress | None:
    """The same progress, told in these words."""
    if progress is None:
        return None
    whole = progress
    return lambda share, text: whole(share, label)


def _agreement(labelings: list[Labels]) -> float:
    return float(np.mean([adjusted_rand_score(first, second) for first, second in combinations(labelings, 2)]))


def _least(labels: Labels) -> float:
    return float(np.bincount(labels)[1:].min() / len(labels))


def _winner(table: pd.DataFrame) -> str:
    quality = _of(table, "learned", "silhouette") - _of(table, "plain", "silhouette")
    steady = _of(table, "learned", "seeds") - _of(table, "plain", "seeds")
    if quality <= _LEAD and steady <= _SEED_LEAD:
        return "plain"
    return "learned" if quality > _LEAD and steady >= -_SEED_LEAD else "neither"


def _sentence(table: pd.DataFrame, winner: str) -> str:
    def pair(name: str, first: str, second: str) -> str:
        digits = 3 if name == "silhouette" else 2
        return f"{_of(table, first, name):.{digits}f} against {_of(table, second, name):.{digits}f}"

    if winner == "plain":
        return (
            f"Plain K-means wins: its segments are at least as distinct in the features themselves (silhouette "
            f"{pair('silhouette', 'plain', 'learned')}) and come back with another seed at least as surely (agreement "
            f"{pair('seeds', 'plain', 'learned')})."
        )
    if winner == "learned":
        return (
            f"The learned features win: their segments are more distinct also in the features themselves (silhouette "
            f"{pair('silhouette', 'learned', 'plain')}) and come back with another seed as surely (agreement "
            f"{pair('seeds', 'learned', 'plain')})."
        )
    if _of(table, "learned", "seeds") < _of(table, "plain", "seeds"):
        return (
            f"Neither wins: segments of the learned features are more distinct in the features themselves (silhouette "
            f"{pair('silhouette', 'learned', 'plain')}), but another seed gives other segments (agreement "
            f"{pair('seeds', 'learned', 'plain')})."
        )
    return (
        f"Neither wins: segments of the learned features come back more surely with another seed (agreement "
        f"{pair('seeds', 'learned', 'plain')}), but plain K-means is more distinct in the features themselves "
        f"(silhouette {pair('silhouette', 'plain', 'learned')})."
    )


def _peak(values: pd.Series) -> int:
    """The number of groups with the largest value."""
    return int(values.index[int(values.to_numpy().argmax())])


def _of(table: pd.DataFrame, row: str, name: str) -> float:
    return float(table[name].loc[row])
