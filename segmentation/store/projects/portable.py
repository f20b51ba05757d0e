"""A project as one file to take along (`.segproject`, a zip), and back again on another machine.

The file holds the newest state and its parts, named by their content. Reading one trusts nothing of it: names, sizes
and digests are checked before a byte is kept, and its tables are decoded in a process of their own first, so that one
that swells or crashes takes nothing with it. Nothing in it is code, and nothing of it is run.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import uuid
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from segmentation.core.errors import SegmentationError
from segmentation.core.own_process import run_limited
from segmentation.core.text import plain_text
from segmentation.core.warm_processes import Ended, Limits
from segmentation.store.files import private_folder
from segmentation.store.projects.folder import parts_of_state, read_state, steps, work_in_state
from segmentation.store.projects.shelf import About, Shelf, new_id

__all__ = ["ENDING", "TakenIn", "take_along", "take_in"]

ENDING = "segproject"
MOST_FILES = 5_000
MOST_UNPACKED = 2 * 2**30
MOST_SWELLING = 30
"""Times its size that a file may unpack into, and `_SMALL` bytes beyond: parts are packed hardly, a state well."""
_SMALL = 64 * 2**20
_STATE = "states/000001.json"
_PART = re.compile(r"parts/[0-9a-f]{64}\.(parquet|bin)")
_PIECE = 2**20
_LIMITS = Limits(memory=3 * 2**30, computing=120.0, clock=300.0)


def take_along(shelf: Shelf, project: str) -> bytes:
    """The newest state of a project that can be read, as the bytes of a `.segproject` file."""
    number, _, _ = shelf.open(project)
    folder, out = shelf.folder(project), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        _add(file, _STATE, (folder / "states" / f"{number:06d}.json").read_bytes(), zipfile.ZIP_DEFLATED)
        for name in parts_of_state(folder, number):
            _add(file, f"parts/{name}", (folder / "parts" / name).read_bytes(), zipfile.ZIP_STORED)
    return out.getvalue()


@dataclass(frozen=True)
class TakenIn:
    """The project of a file. new: whether it was made; else the owner had one with the same work."""

    project: str
    new: bool


def take_in(shelf: Shelf, data: bytes, name: str, about: Callable[[Mapping[str, Any]], About]) -> TakenIn:
    """The bytes of a `.segproject` file → a new project of this owner, or the one that holds the same work already.

    name: of the file, and of the project where no other has it. about: function from the root of the state to what the
    list says of it (`About`). Raises `SegmentationError` for a file that is not one of ours, or is larger than uploads
    may be.
    """
    folder = shelf.home / f".taking-in-{uuid.uuid4().hex}"
    try:
        _unpack(data, folder)
        try:
            run_limited(check_parts, str(folder), limits=_LIMITS)
        except Ended as error:
            raise _not_ours("its tables cannot be read") from error
        root = read_state(folder, 1, shelf.kinds)
        what = about(root)
        if there := _same_work(shelf, folder, what):
            return TakenIn(there, new=False)
        project, stem = new_id(), plain_text(Path(name).stem, longest=60)
        described = replace(what, id=project, name=shelf.free_name(stem or what.name))
        folder.rename(shelf.folder(project))
    except zipfile.BadZipFile as error:
        raise _not_ours("it is damaged, or no project") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    shelf.describe(project, described)
    return TakenIn(project, new=True)


def _same_work(shelf: Shelf, folder: Path, what: About) -> str:
    """The project of this owner whose newest state holds the work of the only state in `folder`; "" for none."""
    digest = work_in_state(folder, 1)
    for about in shelf.listed():
        if (about.customers, about.segments) != (what.customers, what.segments) or about.problem:
            continue
        with suppress(SegmentationError):
            own = shelf.folder(about.id)
            if work_in_state(own, steps(own)[-1].number) == digest:
                return about.id
    return ""


def check_parts(folder: str) -> None:
    """Decode every table of an unpacked project; for a process of its own."""
    for path in sorted((Path(folder) / "parts").glob("*.parquet")):
        try:
            about = pq.ParquetFile(path).metadata
            size = sum(about.row_group(index).total_byte_size for index in range(about.num_row_groups))
            if size > MOST_UNPACKED or about.num_columns > 10_000:
                raise _not_ours("one of its tables is too large")
            table = pq.read_table(path, use_threads=False)
            table.validate(full=True)
            if table.nbytes > MOST_UNPACKED:
                raise _not_ours("one of its tables is too large")
        except SegmentationError:
            raise
        except Exception as error:
            raise _not_ours("one of its tables is damaged") from error


def _unpack(data: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        entries = file.infolist()
        names = [entry.filename for entry in entries]
        if len(entries) > MOST_FILES or len(set(names)) < len(names):
            raise _not_ours("it holds more than a project does")
        if _STATE not in names or not all(name == _STATE or _PART.fullmatch(name) for name in names):
            raise _not_ours("it holds something else than a project")
        if any(entry.flag_bits & 1 for entry in entries):
            raise _not_ours("it is locked with a password")
        size = sum(entry.file_size for entry in entries)
        if size > MOST_UNPACKED:
            raise _not_ours("it would unpack into more than 2 GB")
        if size > MOST_SWELLING * len(data) + _SMALL:
            raise _not_ours("it would unpack into far more than a project of its size holds")
        private_folder(folder.parent)
        for path in (folder, folder / "states", folder / "parts"):
            path.mkdir(mode=0o700)
        _unpack_one(file, file.getinfo(_STATE), folder / _STATE)
        parts = {f"parts/{name}" for name in parts_of_state(folder, 1)}
        if parts | {_STATE} != set(names):
            raise _not_ours("it holds other parts than it names")
        for name in parts:
            _unpack_one(file, file.getinfo(name), folder / name)


def _unpack_one(file: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """One entry, never more bytes than it said; a part must have the digest that is its name."""
    digest, left = hashlib.sha256(), entry.file_size
    with file.open(entry) as source, target.open("xb") as out:
        target.chmod(0o600)
        while piece := source.read(min(_PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                raise _not_ours("it is longer than it says")
            digest.update(piece)
            out.write(piece)
    if entry.filename != _STATE and digest.hexdigest() != target.name.partition(".")[0]:
        raise _not_ours("a part of it was changed")


def _add(file: zipfile.ZipFile, name: str, data: bytes, how: int) -> None:
    """An entry without the time, so that the same project is the same file."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type, entry.external_attr = how, 0o600 << 16
    file.writestr(entry, data)


def _not_ours(what: str) -> SegmentationError:
    return SegmentationError(
        f"This file cannot be opened as a project: {what}. Save the project as a file again where it was made."
    )
