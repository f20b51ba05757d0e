"""A big table of customers, scored block by block; what cannot be proved equal to the whole is left to the whole."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_limits

from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import altered_counts, altered_notices
from segmentation.core.notices import Notice, notices_of
from segmentation.core.settings import Progress
from segmentation.core.tables import Table
from segmentation.core.text import count_text
from segmentation.data.reading import ReadSettings
from segmentation.data.reading.stream import Blocks, FileFacts, Head, NotPlain, Piece, conclude, find_head, piece_of
from segmentation.data.reading.stream.head import Column, Lane
from segmentation.scoring.batch import column_differences
from segmentation.scoring.choices import Choices, Undecided
from segmentation.scoring.drift import counted_drift, counted_together, judge
from segmentation.scoring.mix import mix_of
from segmentation.scoring.moved import may_have_moved, stop_if_moved
from segmentation.scoring.new_files import id_column_of, renamed_by, understood
from segmentation.scoring.scored_file import ScoredFile
from segmentation.scoring.stream.crowd import Counted, Spilled
from segmentation.scoring.stream.rows import COLUMNS, ScoredRows, ids_in, score_rows, unread_table
from segmentation.scoring.stream.sink import Sink
from segmentation.scoring.unplaced import unread_rows

__all__ = ["score_stream"]


def score_stream(
    made: Segmentation,
    personas: Mapping[int, str],
    path: Path,
    out: Path | None = None,
    *,
    id_column: str | None = None,
    choices: Choices | None = None,
    progress: Progress | None = None,
    block: int | None = None,
) -> ScoredFile | None:
    """Model, persona of each segment, a file of text with one customer a row → `ScoredFile`, and the list in `out`.

    None where the file has to be read as a whole: then nothing was written. Raises what `score_files` raises.
    """
    choices = choices or Choices()
    if made.recipe.blocks:  # levels are told from the texts of a whole column
        return None
    if made.source != "customers" or made.crowd is None or choices.read != ReadSettings() or choices.scale:
        return None
    stored = made.replay.get("reading", {}).values()
    if any(known.get(name) for known in stored for name in ("missing", "no_answer", "as_text")):
        return None
    spilled = Spilled(made.feature_names)
    try:
        with threadpool_limits(1, user_api="blas"), Sink(out) if out is not None else nullcontext() as sink:
            blocks = Blocks(path, *([block] if block else []))
            run = _Run(made, personas, path.name, blocks, sink, spilled, id_column, progress)
            run.all_blocks()
            return run.concluded(choices)
    except NotPlain:
        return None
    finally:
        spilled.close()


@dataclass
class _Run:
    made: Segmentation
    personas: Mapping[int, str]
    name: str
    blocks: Blocks
    sink: Sink | None
    spilled: Spilled
    id_column: str | None
    progress: Progress | None
    facts: FileFacts = field(default_factory=FileFacts)
    counted: Counted = field(default_factory=Counted)
    taken: int = 0
    exact: int = 0
    _head: Head | None = None
    _names: dict[str, str] = field(default_factory=dict)
    _id: Column | None = None
    _schema: pa.Schema | None = None
    _altered: dict[str, Counter[str]] = field(default_factory=lambda: {"guarded": Counter(), "removed": Counter()})

    @property
    def head(self) -> Head:
        """The layout of the file; `NotPlain` where it has no line."""
        if self._head is None:
            raise NotPlain
        return self._head

    def all_blocks(self) -> None:
        """Read, score and write every block; two stages, each in threads, the blocks in their order between them."""
        workers = _workers()
        reading: deque[Future[Piece]] = deque()
        scoring: deque[Future[tuple[ScoredRows, Any]]] = deque()
        with ThreadPoolExecutor(workers) as pool:
            try:
                line = 2
                for block in self.blocks:
                    data = block if self._head is not None else self._start(block)
                    reading.append(pool.submit(piece_of, data, self.head, line))
                    line += data.count(b"\n")
                    while len(reading) > workers:
                        self._read(reading.popleft().result(), pool.submit, scoring)
                    while len(scoring) > workers:
                        self._write(*scoring.popleft().result())
                while reading:
                    self._read(reading.popleft().result(), pool.submit, scoring)
                while scoring:
                    self._write(*scoring.popleft().result())
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _start(self, block: bytes) -> bytes:
        """Look at the first block; it is handed back without its header."""
        self._head = head = find_head(block, self.name)
        self._names = renamed_by(self.made, [column.name for column in head.columns])
        there = {self._names.get(column.name, column.name): column for column in head.columns}
        roles = self.made.replay.get("columns", {}).get("customers", {})
        known = id_column_of(roles, there, self.id_column)
        self._id = there[known] if known else None
        if self._id is not None and self._id.lane is Lane.DECIMAL:
            raise NotPlain
        lanes = {name: there[name].lane for name in self.made.feature_names if name in there}
        if len(lanes) < len(self.made.feature_names) or not set(lanes.values()) <= {Lane.DECIMAL, Lane.WHOLE}:
            raise NotPlain
        return block[head.skip :]

    def _read(self, piece: Piece, submit: Callable[..., Any], scoring: deque[Any]) -> None:
        before = self.facts.rows
        piece.add_to(self.facts, self.head)
        self.taken, self.exact = self.taken + 1, self.exact + piece.exact
        if piece.rows:
            scoring.append(submit(self._score, piece, before))

    def _score(self, piece: Piece, before: int) -> tuple[ScoredRows, Any]:
        numbers = {self._names.get(name, name): values for name, values in piece.numbers.items()}
        values = {name: numbers[name] for name in self.made.feature_names}
        done = score_rows(self.made, self.personas, values, ids_in(piece, self._id, before))
        return done, self.sink.encoded(done.rows) if self.sink is not None else None

    def _write(self, done: ScoredRows, encoded: Any) -> None:
        self.counted.add(done.counted)
        self._add_altered(done.altered)
        self.spilled.add(done.values)
        self._schema = done.rows.schema
        if self.sink is not None:
            self.sink.write(encoded, done.rows.column_names)
        if self.progress is not None:
            self.progress(0.95 * self.blocks.done, f"{count_text(self.counted.rows)} customers scored")

    def _add_altered(self, new: Mapping[str, Mapping[str, int]]) -> None:
        for kind, columns in new.items():
            for name, number in columns.items():
                self._altered[kind][name] += number

    def _notices_of_list(self, unread: pd.DataFrame) -> tuple[Notice, ...]:
        """What was done to cells of the list, for a spreadsheet's sake."""
        if self.sink is None:
            return ()
        self._add_altered(altered_counts(unread))
        for number, size in self.counted.segments.items():
            of_one = altered_counts(pd.DataFrame({"persona": [self.personas.get(number, "")]}))
            self._add_altered({kind: {name: size * n for name, n in found.items()} for kind, found in of_one.items()})
        ordered = {kind: {name: found[name] for name in COLUMNS} for kind, found in self._altered.items()}
        return altered_notices(ordered)

    def concluded(self, choices: Choices) -> ScoredFile:
        """What all blocks came to; raises `Undecided` where only a person can say what the figures mean."""
        made, facts, counted = self.made, self.facts, self.counted
        table = self._understood(choices)
        medians = self._medians()
        if not choices.anyway and any(may_have_moved(made, name, middle) for name, middle in medians.items()):
            stop_if_moved(made, self.spilled)
        roles = made.replay.get("columns", {}).get("customers", {})
        named = self.id_column or next((name for name, role in roles.items() if role == "identifier"), None)
        unread = unread_rows(table, named)
        if self.sink is not None and self._schema is not None and len(unread):
            rows = unread_table(unread, self._schema)
            self.sink.write(self.sink.encoded(rows), rows.column_names)
        mix = mix_of(
            made, {number: counted.segments[number] for number in made.segments}, self.personas, noise=counted.noise
        )
        features = counted_drift(made, counted.features, medians, counted.rows)
        features = features.merge(counted.tally(made), on="feature")
        far_share = counted.far / max(counted.placed, 1)
        verdict = judge(
            mix,
            features,
            counted_together(made, counted.along),
            far_share=far_share,
            scored=counted.placed,
            customers=made.n_customers,
            far_before=None if made.crowd is None else made.crowd.far,
        )
        return ScoredFile(
            n_rows=facts.rows + len(unread),
            scored=counted.placed,
            noise=counted.noise,
            on_the_border=counted.border,
            how_sure=dict(sorted(counted.how_sure.items(), key=lambda item: -item[1])),
            far_share=far_share,
            mix=mix,
            features=features,
            verdict=verdict,
            columns=column_differences(made, table.frame),
            notices=notices_of(table.notes, table.problems),
            of_list=self._notices_of_list(unread),
            blocks=self.taken,
            exact_blocks=self.exact,
        )

    def _medians(self) -> dict[str, float]:
        """The middle value of each feature, from the disk, one column a thread."""
        names = self.made.feature_names
        with ThreadPoolExecutor(_workers()) as pool:
            return dict(zip(names, pool.map(lambda name: _median(self.spilled.column(name)), names), strict=True))

    def _understood(self, choices: Choices) -> Table:
        """The table as the model needs it; whatever asks for another reading of the file is for the whole."""
        made, table = self.made, conclude(self.head, self.facts)
        stored = made.replay.get("reading", {}).values()
        if self.facts.fraction_later(self.head.whole) and any(known.get("decimal") == "," for known in stored):
            raise NotPlain
        if self._id is not None and self._id.lane is Lane.WORDS and not _is_text(table, self._id.name):
            raise NotPlain
        try:
            return understood(made, {self.name: table}, {self.name: _whole}, choices)[self.name]
        except Undecided:
            raise NotPlain from None  # the question shows cells, which are not here


def _workers() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


def _whole(settings: ReadSettings) -> Table:
    raise NotPlain


def _is_text(table: Table, name: str) -> bool:
    return dict(table.settings.columns).get(name) in ("text", "trimmed")


def _median(values: np.ndarray) -> float:
    missing = np.isnan(values)
    known = values[~missing] if missing.any() else values
    return float(np.median(known, overwrite_input=True)) if len(known) else float("nan")
