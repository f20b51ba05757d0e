"""The saved models of whoever this session is: one's own, and those that are shared with everybody.

Where nobody signs in there is one folder, and a model is called "name/v3". Where people sign in each has a folder of
their own, and "everybody/name/v3" is a shared one. Pages ask here, never the folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pages.ui import access
from segmentation import store
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.personas import Persona
from segmentation.store import SavedModel, list_models, models_root, saved_refs
from segmentation.store.copies import copy_version, shared_by, take_back

__all__ = [
    "SHARED",
    "check_name",
    "label",
    "listed",
    "load",
    "not_offered",
    "own_root",
    "placed",
    "refs",
    "save",
    "share",
    "stop_sharing",
    "taken_back_with",
]

SHARED = "everybody/"
_PEOPLE = ".people"


def own_root() -> Path:
    """The folder of this person's own models; the one folder there is where nobody signs in."""
    if not access.switched_on():
        return models_root()
    key = access.owner()
    if key is None:
        raise SegmentationError("Sign in to go on.")
    return models_root() / _PEOPLE / key


def refs() -> tuple[str, ...]:
    """All models of this session, the newest first, one's own before the shared ones."""
    if not access.switched_on():
        return saved_refs(models_root())
    own = saved_refs(own_root()) if access.allows("save a model") else ()
    return (*own, *(SHARED + ref for ref in saved_refs(models_root())))


def not_offered() -> tuple[str, ...]:
    """A sentence for each thing that lies among the versions of these models and is none."""
    roots = [models_root()]
    if access.switched_on() and access.allows("save a model"):
        roots.append(own_root())
    return tuple(f"{ref}: {why}" for root in roots for ref, why in store.odd_versions(root))


def load(ref: str) -> SavedModel:
    """One of `refs`, with its ref as it is called here."""
    root, inside = placed(ref)
    saved = store.load(inside, root)
    return replace(saved, ref=SHARED + saved.ref) if ref.startswith(SHARED) else saved


def label(ref: str) -> str:
    """A ref as a reader sees it."""
    name, _, version = ref.removeprefix(SHARED).partition("/v")
    shared = ", shared with everybody" if ref.startswith(SHARED) else ""
    return f"{plain_text(name)}, version {version}{shared}"


def listed() -> pd.DataFrame:
    """`list_models` of all of them; ref as it is called here, whose ("you" or "everybody") where people sign in."""
    if not access.switched_on():
        return list_models(models_root())
    shared = list_models(models_root())
    shared = shared.assign(ref=SHARED + shared["ref"].astype("str"), whose="Everybody's")
    if not access.allows("save a model"):
        return shared
    root = own_root()  # there once this person has saved one
    own = (list_models(root) if root.is_dir() else shared.iloc[:0]).assign(whose="Yours")
    return pd.concat([part for part in (own, shared) if len(part)] or [own], ignore_index=True)


def save(
    segmentation: Segmentation, personas: Iterable[Persona], name: str, *, note: Mapping[str, str] | None, who: str = ""
) -> tuple[str, bool]:
    """Save as the next version of one's own; its ref, and whether there was nothing new to save."""
    told, root = tuple(personas), own_root()
    check_name(name)
    same = store.saved_already(segmentation, told, name, root, note=note, who=who)
    access.require("save a model", "saved again unchanged" if same else "saves a model", same or name)
    return same or store.save(segmentation, told, name, root, note=note, who=who), bool(same)


def check_name(name: str) -> None:
    """Refuse the one name that would be read as a model shared with everybody."""
    if access.switched_on() and name.strip().casefold() == SHARED.rstrip("/"):
        raise SegmentationError(
            'A model cannot be called "everybody": that is where shared models are. Choose another.'
        )


def share(ref: str) -> str:
    """Copy one's own model to the folder that everybody has; its ref there."""
    access.require("share a model with everybody", "shares with everybody", ref)
    return SHARED + copy_version(ref, own_root(), models_root(), access.owner() or "")


def taken_back_with(ref: str) -> str:
    """The action that taking a shared model back is for this person."""
    mine = shared_by(ref.removeprefix(SHARED), models_root()) == access.owner()
    return "take back what one shared" if mine else "take back what others shared"


def stop_sharing(ref: str) -> None:
    """Take a shared model back; the one it was copied from stays with its owner."""
    access.require(taken_back_with(ref), "takes back from everybody", ref.removeprefix(SHARED))
    take_back(ref.removeprefix(SHARED), models_root())


def placed(ref: str) -> tuple[Path, str]:
    """The folder that a model of this session is in, and its ref there."""
    if access.switched_on() and ref.startswith(SHARED):
        access.require("see shared models")
        return models_root(), ref.removeprefix(SHARED)
    if access.switched_on():
        access.require("save a model")
    return own_root(), ref
