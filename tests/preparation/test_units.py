"""No unit matters: the same column in cents, thousands or from another zero prepares alike and groups alike."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import kmeans
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.preparation import learn
from segmentation.scoring import assign
from segmentation.store.form import from_plain
from tests.conftest import cases
from tests.small import credit_card_features

RECOMMENDED = PREP_PRESETS["recommended"]
REPLAYED = Path(__file__).parent.parent / "files" / "replayed"
COLUMNS = {
    "money with zeros": lambda rng, kind: np.where(rng.random(len(kind)) < 0.3, 0, np.exp(rng.normal(4 + 2 * kind, 1))),
    "money without zeros": lambda rng, kind: 12_000 + np.exp(rng.normal(9 + kind, 1)),
    "count": lambda rng, kind: rng.negative_binomial(1, np.where(kind, 0.05, 0.4)).astype(float),
    "net": lambda rng, kind: rng.exponential(80, len(kind)) - np.where(kind, 5, 60),
    "share": lambda rng, kind: rng.beta(0.4, np.where(kind, 0.8, 4.0)),
    "score": lambda rng, kind: rng.normal(600 + 80 * kind, 40),
    "left": lambda rng, kind: 1000 - rng.exponential(100 + 300 * kind),
    "yes": lambda rng, kind: (rng.random(len(kind)) < np.where(kind, 0.7, 0.04)).astype(float),
}
CHANGES = {
    "in cents": lambda values: values * 100,
    "in thousands": lambda values: values / 1000,
    "in another currency": lambda values: values * 7.4613,
    # Only where 0 is no point of its own: no value at or below it.
    "from another zero": lambda values: values + 273.15 if np.nanmin(values) > 0 else values,
}
MONEY = ("BALANCE", "PURCHASES", "ONEOFF_PURCHASES", "INSTALLMENTS_PURCHASES", "CASH_ADVANCE", "CREDIT_LIMIT",
         "PAYMENTS", "MINIMUM_PAYMENTS")  # fmt: skip


def table(frame: pd.DataFrame) -> FeatureTable:
    return FeatureTable(frame, tuple(FeatureInfo(name) for name in frame), frame[[]])


@given(
    seed=st.integers(0, 2**32 - 1),
    kinds=st.lists(st.sampled_from(sorted(COLUMNS)), min_size=3, max_size=8),
    data=st.data(),
)
@settings(max_examples=cases(10, 25), deadline=None)
def test_any_column_in_another_unit_gives_the_same_segments(seed: int, kinds: list[str], data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    group = (rng.random(240) < 0.4).astype(int)
    columns = {f"{kind} {place}": COLUMNS[kind](rng, group) for place, kind in enumerate(kinds)}
    frame = pd.DataFrame(columns).mask(rng.random((len(group), len(kinds))) < 0.03)
    changes = {name: data.draw(st.sampled_from([None, *CHANGES]), label=name) for name in frame}
    other = pd.DataFrame({name: CHANGES[how](frame[name]) if how else frame[name] for name, how in changes.items()})
    ours, theirs = learn(table(frame), RECOMMENDED), learn(table(other), RECOMMENDED)
    assert ours.names == theirs.names
    assert [item.transform for item in ours.features] == [item.transform for item in theirs.features]
    first, second = ours.transform(frame), theirs.transform(other)
    np.testing.assert_allclose(first, second, rtol=0, atol=1e-6)
    labels = [kmeans(prepared, 3, n_init=2).labels for prepared in (first, second)]
    assert adjusted_rand_score(*labels) == 1.0


def test_a_rate_in_percent_is_treated_like_the_rate() -> None:
    rng = np.random.default_rng(4)
    rate = pd.DataFrame({"rate": rng.beta(0.4, 3.0, 800), "other": rng.normal(size=800)})
    percent = rate.assign(rate=100 * rate["rate"])
    (one, _), (other, _) = learn(table(rate), RECOMMENDED).features, learn(table(percent), RECOMMENDED).features
    assert one.transform == other.transform
    assert other.scale == pytest.approx(one.scale if one.transform != "none" else 100 * one.scale)


@pytest.mark.parametrize("change", ["in cents", "in thousands"])
def test_credit_card_segments_do_not_depend_on_the_currency(shared_data: Path, change: str) -> None:
    features = credit_card_features(shared_data)
    other = features.frame.assign(**{name: CHANGES[change](features.frame[name]) for name in MONEY})
    labels = []
    for frame in (features.frame, other):
        prepared = learn(table(frame), RECOMMENDED).transform(frame)
        labels.append(kmeans(prepared, 3, n_init=3).labels)
    assert adjusted_rand_score(*labels) == 1.0


def test_a_model_saved_before_the_unit_was_learned_scores_to_the_same_bit() -> None:
    saved = json.loads((REPLAYED / "schema-2-transformed.json").read_text(encoding="utf-8"))
    made, _ = from_plain(saved["model"])
    assert {item.transform for item in made.recipe.features} == {"log1p", "yeo-johnson", "none"}
    assert all((item.origin, item.step) == (0.0, 1.0) for item in made.recipe.features)
    frame = pd.DataFrame(saved["customers"], dtype=np.float64)
    assert made.recipe.transform(frame).tolist() == saved["prepared"]
    scored = assign(made, frame)
    assert scored["segment"].tolist() == saved["segment"]
    assert scored["distance"].tolist() == saved["distance"]
