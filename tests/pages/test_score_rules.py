"""Score with other ways to place customers: noise is explained, probabilities are shown, nothing fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.mixture import GaussianMixture
from streamlit.testing.v1 import AppTest

from segmentation.clustering.assignment import Mixture, learn_prototypes
from segmentation.clustering.methods import Fit, kmeans
from segmentation.clustering.model import Segmentation, build
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureTable
from segmentation.data.vocabulary import describe_column
from segmentation.personas import Persona, describe
from segmentation.preparation import learn
from segmentation.reports.card import fixed_features
from segmentation.scoring import assign
from segmentation.scoring.batch import score_batch
from segmentation.scoring.counterfactuals import change_text, way_in
from segmentation.store import save

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models for each test."""
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture(scope="module")
def features(fast: pd.DataFrame) -> FeatureTable:
    values = fast.set_index("CUST_ID").astype(float)
    return FeatureTable(values, tuple(describe_column(name) for name in values), values[[]])


@pytest.fixture(scope="module")
def noisy(features: FeatureTable) -> Segmentation:
    """Three segments; the tenth of the customers farthest from their centre is noise."""
    recipe = learn(features, PREP_PRESETS["plain"])
    prepared = recipe.transform(features.frame)
    fit = kmeans(prepared, 3)
    away = ((prepared - fit.centres[fit.labels - 1]) ** 2).sum(axis=1)
    labels = np.where(away > np.quantile(away, 0.9), 0, fit.labels).astype(np.int32)
    return build(features, recipe, Fit(3, labels, fit.centres, 1.0, 1, rule=learn_prototypes(prepared, labels)))


@pytest.fixture(scope="module")
def mixed(features: FeatureTable) -> Segmentation:
    recipe = learn(features, PREP_PRESETS["plain"])
    prepared = recipe.transform(features.frame)
    model = GaussianMixture(3, covariance_type="diag", random_state=0, reg_covar=2.0).fit(prepared)
    labels = (model.predict(prepared) + 1).astype(np.int32)
    return build(features, recipe, Fit(3, labels, model.means_, 1.0, 1, rule=Mixture.learned(model)))


@pytest.fixture(scope="module")
def personas(noisy: Segmentation, features: FeatureTable) -> tuple[Persona, ...]:
    return describe(noisy, features)


def said(test: AppTest) -> str:
    """All the text of the page, as it reads (Markdown escapes taken off)."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(str(item.value) for kind in kinds for item in test.get(kind)).replace("\\", "")


def look_up(test: AppTest, customer: str) -> AppTest:
    test.segmented_control(key="score-way").set_value("id").run()
    return test.text_input(key="score-id").set_value(customer).run()


def test_a_customer_that_fits_none_is_told_so_with_the_nearest_and_what_keeps_it_away(app, noisy, personas, features):
    scored = assign(noisy, features.frame)
    customer = str(scored.index[scored["noise"]][0])
    nearest = personas[int(scored.at[customer, "second"]) - 1].name
    test = look_up(app("score", segmentation=noisy, personas=personas, features=features), customer)
    assert not test.exception
    assert f"Customer {customer} fits none of the personas: it lies beyond the reach of all of them." in said(test)
    assert f"The nearest is “{nearest}”." in said(test)
    assert "None of the personas" in [item.value for item in test.header]
    metrics = {item.label: item.value for item in test.metric}
    assert metrics["Nearest"] == nearest
    assert metrics["In training"] == f"{100 * noisy.noise / noisy.n_customers:.1f}\u00a0%"
    assert "beyond the reach of all of them" in said(test)
    assert len(test.get("plotly_chart")) == 2


def test_a_customer_whom_no_single_value_brings_in_is_told_the_fewest_that_do(app, noisy, personas, features):
    scored, locked = assign(noisy, features.frame), fixed_features(noisy)
    ways = {name: way_in(noisy, features.frame.loc[name], locked=locked) for name in scored.index[scored["noise"]][:40]}
    customer, move = next((name, move) for name, move in ways.items() if move is not None and len(move.steps) > 1)
    after = features.frame.loc[[customer]].assign(**{step.feature: step.after for step in move.steps})
    assert assign(noisy, after)["segment"].tolist() == [move.target] == [scored.at[customer, "second"]]
    test = look_up(app("score", segmentation=noisy, personas=personas, features=features), str(customer))
    assert not test.exception
    assert "What would bring this customer into a persona?" in [item.value for item in test.header]
    assert f"{len(move.steps)} values together: {change_text(move, noisy)}" in said(test).replace("\u00a0", " ")


def test_noise_stands_beside_another_customer_and_two_values_are_not_offered_with_the_reason(
    app, noisy, personas, features
):
    scored = assign(noisy, features.frame)
    noise, inside = (str(scored.index[scored["noise"] == wanted][0]) for wanted in (True, False))
    test = look_up(app("score", segmentation=noisy, personas=personas, features=features), noise)
    test.button(key="score-keep").click().run()
    look_up(test, inside)
    assert not test.exception
    assert f"{noise}: **None of the personas**" in said(test)
    assert [item.key for item in test.segmented_control if item.key == "score-move-count"] == []
    assert not test.error
    assert "make the segments with K-means on the Compare page" in said(test)


def test_probabilities_are_told_in_words_with_percent(app, mixed, features, models):
    personas = describe(mixed, features)
    save(mixed, personas, "clouds", models)
    scored = assign(mixed, features.frame)
    close = str(scored["probability"].idxmin())
    test = look_up(app("score", features=features), close)
    assert not test.exception
    assert "probabilities are" in said(test) or "with a probability of" in said(test)
    chance = scored.at[close, "probability"]
    assert {item.label: item.value for item in test.metric}["Probability"] == f"{100 * chance:.1f} %"
    assert "Gaussian mixture" in said(test)


def test_a_file_with_noise_keeps_it_apart_from_rows_that_cannot_be_scored(noisy, features):
    frame = features.frame.copy()
    frame.iloc[3, 0] = np.inf
    batch = score_batch(noisy, {1: "A", 2: "B", 3: "C"}, pd.Series(frame.index), frame)
    assert batch.noise == int(assign(noisy, frame)["noise"].sum()) > 0
    assert batch.refused["id"].tolist() == [frame.index[3]]
    assert batch.scored == len(frame) - 1
    assert f"{batch.noise} fit none of the personas." in batch.summary
    assert set(batch.rows.loc[batch.rows["noise"], "persona"]) == {"None of the personas"}
    assert batch.mix["segment"].tolist() == [1, 2, 3, 0]
    assert batch.mix["training_share"].sum() == pytest.approx(1.0)
    assert batch.mix["share"].sum() == pytest.approx(1.0)
    assert batch.verdict.verdict == "keep"
