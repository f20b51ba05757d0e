"""Learn once, replay: every way of asking gives every customer the same segment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.evaluation.final import fit
from segmentation.scoring import assign, explain
from segmentation.store import load, save
from segmentation.store.pipeline import segment_pipeline
from tests.small import credit_card_features, credit_card_segmentation, features_of

EVERY_STEP = replace(PREP_PRESETS["recommended"], cap="all", log="all", power="all", fill="larger")


def bits(frame: pd.DataFrame) -> bytes:
    """All figures of an answer, exactly."""
    return b"".join(frame[name].to_numpy().tobytes() for name in frame if name != "reason")


@pytest.mark.parametrize(("preset", "k"), [("plain", 3), ("recommended", 4)])
def test_all_8950_customers_get_one_answer_in_every_way_of_asking(shared_data: Path, tmp_path: Path, preset, k):
    frame = credit_card_features(shared_data).frame
    made = credit_card_segmentation(shared_data, preset, k)
    batch = assign(made, frame)
    assert (batch["segment"] == made.labels).sum() == 8950

    ref = save(made, (), "cards", tmp_path)
    assert bits(assign(load(ref, tmp_path).segmentation, frame)) == bits(batch)

    pipeline = joblib.load(tmp_path / ref / "model.joblib")["pipeline"]
    turned = frame[frame.columns[::-1]].assign(NOTE="anything")
    assert (pipeline.predict(turned) == made.labels).sum() == 8950

    shuffled = turned.sample(frac=1, random_state=5)
    assert bits(assign(made, shuffled).loc[frame.index]) == bits(batch)


def test_all_8950_customers_one_by_one_get_the_answer_of_the_batch(shared_data: Path):
    frame, made = credit_card_features(shared_data).frame, credit_card_segmentation(shared_data)
    batch = assign(made, frame)
    alone = [assign(made, frame[row : row + 1]) for row in range(len(frame))]
    assert bits(pd.concat(alone)) == bits(batch)


def test_the_explanation_agrees_with_the_batch(shared_data: Path):
    frame, made = credit_card_features(shared_data).frame.iloc[::300], credit_card_segmentation(shared_data)
    batch = assign(made, frame)
    for place, (_, row) in enumerate(frame.iterrows()):
        shown, expected = explain(made, row), batch.iloc[place]
        assert (shown.segment, shown.second) == (expected["segment"], expected["second"])
        assert (shown.distance, shown.margin) == (expected["distance"], expected["margin"])


VALUES = st.floats(-1e4, 1e4).map(lambda value: round(value, 2)) | st.just(float("nan")) | st.integers(0, 2).map(float)
GENERATED = st.integers(6, 40).flatmap(
    lambda rows: st.lists(st.lists(VALUES, min_size=rows, max_size=rows), min_size=1, max_size=5)
)


def segmented(columns: list[list[float]], prep: PrepSettings, k: int) -> tuple[pd.DataFrame, Segmentation]:
    """A table and its segments; tables that cannot have any are drawn again, and too many of them are a failure."""
    features = features_of({f"f{place}": values for place, values in enumerate(columns)})
    try:
        return features.frame, fit(features, prep, k, n_init=2)
    except SegmentationError:
        reject()


@settings(max_examples=25, deadline=None)
@given(GENERATED, st.sampled_from([*PREP_PRESETS.values(), EVERY_STEP]), st.integers(1, 5))
def test_on_any_table_training_batch_single_rows_reload_and_notebook_agree(tmp_path_factory, columns, prep, k):
    frame, made = segmented(columns, prep, k)
    batch = assign(made, frame)
    assert batch["segment"].tolist() == made.labels.tolist()
    assert list(made.sizes) == sorted(made.sizes, reverse=True)
    assert bits(pd.concat([assign(made, frame[row : row + 1]) for row in range(len(frame))])) == bits(batch)
    assert bits(assign(made, frame[frame.columns[::-1]].iloc[::-1]).iloc[::-1]) == bits(batch)

    root = tmp_path_factory.mktemp("models")
    again = load(save(made, (), "any", root), root).segmentation
    assert bits(assign(again, frame)) == bits(batch)

    clear = ~(batch["margin"] < 1e-7).to_numpy()  # a tie may fall either way in another arithmetic
    notebook = segment_pipeline(made).predict(frame)
    assert np.array_equal(notebook[clear], batch["segment"].to_numpy()[clear])
