"""What is too much for a method is grouped by a sample, runs apart, or is refused in a sentence before it starts."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import numpy as np
import psutil
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.clustering.methods import METHODS, check_matrix, density, hierarchical
from segmentation.clustering.methods.to_fit import sampled
from segmentation.core import memory
from segmentation.core.errors import Cancelled, SegmentationError
from segmentation.core.own_process import run_apart
from segmentation.core.settings import PREP_PRESETS
from segmentation.evaluation.final import every_label, fit
from segmentation.preparation import learn
from tests.matrices import blobs
from tests.small import features_of


def few(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    """Let a method fit at most so many customers."""
    if name == "spectral":
        monkeypatch.setattr("segmentation.clustering.methods.spectral._MOST_FITTED", most)
    else:
        monkeypatch.setattr(hierarchical, "tree_sample", lambda rows, seed: sampled(rows, most=most, seed=seed))


@pytest.mark.parametrize(
    ("name", "values"),
    [("spectral", {}), *(("agglomerative", {"linkage": name}) for name in ("ward", "average", "complete", "single"))],
)
def test_many_customers_are_grouped_by_a_sample_and_the_rule_places_the_others(
    name: str, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, name, 90)
    Z, truth = blobs(400, 3)
    method = METHODS[name]
    fit = method.run(Z, method.choose({"k": 3, **values}))
    assert fit.rows is not None
    assert len(fit.rows) == len(set(fit.rows.tolist())) == sum(fit.sizes) == 90
    others = np.setdiff1d(np.arange(400), fit.rows)
    assert not fit.labels[others].any()
    labels = every_label(Z, fit)
    assert fit.rule is not None
    assert labels[others].tolist() == fit.rule.place(Z[others]).segment.tolist()
    assert adjusted_rand_score(truth, labels) == 1.0


def test_segments_from_a_sample_are_told_for_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, "agglomerative", 90)
    Z, _ = blobs(400, 3)
    features = features_of({f"f{place}": column.tolist() for place, column in enumerate(Z.T)})
    made = fit(features, learn(features, PREP_PRESETS["plain"]), 3, method="agglomerative")
    assert sum(made.sizes) == 400
    assert made.metrics["reproduced"] == 1.0


def test_the_sample_begins_above_twenty_thousand_customers() -> None:
    assert hierarchical.tree_sample(20_000, seed=1) is None
    rows = hierarchical.tree_sample(20_001, seed=1)
    assert rows is not None
    assert len(rows) == METHODS["agglomerative"].sample_rows == 20_000
    assert (np.diff(rows) > 0).all()
    assert (
        rows.tolist()
        == hierarchical.tree_sample(20_001, seed=1).tolist()
        != hierarchical.tree_sample(20_001, seed=2).tolist()
    )


def test_a_tree_without_memory_is_refused_before_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr(hierarchical, "run_apart", lambda *args, **more: started.append(args))
    monkeypatch.setattr(memory, "free_memory", lambda: 1e9)
    Z = np.random.default_rng(0).normal(size=(12_000, 2))
    with pytest.raises(SegmentationError) as caught:
        METHODS["agglomerative"].run(Z, METHODS["agglomerative"].choose({"k": 3}))
    assert "between 12,000 customers need 1.2 GB of memory; 1.0 GB are free. Close" in str(caught.value)  # 8 × 12,000²
    assert not started


def test_the_free_memory_is_that_of_the_system() -> None:
    free, whole = memory.free_memory(), psutil.virtual_memory().total
    assert free is not None
    assert 1e6 < free < whole


def test_where_the_system_does_not_say_what_is_free_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise OSError("no such counter")

    monkeypatch.setattr(memory.psutil, "virtual_memory", silent)
    assert memory.free_memory() is None
    memory.refuse_without_memory(1e30, 5)


def test_too_many_neighbours_are_refused_before_dbscan_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr(density, "run_apart", lambda *args, **more: started.append(args))
    monkeypatch.setattr(density, "_MOST_NEIGHBOURS", 6_000)
    Z, _ = blobs(300, 3)  # within 12 of a customer are all 100 of its group
    with pytest.raises(SegmentationError, match=r"100 neighbours.* for 300 customers; up to 20 would do\. Choose"):
        METHODS["dbscan"].run(Z, METHODS["dbscan"].choose({"eps": 12.0}))
    assert not started


class WeighedClaim:
    """A progress bar that cancels at one call."""

    def __init__(self, stop: int = 0) -> None:
        self.shares: list[float] = []
        self.stop = stop

    def __call__(self, share: float, text: str) -> None:
        self.shares.append(share)
        if len(self.shares) == self.stop:
            raise Cancelled


def test_long_work_runs_in_a_process_of_its_own_and_short_work_does_not() -> None:
    told = WeighedClaim()
    assert run_apart(os.getpid, seconds=60, progress=told, text="Working") != os.getpid()
    assert told.shares == sorted(told.shares)
    assert run_apart(os.getpid, seconds=1, progress=told, text="Working") == os.getpid()
    assert run_apart(os.getpid, seconds=60, progress=None, text="Working") == os.getpid()


def test_cancel_ends_work_that_cannot_be_interrupted() -> None:
    before, began = set(psutil.Process().children()), time.monotonic()
    with pytest.raises(Cancelled):
        run_apart(time.sleep, 300, seconds=300, progress=WeighedClaim(stop=3), text="Sleeping")
    assert time.monotonic() - began < 60
    psutil.wait_procs(left := set(psutil.Process().children()) - before, timeout=10)
    assert not [child for child in left if child.is_running()]  # nothing of it is left


def test_what_goes_wrong_apart_is_said_here() -> None:
    with pytest.raises(SegmentationError, match="missing or infinite"):
        run_apart(check_matrix, np.array([[np.nan]]), seconds=60, progress=WeighedClaim(), text="Checking")
    with pytest.raises(SegmentationError, match="not enough free memory"):
        run_apart(signal.raise_signal, signal.SIGKILL, seconds=60, progress=WeighedClaim(), text="Growing")
