"""Settings of a method from what was typed: each text becomes what its field says."""

from __future__ import annotations

import argparse
import math
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from segmentation.core.errors import SegmentationError
from segmentation.core.text import plain_text
from segmentation.data.sources import is_choice
from segmentation.data.sources.choices import SWITCHES

if TYPE_CHECKING:
    from segmentation.clustering.methods import Method

__all__ = ["settings_of", "source_choices"]


def settings_of(args: argparse.Namespace) -> Any:
    """`--method`, `--k`, `--n-init`, `--seed` and every `--set SETTING=VALUE` → the settings of the method.

    One sentence for an unknown method or setting, one that is given twice, a value that its field does not take, or a
    missing number of segments.
    """
    from segmentation.clustering.methods import method_of

    method = method_of(args.method)
    given = [(name, getattr(args, name)) for name in ("k", "n_init", "seed") if getattr(args, name) is not None]
    given += [(name, value) for name, value in map(_pair, args.set) if not _of_the_source(args, name)]
    typed: dict[str, str] = {}
    for name, text in given:
        if name in typed:
            raise SegmentationError(f"The setting {plain_text(name)!r} is given twice. Keep one of them.")
        typed[name] = text
    if "k" in typed and method.finds_k:
        raise SegmentationError(f"{method.label} finds the number of segments itself. Leave k out.")
    if "k" not in typed and not method.finds_k:
        raise SegmentationError(f"{method.label} needs a number of segments. Add one, such as --k 4.")
    return method.choose({name: _value(method, name, text) for name, text in typed.items()})


def source_choices(args: argparse.Namespace) -> dict[str, str]:
    """Every `--set CHOICE=VALUE` about the files rather than the method, such as returns=net or words.pending=purchase.

    One sentence for one that is given twice, and for one that neither the files nor the method have.
    """
    typed: dict[str, str] = {}
    for name, value in map(_pair, args.set):
        if _of_the_source(args, name):
            if name in typed:
                raise SegmentationError(f"The setting {plain_text(name)!r} is given twice. Keep one of them.")
            typed[name] = value
        elif not hasattr(args, "method"):
            raise SegmentationError(f"No kind of file has a choice called {plain_text(name)!r}. Leave it out.")
    return typed


def _of_the_source(args: argparse.Namespace, name: str) -> bool:
    return name not in _own_settings(getattr(args, "method", None)) and is_choice(name)


def _own_settings(method: str | None) -> set[str]:
    """The settings of a method; none where the command groups nobody and needs none of what methods import."""
    if not method:
        return set()
    from segmentation.clustering.methods import method_of

    return {item.name for item in fields(method_of(method).settings)}


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise SegmentationError(f"--set needs SETTING=VALUE, such as eps=2.5; it was {plain_text(text)!r}.")
    return name, value


def _value(method: Method, name: str, text: str) -> Any:
    """The text as the kind of value that the field's default is; a text that names no field is left to `choose`."""
    default = next((item.default for item in fields(method.settings) if item.name == name), MISSING)
    if isinstance(default, bool):
        if text.lower() not in SWITCHES:
            raise _wrong(name, "yes or no", text)
        return SWITCHES[text.lower()]
    kind: type = type(default)
    if kind not in (int, float):
        return text
    try:
        number = kind(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _wrong(name, "a whole number" if kind is int else "a number", text)
    return number


def _wrong(name: str, needed: str, text: str) -> SegmentationError:
    return SegmentationError(f"The setting {name} needs {needed}; it was {plain_text(text)!r}. Choose such a value.")
