"""The pieces that the speed benchmark times, each run in a process of its own so that its memory can be read."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

from segmentation.indices import silhouettes
from segmentation.ksearch import search
from segmentation.methods import kmeans
from segmentation.parallel import workers
from segmentation.settings import KSettings
from tests.matrices import credit_card

__all__ = ["KS", "TASKS", "data", "run"]

KS = range(2, 13)


def data(name: str) -> np.ndarray:
    """The standardised matrix called "credit", or so many generated rows × 17 features like it."""
    if name == "credit":
        return credit_card()
    rows = int(name)
    rng = np.random.default_rng(rows)
    centres = rng.normal(scale=1.5, size=(6, 17))
    Z = np.exp(0.6 * (rng.normal(size=(rows, 17)) + centres[rng.integers(0, 6, rows)]))
    return (Z - Z.mean(axis=0)) / Z.std(axis=0)


def board(Z: np.ndarray) -> dict[str, object]:
    """Our board: every k fitted, all four indices."""
    found = search(Z, KSettings(k_min=KS[0], k_max=KS[-1]))
    return {"inertia": found.table["inertia"].tolist(), "silhouette": found.table["silhouette"].tolist()}


def notebook(Z: np.ndarray, *, threads: int | None = None) -> dict[str, object]:
    """What a notebook does: fit, then silhouette_score, one k after the other."""
    inertia, silhouette = [], []
    with threadpool_limits(threads) if threads else nullcontext():
        for k in KS:
            model = KMeans(k, n_init=10, random_state=42).fit(Z)
            inertia.append(float(model.inertia_))
            silhouette.append(float(silhouette_score(Z, model.labels_)))
    return {"inertia": inertia, "silhouette": silhouette}


def notebook_one_k(Z: np.ndarray) -> dict[str, object]:
    """The notebook's loop at k = 7 only, for sizes where all of it would take hours."""
    model = KMeans(7, n_init=10, random_state=42).fit(Z)
    return {"inertia": [float(model.inertia_)], "silhouette": [float(silhouette_score(Z, model.labels_))]}


def notebook_no_silhouette(Z: np.ndarray) -> dict[str, object]:
    """Only the fits of the notebook's loop at k = 7."""
    return {"inertia": [float(KMeans(7, n_init=10, random_state=42).fit(Z).inertia_)]}


def yellowbrick(Z: np.ndarray) -> dict[str, object]:
    """Yellowbrick's elbow visualizer with silhouettes, where it is installed."""
    from yellowbrick.cluster import KElbowVisualizer

    model = KElbowVisualizer(KMeans(n_init=10, random_state=42), k=(KS[0], KS[-1] + 1), metric="silhouette")
    model.fit(Z)
    return {"silhouette": [float(value) for value in model.k_scores_]}


def silhouette_pass(Z: np.ndarray) -> dict[str, object]:
    """The one pass over all distances, for the labels of every k; and a plain matrix product, both per second."""
    labels = {k: kmeans(Z, k, n_init=1).labels for k in KS}
    found: dict[str, object] = {}
    for cores in (1, workers()):
        best = min(_seconds(partial(silhouettes, Z, labels, cores=cores)) for _ in range(3)) / cores
        found[f"seconds {cores}"] = best
        # Distances of half the pairs (mirrored), sums for all of them.
        found[f"gigaflops {cores}"] = len(Z) ** 2 * (2 * (Z.shape[1] + 2) / 2 + 2 * sum(KS)) / best / 1e9
        square = np.random.default_rng(0).random((3000, 3000), dtype=np.float32)
        with threadpool_limits(cores):
            square @ square
            best = min(_seconds(partial(np.matmul, square, square)) for _ in range(3)) / cores
        found[f"matrix product {cores}"] = 2 * 3000**3 / best / 1e9
    return found


TASKS: dict[str, Callable[..., dict[str, object]]] = {
    "board": board,
    "notebook, 1 thread": lambda Z: notebook(Z, threads=1),
    "notebook, default threads": notebook,
    "notebook, one k": notebook_one_k,
    "notebook, one k, fits only": notebook_no_silhouette,
    "Yellowbrick": yellowbrick,
    "silhouette pass": silhouette_pass,
}


def run(task: str, name: str) -> dict[str, object]:
    """One task on one data set → its result, seconds, computing time of all cores, and memory (MB)."""
    Z = data(name)
    kmeans(Z[:200], 3, n_init=1)
    before = _peak()
    start, computed = time.perf_counter(), time.process_time()
    result = TASKS[task](Z)
    times = {"seconds": time.perf_counter() - start, "computing": time.process_time() - computed}
    return {**result, **times, "memory": _peak(), "added": _peak() - before}


def _seconds(work: Callable[[], object]) -> float:
    """Computing time of all cores: other work on the machine hardly changes it."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _peak() -> float:
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1024 if sys.platform == "linux" else 1024**2)
