"""A big table of customers, scored block by block; what cannot be proved equal to the whole is left to the whole."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_limits

from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import altered_counts, altered_notices
from segmentation.core.list_sink import Sink
from segmentation.core.notices import Notice, notices_of
from segmentation.core.settings import Progress
from segmentation.core.tables import Table
from segmentation.core.text import count_text
from segmentation.data.reading import ReadSettings
from segmentation.data.reading.stream import BLOCK, Column, Ending, Head, Lane, NotPlain, Part, head_of, parts_of
from segmentation.scoring.batch import column_differences
from segmentation.scoring.choices import Choices, Undecided
from segmentation.scoring.drift import counted_drift, counted_together, judge
from segmentation.scoring.mix import mix_of
from segmentation.scoring.moved import may_have_moved, stop_if_moved
from segmentation.scoring.new_files import id_column_of, renamed_by, understood
from segmentation.scoring.scored_file import ScoredFile
from segmentation.scoring.seen_ids import SeenIds
from segmentation.scoring.stream.crowd import Counted
from segmentation.scoring.stream.rows import COLUMNS, ScoredRows, ids_in, score_rows, unread_table
from segmentation.scoring.stream.spilled import Spilled
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
    block: int = BLOCK,
) -> ScoredFile | None:
    """Model, persona of each segment, a file of text with one customer a row → `ScoredFile`, and the list in `out`.

    None where the file has to be read as a whole: then nothing was written. Raises what `score_files` raises.
    """
    choices = choices or Choices()
    if made.recipe.blocks or made.replay.get("derived"):  # these are told from whole columns
        return None
    if (
        made.source != "customers"
        or made.crowd is None
        or choices.read != ReadSettings()
        or choices.scale
        or choices.columns
    ):
        return None
    stored = made.replay.get("reading", {}).values()
    if any(known.get(name) for known in stored for name in ("missing", "no_answer", "as_text")):
        return None
    spilled, seen = Spilled(made.feature_names), SeenIds()
    try:
        with threadpool_limits(1, user_api="blas"), Sink(out) if out is not None else nullcontext() as sink:
            head = head_of(path, block)
            run = _Run(made, personas, path, head, block, sink, spilled, seen, id_column, progress)
            run.all_blocks()
            return run.concluded(choices)
    except NotPlain:
        return None
    finally:
        spilled.close()
        seen.close()


@dataclass
class _Run:
    made: Segmentation
    personas: Mapping[int, str]
    path: Path
    head: Head
    block: int
    sink: Sink | None
    spilled: Spilled
    seen: SeenIds
    id_column: str | None
    progress: Progress | None
    counted: Counted = field(default_factory=Counted)
    taken: int = 0
    exact: int = 0
    done: float = 0.0
    _names: dict[str, str] = field(default_factory=dict)
    _id: Column | None = None
    _ending: Ending | None = None
    _schema: pa.Schema | None = None
    _altered: dict[str, Counter[str]] = field(default_factory=lambda: {"guarded": Counter(), "removed": Counter()})

    def all_blocks(self) -> None:
        """Score and write every block in its order, while the next is read in a process of its own."""
        packs = self.sink is not None and self.sink.packs
        workers = max(_cores() - (not packs), 1)  # one core reads; threads that score wait for one another
        scoring: deque[Future[tuple[ScoredRows, Any]]] = deque()
        numbers, cells = self._wanted()
        parts = parts_of(self.path, self.head, numbers, cells, self.block)
        with closing(parts), ThreadPoolExecutor(workers) as pool:
            try:
                for part in parts:
                    if isinstance(part, Ending):
                        self._ending = part
                        continue
                    self.taken, self.exact, self.done = self.taken + 1, self.exact + part.piece.exact, part.done
                    if part.piece.rows:
                        scoring.append(pool.submit(self._score, part))
                    while len(scoring) > workers:
                        self._write(*scoring.popleft().result())
                while scoring:
                    self._write(*scoring.popleft().result())
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _wanted(self) -> tuple[list[str], list[str]]:
        """The columns of the file that are needed as numbers, and those as text."""
        self._names = renamed_by(self.made, [column.name for column in self.head.columns])
        there = {self._names.get(column.name, column.name): column for column in self.head.columns}
        roles = self.made.replay.get("columns", {}).get("customers", {})
        known = id_column_of(roles, there, self.id_column)
        if known is None and "identifier" in roles.values():
            raise NotPlain  # under another heading, perhaps
        self._id = there[known] if known else None
        if self._id is not None and self._id.lane is Lane.DECIMAL:
            raise NotPlain
        lanes = {name: there[name].lane for name in self.made.feature_names if name in there}
        if len(lanes) < len(self.made.feature_names) or not set(lanes.values()) <= {Lane.DECIMAL, Lane.WHOLE}:
            raise NotPlain
        needed = [there[name] for name in self.made.feature_names] + ([self._id] if self._id is not None else [])
        numbers = [column.name for column in needed if column.lane in (Lane.DECIMAL, Lane.WHOLE)]
        return numbers, [column.name for column in needed if column.name not in numbers]

    def _score(self, part: Part) -> tuple[ScoredRows, Any]:
        piece = part.piece
        numbers = {self._names.get(name, name): values for name, values in piece.numbers.items()}
        values = {name: numbers[name] for name in self.made.feature_names}
        done = score_rows(self.made, self.personas, values, ids_in(piece, self._id, part.before))
        return done, self.sink.encoded(done.rows) if self.sink is not None else None

    def _write(self, done: ScoredRows, encoded: Any) -> None:
        self.counted.add(done.counted)
        self._add_altered(done.altered)
        self.spilled.add(done.values)
        self.seen.add(done.rows["id"].combine_chunks())
        self._schema = done.rows.schema
        if self.sink is not None:
            self.sink.write(encoded, done.rows.column_names)
        if self.progress is not None:
            self.progress(0.95 * self.done, f"{count_text(self.counted.rows)} customers scored")

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
        made, counted = self.made, self.counted
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
            n_rows=self.ending.rows + len(unread),
            scored=counted.placed,
            noise=counted.noise,
            on_the_border=counted.border,
            how_sure=dict(sorted(counted.how_sure.items(), key=lambda item: -item[1])),
            far_share=far_share,
            mix=mix,
            features=features,
            verdict=verdict,
            columns=column_differences(made, table.frame),
            notices=notices_of((*table.notes, *self.seen.notes()), table.problems),
            of_list=self._notices_of_list(unread),
            blocks=self.taken,
            exact_blocks=self.exact,
        )

    @property
    def ending(self) -> Ending:
        """What was read of the whole file; `NotPlain` where its reading did not come to an end."""
        if self._ending is None:
            raise NotPlain
        return self._ending

    def _medians(self) -> dict[str, float]:
        """The middle value of each feature, from the disk."""
        names = self.made.feature_names
        with ThreadPoolExecutor(_cores()) as pool:
            middles = pool.map(lambda name: self.spilled.middle(name, self.counted.features[name]), names)
            return dict(zip(names, middles, strict=True))

    def _understood(self, choices: Choices) -> Table:
        """The table as the model needs it; whatever asks for another reading of the file is for the whole."""
        made, table, name = self.made, self.ending.table, self.path.name
        stored = made.replay.get("reading", {}).values()
        if self.ending.fraction_later and any(known.get("decimal") == "," for known in stored):
            raise NotPlain
        if self._id is not None and self._id.lane is Lane.WORDS and not _is_text(table, self._id.name):
            raise NotPlain
        try:
            return understood(made, {name: table}, {name: _whole}, choices)[name]
        except Undecided:
            raise NotPlain from None  # the question shows cells, which are not here


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


def _whole(settings: ReadSettings) -> Table:
    raise NotPlain


def _is_text(table: Table, name: str) -> bool:
    return dict(table.settings.columns).get(name) in ("text", "trimmed")
