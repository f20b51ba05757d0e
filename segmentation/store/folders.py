"""Saved models on disk: `models/<name>/v3/` with `params.json`, `model.joblib` and `seal.json`, never overwritten."""

from __future__ import annotations

import json
import logging
import shutil
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.notebook import notebook_card
from segmentation.core.text import plain_text
from segmentation.personas import Persona
from segmentation.store.files import LARGEST, flush, read_plain, readable_json, write_flushed
from segmentation.store.form import from_plain, to_plain
from segmentation.store.manage import note_of
from segmentation.store.names import checked_name
from segmentation.store.pipeline import write_pipeline
from segmentation.store.seal import ELSEWHERE, Seal, read_seal, seal_text
from segmentation.store.seal import FILE as SEAL
from segmentation.store.tree import (
    existing,
    folders_in,
    models_root,
    next_version,
    odd_versions,
    saved_versions,
    shown_name,
    version_folder,
    versions_in,
)
from segmentation.store.versions import library_versions
from segmentation.store.who import KINDS, WhoIsWho, forget_who, kind_of_who, read_who, write_who

__all__ = [
    "SavedModel",
    "claim",
    "forget_ids",
    "ids_kept",
    "list_models",
    "load",
    "save",
    "saved_already",
    "who_is_who",
]

_TEMPORARY = ".saving-"
_LEFT_OVER = 3600.0
"""Seconds after which a folder in which nobody saves any more is swept away."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, repr=False)
class SavedModel:
    """One version of a saved model. ref: "name/v3". meta: schema, created (ISO, UTC), note, libraries.

    seal: whether its files are as they were saved on this machine.
    """

    ref: str
    segmentation: Segmentation
    personas: tuple[Persona, ...]
    meta: Mapping[str, Any]
    seal: Seal = ELSEWHERE

    def __repr__(self) -> str:
        return f"SavedModel({plain_text(self.ref)}: {self.segmentation.summary})"

    def _repr_html_(self) -> str:
        rows = [(item.segment, item.name, item.size, " ".join(item.sentences)) for item in self.personas]
        table = pd.DataFrame(rows, columns=["Segment", "Persona", "Customers", "In words"])
        return notebook_card(f"{self.ref}: {self.segmentation.summary}", (f"Saved {self.meta['created']}.",), table)


def save(
    segmentation: Segmentation,
    personas: Iterable[Persona],
    name: str,
    root: Path | None = None,
    *,
    note: Mapping[str, Any] | None = None,
    who: str = "",
) -> str:
    """Write a model as the next version of `name` and return its ref ("name/v3").

    All files are written and flushed in a temporary folder, which is then renamed: the rename claims the version, so a
    crash leaves nothing half-written and two people saving at once get two versions. note: what is kept of the
    evidence (`evidence.note_of`). who: "plain" or "hashed" keeps the ids of the customers beside the model (see
    `store.who`). Raises `SegmentationError` for a name that is no file name, a model above 1 MB, ids of customers that
    are not at hand, and a full disk.
    """
    if who and (segmentation.labels is None or who not in KINDS):
        raise SegmentationError("Who is who can be kept as plain or hashed, and only where the customers are at hand.")
    folder = (root or models_root()) / checked_name(name)
    text = readable_json(_plain(segmentation, personas, note))
    if len(text.encode()) > LARGEST:
        raise SegmentationError("The model is larger than 1 MB. Use fewer features or shorter texts.")
    temporary = folder / f"{_TEMPORARY}{uuid.uuid4().hex}"
    _sweep(folder)
    try:
        temporary.mkdir(parents=True)
        try:
            write_flushed(temporary / "params.json", text.encode())
            write_pipeline(segmentation, temporary / "model.joblib")
            flush(temporary / "model.joblib")
            if who and segmentation.labels is not None:
                write_who(temporary, segmentation.labels, who)
            version = claim(temporary, folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        flush(folder)
        flush(folder.parent)
    except OSError as error:
        raise SegmentationError(
            f"The model could not be saved ({error.strerror or 'the disk refused'}). "
            "Free some space or choose another folder."
        ) from error
    return f"{folder.name}/v{version}"


def saved_already(
    segmentation: Segmentation,
    personas: Iterable[Persona],
    name: str,
    root: Path | None = None,
    *,
    note: Mapping[str, Any] | None = None,
    who: str = "",
) -> str:
    """The ref of the newest version of `name` if it holds just what `save` would write now; else an empty text."""
    name = checked_name(name)
    versions = versions_in((root or models_root()) / name)
    if not versions:
        return ""
    ref, folder = f"{name}/v{versions[-1]}", version_folder(root or models_root(), name, versions[-1])
    if who != kind_of_who(folder):
        return ""
    try:
        there = read_plain(folder / "params.json", ref)
    except SegmentationError:
        return ""
    now = json.loads(readable_json(_plain(segmentation, personas, note)))
    return ref if _without_moment(now) == _without_moment(there) else ""


def _plain(segmentation: Segmentation, personas: Iterable[Persona], note: Mapping[str, Any] | None) -> dict[str, Any]:
    return to_plain(
        segmentation,
        tuple(personas),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        note={"verdict": "", "headline": "", **(note or {})},
        libraries=library_versions(),
    )


def _without_moment(plain: Mapping[str, Any]) -> dict[str, Any]:
    """What a model is, without when and by which libraries it was written."""
    return {name: value for name, value in plain.items() if name not in ("created", "libraries")}


def load(ref: str, root: Path | None = None) -> SavedModel:
    """Read "name/v3", or the latest version of "name"; only `params.json` is opened, and no code in it can run.

    Raises `SegmentationError` when there is no such model and when the file is not exactly what was saved.
    """
    name, version, folder = existing(ref, root)
    plain = read_plain(folder / "params.json", f"{name}/v{version}")
    try:
        segmentation, personas = from_plain(plain)
    except SegmentationError as error:
        raise SegmentationError(f"The saved model {name}/v{version} cannot be used. {error}") from error
    except Exception as error:
        _LOG.warning("A saved model cannot be used: %s", type(error).__name__)
        raise SegmentationError(
            f"The saved model {name}/v{version} cannot be used. Its figures do not fit together. Save the model again."
        ) from error
    meta = {key: plain[key] for key in ("schema", "created", "note", "libraries")}
    seal = read_seal(folder, name, version)
    return SavedModel(f"{name}/v{version}", segmentation, personas, meta, seal)


def list_models(root: Path | None = None) -> pd.DataFrame:
    """All saved versions, the newest first, and what looks like one and is none (see `odd_versions`; version 0).

    Columns: ref, name, version, created (datetime, UTC), k, customers, features (count), silhouette, personas (list of
    names in segment order), problem (why it cannot be used, else empty), seal ("whole", "changed" since it was saved,
    saved "elsewhere"; empty with a problem), remark (what a person noted on it), who (how ids are kept with it: plain,
    hashed, or empty), notices (list of what was noticed of the files that it was made from).
    """
    if root is not None and not root.is_dir() and (root.exists() or not root.parent.is_dir()):
        raise SegmentationError(f"There is no folder {plain_text(root)}. Check the path.")
    odd = {"version": 0, "remark": "", "who": ""}
    rows = [{"ref": ref, "name": ref.split("/")[0], **odd, **_unusable(why)} for ref, why in odd_versions(root)]
    for folder in folders_in(root or models_root()):
        _sweep(folder)
    for folder, version in saved_versions(root or models_root()):
        named = {"ref": f"{shown_name(folder.name)}/v{version}", "name": shown_name(folder.name), "version": version}
        beside = {
            "remark": note_of(f"{folder.name}/v{version}", folder.parent),
            "who": kind_of_who(folder / f"v{version}"),
        }
        rows.append(named | _summary(folder, version) | beside)
    columns = ["ref", "name", "version", "created", "k", "customers", "features", "silhouette", "personas", "problem"]
    columns += ["seal", "remark", "who", "notices"]
    table = pd.DataFrame(rows, columns=columns).astype({"k": "Int64", "customers": "Int64", "features": "Int64"})
    table["created"] = pd.to_datetime(table["created"], utc=True, errors="coerce")
    return table.sort_values(["created", "name", "version"], ascending=False, ignore_index=True)


def who_is_who(ref: str, root: Path | None = None) -> WhoIsWho | None:
    """The ids that were kept with "name/v3"; None where none were.

    Raises `SegmentationError` when there is no such model, and when its table cannot be read here.
    """
    return read_who(existing(ref, root)[2])


def ids_kept(ref: str, root: Path | None = None) -> str:
    """How ids are kept with "name/v3": "plain", "hashed", or empty: not at all. The table itself is not read."""
    return kind_of_who(existing(ref, root)[2])


def forget_ids(ref: str, root: Path | None = None) -> None:
    """Remove the ids that were kept with "name/v3" for good; the model stays."""
    forget_who(existing(ref, root)[2])


def _sweep(folder: Path) -> None:
    """Remove what a save that was killed left behind."""
    for path in folders_in(folder):
        with suppress(OSError):
            if path.name.startswith(_TEMPORARY) and time.time() - path.stat().st_mtime > _LEFT_OVER:
                shutil.rmtree(path, ignore_errors=True)


def claim(temporary: Path, folder: Path) -> int:
    """Seal and rename to the first free version; a folder that is there refuses to be replaced, then try the next."""
    files = {file.name: file for file in temporary.iterdir() if file.name != SEAL}
    version = next_version(folder)
    while True:
        if seal := seal_text(folder.name, version, files):
            write_flushed(temporary / SEAL, seal)
        flush(temporary)
        try:
            temporary.rename(folder / f"v{version}")
            return version
        except OSError:
            if not (folder / f"v{version}").exists():
                raise
            version += 1


def _summary(folder: Path, version: int) -> dict[str, Any]:
    try:
        saved = load(f"{folder.name}/v{version}", folder.parent)
    except SegmentationError as error:
        problem = shown_name(str(error)) if not str(error).isprintable() else str(error)
        return _unusable(problem)
    made = saved.segmentation
    return {
        "created": saved.meta["created"],
        "k": made.k,
        "customers": made.n_customers,
        "features": len(made.feature_names),
        "silhouette": made.silhouette,
        "personas": [persona.name for persona in saved.personas],
        "problem": "",
        "seal": saved.seal.state,
        "notices": list(made.notices),
    }


def _unusable(problem: str) -> dict[str, Any]:
    return {"personas": [], "problem": problem, "seal": "", "notices": []}
