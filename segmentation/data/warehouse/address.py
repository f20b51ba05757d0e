"""Addresses of data: `postgresql://host/crm#customers`, `sqlite:///shop.db`, `s3://bucket/*.parquet`, a folder.

What stands after # is a table (SCHEMA.TABLE) or a query. A password never stands in an address: PGPASSWORD and
~/.pgpass hold it, or `${NAME}` stands for it and is filled in from the environment when the connection is made.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text

__all__ = ["KINDS", "Address", "address_of", "is_address", "placeholders"]

KINDS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "s3": "parquet",
    "file": "parquet",
}
"""How an address begins → what it leads to."""

_SCHEME = re.compile(r"([a-z][a-z0-9+]{1,20})://", re.IGNORECASE)
_SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_QUERY = re.compile(r"(?:select|with|from|values|table)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """Where data is. kind: a value of `KINDS`. place: how the engine finds it, secrets as `${NAME}`.

    table, query: one of the two, or neither where there is only one table.
    """

    kind: str
    place: str
    table: str = ""
    query: str = ""

    @property
    def shown(self) -> str:
        """The address as it may stand on a screen and in a message."""
        parts = urlsplit(self.place)
        place = f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if parts.scheme else self.place
        return plain_text(place + (f"#{self.table}" if self.table else ""), longest=120)

    @property
    def name(self) -> str:
        """What the data is called once it was read."""
        stem = self.table.rpartition(".")[2] or ("query" if self.query else _folder_name(self.place))
        return plain_text(stem.replace("/", " "), longest=60) or "data"

    def filled(self, secrets: Mapping[str, str]) -> str:
        """The place with its secrets and from the root, to be connected to and forgotten."""

        def value(match: re.Match[str]) -> str:
            if match.group(1) not in secrets:
                raise SegmentationError(f"{match.group(1)} is not set. Set it in the environment before you start.")
            return quote(secrets[match.group(1)], safe="")

        place = _SECRET.sub(value, self.place)
        if self.kind in ("sqlite", "duckdb"):  # another process has another folder
            scheme, path = place.split("://", 1)
            return f"{scheme}:///{quote(os.path.abspath(unquote(path).removeprefix('/')))}"
        return place if "://" in place else os.path.abspath(place)


def _folder_name(place: str) -> str:
    """The name of a database's file, or of the folder that files are taken from."""
    path = Path(urlsplit(place).path)
    return path.parent.name if "*" in path.name else path.stem


def is_address(text: object) -> bool:
    """Whether a text is an address rather than the path of a file; a folder is one, too."""
    if isinstance(text, str) and _SCHEME.match(text):
        return True
    return isinstance(text, str | os.PathLike) and os.path.isdir(text)


def placeholders(text: str) -> tuple[str, ...]:
    """The names in `${…}` of an address."""
    return tuple(_SECRET.findall(text))


def address_of(text: str | os.PathLike[str]) -> Address:
    """A text → where the data is; one sentence for an address of another kind, and for a password in it."""
    if not isinstance(text, str) or not _SCHEME.match(text):
        return Address("parquet", str(text))
    place, _, what = text.partition("#")
    scheme = _SCHEME.match(place).group(1).casefold()  # type: ignore[union-attr]
    if scheme not in KINDS:
        raise SegmentationError(f"There is no way to read {scheme} addresses. Choose one of {', '.join(KINDS)}.")
    try:
        _no_password(place)
    except ValueError:
        raise _no_address(scheme) from None
    if "\0" in text:
        raise _no_address(scheme)
    if scheme == "file":
        place = unquote(urlsplit(place).path)
    query = what if _QUERY.match(what.lstrip()) else ""
    return Address(KINDS[scheme], place, "" if query else what.strip(), query.strip())


def _no_address(scheme: str) -> SegmentationError:
    """The address itself is not repeated: a password may stand in it."""
    return SegmentationError(f"The address after {scheme}:// cannot be read. Write it as {scheme}://HOST/PLACE#TABLE.")


def _no_password(place: str) -> None:
    parts = urlsplit(place)
    given = [unquote(parts.password or "")]
    given += [value for name, value in parse_qsl(parts.query) if name.casefold() in ("password", "secret", "token")]
    if any(value and not _SECRET.fullmatch(value) for value in given):
        raise SegmentationError(
            "A password must not stand in an address, where histories and lists of processes keep it. Set PGPASSWORD, "
            "or write ${NAME} in its place and set NAME in the environment."
        )
