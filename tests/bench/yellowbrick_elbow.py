"""Yellowbrick's elbow visualizer with silhouettes, on a matrix in a file; runs in any Python that has Yellowbrick.

Imports nothing of this project, because Yellowbrick needs an older scikit-learn.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import matplotlib
import numpy as np
import sklearn

matplotlib.use("Agg")


def main() -> None:
    from sklearn.cluster import KMeans
    from yellowbrick.cluster import KElbowVisualizer

    path, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    Z = np.load(path)
    start, computed = time.perf_counter(), time.process_time()
    model = KElbowVisualizer(KMeans(n_init=10, random_state=42), k=(first, last + 1), metric="silhouette")
    model.fit(Z)
    found = {
        "silhouette": [float(value) for value in model.k_scores_],
        "seconds": time.perf_counter() - start,
        "computing": time.process_time() - computed,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2),
        "versions": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
