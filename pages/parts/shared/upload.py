"""What may be dropped on an upload field, on whichever page it is."""

__all__ = ["TYPES"]

TYPES = ["csv", "txt", "tsv", "psv", "xlsx", "xlsm", "parquet", "xls", "xlsb", "ods", "json", "gz", "zip"]
"""From xls on only so that the reader says how to save it, where the browser would just refuse."""
