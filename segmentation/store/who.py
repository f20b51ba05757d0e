"""Who is who: an id → segment table beside a saved model, only where it was asked for when the model was saved.

    models/<name>/v3/who.txt    one head line of JSON; then a line a customer: the segment (0: in none), a blank, and
                                the id as a JSON text ("plain") or its keyed digest ("hashed")

A digest is HMAC-SHA256 (RFC 2104) of a salt, drawn anew for every table, and the id, cut to 128 bits. Its key is
made from that of this machine (`store.key`), which lies away from the models: whoever has only the folder of the model
can neither list the ids nor try them out. The table is no part of `params.json`, of reports and of exports, and goes
when the version is deleted.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from segmentation.core.errors import SegmentationError
from segmentation.core.schema import faults
from segmentation.store.files import flush, read_bounded, write_flushed
from segmentation.store.key import key_name, known_key, machine_key, opened

__all__ = ["FILE", "KINDS", "WhoIsWho", "forget_who", "kind_of_who", "read_who", "write_who"]

FILE = "who.txt"
KINDS = {"": "No", "hashed": "Yes, unreadable (exact look-up only)", "plain": "Yes, as they are (with suggestions)"}
"""How ids may be kept with a model → as a choice on the screen."""
_FORMAT = 1
_LARGEST = 256_000_000
_HEAD = {"format": int, "kind": str, "customers": int, "salt": str, "key": str, "sha256": str}
_DIGEST = 32
"""Hexadecimal digits of a digest: 128 bits."""


@dataclass(frozen=True, eq=False, repr=False)
class WhoIsWho:
    """The table of one model. kind: "plain" | "hashed". segments: id, or its digest → segment number (0: in none)."""

    kind: str
    segments: Mapping[str, int]
    salt: bytes = b""
    key: bytes = field(default=b"", repr=False)

    def __repr__(self) -> str:
        return f"WhoIsWho({self.kind}, {len(self.segments)} customers)"

    @property
    def ids(self) -> pd.Index:
        """The ids as they are; empty where they are hashed."""
        return pd.Index(list(self.segments) if self.kind == "plain" else [], dtype="str")

    def segment_of(self, id: str) -> int | None:
        """The segment of a customer (0: in none); None where nobody has exactly this id, blanks around it aside."""
        for text in (id, id.strip()):
            known = self.segments.get(text if self.kind == "plain" else _digest(self.key, self.salt, text))
            if known is not None:
                return known
        return None


def write_who(folder: Path, labels: pd.Series, kind: str) -> None:
    """Write the table of a model into the folder of its version: `labels` is id (index) → segment.

    kind: "plain" | "hashed". The file is the user's alone (0600). Raises `OSError` when the disk refuses.
    """
    salt, key = secrets.token_bytes(16), _own_key(machine_key()) if kind == "hashed" else b""
    lines = []
    for id, segment in zip(labels.index.astype("str"), labels.tolist(), strict=True):
        shown = _digest(key, salt, id) if key else json.dumps(id)
        lines.append(f"{int(segment)} {shown}")
    body = "\n".join(sorted(lines) if key else lines).encode() + b"\n"  # sorted: not the order of the file
    head = {
        "format": _FORMAT,
        "kind": kind,
        "customers": len(lines),
        "salt": salt.hex() if key else "",
        "key": key_name(key) if key else "",
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    write_flushed(folder / FILE, json.dumps(head).encode() + b"\n" + body, private=True)


def kind_of_who(folder: Path) -> str:
    """How the version in this folder keeps ids: "plain", "hashed", or "" for not at all; nothing else is read."""
    try:
        with os.fdopen(opened(folder / FILE), "rb") as file:
            kind = json.loads(file.readline(1000)).get("kind")
    except (OSError, ValueError, RecursionError, AttributeError):
        return ""
    return kind if kind in KINDS else ""


def read_who(folder: Path) -> WhoIsWho | None:
    """The table of the version in this folder; None where there is none.

    Raises `SegmentationError` for one that is not as it was saved, and for one that the key of another machine locks.
    """
    if not (folder / FILE).exists():
        return None
    try:
        head, _, body = read_bounded(folder / FILE, _LARGEST, "The table of ids").partition(b"\n")
        about = json.loads(head)
        if faults(about, _HEAD) or about["format"] != _FORMAT or about["kind"] not in ("plain", "hashed"):
            raise ValueError("another shape")
        if hashlib.sha256(body).hexdigest() != about["sha256"]:
            raise ValueError("changed")
        salt, hashed = bytes.fromhex(about["salt"]), about["kind"] == "hashed"
        segments = _segments(body, hashed)
        if len(segments) != about["customers"]:
            raise ValueError("another number of customers")
    except (OSError, ValueError, RecursionError) as error:
        raise SegmentationError(
            "The ids that were kept with this model cannot be read. Save the model again to look customers up."
        ) from error
    machine = known_key() if hashed else None
    key = _own_key(machine) if machine else b""
    if hashed and key_name(key) != about["key"]:
        raise SegmentationError(
            "The ids of this model were kept on another machine, and only there can customers be looked up. "
            "Load the file with the customers instead."
        )
    return WhoIsWho(about["kind"], segments, salt, key)


def forget_who(folder: Path) -> None:
    """Remove the table of a version for good; the model stays."""
    (folder / FILE).unlink(missing_ok=True)
    flush(folder)


def _segments(body: bytes, hashed: bool) -> dict[str, int]:
    segments = {}
    for line in body.decode("utf-8").split("\n")[:-1]:
        number, _, text = line.partition(" ")
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise ValueError("no segment")
        id = text if hashed else json.loads(text)
        if not isinstance(id, str) or (hashed and len(id) != _DIGEST):
            raise ValueError("no id")
        segments[id] = int(number)
    return segments


def _own_key(machine: bytes) -> bytes:
    """A key for ids alone, made from that of the machine."""
    return hmac.digest(machine, b"who is who", "sha256")


def _digest(key: bytes, salt: bytes, id: str) -> str:
    return hmac.digest(key, salt + id.encode("utf-8", "surrogatepass"), "sha256").hex()[:_DIGEST]
