"""Every method keeps the same promises; a new entry of `METHODS` is tested by being there.

A check takes a `Method`. All of them run over all methods, and over a toy that is an entry of `METHODS` for one test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.assignment import Centres
from segmentation.clustering.methods import METHODS, Fit, Method
from segmentation.clustering.methods.base import number_by_size
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.settings import PREP_PRESETS, Progress, Settings, option
from segmentation.evaluation.final import fit
from segmentation.preparation import learn
from segmentation.scoring import assign
from segmentation.store import load, save
from tests.matrices import blobs
from tests.small import features_of

ROWS, SEGMENTS = 150, 3
REPRODUCED = 0.95
"""On groups that lie clearly apart a rule gives back at least so much of its own labels."""
TUNED: Mapping[str, Mapping[str, Any]] = {
    "dbscan": {"eps": 3.0, "min_samples": 5},
    "hdbscan": {"min_cluster_size": 20, "min_samples": 5},
    "autoencoder": {"epochs": 40, "latent": 2},
    "contrastive": {"epochs": 40, "latent": 2},
}
"""Settings for so few customers; a method that is not here is tested with its own."""
REMEDY = ("Choose", "Fill", "Bring", "Turn", "Close", "Install")


def chosen(method: Method, **values: Any) -> Any:
    names = [item.name for item in fields(method.settings)]
    wanted = {**({} if method.finds_k else {"k": SEGMENTS}), **TUNED.get(method.name, {}), **values}
    return method.choose({name: value for name, value in wanted.items() if name in names})


def tried(method: Method, Z: np.ndarray, k: int) -> tuple[Fit | None, str]:
    """The fit, or the sentence in its place."""
    try:
        return method.run(Z, chosen(method, k=k)), ""
    except SegmentationError as problem:
        return None, str(problem)


def planted() -> tuple[np.ndarray, np.ndarray]:
    return blobs(ROWS, SEGMENTS)


class Heard:
    """A progress bar that remembers what it was told, and cancels at one call."""

    def __init__(self, stop: int | None = None) -> None:
        self.told: list[tuple[float, str]] = []
        self.stop = stop

    def __call__(self, share: float, text: str) -> None:
        self.told.append((share, text))
        if len(self.told) == self.stop:
            raise Cancelled


def check_the_fit_is_what_it_says(method: Method, folder: Path) -> None:
    Z, truth = planted()
    fit = method.run(Z, chosen(method))
    inside = fit.labels > 0
    assert fit.labels.dtype == np.int32
    assert fit.labels.shape == (ROWS,)
    assert sorted(set(fit.labels[inside].tolist())) == list(range(1, fit.k + 1))
    assert list(fit.sizes) == sorted(fit.sizes, reverse=True)
    assert min(fit.sizes) >= 1
    assert fit.centres.shape == (fit.k, Z.shape[1])
    assert np.isfinite(fit.centres).all()
    assert fit.rows is None or (np.diff(fit.rows) > 0).all()
    for segment in range(1, fit.k + 1):
        np.testing.assert_allclose(Z[fit.labels == segment].mean(axis=0), fit.centres[segment - 1], atol=1e-9)
    own = fit.centres[fit.labels[inside] - 1]
    assert fit.inertia == pytest.approx(((Z[inside] - own) ** 2).sum())
    json.dumps(dict(fit.figures), allow_nan=False)
    rule = fit.rule or Centres(fit.centres)
    assert (rule.k, rule.width) == (fit.k, Z.shape[1])
    assert fit.k == SEGMENTS
    assert inside.mean() > 0.9
    assert adjusted_rand_score(truth[inside], fit.labels[inside]) > 0.95


def check_every_way_of_asking_gives_one_answer_to_the_bit(method: Method, folder: Path) -> None:
    Z, _ = planted()
    features = features_of({f"f{place}": column.tolist() for place, column in enumerate(Z.T)})
    recipe = learn(features, PREP_PRESETS["plain"])
    made = fit(features, recipe, method=method.name, **asdict(chosen(method, eps=0.6)))
    assert made.metrics["reproduced"] >= REPRODUCED
    assert made.settings["method"] == method.name
    batch = assign(made, features.frame)
    assert made.labels is not None
    assert batch["segment"].tolist() == made.labels.tolist()
    assert sum(made.sizes) + made.noise == ROWS
    alone = pd.concat([assign(made, features.frame.iloc[[row]]) for row in range(0, ROWS, 3)])
    assert bits(alone) == bits(batch.iloc[::3])
    shuffled = features.frame.sample(frac=1, random_state=5)[features.frame.columns[::-1]]
    assert bits(assign(made, shuffled).loc[features.frame.index]) == bits(batch)
    again = load(save(made, (), method.name, folder), folder).segmentation
    assert again.rule.kind == made.rule.kind
    assert bits(assign(again, features.frame)) == bits(batch)
    assert (again.noise, dict(again.settings)) == (made.noise, dict(made.settings))


def bits(frame: pd.DataFrame) -> bytes:
    """All figures of an answer, exactly."""
    return b"".join(frame[name].to_numpy().tobytes() for name in frame if frame[name].dtype.kind in "fiub")


def check_a_model_holds_no_customer(method: Method, folder: Path) -> None:
    Z, _ = planted()
    fit = method.run(Z, chosen(method))
    stored = str((fit.rule or Centres(fit.centres)).to_dict())
    assert not [row for row in Z.tolist() if str(row)[1:-1] in stored]


def check_the_same_seed_gives_the_same_segments(method: Method, folder: Path) -> None:
    Z, _ = planted()
    first, second = (method.run(Z, chosen(method)) for _ in range(2))
    assert first.labels.tobytes() == second.labels.tobytes()
    assert str((first.rule or first).__dict__) == str((second.rule or second).__dict__)


def check_cancel_is_heard_wherever_progress_is_told(method: Method, folder: Path) -> None:
    Z, _ = planted()
    heard = Heard()
    method.run(Z, chosen(method), heard)
    shares = [share for share, _ in heard.told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    assert all(text for _, text in heard.told)
    for stop in {1, (len(shares) + 1) // 2, len(shares)}:
        with pytest.raises(Cancelled):
            method.run(Z, chosen(method), Heard(stop))


def check_every_setting_explains_itself(method: Method, folder: Path) -> None:
    assert isinstance(method.settings(), Settings)
    for item in fields(method.settings):
        about = item.metadata
        assert about["label"][0].isupper()
        assert about["label"] != item.name
        assert isinstance(item.default, bool) or about["choices"] or about["low"] is not None
        assert about["choices"] is None or item.default in about["choices"]
        assert not about["help"] or about["help"].endswith(".")
        assert "(" not in about["label"] or about["help"], f"{item.name}: a technical term needs a help text"
    assert method.help.endswith(".")
    assert method.assignment
    assert not method.assignment.endswith(".")
    with pytest.raises(SegmentationError, match="has no setting 'nonsense'"):
        method.choose({"nonsense": 1})


def check_odd_data_is_segments_or_one_sentence(method: Method, folder: Path) -> None:
    pair = np.array([[0.0, 0.0], [1.0, 1.0]])
    line = np.repeat(np.arange(4.0)[:, None], 10, axis=0)
    huge = np.random.default_rng(0).normal(size=(60, 2)) * 1e90
    for Z in (pair[:1], pair, np.ones((40, 2)), line, huge):
        for k in (1, 2, 5, 50):
            fit, said = tried(method, Z, k)
            if fit is None:
                assert any(word in said for word in REMEDY), said
                assert "\n" not in said
                assert method.finds_k or len(Z) < 3 or k != 1, said
                continue
            placed = (fit.rule or Centres(fit.centres)).place(Z).segment
            assert sum(fit.sizes) + int((fit.labels == 0).sum()) == len(Z)
            assert ((placed >= 0) & (placed <= fit.k)).all()
    for Z in (np.empty((0, 2)), np.array([[np.nan], [1.0]])):
        with pytest.raises(SegmentationError):
            method.run(Z, chosen(method))


def check_what_cannot_work_is_said_before_it_starts(method: Method, folder: Path) -> None:
    needy = replace(method, needs="a_package_that_nobody_has", extra="requirements-some.txt")
    assert "pip install -r requirements-some.txt" in needy.refusal(10)
    assert method.refusal(10) == ""
    if method.most_rows is not None:
        assert method.refusal(method.most_rows) == ""
        refusal = method.refusal(method.most_rows + 1)
        assert f"{method.most_rows:,}" in refusal
        assert "Choose" in refusal
    small = replace(method, most_rows=20)
    with pytest.raises(SegmentationError, match="up to 20"):
        small.run(planted()[0], chosen(method))


Check = Callable[[Method, Path], None]
CHECKS: list[Check] = [found for name, found in list(globals().items()) if name.startswith("check_")]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.embedding] if METHODS[name].needs == "torch" else []) for name in METHODS],
)
def test_every_method(name: str, check: Check, tmp_path: Path) -> None:
    method = METHODS[name]
    if method.refusal(ROWS):
        pytest.skip(method.refusal(ROWS))
    check(method, tmp_path)


@dataclass(frozen=True)
class ToySettings(Settings):
    """The toy has one setting."""

    k: int = option(3, "Number of segments", low=1, high=50)


def _toy(Z: np.ndarray, settings: ToySettings, progress: Progress | None) -> Fit:
    """Equal slices along the first feature, placed by the nearest middle."""
    from segmentation.clustering.methods.base import distinct_rows, refuse_too_few_rows

    if progress is not None:
        progress(0.5, "Slicing")
    refuse_too_few_rows(distinct_rows(Z, stop=settings.k), settings.k)
    starts = np.linspace(Z[:, 0].min(), Z[:, 0].max(), settings.k)
    raw = np.abs(Z[:, :1] - starts).argmin(axis=1)
    raw = np.unique(raw, return_inverse=True)[1]
    centres = np.array([Z[raw == number].mean(axis=0) for number in range(raw.max() + 1)])
    labels, centres, _ = number_by_size(raw, centres)
    return Fit(len(centres), labels, centres, float(((Z - centres[labels - 1]) ** 2).sum()), 1)


TOY = Method("toy", "Slices", "Equal slices along the first feature.", ToySettings, _toy, "the nearest middle")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_a_toy_needs_one_entry_to_be_held_to_the_same_promises(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METHODS, TOY.name, TOY)
    monkeypatch.setattr(f"{__name__}.planted", _along_one_feature)
    check(METHODS["toy"], tmp_path)


def _along_one_feature() -> tuple[np.ndarray, np.ndarray]:
    Z, truth = blobs(ROWS, SEGMENTS, features=2, apart=0.0)
    return Z + 15.0 * truth[:, None], truth
