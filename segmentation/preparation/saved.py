"""The choices of preparation as a small JSON file: saved by the Prepare page, taken by `--prep FILE.json`.

Version 1 of the file: {"kind": "segmentation preparation", "version": 1, "settings": {every field of `PrepSettings`},
"columns": {column: {"fill", "fill_value", "cap", "transform", "keep", "weight"}}}. What a file written by hand leaves
out is as in the plain preparation. A newer version is refused; to change the form, raise VERSION and read the older
ones here.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.saved_file import saved_object
from segmentation.core.schema import faults
from segmentation.core.settings import FILLS, PREP_PRESETS, TRANSFORMS, ColumnPrep, PrepSettings
from segmentation.core.text import plain_text

__all__ = ["prep_from", "prep_from_json", "prep_to_json"]

KIND, VERSION = "segmentation preparation", 1
_PARTS = {"kind": str, "version": int, "settings": dict, "columns": dict}
_SETTINGS = {item.name: type(item.default) for item in fields(PrepSettings) if item.name != "columns"}
_CHOICES: dict[str, type] = {
    "fill": str,
    "fill_value": float,
    "cap": bool,
    "transform": str,
    "keep": bool,
    "weight": float,
}


def prep_to_json(settings: PrepSettings) -> str:
    """The choices → the text of their file; of a column only what was decided for it."""
    plain = asdict(settings)
    columns = {
        name: {choice: value for choice, value in own.items() if value is not None}
        for name, own in plain.pop("columns").items()
    }
    file = {"kind": KIND, "version": VERSION, "settings": plain, "columns": columns}
    return json.dumps(file, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def prep_from_json(text: str | bytes) -> PrepSettings:
    """The text of a file of choices → the choices; one sentence when it is none or a value in it is not allowed."""
    plain = saved_object(text, VERSION, _not_one)
    if plain.get("kind", KIND) != KIND:
        raise _not_one("its kind is another one")
    _check(plain, _PARTS, "")
    settings, columns = plain.get("settings", {}), plain.get("columns", {})
    _check(settings, _SETTINGS, "settings")
    own = {}
    for name, choice in columns.items():
        where = f"columns.{plain_text(name, longest=40)}"
        if not isinstance(choice, dict):
            raise _not_one(f"{where} must be a group of named values")
        _check(choice, _CHOICES, where)
        for key, allowed in (("fill", FILLS), ("transform", TRANSFORMS)):
            if choice.get(key) is not None and choice[key] not in allowed:
                raise _not_one(f"{where}.{key} must be one of {', '.join(allowed)}")
        own[name] = ColumnPrep(**choice)
    return PrepSettings(**settings, columns=own)


def prep_from(choice: PrepSettings | str | os.PathLike[str]) -> PrepSettings:
    """Settings, the name of a preset, or the path of a file of choices (it ends with .json) → settings."""
    if isinstance(choice, PrepSettings):
        return choice
    if str(choice) in PREP_PRESETS:
        return PREP_PRESETS[str(choice)]
    if not str(choice).casefold().endswith(".json"):
        raise SegmentationError(
            f"There is no preparation {plain_text(choice, longest=60)!r}. Choose {' or '.join(PREP_PRESETS)}, or a "
            ".json file that the Prepare page saved."
        )
    try:
        return prep_from_json(Path(choice).read_bytes())
    except (OSError, ValueError) as error:
        raise SegmentationError(f"Cannot read the preparation {plain_text(choice)}. Check the path.") from error


def _check(plain: dict[str, Any], shape: dict[str, Any], where: str) -> None:
    """Every value has the kind of its field; what is not named may be left out."""
    wanted = {name: kind for name, kind in shape.items() if name in plain}
    problems = faults(plain, wanted, where)
    if problems:
        raise _not_one(problems[0].rstrip("."))


def _not_one(why: str) -> SegmentationError:
    return SegmentationError(f"This is not a file of preparation choices: {why}. Choose one that this program saved.")
