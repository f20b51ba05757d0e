"""Where saved models lie: `models/<name>/v3/`, and `models/.deleted/<name>/v3/` for a day."""

from __future__ import annotations

import os
import re
from pathlib import Path

import platformdirs

from segmentation.core.errors import SegmentationError
from segmentation.core.places import checkout
from segmentation.core.text import listed, plain_text
from segmentation.store.names import VERSION, parsed_ref

__all__ = [
    "DELETED",
    "existing",
    "folders_in",
    "models_root",
    "next_version",
    "odd_versions",
    "saved_refs",
    "saved_versions",
    "shown_name",
    "tombstone",
    "version_folder",
    "versions_in",
]

DELETED = ".deleted"
_LIKE_VERSION = re.compile(r"[vV][-+.,_ ]?\d.*", re.DOTALL)
_TOMBSTONE = re.compile(r"v([1-9][0-9]{0,8})\.deleted")


def models_root() -> Path:
    """Where models are kept: the folder that SEGMENTATION_MODELS names; else `models` of a checkout, or of the user."""
    given, top = os.environ.get("SEGMENTATION_MODELS"), checkout()
    if given:
        return Path(given)
    return top / "models" if top else platformdirs.user_data_path("customer-segmentation-studio", False) / "models"


def folders_in(folder: Path) -> list[Path]:
    """The folders inside a folder; none where it cannot be opened."""
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []


def versions_in(folder: Path) -> list[int]:
    """The versions inside the folder of a model, the oldest first."""
    matches = (VERSION.fullmatch(path.name) for path in folders_in(folder))
    return sorted(int(match.group(1)) for match in matches if match)


def saved_versions(root: Path) -> list[tuple[Path, int]]:
    """Folder and number of every saved version."""
    return [(folder, version) for folder in sorted(folders_in(root)) for version in versions_in(folder)]


def saved_refs(root: Path | None = None) -> tuple[str, ...]:
    """All saved versions as "name/v3", the newest first, without reading any of them."""
    saved = [
        (folder / f"v{version}", f"{shown_name(folder.name)}/v{version}")
        for folder, version in saved_versions(root or models_root())
    ]
    return tuple(ref for _, ref in sorted(saved, key=lambda item: (_changed(item[0]), item[1]), reverse=True))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # gone, or not to be seen
        return 0


def odd_versions(root: Path | None = None) -> tuple[tuple[str, str], ...]:
    """What lies among the versions of saved models and is none, such as a folder `v1.5`: its name, and why."""
    folders = [folder for folder in sorted(folders_in(root or models_root())) if folder.name != DELETED]
    paths = [path for folder in folders for path in _inside(folder) if _LIKE_VERSION.fullmatch(path.name)]
    named = ((f"{shown_name(path.parent.name)}/{shown_name(path.name)}", _why_no_version(path)) for path in paths)
    return tuple((ref, why) for ref, why in named if why)


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _why_no_version(path: Path) -> str:
    if _TOMBSTONE.fullmatch(path.name):
        return ""
    if not VERSION.fullmatch(path.name):
        return "No version: versions are called v1 to v999999999. Rename the folder, or take it out."
    return "" if path.is_dir() else "No version: it is not a folder. Take it out."


def shown_name(name: str) -> str:
    """The name of a folder as text that can be shown and written, whatever bytes it has on the disk."""
    return plain_text(name.encode("utf-8", "replace").decode())


def version_folder(root: Path, name: str, version: int) -> Path:
    """The folder of one version."""
    return root / name / f"v{version}"


def existing(ref: str, root: Path | None = None) -> tuple[str, int, Path]:
    """Name, version and folder of "name/v3", or of the newest version of "name"; one sentence where there is none."""
    name, version = parsed_ref(ref)
    place = root or models_root()
    there = versions_in(place / name)
    if not there or (version is not None and version not in there):
        raise _no_such_model(name, version, there, place)
    version = version or there[-1]
    return name, version, version_folder(place, name, version)


def _no_such_model(name: str, version: int | None, versions: list[int], root: Path) -> SegmentationError:
    """What is said of a model that is not there: which ones are."""
    if versions:
        there = ", ".join(f"v{number}" for number in versions)
        return SegmentationError(f'There is no saved model "{plain_text(name)}/v{version}". There are: {there}.')
    others = [folder for folder in folders_in(root) if versions_in(folder)]
    others.sort(key=lambda folder: (folder.stat().st_mtime_ns, folder.name), reverse=True)
    have = f"The saved models are: {listed([plain_text(folder.name) for folder in others], most=10)}."
    if not others:
        have = "Nothing is saved in this folder of models: save a model first, or name the folder that holds it."
    return SegmentationError(f'There is no saved model "{plain_text(name)}". {have}')


def tombstone(folder: Path, version: int) -> Path:
    """The empty file that stands for a deleted version, so that its number never means another model."""
    return folder / f"v{version}.deleted"


def next_version(folder: Path) -> int:
    """The first number that no version of this model has or had."""
    try:
        gone = [int(match.group(1)) for path in folder.iterdir() if (match := _TOMBSTONE.fullmatch(path.name))]
    except OSError:
        gone = []
    return max([*versions_in(folder), *gone], default=0) + 1
