"""Score a whole file: every row's persona, why a row has none, and whether the crowd has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import with_levels
from segmentation.core.csv_export import in_words, significant
from segmentation.core.notebook import notebook_card
from segmentation.core.notices import Notice
from segmentation.core.progress import part
from segmentation.core.settings import Progress
from segmentation.core.tables import Table
from segmentation.core.text import count_text, counted, share_text
from segmentation.data.reading import Readable
from segmentation.data.sources import SavedMapping
from segmentation.preparation import numeric_column
from segmentation.scoring import BORDER, assign, tally
from segmentation.scoring.answers import answers, caution_text
from segmentation.scoring.choices import Choices
from segmentation.scoring.drift import Verdict, feature_drift, judge, together_drift
from segmentation.scoring.mix import persona_mix
from segmentation.scoring.new_files import Intake, read_alike, take_in
from segmentation.scoring.new_levels import NewLevels, labelled_new, new_levels
from segmentation.scoring.scored_file import ScoredFile
from segmentation.scoring.seen_ids import SeenIds

__all__ = ["Batch", "caution_text", "column_differences", "score_batch", "score_files"]


@dataclass(frozen=True, eq=False, repr=False)
class Batch:
    """One scored file.

    rows: one row a customer, same order as the file: id, segment (0 = in none), persona, distance, margin,
    next_persona (for noise the nearest one), certainty (share of the refits that name the same persona), how_sure
    (the same in words, and that not enough is known), probability (only where the model knows it), noise (scored,
    but fits none), far (beyond what 99 % of the training customers had), filled, capped, outside, caution (that and
    why the persona is not to be relied on; mostly empty), reason (why it is in no segment).
    mix: `mix.persona_mix`. features: `drift.feature_drift` with the counts of `scoring.tally`. verdict: keep, watch,
    or refit, with reasons. columns: `column_differences`. notices: what reading and building noticed of the files.
    new_levels: see `new_levels.new_levels`.
    """

    rows: pd.DataFrame
    mix: pd.DataFrame
    features: pd.DataFrame
    verdict: Verdict
    columns: pd.DataFrame
    notices: tuple[Notice, ...] = ()
    new_levels: tuple[NewLevels, ...] = ()

    def __repr__(self) -> str:
        return (
            f"Batch({count_text(self.scored)} of {count_text(len(self.rows))} scored, verdict {self.verdict.verdict})"
        )

    def _repr_html_(self) -> str:
        lines = (self.summary, self.verdict.headline, *self.verdict.reasons)
        return notebook_card(f"{count_text(len(self.rows))} customers", lines, self.mix)

    @property
    def scored(self) -> int:
        """How many rows could be scored, noise among them."""
        return int(((self.rows["segment"] > 0) | self.rows["noise"]).sum())

    @property
    def noise(self) -> int:
        """How many rows were scored and fit none of the segments."""
        return int(self.rows["noise"].sum())

    @property
    def on_the_border(self) -> int:
        """How many customers are on the border between two personas."""
        return int((self.rows["margin"] < BORDER).sum())

    @property
    def how_sure(self) -> dict[str, int]:
        """In words, how sure the personas are → how many customers, the most frequent first."""
        words = self.rows["how_sure"]
        return {str(word): int(number) for word, number in words[words != ""].value_counts().items()}

    @property
    def without_rows(self) -> ScoredFile:
        """The same figures, for whoever has the list."""
        return ScoredFile(
            n_rows=len(self.rows),
            scored=self.scored,
            noise=self.noise,
            on_the_border=self.on_the_border,
            how_sure=self.how_sure,
            far_share=self.far_share,
            mix=self.mix,
            features=self.features,
            verdict=self.verdict,
            columns=self.columns,
            notices=self.notices,
        )

    @property
    def refused(self) -> pd.DataFrame:
        """The rows that could not be scored: id and reason."""
        return self.rows.loc[(self.rows["segment"] == 0) & ~self.rows["noise"], ["id", "reason"]]

    @property
    def unreliable(self) -> int:
        """How many scored rows have a persona that is not to be relied on."""
        return int(((self.rows["caution"] != "") & (self.rows["reason"].eq("") | self.rows["noise"])).sum())

    @property
    def far_share(self) -> float:
        """Share of the scored rows that are far from every persona; NaN when nothing was scored."""
        return float(self.rows["far"].sum() / self.scored) if self.scored else float("nan")

    @property
    def summary(self) -> str:
        """The outcome in one sentence; where the model fits no longer, that comes first."""
        warning = f"{self.verdict.headline}. " if self.verdict.verdict == "refit" else ""
        levels = "".join(f" {one.sentence}" for one in self.new_levels if one.matters)
        return f"{warning}{self._placed}{levels}"

    @property
    def _placed(self) -> str:
        placed = self.scored - self.noise
        sentence = f"{count_text(placed)} of {count_text(len(self.rows))} customers have their persona"
        border = share_text(int((self.rows["margin"] < BORDER).sum()) / max(placed, 1))
        if not self.noise:
            return f"{sentence}; {border} are on the border between two."
        outside = f"{count_text(self.noise)} fit none of the personas"
        return f"{sentence}, {border} of them on the border between two; {outside}."

    def with_original(self, original: pd.DataFrame) -> pd.DataFrame:
        """The scored columns beside all columns of the file (same rows), as a list for people.

        The ids stand once, under the heading that they have in the file; other names that clash get "scored_" in front.
        Computed figures have six significant digits; what the file said as true or false is yes or no.
        """
        mine, given = significant(self.rows).reset_index(drop=True), in_words(original.reset_index(drop=True))
        ids = mine["id"].astype("str")
        identifier = next((name for name in given if given[name].astype("str").equals(ids)), None)
        if identifier is not None:
            given = given.drop(columns=identifier)
        mine = mine.rename(columns={name: f"scored_{name}" for name in mine if name in given.columns})
        if identifier is not None:
            mine = mine.rename(columns={mine.columns[0]: identifier})
        return pd.concat([mine, given], axis=1)


def score_batch(
    made: Segmentation,
    names: Mapping[int, str],
    ids: pd.Series,
    frame: pd.DataFrame,
    *,
    progress: Progress | None = None,
) -> Batch:
    """Model, persona names, customer ids and a table with the model's features (any order) → `Batch`.

    Rows that cannot be scored are kept with their reason. Raises `DataProblems` when a feature is missing.
    """
    scored = assign(made, frame, progress=progress)
    rows = answers(made, names, scored)
    rows.insert(0, "id", ids.to_numpy())
    noise = rows["noise"].to_numpy()
    if progress is not None:
        progress(0.98, "Comparing with the customers the model was made from")
    placed = (scored["segment"] > 0).to_numpy() | noise
    levels = with_levels(frame, made.recipe.blocks)
    numbers = pd.DataFrame({name: _numbers(levels, name)[placed] for name in made.feature_names})
    mix = persona_mix(made, scored["segment"], names, noise=int(noise.sum()))
    features = feature_drift(made, numbers).merge(tally(made, numbers).drop(columns="label"), on="feature")
    new = new_levels(made, frame)
    features = labelled_new(features, new)
    far_share = float(rows["far"].sum() / max(int(placed.sum()), 1))
    verdict = judge(
        mix,
        features,
        together_drift(made, numbers),
        far_share=far_share,
        scored=int(placed.sum()),
        customers=made.n_customers,
        far_before=None if made.crowd is None else made.crowd.far,
        new=new,
    )
    return Batch(rows, mix, features, verdict, column_differences(made, frame), new_levels=new)


def score_files(
    made: Segmentation,
    names: Mapping[int, str],
    files: Mapping[str, Table | Readable],
    *,
    id_column: str | None = None,
    as_of: str = "",
    mapping: SavedMapping | None = None,
    choices: Choices | None = None,
    progress: Progress | None = None,
) -> tuple[Batch, Intake]:
    """Model, persona names and next month's files by name → the scored customers, and what they were made from.

    mapping: which column of the new files is what, where that is not as the model stores it. choices: what a person
    decided of what the files leave open.
    Raises `SegmentationError` for files that are not of the kind that the model was made from, `Undecided` where only
    a person can say what their figures mean.
    """
    chosen = choices or Choices()
    reading = part(progress, 0.0, 0.5)
    tables = read_alike(made, files, choices=chosen, mapping=mapping, id_column=id_column, progress=reading)
    intake = take_in(
        made,
        tables,
        id_column=id_column,
        as_of=as_of,
        mapping=mapping,
        anyway=chosen.anyway,
        progress=part(progress, 0.5, 0.7),
    )
    if made.source == "customers":
        seen = SeenIds()
        seen.add(pa.array(intake.ids, pa.large_string()))
        intake = replace(intake, notes=(*intake.notes, *seen.notes()))
    batch = score_batch(made, names, intake.ids, intake.frame, progress=part(progress, 0.7, 1.0))
    rows = _with_unread(_part_read(batch.rows, intake.part_read), intake.unread)
    return replace(batch, rows=rows, notices=intake.notices), intake


def _part_read(rows: pd.DataFrame, lines: Mapping[str, int]) -> pd.DataFrame:
    """The scored rows with a caution at each customer some of whose lines could not be read."""
    if not lines:
        return rows
    count = rows["id"].map(lines).fillna(0).astype(int)
    said = count.map(lambda lost: f"{counted(lost, 'line')} of this customer could not be read." if lost else "")
    return rows.assign(caution=(rows["caution"] + " " + said).str.strip())


def _with_unread(rows: pd.DataFrame, unread: pd.DataFrame) -> pd.DataFrame:
    """The scored rows and, below them, the lines that could not be read: in no segment, with the reason."""
    if unread.empty:
        return rows
    texts = dict.fromkeys(("persona", "how_sure", "next_persona", "caution"), "")
    counts = dict.fromkeys(("segment", "filled", "capped", "outside"), 0)
    more = unread.assign(**texts, **counts, noise=False, far=False).reindex(columns=rows.columns)
    return pd.concat([rows, more.astype(rows.dtypes.to_dict())], ignore_index=True)


def column_differences(made: Segmentation, frame: pd.DataFrame) -> pd.DataFrame:
    """What the file has more or less than the one the model was made from.

    Columns: column, state ("missing", "new", or "other value": of a category), effect (what follows for scoring). Empty
    when nothing differs.
    """
    roles = made.replay.get("columns", {}).get("customers", {}) if made.source == "customers" else {}
    inputs = set(made.recipe.inputs)
    known = set(roles) | set(made.feature_names)
    rows = []
    for name in dict.fromkeys([*made.recipe.inputs, *roles]):
        if name not in frame.columns:
            known_block = made.recipe.block_by_column(name)
            if known_block is not None and set(known_block.features) <= set(frame.columns):
                continue
            needed = name in inputs
            effect = "Needed: nobody can be scored without it." if needed else "Not needed for scoring."
            rows.append((name, "missing", effect))
    for one in new_levels(made, frame):
        effect = f"{one.named} ({counted(one.count, 'customer')}): none of the values that the model knows, so it "
        rows.append((one.block.column, "other value", f"{effect}{one.counts_as}."))
    if roles:
        rows += [(str(name), "new", "Ignored for scoring.") for name in frame.columns if name not in known]
    return pd.DataFrame(rows, columns=["column", "state", "effect"])


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    try:
        return numeric_column(frame, name)
    except (TypeError, ValueError):
        return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
