"""What was done to a file, arranged for a reader: one sentence, the conversions by column, the refused lines."""

from __future__ import annotations

from segmentation.core.csv_export import csv_bytes
from segmentation.core.tables import Note, Table
from segmentation.core.text import counted, listed

__all__ = ["TOTAL_ROW", "conversions", "other_notes", "refused_csv", "sentence"]

TOTAL_ROW = "total row"
"""What `Note.undo` says of a row of totals or units that was left out; any other text there is the name of a column."""

_QUIET = {"Plain numbers", "Blank cells"}  # facts about the file, no changes


def sentence(table: Table) -> str:
    """How much was read, and how many things were changed or refused: one sentence."""
    rows, columns = table.frame.shape
    read = f"{counted(rows, 'row')} and {counted(columns, 'column')} read"
    changes = sum(note.count > 0 and note.where not in _QUIET for note in table.notes)
    refused = len(table.refused)
    parts = [counted(changes, "change is listed below", "changes are listed below")] if changes else []
    if refused:
        parts.append(counted(refused, "line was refused", "lines were refused"))
    return f"{read}; {listed(parts) or 'nothing in it was changed'}."


def conversions(table: Table) -> dict[str, list[Note]]:
    """Column → the notes on what was changed in its cells, in the order of the columns; all of them can be undone."""
    notes: dict[str, list[Note]] = {}
    for note in table.notes:
        if note.undo and note.undo != TOTAL_ROW:
            notes.setdefault(note.undo, []).append(note)
    return {name: notes[name] for name in table.frame.columns if name in notes}


def other_notes(table: Table) -> list[Note]:
    """Notes on the file, its header, its rows and its columns as a whole."""
    return [note for note in table.notes if not note.undo or note.undo == TOTAL_ROW]


def refused_csv(table: Table) -> bytes:
    """The refused lines as a CSV file (line, reason, text) that no spreadsheet runs as formulas."""
    return csv_bytes(table.refused)
