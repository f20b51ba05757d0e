"""What a method alone can tell is kept with its segments: BIC and AIC, and how probably a customer belongs to each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

from segmentation.__main__ import main
from segmentation.core.settings import PREP_PRESETS
from segmentation.evaluation.final import fit
from segmentation.preparation import learn
from segmentation.scoring import assign, explain
from segmentation.store import load, save
from tests.matrices import blobs
from tests.small import features_of


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """240 customers in three clouds that overlap."""
    return pd.DataFrame(blobs(240, 3, apart=2.0)[0], columns=["a", "b", "c"])


def test_a_saved_mixture_keeps_its_figures_and_all_probabilities(table: pd.DataFrame, tmp_path: Path) -> None:
    features = features_of({name: table[name].tolist() for name in table})
    made = fit(features, learn(features, PREP_PRESETS["plain"]), 3, method="mixture", n_init=1)
    again = load(save(made, (), "clouds", tmp_path), tmp_path).segmentation
    assert again.metrics["figures"] == made.metrics["figures"]

    Z = StandardScaler().fit_transform(table)
    theirs = GaussianMixture(3, random_state=np.random.RandomState(42), max_iter=500).fit(Z)
    assert again.metrics["figures"]["bic"] == pytest.approx(theirs.bic(Z), rel=0.01)
    assert again.metrics["figures"]["aic"] < again.metrics["figures"]["bic"]

    chances = explain(again, features.frame.iloc[[0]]).distances["probability"]
    assert chances.is_monotonic_decreasing
    assert chances.sum() == pytest.approx(1.0)
    assert (chances > 0).all()
    assert assign(again, features.frame)["probability"].iloc[0] == chances.iloc[0]


def test_the_command_line_tells_the_figures_and_writes_the_probabilities(
    table: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out, models = tmp_path / "clouds.csv", tmp_path / "out.csv", ["--models", str(tmp_path / "models")]
    table.to_csv(file, index=False)
    call = ["fit", str(file), "--method", "mixture", "--k", "3", "--set", "n_init=1", "--name", "clouds", *models]
    assert main([*call, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert set(figures) == {"bic", "aic", "log_likelihood"}
    assert main(call) == 0
    assert "Figures of the method: bic " in capsys.readouterr().out
    assert main(["score", "clouds", str(file), "--out", str(out), *models]) == 0
    assert pd.read_csv(out)["probability"].between(1 / 3, 1).all()


def test_k_means_tells_no_further_figures(table: pd.DataFrame) -> None:
    features = features_of({name: table[name].tolist() for name in table})
    made = fit(features, learn(features, PREP_PRESETS["plain"]), 3)
    assert "figures" not in made.metrics
