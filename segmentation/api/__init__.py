"""The verbs of the front door: from files to personas in about ten lines, each taking what a person would hand it.

`import segmentation as seg` offers them; the command line calls them. Each one coerces what it is given and calls the
function that the browser calls, so all three give the same figures.
"""

from segmentation.api.choice import KChoice, choose_k
from segmentation.api.files import report, score
from segmentation.api.inputs import features, prepare, read, sample
from segmentation.api.personas import Personas, describe
from segmentation.api.saved import load, models, save
from segmentation.api.segments import Segments, fit
from segmentation.api.warehouse import export_sql

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
]
