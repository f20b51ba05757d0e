"""From the files people have to one row a customer: a `Source` for each kind of file."""

from segmentation.sources.base import Columns, ColumnSpec, Source, TableSpec
from segmentation.sources.customers import CUSTOMERS, build_customers
from segmentation.sources.fintech import FINTECH
from segmentation.sources.guessing import assign_files, guess_columns, guess_mapping
from segmentation.sources.transactions import TRANSACTIONS

__all__ = [
    "SOURCES",
    "ColumnSpec",
    "Columns",
    "Source",
    "TableSpec",
    "assign_files",
    "build_customers",
    "guess_columns",
    "guess_mapping",
]

SOURCES: dict[str, Source] = {source.name: source for source in (CUSTOMERS, TRANSACTIONS, FINTECH)}
"""Every kind of file, by name; a new kind is one more entry here."""
