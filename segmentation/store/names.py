"""What a saved model may be called, and how its versions are written: `name/v3`."""

from __future__ import annotations

import re

from segmentation.core.checks import check_kind
from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text

__all__ = ["VERSION", "checked_name", "parsed_ref", "suggested_name"]

_NAME = re.compile(r"[^\W_][\w .-]{0,58}[^\W]|[^\W_]")
VERSION = re.compile(r"v([1-9][0-9]{0,8})")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


def checked_name(name: str) -> str:
    """A name that is safe as a folder on every system, or one sentence about what is allowed."""
    name = check_kind(name, str, "The name of a model", "Give text, such as cards.").strip()
    if not _NAME.fullmatch(name) or ".." in name or name.split(".")[0].casefold() in _RESERVED:
        raise SegmentationError(
            f'A model cannot be called "{plain_text(name, longest=40)}". Use 1 to 60 letters, digits, blanks, "-" or '
            '"_", starting with a letter or digit.'
        )
    return name


def suggested_name(text: str, otherwise: str = "My segments") -> str:
    """A name for a model made from any text, such as the name of a file without its ending."""
    name = re.sub(r"[^\w -]+|_+", " ", text).strip(" -")[:60]
    name = re.sub(r" +", " ", name).strip()
    return name if _NAME.fullmatch(name) and name.casefold() not in _RESERVED else otherwise


def parsed_ref(ref: str) -> tuple[str, int | None]:
    """Name and version of "name/v3"; None is the newest version."""
    check_kind(ref, str, "The name of a saved model", "Give text, such as cards or cards/v3.")
    name, slash, version = ref.strip().partition("/")
    match = VERSION.fullmatch(version)
    if slash and not match:
        raise SegmentationError(f'"{plain_text(ref, longest=60)}" is not a model. Write NAME or NAME/v3.')
    return checked_name(name), int(match.group(1)) if match else None
