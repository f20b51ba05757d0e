"""The customers that a command works on, and which columns made them: said in every answer, as text and as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from segmentation.core.errors import SegmentationError
from segmentation.core.tables import ColumnRole, FeatureTable, Table
from segmentation.core.text import plain_text
from segmentation.data.reading import KINDS, ReadSettings, read
from segmentation.data.sources.choices import SWITCHES
from segmentation.preparation import Recipe, left_out, used

if TYPE_CHECKING:
    from segmentation.clustering.model import Segmentation

__all__ = ["columns_lines", "columns_plain", "features_of", "model_plain", "reading_from"]

_MOST = 40
_AS_TRAINED = "So it was when the model was made."


def features_of(args: argparse.Namespace, tables: Iterable[Table] = ()) -> FeatureTable:
    """The files on the command line and how they are to be read → one row a customer.

    tables: the same files, where they were read already.
    """
    from segmentation.api import features
    from segmentation.cli.values import source_choices
    from segmentation.data.customers import roles_from
    from segmentation.data.derived import formulas_from

    roles, derive = roles_from(args.roles), formulas_from(args.derive)
    choices = source_choices(args)
    files: list[Any] = list(tables) or list(args.files)
    if args.read and not tables:
        files = [read(path, settings=reading_from(args.read)) for path in args.files]
    named = {"roles": roles, "mapping": args.map, "choices": choices, "derive": derive}
    return features(files, args.source, id=args.id, as_of=args.as_of, **named)


def reading_from(texts: Iterable[str]) -> ReadSettings:
    """ "SETTING=VALUE", each → how files are read; one sentence for a setting or a value that there is not."""
    plain: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name == "columns":
            raise SegmentationError(f"--read needs SETTING=VALUE, such as decimal=, ; it was {plain_text(text)!r}.")
        if name in ("missing", "as_text"):
            plain[name] = [*plain.get(name, []), value]
        elif name == "column":
            plain["columns"] = [*plain.get("columns", []), _column_kind(value)]
        elif name == "no_answer":
            plain[name] = [*plain.get(name, []), *_no_answer(value)]
        elif name == "header_row":
            plain[name] = int(value) if value.isdecimal() and len(value) < 9 else value
        elif name == "total_rows":
            plain[name] = SWITCHES.get(value.lower(), value)
        else:
            plain[name] = value
    return ReadSettings.from_dict(plain)


def _column_kind(value: str) -> tuple[str, str]:
    """ "COLUMN:KIND" → the column and the kind that it is read as."""
    column, colon, kind = value.rpartition(":")
    if not (colon and column and kind in KINDS):
        raise SegmentationError(
            f"--read column needs COLUMN:KIND, such as amount:number, with one of {', '.join(KINDS)}; it was "
            f"{plain_text(value)!r}."
        )
    return column, kind


def _no_answer(value: str) -> list[tuple[str, str]]:
    """ "COLUMN:CODE" → the pair; "none" → no code at all, so that all of them are values."""
    column, colon, code = value.rpartition(":")
    if value != "none" and not (colon and column and code):
        raise SegmentationError(
            f"--read no_answer needs COLUMN:CODE, such as age:99, or none; it was {plain_text(value)!r}."
        )
    return [] if value == "none" else [(column, code)]


def columns_plain(table: FeatureTable, recipe: Recipe | None = None) -> dict[str, Any]:
    """{"used": [column…], "left_out": [{"column", "role", "why"}…]}: what makes the segments, and what does not.

    With columns that are made of others also "made": {name: formula}.
    """
    return _plain(used(table, recipe), left_out(table, recipe), table.replay)


def model_plain(made: Segmentation, differences: Iterable[ColumnRole] = ()) -> dict[str, Any]:
    """The same of a model: its columns, and what its own files had besides, with what that was taken for.

    differences: columns that a new file has more or less than those.
    """
    changed = {item.name: item for item in differences}
    roles = made.replay.get("columns", {}).get("customers", {}) if made.source == "customers" else {}
    others = [
        changed.pop(name, ColumnRole(name, role, _AS_TRAINED))
        for name, role in roles.items()
        if role not in ("feature", "category")
    ]
    dropped = [ColumnRole(item.name, "left out", item.reason) for item in made.recipe.dropped]
    return _plain(made.recipe.inputs, [*others, *dropped, *changed.values()], made.replay)


def _plain(names: Iterable[str], others: Iterable[ColumnRole], replay: Mapping[str, Any]) -> dict[str, Any]:
    derived = {str(item["name"]): str(item["formula"]) for item in replay.get("derived", ())}
    return {
        "used": [str(name) for name in names],
        "left_out": [{"column": item.name, "role": item.role, "why": item.reason} for item in others],
        **({"made": derived} if derived else {}),
    }


def columns_lines(plain: dict[str, Any]) -> list[str]:
    """The same in words: one line for the columns used, one for each that is left out."""
    names, others = plain["used"], plain["left_out"]
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    lines = [f"Columns used ({len(names)}): {', '.join(plain_text(name, longest=60) for name in names[:_MOST])}{more}."]
    for name, formula in plain.get("made", {}).items():
        lines.append(f"Made of others: {plain_text(name, longest=60)} = {plain_text(formula, longest=300)}.")
    for item in others[:_MOST]:
        why = plain_text(item["why"], longest=200)
        lines.append(f"Left out: {plain_text(item['column'], longest=60)} ({item['role']}). {why}")
    if len(others) > _MOST:
        lines.append(f"Left out as well: {len(others) - _MOST} more; --json lists them.")
    return lines
