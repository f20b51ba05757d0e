"""`score`: place the customers of a file in the segments of a saved model."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from segmentation.cli.base import Outcome, check_spared, is_big, on_screen
from segmentation.cli.columns import columns_lines, model_plain, reading_from
from segmentation.cli.lists import write_list
from segmentation.cli.models import seal_notices
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.memory import keep_blocks
from segmentation.core.tables import ColumnRole
from segmentation.core.text import count_text, counted, plain_text, share_text
from segmentation.personas.cards import segment_names
from segmentation.scoring.choices import Choices
from segmentation.scoring.scored_file import ScoredFile
from segmentation.scoring.stream import score_stream
from segmentation.scoring.stream.rows import COLUMNS
from segmentation.store import check_accepted, load
from segmentation.store.form import plain_values

__all__ = ["run"]

_FAR_BY_CHANCE = 0.01
"""Share of the training customers that are as far from their persona as what is called far."""


def run(args: argparse.Namespace) -> Outcome:
    """{"model", "rows", "scored", "noise", "on_the_border", "how_sure", "far", "verdict", "reasons", "segments",
    "features", "columns"}.

    scored: noise (rows that fit none of the segments) is among them. features: how far the values of each moved since
    training, and how many were filled, capped or outside the training range; verdict and reasons: keep, watch or
    refit. `--out` gets one line a row: id, segment (0: in none, the reason says why), persona, distance, margin,
    certainty (share of the refits that name the same persona, 0 to 1), how_sure (the same in words), probability (only
    where the model knows it), reason; a line that could not be read is among them, with its reason. `--into` adds
    "into": {"changed", "same"}, the customers whose persona was written and those who had it already.
    """
    check_spared(args.out, args.files)
    model = load(args.model, args.models)
    check_accepted(model.seal, model.ref, args.accept_changed, "scored")
    columns, files = _columns(args.map)
    choices = Choices(reading_from(args.read), _scale(args.scale), args.anyway, columns)
    names = segment_names(model.segmentation, model.personas)
    written: dict[str, int] = {}
    streamed = _block_by_block(args, model.segmentation, names, choices)
    if streamed is None:
        streamed = _as_a_whole(args, model.segmentation, names, choices, written, files)
    scored = streamed
    others = [ColumnRole(row["column"], row["state"], row["effect"]) for row in scored.columns.to_dict("records")]
    columns = model_plain(model.segmentation, others)
    plain = plain_values({**_summary(model.ref, scored), "columns": columns})
    if args.into is not None:
        plain["into"] = written
    return Outcome(plain, _text(plain, scored, args.out), (*seal_notices(model), *scored.notices, *scored.of_list))


def _block_by_block(
    args: argparse.Namespace, made: Segmentation, names: Mapping[int, str], choices: Choices
) -> ScoredFile | None:
    """A big file of text, scored without being held in memory; None where it has to be read as a whole."""
    if args.map or args.into is not None or not is_big(args.files):
        return None
    keep_blocks()
    return score_stream(made, names, args.files[0], args.out, id_column=args.id, choices=choices, progress=on_screen())


def _as_a_whole(
    args: argparse.Namespace,
    made: Segmentation,
    names: Mapping[int, str],
    choices: Choices,
    written: dict[str, int],
    mappings: list[str],
) -> ScoredFile:
    """Files of any kind and form, each read whole; written: gets what was written into a table."""
    from segmentation.data.customers import mapping_file, named
    from segmentation.scoring.batch import score_files

    mapping = mapping_file(mappings[0]) if mappings else None
    files = named(args.files)
    batch, _ = score_files(
        made, names, files, id_column=args.id, mapping=mapping, choices=choices, progress=on_screen()
    )
    listed = batch.rows[[name for name in COLUMNS if name in batch.rows]]
    of_list = write_list(args.out, listed) if args.out is not None else ()
    if args.into is not None:
        from segmentation.api import write_back

        into = write_back(batch, args.into, force=args.force)
        written |= {"changed": into.changed, "same": into.same}
    return replace(batch.without_rows, of_list=of_list)


def _columns(texts: list[str]) -> tuple[dict[str, str], list[str]]:
    """ "MODEL=COLUMN", each, or the name of a mapping file → column of the model → column of the file; the file."""
    columns, files = {}, []
    for text in texts:
        name, equals, column = text.partition("=")
        if equals and name and column:
            columns[name] = column
        else:
            files.append(text)
    if len(files) > 1:
        raise SegmentationError("--map takes one file, or MODEL=COLUMN several times. Leave the other file out.")
    return columns, files


def _scale(texts: list[str]) -> dict[str, float]:
    """ "COLUMN=FACTOR", each → column → factor."""
    factors = {}
    for text in texts:
        name, equals, factor = text.rpartition("=")
        try:
            factors[name] = float(factor)
        except ValueError:
            equals = ""
        if not equals or not math.isfinite(factors[name]) or factors[name] == 0:
            raise SegmentationError(f"--scale needs COLUMN=FACTOR, such as rate=100; it was {plain_text(text)!r}.")
    return factors


def _summary(ref: str, batch: ScoredFile) -> dict[str, Any]:
    segments = [
        {"segment": row["segment"], "name": row["persona"], "size": row["size"], "share": row["share"]}
        for row in batch.mix.to_dict("records")
        if row["segment"]
    ]
    return {
        "model": ref,
        "rows": batch.n_rows,
        "scored": batch.scored,
        "noise": batch.noise,
        "on_the_border": batch.on_the_border,
        "how_sure": dict(batch.how_sure),
        "far": batch.far_share,
        "verdict": batch.verdict.verdict,
        "reasons": list(batch.verdict.reasons),
        "segments": segments,
        "features": batch.features.drop(columns="label").to_dict("records"),
    }


def _text(plain: dict[str, Any], batch: ScoredFile, out: Path | None) -> str:
    lines = [f"{plain['model']}: {count_text(plain['scored'])} of {count_text(plain['rows'])} customers scored."]
    for item in plain["segments"]:
        size = f"{counted(item['size'], 'customer')}, {share_text(item['share'])}"
        lines.append(f"{item['segment']}  {plain_text(item['name'])}: {size}")
    if plain["noise"]:
        lines.append(f"In none of the segments (noise): {count_text(plain['noise'])}.")
    lines.append(f"On the border between two: {count_text(plain['on_the_border'])}.")
    if plain["how_sure"]:
        counts = ", ".join(f"{word.lower()} {count_text(number)}" for word, number in plain["how_sure"].items())
        lines.append(f"How sure: {counts}.")
    lines += _unlike_training(batch)
    lines.append(f"{batch.verdict.headline}. {' '.join(batch.verdict.reasons)}")
    lines += columns_lines(plain["columns"])
    if out is not None:
        lines.append(f"Written to {plain_text(out)}.")
    if "into" in plain:
        changed, same = (count_text(plain["into"][name]) for name in ("changed", "same"))
        lines.append(f"Written into the table: {changed} customers with a new or another persona; {same} as before.")
    return "\n".join(lines)


def _unlike_training(batch: ScoredFile) -> list[str]:
    """What a verdict leaves out where customers are few: values that are not there, customers unlike all known ones."""
    lines = []
    filled = batch.features[batch.features["filled"] > 0]
    if len(filled):
        rows = filled[["label", "filled"]].to_dict("records")
        missing = [f"{plain_text(row['label'])} {counted(row['filled'], 'customer')}" for row in rows]
        lines.append(f"Without a value: {', '.join(missing)}.")
    far = round(batch.far_share * batch.scored) if batch.scored else 0
    expected = _FAR_BY_CHANCE * batch.scored
    if far > expected + 2 * math.sqrt(expected) + 1:
        lines.append(
            f"Unlike the model's customers: {count_text(far)} of {count_text(batch.scored)} are farther from every "
            "persona than 99 % of those were. Check their values before you rely on their persona."
        )
    return lines
