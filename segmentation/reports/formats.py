"""The kinds of file that a report comes in; a new one is one entry here, and the page offers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Progress
from segmentation.core.text import plain_text
from segmentation.personas import Persona
from segmentation.reports.facts import collect
from segmentation.reports.html_report import make_html
from segmentation.reports.slides import make_slides
from segmentation.reports.words import no_typing
from segmentation.reports.workbook import make_workbook

__all__ = ["FORMATS", "Format", "file_name", "format_of", "make_file"]


@dataclass(frozen=True)
class Format:
    """One kind of file: what it is called, who it is for, what is in it, and the function that makes it.

    make: `make(facts, progress) -> bytes`. by_formulas: what it also has where formulas can place customers.
    """

    name: str
    label: str
    audience: str
    contents: tuple[str, ...]
    extension: str
    mime: str
    make: Callable[..., bytes]
    by_formulas: tuple[str, ...] = ()

    def has(self, segmentation: Segmentation) -> tuple[str, ...]:
        """What is in it for these segments."""
        return self.contents if no_typing(segmentation) else (*self.contents, *self.by_formulas)


FORMATS: dict[str, Format] = {
    item.name: item
    for item in (
        Format(
            name="slides",
            label="PowerPoint slides",
            audience="To present the personas in a meeting.",
            contents=(
                "How it was made and how sure we are, all personas side by side, one slide for each persona",
                "Charts are PowerPoint's own: click one to edit it",
                "The evidence for every sentence stands in the notes",
            ),
            extension="pptx",
            mime="application/vnd.openxmlformats-officedocument.presentationml.presentation",
            make=make_slides,
        ),
        Format(
            name="workbook",
            label="Excel workbook",
            audience="To look figures up, and to work on with them.",
            contents=("Profiles in original units, how the segments were made, how the data was prepared",),
            by_formulas=(
                "A sheet to type or paste customers into: the workbook finds their persona by itself, offline",
            ),
            extension="xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            make=make_workbook,
        ),
        Format(
            name="report",
            label="Report to read or print",
            audience="To send round, to print, and to keep with everything that is needed to make it again.",
            contents=(
                "Every chart with its figures, the evidence and what speaks against it",
                "One file that opens in any browser, without a connection, and prints on A4",
            ),
            extension="html",
            mime="text/html",
            make=make_html,
        ),
    )
}


def make_file(
    kind: str,
    segmentation: Segmentation,
    personas: tuple[Persona, ...],
    *,
    progress: Progress | None = None,
    **known: Any,
) -> bytes:
    """Collect the facts (`known` goes to `collect`) and make one kind of file → its bytes."""
    if kind not in FORMATS:
        raise SegmentationError(f"There is no kind of file {kind!r}. Choose one of {', '.join(FORMATS)}.")
    if progress is not None:
        progress(0.05, "Collecting the figures")
    facts = collect(segmentation, personas, **known)
    return FORMATS[kind].make(facts, progress)


def format_of(path: Path) -> Format:
    """The kind of file that a file's name ends with; one sentence when it is none of them."""
    ending = path.suffix.casefold().lstrip(".")
    for kind in FORMATS.values():
        if kind.extension == ending:
            return kind
    known = ", ".join(f".{kind.extension} ({kind.label})" for kind in FORMATS.values())
    raise SegmentationError(
        f"{plain_text(path.name) or 'The file'} is no kind of report. Its name must end with {known}."
    )


def file_name(title: str, kind: Format) -> str:
    """A file name that every system takes: the title in plain letters, and the extension."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60].strip("-")
    return f"{stem or 'customer-segments'}.{kind.extension}"
