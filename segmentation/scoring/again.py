"""The customers of a saved model again: the file that it was made from, or another one of the same kind."""

from __future__ import annotations

from collections.abc import Mapping

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import DataProblems, SegmentationError
from segmentation.core.parallel import part
from segmentation.core.settings import Progress
from segmentation.core.tables import FeatureTable, Table
from segmentation.core.text import plain_text
from segmentation.data.reading import Readable
from segmentation.data.sources import SOURCES, name_tables, rebuild
from segmentation.preparation import missing_columns
from segmentation.scoring.choices import Choices
from segmentation.scoring.new_files import read_alike, related_names

__all__ = ["customers_again"]


def customers_again(
    made: Segmentation,
    files: Mapping[str, Table | Readable],
    *,
    choices: Choices | None = None,
    progress: Progress | None = None,
) -> tuple[FeatureTable, bool]:
    """Model and files by name → the customers with the model's features and all else that is known of them, and
    whether these are the very files and choices that the model was made from.

    Days are counted to the model's date for its own files, else to the day after the last date of the new ones.
    Raises `SegmentationError` for files that are not of the kind that the model was made from.
    """
    if made.source not in SOURCES or not made.replay.get("columns"):
        raise SegmentationError(
            f"The model was made from “{plain_text(made.source)}”, whose files this version cannot read again. "
            "Load the data on the Data page instead."
        )
    tables = read_alike(made, files, choices=choices, progress=part(progress, 0.0, 0.5))
    if made.source == "customers" and len(tables) != 1:
        raise SegmentationError("The model was made from one table of customers. Give one file.")
    if made.source == "related":
        tables = {f"{table}.table": tables[file] for file, table in related_names(made, tables).items()}
    named = name_tables(made.source, tables)
    features = rebuild(named, made.replay, blocks=made.recipe.blocks, progress=part(progress, 0.5, 0.8))
    own = features.fingerprint == made.fingerprint
    if not own and made.as_of is not None:
        features = rebuild(named, made.replay, as_of="", blocks=made.recipe.blocks, progress=part(progress, 0.8, 1.0))
    if problems := missing_columns(features.frame.columns, made.feature_names):
        raise DataProblems(problems)
    return features, own
