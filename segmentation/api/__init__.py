"""The verbs of the front door: from files to personas in about ten lines, each taking what a person would hand it.

`import segmentation as seg` offers them; the command line calls them. Each one coerces what it is given and calls the
function that the browser calls, so all three give the same figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segmentation.core.lazy import lazily

if TYPE_CHECKING:
    from segmentation.api.choice import KChoice, choose_k
    from segmentation.api.files import report, score
    from segmentation.api.inputs import features, prepare, read, sample
    from segmentation.api.personas import Personas, describe
    from segmentation.api.saved import load, models, save
    from segmentation.api.segments import Segments, fit
    from segmentation.api.warehouse import export_sql, write_back

__all__ = [
    "KChoice",
    "Personas",
    "Segments",
    "choose_k",
    "describe",
    "export_sql",
    "features",
    "fit",
    "load",
    "models",
    "prepare",
    "read",
    "report",
    "sample",
    "save",
    "score",
    "write_back",
]

__getattr__ = lazily(
    __name__,
    {
        "KChoice": "choice",
        "Personas": "personas",
        "Segments": "segments",
        "choose_k": "choice",
        "describe": "personas",
        "export_sql": "warehouse",
        "features": "inputs",
        "fit": "segments",
        "load": "saved",
        "models": "saved",
        "prepare": "inputs",
        "read": "inputs",
        "report": "files",
        "sample": "inputs",
        "save": "saved",
        "score": "files",
        "write_back": "warehouse",
    },
)
