"""`save`, `load`, `models`: segments as a version that never changes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from segmentation.api.checks import check_customers, check_personas, checked_choice, folder_of, segments_of
from segmentation.api.choice import KChoice
from segmentation.api.inputs import Customers, as_features
from segmentation.api.personas import Personas
from segmentation.api.segments import Segments
from segmentation.clustering.model import Segmentation
from segmentation.evaluation.evidence import note_of
from segmentation.personas import Persona
from segmentation.personas.told import as_told
from segmentation.store import SavedModel, list_models
from segmentation.store import load as load_model
from segmentation.store import save as save_model

__all__ = ["load", "models", "save"]


def save(
    segments: Segmentation,
    personas: Iterable[Persona],
    name: str,
    root: str | os.PathLike[str] | None = None,
    *,
    features: Customers | None = None,
    choice: KChoice | None = None,
    keep_ids: str = "",
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
    features
        The customers that the segments were made from. What is saved of the personas tells of no single customer; with
        them it is measured so, without them what is said of categories that few of a segment differ in is left out.
    choice
        What `seg.choose_k` said of the data, to be kept with the model.
    keep_ids
        `plain` or `hashed` keeps a table beside the model that tells the segment of every customer's id; empty: no id
        is kept.

    Raises
    ------
    SegmentationError
        For a name that is no file name, personas of other segments, and a disk that refuses.

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
    made, compared = segments_of(segments), checked_choice(choice)
    evidence = None if compared is None else compared.evidence
    note = None if evidence is None else note_of(evidence)
    told = check_personas(personas, made)
    if features is not None:
        table = as_features(features)
        check_customers(made, table)
        told = as_told(made, told, table)
    return save_model(made, told, name, folder_of(root), note=note, who=keep_ids)


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
        `.segmentation` (with `.predict`, `.assign` and `.explain`), `.personas`, `.meta`, `.ref` and `.seal` (whether
        its files are as they were saved on this machine).

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
    saved = load_model(ref, folder_of(root))
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
        Columns ref, name, version, created, k, customers, features, silhouette, personas (a list of names),
        problem (why a model cannot be used, else empty), seal (whole, changed since it was saved, or elsewhere),
        remark (a note on the version) and who (how ids are kept).

    Raises
    ------
    SegmentationError
        When there is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> import segmentation as seg
    >>> len(seg.models(tempfile.mkdtemp()))
    0
    """
    return list_models(folder_of(root))
