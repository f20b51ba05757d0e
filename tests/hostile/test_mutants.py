"""Files that somebody changed at random: each is a table or one sentence, in time, and the reader lives on.

400 of them in every run, 10,000 in `make test-hostile`.
"""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from segmentation.core.errors import DataProblems
from segmentation.data.reading import read
from tests.conftest import cases
from tests.hostile.clock import Stopwatch

MUTANTS = cases(400, 10_000)
SECONDS = 5.0
KINDS = ("csv", "xlsx", "parts", "parquet")
BYTES = (
    b"\x00",
    b"\xff",
    b'"',
    b"'",
    b"\n",
    b"\r",
    b",",
    b";",
    b"\t",
    b"=",
    b"\\",
    b"<",
    b"&",
    b"\x80",
    b"9",
    b"e",
    b" ",
)


def frame() -> pd.DataFrame:
    rows = range(60)
    return pd.DataFrame(
        {
            "id": [f"C{row:04d}" for row in rows],
            "spend": [row * 1.25 - 3 for row in rows],
            "visits": [row % 7 for row in rows],
            "since": [f"2024-{1 + row % 12:02d}-{1 + row % 28:02d}" for row in rows],
            "city": ["Köln" if row % 3 else "São Paulo" for row in rows],
        }
    )


def seeds() -> dict[str, bytes]:
    table, book, parquet = frame(), io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Customers")
        sheet.write_row(0, 0, list(table.columns))
        for row, values in enumerate(table.itertuples(index=False), start=1):
            sheet.write_row(row, 0, list(values))
    table.to_parquet(parquet)
    text = table.to_csv(index=False).encode()
    return {"csv": text, "xlsx": book.getvalue(), "parts": book.getvalue(), "parquet": parquet.getvalue()}


def changed(data: bytes, rng: random.Random) -> bytes:
    """A few bytes changed, taken out, put in, repeated, or the end cut off."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at, what = rng.randrange(len(made) or 1), rng.randrange(6)
        end = min(len(made), at + rng.choice((1, 2, 8, 64)))
        if what == 0:
            made[at:end] = bytes(rng.randrange(256) for _ in range(end - at))
        elif what == 1:
            del made[at:end]
        elif what == 2:
            made[at:at] = rng.choice(BYTES) * rng.choice((1, 3, 50, 2_000))
        elif what == 3:
            made[at:at] = made[at:end] * rng.choice((1, 20, 400))
        elif what == 4:
            made[at:end] = b"\xff" * (end - at)
        elif rng.random() < 0.3:
            del made[at:]
    return bytes(made)


def changed_part(data: bytes, rng: random.Random) -> bytes:
    """A workbook of which one part, unpacked, is changed: the archive stays whole."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        wanted = rng.choice([name for name in names if "sheet" in name or "shared" in name or "workbook" in name])
        for name in names:
            part = old.read(name)
            new.writestr(name, changed(part, rng) if name == wanted else part)
    return made.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_file_is_a_table_or_one_sentence_in_time(kind: str, tmp_path: Path) -> None:
    data = seeds()[kind]
    read(data, f"good.{kind}")
    slow, refusals, tables = [], list[DataProblems](), 0
    for seed in range(MUTANTS // len(KINDS)):
        rng = random.Random(f"{kind} {seed}")
        mutant = changed_part(data, rng) if kind == "parts" else changed(data, rng)
        watch = Stopwatch()
        try:
            tables += len(read(mutant, f"mutant.{kind}").frame) > 0
        except DataProblems as error:
            refusals.append(error)
        if watch.seconds() > SECONDS:
            slow.append(seed)
    assert not slow
    assert not [
        error for error in refusals if "\n" in str(error) or not all(one.fix for one in error.problems if one.fatal)
    ]
    assert tables > 0  # not every change does harm
