"""The path by learned features: what the tree confirms, who wins against plain K-means, and that it says so."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.ksearch import search
from segmentation.learned import Learned, _sentence, _winner, confirmed, learn_features, segment
from segmentation.methods.embedding import EncoderSettings, group
from segmentation.recipe import learn
from segmentation.settings import PREP_PRESETS, KSettings
from tests.matrices import blobs
from tests.small import features_of

SMALL = EncoderSettings(k=3, first=16, second=8, latent=4, epochs=30)


def test_a_sentence_says_who_wins() -> None:
    def table(learned: tuple[float, float], plain: tuple[float, float]) -> pd.DataFrame:
        return pd.DataFrame([learned, plain], index=["learned", "plain"], columns=["silhouette", "seeds"])

    for mine, theirs, winner, words in [
        ((0.13, 0.27), (0.20, 1.0), "plain", "Plain K-means wins"),
        ((0.20, 1.0), (0.20, 1.0), "plain", "0.20 against 0.20"),
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


@pytest.mark.embedding
def test_the_path_judges_learned_features_beside_plain_k_means() -> None:
    Z, truth = blobs(240, 3)
    features = features_of({f"f{place}": Z[:, place].tolist() for place in range(3)})
    recipe = learn(features, PREP_PRESETS["plain"])
    board = search(recipe.apply(features.frame), KSettings(k_max=4))
    learned = learn_features(features, recipe, method="autoencoder", settings=SMALL)
    assert learned.suggested == 3
    assert learned.tree.index.tolist() == list(range(2, 13))
    assert "confirms 3" in confirmed(learned, 3)
    found = segment(features, recipe, board, learned, 3)
    assert adjusted_rand_score(truth, found.fit.labels) == 1.0
    assert found.table["seeds"].tolist() == [1.0, 1.0]
    assert found.table["plain"].tolist() == [1.0, 1.0]
    assert found.table["smallest"].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert found.winner == "plain", "as good is no reason to train a network"
    again = group(recipe.apply(features.frame), learned.encoders[0], replace(SMALL, k=3))
    assert again.labels.tolist() == found.fit.labels.tolist()
