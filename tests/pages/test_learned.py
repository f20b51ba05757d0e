"""The page on learned features: each step waits for the one before it, and plain K-means wins where it is as good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.learned.memory import LearnedMemory
from pages.ui.state import Studio
from segmentation.clustering.assignment.encoder import Encoder, Layer
from segmentation.clustering.methods.embedding import EncoderSettings, Trained
from segmentation.clustering.methods.embedding.contrastive import ContrastiveSettings
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import EvidenceSettings, assess
from segmentation.evaluation.learned_features import Learned, _tree
from segmentation.preparation import learn
from tests.matrices import blobs
from tests.small import features_of

Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def compared() -> dict[str, Any]:
    """Three clear groups, prepared and compared."""
    Z, _ = blobs(240, 3)
    features = features_of({f"f{place}": Z[:, place].tolist() for place in range(3)})
    recipe = learn(features, PREP_PRESETS["plain"])
    comparison = search(recipe.transform(features.frame), KSettings(k_max=5))
    return {"features": features, "recipe": recipe, "prep": PREP_PRESETS["plain"], "comparison": comparison}


@pytest.fixture
def opened(app: Open, compared: dict[str, Any]) -> Callable[..., AppTest]:
    """`opened()` opens the page; `opened(scale, …)` with encoders as if learned, that multiply each feature so."""

    def open_page(*scale: float) -> AppTest:
        studio = dict(compared)
        if scale:
            Z = compared["recipe"].transform(compared["features"].frame)
            encoder = Encoder((Layer(np.diag(scale), np.zeros(3)),))
            trained = Trained(encoder, Z.mean(axis=0), (0.9, 0.4, 0.05), 0.05, 240)
            settings = EncoderSettings(latent=3, epochs=3)
            tree, rows = _tree(encoder.encode(Z), 42, None)
            made = Learned("autoencoder", settings, (trained,) * 3, 0.0, tree, rows)
            studio["memory"] = {LearnedMemory: LearnedMemory(learned=(compared["recipe"], made))}
        return app("learned", **studio)

    return open_page


def text_of(test: AppTest) -> str:
    kinds = (test.markdown, test.header, test.subheader, test.caption, test.info, test.error, test.success)
    return "\n".join(item.value for kind in kinds for item in kind)


def press(test: AppTest, label: str) -> AppTest:
    return next(item for item in test.button if item.label == label).click().run()


@pytest.mark.parametrize(("has", "offer"), [([], "Prepare the data"), (["recipe"], "Choose the number of groups")])
def test_what_is_missing_first_is_offered(app: Open, compared: dict[str, Any], has: list[str], offer: str) -> None:
    test = app("learned", **{name: compared[name] for name in ["features", *has]})
    assert not test.exception
    assert [item.label for item in test.button] == [offer]


@pytest.mark.skipif(find_spec("torch") is not None, reason="PyTorch is installed")
def test_without_pytorch_one_sentence_says_how_to_get_it_and_nothing_is_offered(opened: Callable[..., AppTest]) -> None:
    test = opened()
    assert not test.exception
    assert "adds it with: pip install -r requirements-embedding.txt" in text_of(test).replace("\\", "")
    assert "K-means groups your customers into **3** segments" in text_of(test)
    assert not test.button


def test_as_good_as_plain_k_means_is_no_win_and_is_taken_over_all_the_same(
    opened: Callable[..., AppTest], settle: Callable[..., AppTest]
) -> None:
    test = opened(1.0, 1.0, 1.0)
    assert not test.exception
    said = text_of(test)
    assert "Loss at the end: **0.05**" in said
    assert "learned features keep 95.0\u00a0% of what the prepared features say" in said
    assert "confirms 3: its largest step and its highest silhouette are both at 3 groups" in said
    test = settle(press(test, "Make 3 segments of the learned features"))
    assert "Plain K-means wins" in text_of(test)
    assert "is tested on “How many groups”" in text_of(test)
    shown = test.dataframe[-1].value
    assert len(shown) == 2
    test = settle(press(test, "Use these segments all the same"))
    assert "These are your segments now" in text_of(test)
    studio: Studio = test.session_state["studio"]
    assert studio.segmentation.rule.kind == "encoded"
    assert studio.segmentation.sizes == (80, 80, 80)
    assert "Look at the segments" in [item.label for item in test.button]


def test_another_number_is_made_on_request_and_the_tree_does_not_confirm_it(
    opened: Callable[..., AppTest], settle: Callable[..., AppTest]
) -> None:
    test = opened(1.0, 1.0, 1.0)
    test.session_state["learned-k"] = 5
    test = settle(press(test.run(), "Make 5 segments of the learned features"))
    assert not test.exception
    assert "wins" in text_of(test)


def test_groups_that_the_network_hides_lose(opened: Callable[..., AppTest], settle: Callable[..., AppTest]) -> None:
    test = opened(0.0, 0.0, 1.0)  # one feature alone tells one group from the two others
    assert "does not confirm 3" in text_of(test)
    test = settle(press(test, "Make 3 segments of the learned features"))
    assert "Plain K-means wins" in text_of(test)


def test_what_the_evidence_found_stands_below_the_table(
    opened: Callable[..., AppTest], settle: Callable[..., AppTest], compared: dict[str, Any]
) -> None:
    Z = compared["recipe"].transform(compared["features"].frame)
    found = assess(Z, compared["comparison"], EvidenceSettings(references=5, resamples=8, n_init=1))
    test = opened(1.0, 1.0, 1.0)
    test.session_state["studio"].evidence = found
    test = settle(press(test.run(), "Make 3 segments of the learned features"))
    assert not test.exception
    assert f"What the evidence says of your data: {found.headline}" in text_of(test).replace("\\", "")
    assert "is tested on “How many groups”" not in text_of(test)


def test_a_contrastive_loss_stands_beside_that_of_guessing_and_the_rows_say_which_network(
    opened: Callable[..., AppTest], settle: Callable[..., AppTest]
) -> None:
    test = opened(1.0, 1.0, 1.0)
    mine = test.session_state["studio"].memory_of(LearnedMemory)
    recipe, made = mine.learned
    restless = tuple(replace(trained, curve=(5.3, 5.0, 5.1), loss=5.1) for trained in made.encoders)
    contrastive = replace(made, method="contrastive", settings=ContrastiveSettings(batch=100), encoders=restless)
    mine.learned = (recipe, contrastive)
    test.run()
    assert not test.exception
    assert "guessing would be 4.61, the logarithm of 100 customers at a time" in text_of(test)  # ln 100 = 4.605
    curve = next(item.proto.spec for item in test.get("plotly_chart") if "InfoNCE" in item.proto.spec)
    assert "Contrastive embedding: the loss falls as it learns" in curve
    test = settle(press(test, "Make 3 segments of the learned features"))
    assert test.dataframe[-1].value.iloc[:, 0].tolist() == ["Contrastive embedding", "Plain K-means"]


@pytest.mark.embedding
def test_from_the_button_to_a_trained_network(opened: Callable[..., AppTest], settle: Callable[..., AppTest]) -> None:
    test = opened()
    for field, value in {"first": 8, "second": 4, "latent": 3, "epochs": 5}.items():
        test.session_state[f"learned-autoencoder-{field}"] = value
    test = settle(press(test, "Learn features"))
    assert not test.exception
    assert "Trained on 240 customers" in text_of(test)
    assert "Make 3 segments of the learned features" in [item.label for item in test.button]
