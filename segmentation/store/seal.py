"""Whether a saved model is still as this program wrote it on this machine: a keyed digest beside each version.

    <version>/seal.json    {"key": which key, "digests": file → HMAC-SHA256 of model, version, file and bytes}

A seal is made with the key of this machine (`store.key`), so nobody without it can make one that fits a changed file,
or put a version in the place of another. What has no seal, or one made with another key, was not saved here: it is told
and can be used. What has a seal of this key that does not fit was changed since it was saved.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.schema import Named, faults
from segmentation.core.text import plain_text
from segmentation.store.key import key_name, known_key, machine_key, opened

__all__ = ["ELSEWHERE", "FILE", "WHOLE", "Seal", "check_accepted", "read_seal", "renew_seal", "seal_text"]

FILE = "seal.json"
FILES = ("params.json", "model.joblib")
_LONGEST = 4_096
_PIECE = 2**20
_SHAPE = {"key": str, "digests": Named(str, 10)}
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seal:
    """What a version's seal says. state: "whole", "changed" or "elsewhere"; changed: files that are not as saved."""

    state: str
    changed: tuple[str, ...] = ()

    def sentence(self, ref: str) -> str:
        """The same for a reader; empty for a version that is as it was saved."""
        if self.state == "changed":
            return f"{plain_text(ref)} was changed since it was saved ({' and '.join(self.changed)})."
        if self.state == "elsewhere":
            return f"{plain_text(ref)} was not saved on this machine, so nobody here can tell whether it was changed."
        return ""


WHOLE, ELSEWHERE = Seal("whole"), Seal("elsewhere")


def check_accepted(seal: Seal, ref: str, accept_changed: bool | None, done: str) -> None:
    """Raise for a model that was changed since it was saved, unless a person accepts that.

    accept_changed: None where nobody can accept it. done: what was not done with it, such as "scored".
    """
    if seal.state == "changed" and not accept_changed:
        accept = "; to use it as it is, say so: --accept-changed, or accept_changed=True"
        remedy = f"Save it again from its data{'' if accept_changed is None else accept}."
        raise SegmentationError(f"{seal.sentence(ref)} Nothing was {done}. {remedy}")


def seal_text(name: str, version: int, files: Mapping[str, Path]) -> bytes:
    """The text of the seal of a version with these files; empty where no key can be had (a read-only home)."""
    try:
        key = machine_key()
    except OSError as error:
        _LOG.warning("Models are saved without a seal: the key cannot be written (%s)", type(error).__name__)
        return b""
    digests = {file: _digest(key, name, version, file, path) for file, path in files.items()}
    return (json.dumps({"key": key_name(key), "digests": digests}, indent=1) + "\n").encode()


def read_seal(folder: Path, name: str, version: int) -> Seal:
    """What the seal of a version says of the files that are there now."""
    key = known_key()
    plain = _plain(folder / FILE)
    if key is None or plain is None or not hmac.compare_digest(str(plain["key"]), key_name(key)):
        return ELSEWHERE
    digests: Mapping[str, str] = plain["digests"]
    changed = []
    for file in FILES:
        path = folder / file
        if file != FILES[0] and not os.path.lexists(path):
            continue  # scoring does not need it; some keep it elsewhere
        try:
            fits = hmac.compare_digest(digests.get(file, ""), _digest(key, name, version, file, path))
        except OSError:
            fits = False
        if not fits:
            changed.append(file)
    return Seal("changed", tuple(changed)) if changed else WHOLE


def renew_seal(folder: Path, before: tuple[str, int], after: tuple[str, int]) -> None:
    """Seal a version under another name or number; one that is not whole under the earlier one keeps what it has."""
    if read_seal(folder, *before).state == "whole":
        files = {file: folder / file for file in FILES if (folder / file).is_file()}
        temporary = folder / f".{FILE}"
        temporary.write_bytes(seal_text(*after, files))
        temporary.replace(folder / FILE)


def _digest(key: bytes, name: str, version: int, file: str, path: Path) -> str:
    made = hmac.new(key, f"{name}\0v{version}\0{file}\0".encode("utf-8", "surrogateescape"), hashlib.sha256)
    with os.fdopen(opened(path), "rb") as content:
        while piece := content.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def _plain(path: Path) -> Mapping[str, Any] | None:
    try:
        with os.fdopen(opened(path), "rb") as file:
            plain = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return None if faults(plain, _SHAPE) else plain
