"""What a person may do with saved models beyond using them: other names, notes, delete and undo, ids to look up.

Only one's own are managed; a shared one is taken back (`pages.ui.models`). Every change is written to the log first.
"""

from __future__ import annotations

from pages.ui import access, models
from segmentation import store
from segmentation.core.errors import SegmentationError
from segmentation.store import WhoIsWho

__all__ = [
    "delete",
    "empty_deleted",
    "forget_ids",
    "ids_kept",
    "is_own",
    "is_there",
    "rename",
    "restore",
    "set_note",
    "who_is_who",
]

_ACTION = "save a model"


def is_own(ref: str) -> bool:
    """Whether this session may manage that model."""
    return access.allows(_ACTION) and not (access.switched_on() and ref.startswith(models.SHARED))


def is_there(ref: str) -> bool:
    """Whether a model of this session is still saved, without reading it."""
    try:
        root, inside = models.placed(ref)
    except SegmentationError:
        return False
    return store.is_there(inside, root)


def rename(old: str, new: str) -> str:
    """Give a model of one's own another name; returns it."""
    models.check_name(new)
    access.require(_ACTION, "renames a model", old)
    return store.rename(old, new, models.own_root())


def set_note(ref: str, text: str) -> str:
    """Put a note on a version of one's own."""
    access.require(_ACTION, "notes on a model", _own(ref))
    return store.set_note(ref, text, models.own_root())


def delete(ref: str) -> str:
    """Delete a version of one's own; for a day it can be brought back."""
    access.require(_ACTION, "deletes a model", _own(ref))
    return store.delete(ref, models.own_root())


def restore(ref: str) -> str:
    """Bring a deleted version of one's own back."""
    access.require(_ACTION, "brings a model back", _own(ref))
    return store.restore(ref, models.own_root())


def empty_deleted() -> None:
    """Remove for good what was deleted more than a day ago."""
    if access.allows(_ACTION):
        store.empty_deleted(models.own_root())


def forget_ids(ref: str) -> None:
    """Remove the ids that were kept with a version of one's own."""
    access.require(_ACTION, "forgets the ids of a model", _own(ref))
    store.forget_ids(ref, models.own_root())


def ids_kept(ref: str) -> str:
    """How ids are kept with a model of this session: "plain", "hashed", or empty."""
    root, inside = models.placed(ref)
    return store.ids_kept(inside, root)


def who_is_who(ref: str) -> WhoIsWho | None:
    """The ids that were kept with a model; a shared one has none."""
    root, inside = models.placed(ref)
    return store.who_is_who(inside, root)


def _own(ref: str) -> str:
    if not is_own(ref):
        raise SegmentationError("A shared model is not changed. Take it back, and share it again.")
    return ref
