"""Learned features: trained the same for a seed, heard by Cancel, kept as arrays; without PyTorch scored all the same.

The tests that train are marked "embedding": they need PyTorch, and `make test-embedding` runs them.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import METHODS
from segmentation.clustering.methods.embedding import (
    AUTOENCODER,
    CONTRASTIVE,
    TRAINERS,
    ContrastiveSettings,
    EncoderSettings,
    check_size,
    train_autoencoder,
)
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.settings import PREP_PRESETS
from segmentation.evaluation.final import fit
from segmentation.scoring import assign, explain
from segmentation.store import load, save
from tests.matrices import blobs, credit_card
from tests.small import credit_card_features

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "tests/files/models"
SMALL = EncoderSettings(k=3, first=16, second=8, latent=4, epochs=30)
SMALL_CONTRASTIVE = ContrastiveSettings(k=3, first=16, second=8, latent=4, epochs=30)
WAYS = [("autoencoder", SMALL), ("contrastive", SMALL_CONTRASTIVE)]


@pytest.fixture(scope="module")
def kept() -> dict[str, list]:
    """Forty customers and what a saved autoencoder of generated customers said of them when it was saved."""
    return json.loads((MODELS / "autoencoder/expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def saved() -> Segmentation:
    """The saved autoencoder: five features → 16 → 8 → 4 learned ones, three segments."""
    return load("autoencoder/v1", MODELS).segmentation


def test_a_saved_encoder_scores_everywhere_what_it_scored_where_it_was_trained(kept, saved: Segmentation) -> None:
    scored = assign(saved, pd.DataFrame(kept["customers"]))
    assert saved.rule.kind == "encoded"
    assert scored["segment"].tolist() == kept["segment"]
    assert set(kept["segment"]) == {1, 2, 3}
    assert [value.hex() for value in scored["distance"].tolist()] == kept["distance"]
    assert [value.hex() for value in scored["margin"].tolist()] == kept["margin"]


def test_the_explanation_of_a_saved_encoder_adds_up(kept, saved: Segmentation) -> None:
    frame = pd.DataFrame(kept["customers"])
    for place in range(5):
        shown = explain(saved, frame.iloc[place])
        rows = np.vstack([saved.recipe.transform(frame.iloc[[place]]), saved.rule.average])  # type: ignore[attr-defined]
        costs = saved.rule.costs(rows)
        favour = costs[:, shown.second - 1] - costs[:, shown.segment - 1]
        assert shown.contributions["contribution"].sum() == pytest.approx(favour[0] - favour[1], abs=1e-9)


@pytest.mark.skipif(find_spec("torch") is not None, reason="PyTorch is installed")
@pytest.mark.parametrize("method", [AUTOENCODER, CONTRASTIVE], ids=lambda method: method.name)
def test_without_pytorch_one_sentence_says_how_to_get_it(method) -> None:
    Z, _ = blobs(60, 3)
    with pytest.raises(SegmentationError, match=r"pip install -r requirements-embedding\.txt"):
        method.run(Z, method.settings())


def test_both_encoders_are_methods_with_one_entry_each() -> None:
    assert set(TRAINERS) == {name for name, method in METHODS.items() if method.needs == "torch"}
    assert (ROOT / AUTOENCODER.extra).exists()


@pytest.mark.parametrize(
    ("width", "sizes", "allowed"),
    [(17, (64, 32, 10), True), (150, (64, 32, 10), True), (17, (256, 256, 64), False), (500, (64, 32, 10), False)],
)
def test_an_encoder_that_a_model_could_not_hold_is_refused(width: int, sizes: tuple[int, ...], allowed: bool) -> None:
    settings = EncoderSettings(first=sizes[0], second=sizes[1], latent=sizes[2])
    expected = nullcontext() if allowed else pytest.raises(SegmentationError, match="Choose smaller layers")
    with expected:
        check_size(width, settings)


@pytest.mark.embedding
@pytest.mark.parametrize(("name", "settings"), WAYS)
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(name: str, settings: EncoderSettings) -> None:
    Z, _ = blobs(150, 3, features=5)
    first, again = (TRAINERS[name](Z, settings) for _ in range(2))
    other = TRAINERS[name](Z, replace(settings, seed=7))
    assert first.encoder.encode(Z).tobytes() == again.encoder.encode(Z).tobytes()
    assert first.curve == again.curve
    assert first.encoder.encode(Z).tobytes() != other.encoder.encode(Z).tobytes()


@pytest.mark.embedding
@pytest.mark.parametrize(("name", "settings"), WAYS)
def test_the_loss_falls_and_is_told_round_by_round(name: str, settings: EncoderSettings) -> None:
    Z = np.hstack([blobs(200, 3)[0]] * 3)  # every feature three times: one can be told from the others
    heard: list[int] = []
    told: list[tuple[float, str]] = []
    trained = TRAINERS[name](
        Z, settings, progress=lambda *said: told.append(said), heard=lambda curve: heard.append(len(curve))
    )
    shares = [share for share, _ in told]
    assert heard == list(range(1, 31))
    assert shares == sorted(shares)
    assert len(shares) == 30 * 10, "told at every batch"
    assert told[-1][1] == f"Training: round 29 of 30, loss {trained.curve[28]:.3f}"
    assert trained.curve[-1] < 0.9 * trained.curve[0]
    assert math.isfinite(trained.loss)


@pytest.mark.embedding
@pytest.mark.parametrize(("name", "settings"), WAYS)
def test_clear_groups_survive_the_encoding_and_the_rule_gives_the_labels_back(name: str, settings) -> None:
    Z, truth = blobs(300, 3)
    found = METHODS[name].run(Z, settings)
    assert adjusted_rand_score(truth, found.labels) == 1.0
    assert found.rule is not None
    assert found.rule.place(Z).segment.tolist() == found.labels.tolist()
    assert list(found.sizes) == sorted(found.sizes, reverse=True)
    assert len(found.figures["curve"]) == settings.epochs
    assert found.figures["loss"] > 0


@pytest.mark.embedding
@pytest.mark.parametrize("name", TRAINERS)
def test_cancel_is_heard_within_a_round(name: str) -> None:
    calls = []

    def progress(share: float, text: str) -> None:
        calls.append(share)
        if len(calls) == 4:
            raise Cancelled

    Z, _ = blobs(2000, 3, features=5)
    with pytest.raises(Cancelled):
        METHODS[name].run(Z, METHODS[name].settings(), progress)
    assert len(calls) == 4


@pytest.mark.embedding
def test_training_looks_at_so_many_customers_and_encodes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segmentation.clustering.methods.embedding.network.MOST_ROWS", 100)
    Z, truth = blobs(300, 3)
    found = AUTOENCODER.run(Z, SMALL)
    assert found.figures["trained_on"] == 100
    assert found.labels.shape == (300,)
    assert adjusted_rand_score(truth, found.labels) > 0.95


@pytest.mark.embedding
def test_the_exported_encoder_says_what_pytorch_says() -> None:
    """Standardising is folded in, and the arithmetic is another: still the same to 1e-5."""
    import torch

    Z = credit_card()[::9] * 3 + 2
    trained = train_autoencoder(Z, replace(SMALL, epochs=2))
    values = torch.from_numpy(Z)
    for place, layer in enumerate(trained.encoder.layers):
        linear = torch.nn.Linear(*layer.weights.shape, dtype=torch.float64)
        linear.weight.data, linear.bias.data = torch.from_numpy(layer.weights.T), torch.from_numpy(layer.biases)
        values = linear(torch.relu(values) if place else values)
    assert np.abs(trained.encoder.encode(Z) - values.detach().numpy()).max() < 1e-5


@pytest.mark.embedding
def test_our_steps_are_those_of_pytorchs_adam() -> None:
    import torch

    from segmentation.clustering.methods.embedding.network import _Adam

    start = np.random.default_rng(1).normal(size=(4, 3))
    ours, theirs = (torch.from_numpy(start.copy()).requires_grad_() for _ in range(2))
    step = _Adam(torch, [ours], 0.01, 20)
    optimiser = torch.optim.Adam([theirs], lr=0.01)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 20)
    for _ in range(20):
        for values in (ours, theirs):
            ((values - 2) ** 4).sum().backward()
        step()
        optimiser.step()
        optimiser.zero_grad()
        falling.step()
    assert torch.allclose(ours, theirs, rtol=0, atol=1e-12)
    assert not torch.allclose(ours.detach(), torch.from_numpy(start))


@pytest.mark.embedding
@pytest.mark.parametrize("epochs", [1, 3])
def test_a_training_that_runs_away_is_refused(epochs: int) -> None:
    Z, _ = blobs(10, 3)  # one step a round: the first loss is still finite
    far = replace(SMALL, epochs=epochs)
    object.__setattr__(far, "rate", 1e200)  # no settings allow such a rate; data may run away at any
    with pytest.raises(SegmentationError, match="lower learning rate"):
        train_autoencoder(Z, far)


@pytest.mark.embedding
def test_the_credit_card_data_is_put_together_again_with_a_loss_below_a_tenth() -> None:
    found = AUTOENCODER.run(credit_card(), EncoderSettings(k=3))
    assert found.figures["loss"] < 0.1
    assert found.figures["latent"] == 10


@pytest.mark.embedding
def test_saved_with_pytorch_it_is_scored_without_bit_for_bit(shared_data: Path, tmp_path: Path) -> None:
    features = credit_card_features(shared_data)
    made = fit(features, PREP_PRESETS["plain"], 3, method="autoencoder", epochs=3)
    batch = assign(made, features.frame)
    assert batch["segment"].tolist() == made.labels.tolist()  # type: ignore[union-attr]
    one_by_one = pd.concat([assign(made, features.frame.iloc[[row]]) for row in range(0, 8950, 90)])
    assert one_by_one["distance"].tolist() == batch["distance"].iloc[::90].tolist()

    ref = save(made, (), "deep", tmp_path)
    assert (tmp_path / ref / "params.json").stat().st_size < 1_000_000
    features.frame.to_pickle(tmp_path / "frame.pickle")
    subprocess.run([sys.executable, "-c", SCORE_WITHOUT, str(tmp_path), ref], check=True, cwd=ROOT)
    pd.testing.assert_frame_equal(pd.read_pickle(tmp_path / "scored.pickle"), batch, check_exact=True)


SCORE_WITHOUT = """
import sys

class Absent:
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

sys.meta_path.insert(0, Absent)
sys.path.insert(0, ".")
import pandas as pd
from segmentation.scoring import assign
from segmentation.store import load
home, ref = sys.argv[1:]
model = load(ref, __import__("pathlib").Path(home)).segmentation
assign(model, pd.read_pickle(home + "/frame.pickle")).to_pickle(home + "/scored.pickle")
"""
