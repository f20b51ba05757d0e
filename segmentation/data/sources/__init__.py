"""From the files people have to one row a customer: a `Source` for each kind of file."""

from segmentation.data.sources.assemble import NOT_IN_DAYS, Assembly, assemble, files_by_table, name_tables
from segmentation.data.sources.base import Columns, ColumnSpec, Figures, Source, TableSpec
from segmentation.data.sources.choices import choices_from, is_choice
from segmentation.data.sources.customers import build_customers
from segmentation.data.sources.guessing import assign_files, guess_columns
from segmentation.data.sources.joins import Join, RelatedSettings
from segmentation.data.sources.mapping import (
    SavedMapping,
    mapping_from_json,
    mapping_of,
    mapping_to_json,
    matching,
    remember,
    remembered,
)
from segmentation.data.sources.registry import SOURCES, guess_source, rebuild, settings_from
from segmentation.data.sources.relations import suggest_joins
from segmentation.data.sources.stacking import Parts, parts_of_one, stack

__all__ = [
    "NOT_IN_DAYS",
    "SOURCES",
    "Assembly",
    "ColumnSpec",
    "Columns",
    "Figures",
    "Join",
    "Parts",
    "RelatedSettings",
    "SavedMapping",
    "Source",
    "TableSpec",
    "assemble",
    "assign_files",
    "build_customers",
    "choices_from",
    "files_by_table",
    "guess_columns",
    "guess_source",
    "is_choice",
    "mapping_from_json",
    "mapping_of",
    "mapping_to_json",
    "matching",
    "name_tables",
    "parts_of_one",
    "rebuild",
    "remember",
    "remembered",
    "settings_from",
    "stack",
    "suggest_joins",
]
