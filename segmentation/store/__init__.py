"""Saved models: one folder a version, written whole or not at all, read without running any code from it."""

from segmentation.store.folders import SavedModel, list_models, load, models_root, save, saved_already, saved_refs
from segmentation.store.names import suggested_name
from segmentation.store.seal import WHOLE, Seal, check_accepted

__all__ = [
    "WHOLE",
    "SavedModel",
    "Seal",
    "check_accepted",
    "list_models",
    "load",
    "models_root",
    "save",
    "saved_already",
    "saved_refs",
    "suggested_name",
]
