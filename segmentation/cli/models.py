"""`models`: what is saved, and what can be done with it: compare, rename, note, find a customer, delete, bring back."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from segmentation import store
from segmentation.cli.base import Outcome
from segmentation.core.errors import SegmentationError
from segmentation.core.notices import Notice
from segmentation.core.text import counted, plain_text
from segmentation.store import SavedModel
from segmentation.store.form import plain_values

__all__ = ["run", "seal_notices"]

_SEALS = {"changed": "Changed since it was saved. ", "elsewhere": "Not saved on this machine. "}

Action = Callable[..., Outcome]


def run(args: argparse.Namespace) -> Outcome:
    """Without an action: [{"model", "created", "k", "customers", "features", "silhouette", "personas", "problem",
    "seal", "note", "ids", "notices"}…], the newest first. seal: whole, changed (since it was saved) or elsewhere (not
    saved on this machine). notices: what was noticed of the files that it was made from.

    rename, note, delete, restore, forget-ids: {"model"} as it is called now. compare: {"first", "second", "changes",
    "facts", "segments", "centres", "columns"}. find: {"model", "id", "segment", "persona"}; segment 0 is in none, null
    is no such customer.
    """
    known = _ACTIONS.get(args.action)
    if known is None:
        raise SegmentationError(f"models can {', '.join(_ACTIONS)}; not {plain_text(args.action, longest=40)!r}.")
    fewest, most, act = known
    if not fewest <= len(args.values) <= most:
        raise SegmentationError(
            f"models {args.action} needs {counted(fewest, 'value')}. Run segmentation models --help to see which."
        )
    return act(args.models, *args.values)


def _list(root: Path | None) -> Outcome:
    plain: list[dict[str, Any]] = []
    for row in store.list_models(root).to_dict("records"):
        usable = not row["problem"]
        figures = {name: row[name] for name in ("k", "customers", "features", "silhouette")} if usable else {}
        plain.append(
            {
                "model": row["ref"],
                "created": row["created"].isoformat() if usable else None,
                **{name: plain_values(figures.get(name)) for name in ("k", "customers", "features", "silhouette")},
                "personas": row["personas"],
                "problem": row["problem"],
                "seal": row["seal"],
                "note": row["remark"],
                "ids": row["who"],
                "notices": [{**notice.facts(), "what": notice.text} for notice in row["notices"]],
            }
        )
    lines = [line for item in plain for line in _lines(item)] or ["No model is saved yet."]
    return Outcome(plain, "\n".join(lines))


def _lines(item: dict[str, Any]) -> list[str]:
    """One line for a model, and one below it for each thing that was noticed of its files."""
    if item["problem"]:
        return [f"{item['model']}: {plain_text(item['problem'], longest=300)}"]
    names = plain_text(", ".join(item["personas"]), longest=300)
    segments = f"{counted(item['k'], 'segment')} of {counted(item['customers'], 'customer')}"
    note = f" ({item['note']})" if item["note"] else ""
    first = f"{item['model']}{note}: {segments}. {_SEALS.get(item['seal'], '')}{names}".rstrip()
    return [first, *(f"    Noticed of its files: {plain_text(notice['what'])}" for notice in item["notices"])]


def _rename(root: Path | None, old: str, new: str) -> Outcome:
    name = store.rename(old, new, root)
    return Outcome({"model": name}, f"{plain_text(old)} is called {name} now, with all its versions.")


def _note(root: Path | None, ref: str, text: str = "") -> Outcome:
    note = store.set_note(ref, text, root)
    return Outcome({"model": ref, "note": note}, f"{ref}: {note}" if note else f"{ref} has no note any more.")


def _delete(root: Path | None, ref: str) -> Outcome:
    if "/" not in ref:
        raise SegmentationError(f"Say which version is deleted, such as {plain_text(ref, longest=60)}/v1.")
    store.empty_deleted(root)
    gone = store.delete(ref, root)
    return Outcome({"model": gone}, f"Deleted {gone}. Within a day, segmentation models restore {gone} brings it back.")


def _restore(root: Path | None, ref: str) -> Outcome:
    back = store.restore(ref, root)
    return Outcome({"model": back}, f"{back} is there again.")


def _forget(root: Path | None, ref: str) -> Outcome:
    store.forget_ids(ref, root)
    return Outcome({"model": ref}, f"No id is kept with {plain_text(ref)} any more.")


def _compare(root: Path | None, first: str, second: str) -> Outcome:
    one, other = store.load(first, root), store.load(second, root)
    found = store.compare_models(one, other)
    tables = {name: getattr(found, name).to_dict("records") for name in ("facts", "segments", "centres", "columns")}
    plain = plain_values({"first": one.ref, "second": other.ref, "changes": found.sentences, **tables})
    lines = [f"From {one.ref} to {other.ref}:", *(f"- {line}" for line in found.sentences), ""]
    lines += [
        f"{row['what']}: {row['first']}" + (f" → {row['second']}" if row["changed"] else "") for row in tables["facts"]
    ]
    return Outcome(plain, "\n".join(lines))


def _find(root: Path | None, ref: str, id: str) -> Outcome:
    table = store.who_is_who(ref, root)
    if table is None:
        raise SegmentationError(
            f"No ids are kept with {plain_text(ref)}. Save it again with --keep-ids, or score the file with them."
        )
    saved = store.load(ref, root)
    segment = table.segment_of(id)
    names = {persona.segment: persona.name for persona in saved.personas}
    name = names.get(segment or 0, f"Segment {segment}" if segment else "")
    shown = plain_text(id, longest=60)
    text = f"Customer {shown}: {plain_text(name)}." if segment else f"Customer {shown} is in no segment (noise)."
    text = f"There was no customer {shown} when {saved.ref} was saved." if segment is None else text
    return Outcome({"model": saved.ref, "id": id, "segment": segment, "persona": name}, text)


def seal_notices(saved: SavedModel) -> tuple[Notice, ...]:
    """What the seal of a model in use says, to be told once; nothing when it is as it was saved."""
    sentence = saved.seal.sentence(saved.ref)
    return (Notice("seal", saved.ref, 0, sentence),) if sentence else ()


_ACTIONS: Mapping[str, tuple[int, int, Action]] = {
    "list": (0, 0, _list),
    "rename": (2, 2, _rename),
    "note": (1, 2, _note),
    "compare": (2, 2, _compare),
    "find": (2, 2, _find),
    "forget-ids": (1, 1, _forget),
    "delete": (1, 1, _delete),
    "restore": (1, 1, _restore),
}
"""Action → fewest and most values, and what it does with them; a new one is one line here."""
