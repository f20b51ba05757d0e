"""The path by learned features: what the tree confirms, who wins against plain K-means, and that it says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.assignment.encoder import Encoder, Layer
from segmentation.clustering.methods.embedding import EncoderSettings, Trained, group
from segmentation.core.errors import Cancelled
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.learned_features import (
    Learned,
    _linear_loss,
    _sentence,
    _tree,
    _winner,
    confirmed,
    learn_features,
    segment,
)
from segmentation.preparation import learn
from tests.matrices import blobs
from tests.small import features_of

SMALL = EncoderSettings(k=3, first=16, second=8, latent=4, epochs=30)


def test_a_sentence_says_who_wins() -> None:
    def table(learned: tuple[float, float], plain: tuple[float, float]) -> pd.DataFrame:
        return pd.DataFrame([learned, plain], index=["learned", "plain"], columns=["silhouette", "seeds"])

    for mine, theirs, winner, words in [
        ((0.13, 0.27), (0.20, 1.0), "plain", "Plain K-means wins"),
        ((0.20, 1.0), (0.20, 1.0), "plain", "0.200 against 0.200"),
        ((0.40, 0.99), (0.20, 1.0), "learned", "The learned features win"),
        ((0.29, 0.64), (0.25, 0.98), "neither", "but another seed gives other segments (agreement 0.64 against 0.98)"),
        ((0.20, 0.95), (0.25, 0.60), "neither", "but plain K-means is more distinct"),
    ]:
        found = table(mine, theirs)
        assert _winner(found) == winner
        assert words in _sentence(found, winner)


@pytest.mark.parametrize(
    ("steps", "silhouettes", "k", "words"),
    [
        ((1, 9, 2), (0.1, 0.5, 0.2), 3, "confirms 3: its largest step and its highest silhouette are both at 3"),
        ((1, 9, 2), (0.6, 0.5, 0.2), 3, "confirms 3 by its largest step; its silhouette is highest at 2"),
        ((9, 1, 2), (0.1, 0.5, 0.2), 3, "by its highest silhouette only; its largest step is at 2"),
        ((9, 1, 2), (0.6, 0.5, 0.2), 3, "does not confirm 3: its largest step and its highest silhouette are at 2"),
        ((9, 1, 2), (0.1, 0.5, 0.7), 3, "does not confirm 3: its largest step is at 2 groups, its silhouette"),
    ],
)
def test_the_tree_confirms_a_number_or_does_not(steps, silhouettes, k: int, words: str) -> None:
    tree = pd.DataFrame({"step": steps, "silhouette": silhouettes}, index=pd.Index([2, 3, 4], name="k"))
    assert words in confirmed(Learned("autoencoder", SMALL, (), 0.0, tree, 4000), k)


def test_a_tree_worked_by_hand() -> None:
    # Ward joins 0 with 1 and 10 with 11 at 1, these pairs at 10·√(2·2·2/4) = 14.14…, and 30 with the four others at
    # 24.5·√(2·4·1/5) = 30.99…; a step is the difference to the join before.
    tree, rows = _tree(np.array([[0.0], [1.0], [10.0], [11.0], [30.0]]), 42, None)
    assert rows == 5
    assert tree.index.tolist() == [2, 3, 4]
    assert tree["height"].tolist() == pytest.approx([24.5 * 1.6**0.5, 10 * 2**0.5, 1.0])
    assert tree["step"].tolist() == pytest.approx([24.5 * 1.6**0.5 - 10 * 2**0.5, 10 * 2**0.5 - 1, 0.0])
    # Three groups: 1 − 1/10.5 and 1 − 1/9.5, twice each, and 0 for the one that is alone.
    assert tree["silhouette"][3] == pytest.approx((2 * (1 - 1 / 10.5) + 2 * (1 - 1 / 9.5)) / 5)


def test_straight_combinations_leave_what_principal_components_leave() -> None:
    Z = np.random.default_rng(3).normal(size=(200, 6)) @ np.random.default_rng(4).normal(size=(6, 6)) + 5
    standard = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    pca = PCA(2).fit(standard)
    left = float(((standard - pca.inverse_transform(pca.transform(standard))) ** 2).mean())
    assert _linear_loss(Z, 2) == pytest.approx(left)
    assert _linear_loss(Z, 6) == pytest.approx(0.0, abs=1e-12)


def test_segments_are_judged_and_cancelled_without_pytorch() -> None:
    """A network that changes nothing: its segments are those of plain K-means, which therefore wins."""
    Z, _ = blobs(240, 3)
    features = features_of({f"f{place}": Z[:, place].tolist() for place in range(3)})
    recipe = learn(features, PREP_PRESETS["plain"])
    prepared = recipe.transform(features.frame)
    comparison = search(prepared, KSettings(k_max=4))
    trained = Trained(Encoder((Layer(np.eye(3), np.zeros(3)),)), prepared.mean(axis=0), (0.5,), 0.5, 240)
    learned = Learned("autoencoder", SMALL, (trained,) * 3, 0.0, *_tree(prepared, 42, None))
    told: list[float] = []
    found = segment(features, recipe, comparison, learned, 3, lambda share, text: told.append(share))
    assert told == sorted(told)
    assert len(told) > 3 * 10, "told at every restart"
    assert found.winner == "plain"
    assert found.table.loc["learned", "silhouette"] == found.table.loc["plain", "silhouette"]
    assert found.table["plain"].tolist() == [1.0, 1.0]

    def cancel(share: float, text: str) -> None:
        if share > 0.1:
            raise Cancelled

    with pytest.raises(Cancelled):
        segment(features, recipe, comparison, learned, 3, cancel)


@pytest.mark.embedding
def test_the_path_judges_learned_features_beside_plain_k_means() -> None:
    Z, truth = blobs(240, 3)
    features = features_of({f"f{place}": Z[:, place].tolist() for place in range(3)})
    recipe = learn(features, PREP_PRESETS["plain"])
    comparison = search(recipe.transform(features.frame), KSettings(k_max=4))
    learned = learn_features(features, recipe, method="autoencoder", settings=SMALL)
    assert learned.suggested == 3
    assert learned.tree.index.tolist() == list(range(2, 13))
    assert "confirms 3" in confirmed(learned, 3)
    found = segment(features, recipe, comparison, learned, 3)
    assert adjusted_rand_score(truth, found.fit.labels) == 1.0
    assert found.table["seeds"].tolist() == [1.0, 1.0]
    assert found.table["plain"].tolist() == [1.0, 1.0]
    assert found.table["smallest"].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert found.winner == "plain", "as good is no reason to train a network"
    again = group(recipe.transform(features.frame), learned.encoders[0], replace(SMALL, k=3))
    assert again.labels.tolist() == found.fit.labels.tolist()
