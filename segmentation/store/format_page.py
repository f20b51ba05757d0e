"""The format of saved models as a page, made from the shape that they are checked by.

python -m segmentation.store.format_page    writes docs/model_format.md anew
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from segmentation.clustering.assignment.registry import RULES
from segmentation.core.schema import Each, Maybe, Named, Optional
from segmentation.store import form
from segmentation.store.shape import SHAPE

__all__ = ["format_page"]

_WORDS = {bool: "true or false", str: "text", int: "whole number", float: "number", dict: "named values"}
_HEAD = """# The format of saved models

A saved model is a folder with three files: `params.json`, everything that scoring needs; `model.joblib`, the same for
notebooks, never opened by the studio; `seal.json`, by which a change is found out. This page is made from the shape by
which each `params.json` is checked before it is listed: a key that is missing or unknown, a value of another kind, a
number that is not finite, has more than 40 digits or is above 1e300, a text above 20,000 letters, nesting above 12
levels and a file above 1 MB are refused in one sentence (`python -m segmentation.store.format_page` writes it anew).

"""


def format_page() -> str:
    """The page: what each key means, then its kind and bounds."""
    meaning = (form.__doc__ or "").partition("\n\n")[2].strip("\n")
    lines = [_HEAD.rstrip("\n"), "", "```text", meaning, "```", "", "## Kinds and bounds", "", *_table(SHAPE), ""]
    for kind, rule in RULES.items():
        lines += [f'## A rule of the kind "{kind}"', "", *_table(rule.shape), ""]
    return "\n".join(lines)


def _table(shape: Mapping[str, Any]) -> list[str]:
    rows = [f"| `{path}` | {words} |" for path, words in _lines(shape, "")]
    return ["| key | value |", "|---|---|", *rows]


def _lines(shape: Mapping[str, Any], where: str) -> Iterator[tuple[str, str]]:
    """Every key below a group of named values, with its kind in words."""
    for key, inner in shape.items():
        path = f"{where}{key}"
        words, deeper, ending = _words(inner)
        yield path, words
        if deeper is not None:
            yield from _lines(deeper, f"{path}{ending}.")


def _words(shape: Any) -> tuple[str, Mapping[str, Any] | None, str]:
    """A shape in words; the group of named values inside it, if any, and what its keys stand behind."""
    if isinstance(shape, Optional):
        words, deeper, ending = _words(shape.shape)
        return f"{words}; may be absent", deeper, ending
    if isinstance(shape, Maybe):
        words, deeper, ending = _words(shape.shape)
        return f"{words}, or null", deeper, ending
    if isinstance(shape, Each):
        words, deeper, ending = _words(shape.shape)
        return f"list of at most {shape.most:,}: {words}", deeper, f"[]{ending}"
    if isinstance(shape, Named):
        words, deeper, ending = _words(shape.shape)
        return f"at most {shape.most:,} under any names: {words}", deeper, f".*{ending}"
    if isinstance(shape, Mapping):
        return "named values, no others", shape, ""
    return _WORDS[shape], None, ""


if __name__ == "__main__":
    page = Path(__file__).resolve().parents[2] / "docs/model_format.md"
    page.write_text(format_page(), encoding="utf-8")
