"""Data where it lives: tables and queries of databases, folders of Parquet, read by their address and written back."""

from segmentation.data.warehouse.address import Address, address_of, is_address, placeholders
from segmentation.data.warehouse.fetch import Fetched, Limit, fetch
from segmentation.data.warehouse.write_back import Written, write_back

__all__ = ["Address", "Fetched", "Limit", "Written", "address_of", "fetch", "is_address", "placeholders", "write_back"]
