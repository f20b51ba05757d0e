"""`describe`, `save`, `load`, `models`, `score`, `report`: what comes of the segments."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from segmentation.api.choice import KChoice
from segmentation.api.inputs import Customers, as_features
from segmentation.api.segments import Segments
from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.notebook import notebook_card
from segmentation.core.settings import Progress
from segmentation.core.text import plain_text, share_text
from segmentation.data.customers import Inputs, named
from segmentation.evaluation.final import is_of_comparison
from segmentation.personas import Persona, stability_of
from segmentation.personas import describe as describe_segments
from segmentation.reports import ReportSettings, format_of, make_file
from segmentation.reports.card import segment_names
from segmentation.scoring.batch import Batch, score_files
from segmentation.store import SavedModel, list_models
from segmentation.store import load as load_model
from segmentation.store import save as save_model

__all__ = ["Personas", "describe", "load", "models", "report", "save", "score"]


class Personas(tuple[Persona, ...]):
    """The personas of a segmentation, in the order of their segments: a tuple that shows itself in a notebook."""

    __slots__ = ()

    def __repr__(self) -> str:
        names = ", ".join(plain_text(persona.name, longest=40) for persona in self)
        return f"Personas({len(self)}: {plain_text(names, longest=200)})"

    def _repr_html_(self) -> str:
        rows = [(item.segment, item.name, item.size, share_text(item.share), " ".join(item.sentences)) for item in self]
        table = pd.DataFrame(rows, columns=["Segment", "Persona", "Customers", "Share", "In words"])
        return notebook_card(f"{len(self)} personas", (), table)


def describe(
    segments: Segmentation, features: Customers, stability: KChoice | Mapping[int, float] | None = None
) -> Personas:
    """Segments and the customers they were made from → one persona a segment: name, sentences, evidence.

    Parameters
    ----------
    segments
        What `seg.fit` made, or a saved model's `.segmentation`.
    features
        The customers: a `FeatureTable`, or whatever `seg.features` takes.
    stability
        How surely each segment comes back on customers drawn anew: the `KChoice` that measured it, or segment → 0…1.

    Returns
    -------
    Personas
        A tuple of `Persona`: `.name`, `.sentences`, `.size`, `.share`, `.claims`, `.against`, `.actions`.

    Examples
    --------
    >>> import segmentation as seg
    >>> customers = seg.features(seg.sample("income_spending"))
    >>> personas = seg.describe(seg.fit(customers, "plain", k=4), customers)
    >>> personas[0].name
    'Middle income, moderate spending'
    """
    if isinstance(stability, KChoice):
        measured = is_of_comparison(segments, stability.comparison)
        stability = stability_of(stability.evidence, segments.k) if measured else None
    return Personas(describe_segments(segments, as_features(features), stability))


def save(
    segments: Segmentation,
    personas: Iterable[Persona],
    name: str,
    root: str | os.PathLike[str] | None = None,
    *,
    choice: KChoice | None = None,
) -> str:
    """Write the segments and their personas as the next version of a model; its reference, such as `cards/v1`.

    Parameters
    ----------
    segments, personas
        What `seg.fit` and `seg.describe` made.
    name
        Letters, digits, blanks, "-" and "_".
    root
        The folder of models; without one, that of the environment variable SEGMENTATION_MODELS, of the checkout, or
        of the user.
    choice
        What `seg.choose_k` said of the data, to be kept with the model.

    Raises
    ------
    SegmentationError
        For a name that is no file name, and a disk that refuses.

    Examples
    --------
    >>> import tempfile
    >>> import segmentation as seg
    >>> customers = seg.features(seg.sample("income_spending"))
    >>> segments = seg.fit(customers, "plain", k=4)
    >>> folder = tempfile.mkdtemp()
    >>> seg.save(segments, seg.describe(segments, customers), "income", folder)
    'income/v1'
    """
    found = choice.evidence if choice is not None else None
    note = {"verdict": found.verdict, "headline": found.headline} if found is not None else None
    return save_model(segments, personas, name, None if root is None else Path(root), note=note)


def load(ref: str, root: str | os.PathLike[str] | None = None) -> SavedModel:
    """Read a saved model, `name/v3` or the latest of `name`; no code in it can run.

    Parameters
    ----------
    ref
        What `seg.save` returned, or only the name.
    root
        The folder of models, as in `seg.save`.

    Returns
    -------
    SavedModel
        `.segmentation` (with `.predict`, `.assign` and `.explain`), `.personas`, `.meta` and `.ref`.

    Raises
    ------
    SegmentationError
        When there is no such model, and when its file is not exactly what was saved.

    Examples
    --------
    >>> import tempfile
    >>> import segmentation as seg
    >>> customers = seg.features(seg.sample("income_spending"))
    >>> segments, folder = seg.fit(customers, "plain", k=4), tempfile.mkdtemp()
    >>> _ = seg.save(segments, seg.describe(segments, customers), "income", folder)
    >>> model = seg.load("income", folder)
    >>> bool((model.segmentation.predict(customers) == segments.predict(customers)).all())
    True
    """
    saved = load_model(ref, None if root is None else Path(root))
    return replace(saved, segmentation=Segments.of(saved.segmentation), personas=Personas(saved.personas))


def models(root: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """All saved models, the newest first.

    Parameters
    ----------
    root
        The folder of models, as in `seg.save`.

    Returns
    -------
    DataFrame
        Columns ref, name, version, created, k, customers, features, silhouette, personas and problem (why a model
        cannot be used, else empty).

    Examples
    --------
    >>> import tempfile
    >>> import segmentation as seg
    >>> len(seg.models(tempfile.mkdtemp()))
    0
    """
    return list_models(None if root is None else Path(root))


def score(
    model: SavedModel | Segmentation | str,
    data: Inputs,
    *,
    id: str | None = None,
    as_of: str = "",
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
        The date that days are counted up to; empty is the day after the last one in the files.
    root
        The folder of models, as in `seg.save`.
    progress
        Called as `progress(share, text)`.

    Returns
    -------
    Batch
        `.rows` (one a customer: id, segment, persona, distance, margin, reason …), `.mix`, `.features` (how far each
        moved since training) and `.verdict` (keep, watch or refit, with reasons).

    Raises
    ------
    DataProblems
        When the files are not of the kind that the model was made from.

    Examples
    --------
    >>> import segmentation as seg
    >>> customers = seg.sample("income_spending")
    >>> batch = seg.score(seg.fit(customers, "plain", k=4), customers)
    >>> batch.scored, batch.verdict.verdict
    (2000, 'keep')
    """
    saved = load(model, root) if isinstance(model, str) else model
    made = saved.segmentation if isinstance(saved, SavedModel) else saved
    names = segment_names(made, saved.personas if isinstance(saved, SavedModel) else ())
    return score_files(made, names, named(data), id_column=id, as_of=as_of, progress=progress)[0]


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
    target = Path(path)
    kind = format_of(target)
    saved = load(segments, root) if isinstance(segments, str) else segments
    made = saved.segmentation if isinstance(saved, SavedModel) else saved
    told = tuple(personas if personas is not None else saved.personas if isinstance(saved, SavedModel) else ())
    known: dict[str, Any] = {"settings": _report_settings(settings)}
    if features is not None:
        known["features"] = as_features(features)
    if choice is not None and is_of_comparison(made, choice.comparison):
        known |= {"comparison": choice.comparison, "evidence": choice.evidence}
    data = make_file(kind.name, made, told, progress=progress, **known)
    try:
        target.write_bytes(data)
    except OSError as error:
        raise SegmentationError(f"Cannot write {plain_text(target)}: {error.strerror}. Choose another file.") from error
    return target


def _report_settings(settings: Mapping[str, Any]) -> ReportSettings:
    try:
        return ReportSettings(**settings)
    except TypeError as error:
        raise SegmentationError("A report has the settings title, min_size and customers. Use one of them.") from error
