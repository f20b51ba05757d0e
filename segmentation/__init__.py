"""Customer segmentation: from files to personas, and from one customer to a persona.

    import segmentation as seg

    customers = seg.features("cards.csv")                   # or a DataFrame, bytes, several files
    recipe = seg.prepare(customers, "recommended")
    choice = seg.choose_k(customers, recipe)                # .table .recommended_k .verdict() .plot()
    segments = seg.fit(customers, recipe, k=choice.recommended_k)
    personas = seg.describe(segments, customers)
    segments.predict(frame); segments.assign(frame); segments.explain(frame.iloc[0])
    ref = seg.save(segments, personas, "cards")
    seg.report(segments, personas, customers, "cards.pptx") # or .xlsx, .html
    seg.export_sql("cards", "duckdb", "cards.sql")          # the warehouse scores by itself
    seg.spark.score(table, "cards")                         # more customers than one machine holds

The library knows nothing of the browser. Data flows one way:
bytes → tables → features → recipe → segmentation → personas.
Names are imported when they are first used, so that `import segmentation` and `segmentation --help` come at once.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from segmentation.core.lazy import lazily
from segmentation.core.version import __version__

if TYPE_CHECKING:
    from segmentation.api import (
        KChoice,
        Personas,
        Segments,
        choose_k,
        describe,
        export_sql,
        features,
        fit,
        load,
        models,
        prepare,
        read,
        report,
        sample,
        save,
        score,
        spark,
        write_back,
    )
    from segmentation.core.errors import DataProblems, SegmentationError
    from segmentation.core.settings import ColumnPrep, PrepSettings
    from segmentation.core.tables import FeatureTable, Table
    from segmentation.preparation import Recipe
    from segmentation.store import SavedModel

__all__ = [
    "ColumnPrep",
    "DataProblems",
    "FeatureTable",
    "KChoice",
    "Personas",
    "PrepSettings",
    "Recipe",
    "SavedModel",
    "SegmentationError",
    "Segments",
    "Table",
    "__version__",
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
    "spark",
    "write_back",
]

_ELSEWHERE = {
    "ColumnPrep": "core.settings",
    "DataProblems": "core.errors",
    "FeatureTable": "core.tables",
    "PrepSettings": "core.settings",
    "Recipe": "preparation",
    "SavedModel": "store",
    "SegmentationError": "core.errors",
    "Table": "core.tables",
    "spark": "api.spark",
}
"""Where a name is that is not one of the verbs and their answers, which are in `api`."""

logging.getLogger(__name__).addHandler(logging.NullHandler())  # who runs the library decides who reads its log


__getattr__ = lazily(__name__, {name: _ELSEWHERE.get(name, "api") for name in __all__ if name != "__version__"})


def __dir__() -> list[str]:
    return sorted(__all__)
