"""Saved models: one folder a version, written whole or not at all, read without running any code from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segmentation.core.lazy import lazily
from segmentation.store.folders import (
    SavedModel,
    forget_ids,
    ids_kept,
    list_models,
    load,
    save,
    saved_already,
    who_is_who,
)
from segmentation.store.manage import (
    LONGEST_NOTE,
    Deleted,
    delete,
    deleted_models,
    empty_deleted,
    is_there,
    note_of,
    rename,
    restore,
    set_note,
)
from segmentation.store.names import suggested_name
from segmentation.store.seal import WHOLE, Seal, check_accepted
from segmentation.store.tree import models_root, odd_versions, saved_refs
from segmentation.store.who import KINDS, WhoIsWho

if TYPE_CHECKING:
    from segmentation.store.compared import Difference, compare_models

__all__ = [
    "KINDS",
    "LONGEST_NOTE",
    "WHOLE",
    "Deleted",
    "Difference",
    "SavedModel",
    "Seal",
    "WhoIsWho",
    "check_accepted",
    "compare_models",
    "delete",
    "deleted_models",
    "empty_deleted",
    "forget_ids",
    "ids_kept",
    "is_there",
    "list_models",
    "load",
    "models_root",
    "note_of",
    "odd_versions",
    "rename",
    "restore",
    "save",
    "saved_already",
    "saved_refs",
    "set_note",
    "suggested_name",
    "who_is_who",
]

__getattr__ = lazily(__name__, {"Difference": "compared", "compare_models": "compared"})
