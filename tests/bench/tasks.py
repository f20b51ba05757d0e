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

from segmentation.clustering import silhouette_sums
from segmentation.clustering.methods import kmeans
from segmentation.clustering.metrics import silhouettes
from segmentation.core.parallel import workers
from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import search
from tests.matrices import credit_card

__all__ = ["KS", "TASKS", "data", "peak", "run"]

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


def comparison(Z: np.ndarray) -> dict[str, object]:
    """Our comparison: every k fitted, all four indices."""
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


def full_fit(Z: np.ndarray) -> dict[str, object]:
    """The chosen k fitted to all rows, as the product does before it makes segments of an estimated number."""
    return {"inertia": [kmeans(Z, 7, cores=workers()).inertia]}


def silhouette_pass(Z: np.ndarray) -> dict[str, object]:
    """The one pass over all distances, for the labels of every k; and a plain matrix product, both per second.

    direct: operations (1e9 a second) that the sums would take as one product with the memberships of all segments;
    done: operations in the products that the pass makes instead.
    """
    labels = {k: kmeans(Z, k, n_init=1).labels for k in KS}
    layout = silhouette_sums._layout(list(labels.values()), kept=len(Z))
    n, width = len(Z), int(layout.edges[-1])
    measuring = n**2 * (Z.shape[1] + 2)  # half of the pairs, multiplied and added
    by_cell = sum(2 * n * mark.size for mark in layout.marks) + 2 * n * width * sum(KS)
    done = measuring + by_cell + 2 * n**2 * len(layout.plain)
    direct = measuring + 2 * n**2 * sum(KS)
    found: dict[str, object] = {}
    for cores in (1, workers()):
        computing, wall = _fastest(partial(silhouettes, Z, labels, cores=cores))
        square = np.random.default_rng(0).random((3000, 3000), dtype=np.float32)
        with threadpool_limits(cores):
            product, _ = _fastest(partial(np.matmul, square, square))
        found[str(cores)] = {
            "seconds": wall,
            "pairs": n**2 / wall,
            "direct": direct * cores / computing / 1e9,
            "done": done * cores / computing / 1e9,
            "product": 2 * 3000**3 * cores / product / 1e9,
        }
    return {"cores": found}


TASKS: dict[str, Callable[..., dict[str, object]]] = {
    "comparison": comparison,
    "notebook, 1 thread": lambda Z: notebook(Z, threads=1),
    "notebook, default threads": notebook,
    "notebook, one k": notebook_one_k,
    "notebook, one k, fits only": notebook_no_silhouette,
    "one k fitted in full": full_fit,
    "silhouette pass": silhouette_pass,
}


def run(task: str, name: str) -> dict[str, object]:
    """One task on one data set → its result, seconds, computing time of all cores, and memory (MB)."""
    Z = data(name)
    kmeans(Z[:200], 3, n_init=1)
    before = peak()
    start, computed = time.perf_counter(), time.process_time()
    result = TASKS[task](Z)
    times = {"seconds": time.perf_counter() - start, "computing": time.process_time() - computed}
    return {**result, **times, "memory": peak(), "added": peak() - before}


def _fastest(work: Callable[[], object], times: int = 9) -> tuple[float, float]:
    """The least computing time of all cores, which other work on the machine hardly changes, and the least seconds."""
    found = []
    for _ in range(times):
        start, computed = time.perf_counter(), time.process_time()
        work()
        found.append((time.process_time() - computed, time.perf_counter() - start))
    return min(computing for computing, _ in found), min(seconds for _, seconds in found)


def peak() -> float:
    """Megabytes that this process held at the most."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1024 if sys.platform == "linux" else 1024**2)
