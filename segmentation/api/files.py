"""`score`, `report`: next month's files in, files for others out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from segmentation.api.arguments import checked_progress, day_text, mapping_of, write_file
from segmentation.api.checks import check_choices, check_personas, checked_choice, segments_of
from segmentation.api.choice import KChoice
from segmentation.api.inputs import Customers, as_features
from segmentation.api.saved import load
from segmentation.clustering.model import Segmentation
from segmentation.core.checks import check_kind
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.data.customers import Inputs, named
from segmentation.data.sources import SavedMapping
from segmentation.evaluation.final import is_of_comparison
from segmentation.personas import Persona
from segmentation.reports import ReportSettings, format_of, make_file
from segmentation.reports.card import segment_names
from segmentation.scoring.batch import Batch, score_files
from segmentation.scoring.choices import Choices
from segmentation.store import SavedModel, check_accepted

__all__ = ["report", "score"]


def score(
    model: SavedModel | Segmentation | str,
    data: Inputs,
    *,
    id: str | None = None,
    as_of: date | str = "",
    mapping: SavedMapping | str | os.PathLike[str] | None = None,
    choices: Choices | None = None,
    accept_changed: bool = False,
    root: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Next month's files → the persona of every customer, and whether the model still fits.

    Parameters
    ----------
    model
        A saved model, its reference (`cards/v1`), or segments.
    data
        Files like those that the model was made from; anything that `seg.features` takes.
    id
        The column that tells customers apart.
    as_of
        The day that days are counted up to, a date or text such as `2024-12-31`; empty is the day after the last one
        in the files.
    mapping
        Which column of the new files is what, where headings differ: a file or a `SavedMapping`.
    choices
        What a person decided where the new files do not tell: `Choices(read=ReadSettings(decimal=","))`,
        `Choices(scale={"rate": 100})`, `Choices(columns={"income": "Einkommen"})`, `Choices(anyway=True)`.
    accept_changed
        Score with a saved model whose files were changed since it was saved (`model.seal` says which).
    root
        The folder of models, as in `seg.save`.
    progress
        Called as `progress(share, text)`.

    Returns
    -------
    Batch
        `.rows` (one a customer: id, segment, persona, distance, margin, reason …), `.mix`, `.features` (how far each
        moved since training), `.verdict` (keep, watch or refit, with reasons) and `.notices` (what reading noticed).

    Raises
    ------
    DataProblems
        When the files are not of the kind that the model was made from.
    SegmentationError
        When the model was changed since it was saved, without `accept_changed`.
    Undecided
        When figures of the new files can be read in two ways; its text says how to choose, and nothing is scored.

    Examples
    --------
    >>> import segmentation as seg
    >>> customers = seg.sample("income_spending")
    >>> batch = seg.score(seg.fit(customers, "plain", k=4), customers)
    >>> batch.scored, batch.verdict.verdict
    (2000, 'keep')
    """
    saved = load(model, root) if isinstance(model, str) else model
    if isinstance(saved, SavedModel):
        check_accepted(saved.seal, saved.ref, accept_changed, "scored")
    made = segments_of(saved)
    check_choices(choices)
    names = segment_names(made, saved.personas if isinstance(saved, SavedModel) else ())
    batch, _ = score_files(
        made,
        names,
        named(data),
        id_column=id,
        as_of=day_text(as_of) or "",
        mapping=mapping_of(mapping),
        choices=choices,
        progress=checked_progress(progress),
    )
    return batch


def report(
    segments: Segmentation | SavedModel | str,
    personas: Iterable[Persona] | None = None,
    features: Customers | None = None,
    path: str | os.PathLike[str] = "",
    *,
    choice: KChoice | None = None,
    root: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> Path:
    """Write a file for others: slides, a workbook or a report to read, by the ending of its name.

    Parameters
    ----------
    segments
        What `seg.fit` made; or a saved model or its reference, then personas and features may be None.
    personas
        What `seg.describe` made.
    features
        The customers that the segments were made from. Without them the centres stand for the averages.
    path
        The file to write: .pptx, .xlsx or .html.
    choice
        What `seg.choose_k` found, for the pages on how sure it is.
    root
        The folder of models, as in `seg.save`.
    progress
        Called as `progress(share, text)`.
    **settings
        Fields of `ReportSettings`: `title`, `min_size` (segments below it are not shown), `customers` (list everyone).

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    SegmentationError
        For an ending that is none of these, a disk that refuses, and customers that are not those of the segments.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import segmentation as seg
    >>> customers = seg.features(seg.sample("income_spending"))
    >>> segments = seg.fit(customers, "plain", k=4)
    >>> target = Path(tempfile.mkdtemp()) / "income.html"
    >>> seg.report(segments, seg.describe(segments, customers), customers, target).name
    'income.html'
    """
    remedy = "Give a name that ends with .pptx, .xlsx or .html."
    target = Path(check_kind(path, (str, os.PathLike), "The file of a report", remedy))
    kind = format_of(target)
    saved = load(segments, root) if isinstance(segments, str) else segments
    known: dict[str, Any] = {"settings": _report_settings(settings)}
    made, choice = segments_of(saved), checked_choice(choice)
    if personas is None and isinstance(saved, SavedModel):
        personas = saved.personas
    described = check_personas(personas, made)
    if features is not None:
        known["features"] = as_features(features)
    if choice is not None and is_of_comparison(made, choice.comparison):
        known |= {"comparison": choice.comparison, "evidence": choice.evidence}
    elif isinstance(saved, SavedModel):
        known["note"] = saved.meta["note"]
    data = make_file(kind.name, made, described, progress=checked_progress(progress), **known)
    write_file(target, data)
    return target


def _report_settings(settings: Mapping[str, Any]) -> ReportSettings:
    try:
        return ReportSettings(**settings)
    except TypeError as error:
        raise SegmentationError("A report has the settings title, min_size and customers. Use one of them.") from error
