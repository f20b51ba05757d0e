"""A model on its way to Spark's workers: the plain values of `params.json`, and never an object with code in it."""

from __future__ import annotations

import json
from functools import lru_cache

from segmentation.clustering.model import Segmentation
from segmentation.store.form import from_plain, to_plain

__all__ = ["packed", "unpacked"]


def packed(made: Segmentation) -> str:
    """A model as text, without customers."""
    note = {"verdict": "", "headline": ""}
    return json.dumps(to_plain(made, (), created="", note=note, libraries={}), allow_nan=False)


@lru_cache(maxsize=4)
def unpacked(text: str) -> Segmentation:
    """The model again, checked like one from disk; once in a worker, however many batches it scores."""
    return from_plain(json.loads(text))[0]
