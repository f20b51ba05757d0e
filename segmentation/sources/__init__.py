"""From the files people have to one row a customer: a `Source` for each kind of file."""

from segmentation.sources.base import Columns, ColumnSpec, Source, TableSpec
from segmentation.sources.customers import CUSTOMERS, build_customers

__all__ = ["SOURCES", "ColumnSpec", "Columns", "Source", "TableSpec", "build_customers"]

SOURCES: dict[str, Source] = {source.name: source for source in (CUSTOMERS,)}
"""Every kind of file, by name; a new kind is one more entry here."""
