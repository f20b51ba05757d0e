"""Reading in a process of its own gives exactly what reading here gives, or one sentence."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

from segmentation.core.errors import Cancelled, DataProblems
from segmentation.core.warm_processes import Ended
from segmentation.data import reading
from segmentation.data.reading import ReadSettings, apart, reader

TABLE = "id,city,empty,joined,spend\n" + "".join(
    f"{place:05d},{city},,2024-01-{1 + place % 28:02d},{place * 1.5}\n"
    for place, city in enumerate(["Bern", "Köln", " Oslo ", "NA", ""] * 20)
)


def test_the_table_is_the_one_that_reading_here_gives() -> None:
    here, there = (module.read(TABLE.encode(), "a.csv") for module in (reader, apart))
    assert_frame_equal(here.frame, there.frame)
    assert_frame_equal(here.text, there.text)
    assert_frame_equal(here.refused, there.refused)
    for name in ("name", "notes", "problems", "settings", "sha256", "questions", "labels"):
        assert getattr(here, name) == getattr(there, name)


def test_text_that_did_not_change_is_in_memory_once() -> None:
    table = apart.read(TABLE.encode(), "a.csv")
    assert apart._places(table.frame["id"]) == apart._places(table.text["id"])
    assert table.frame["empty"].isna().all()
    assert not table.text["empty"].isna().any()


def test_a_table_in_memory_and_a_path_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert apart.read(path).name == "a.csv"
    assert apart.read(pd.DataFrame({"id": [1, 2], "spend": [3.5, 4.0]})).frame.shape == (2, 2)


def test_whatever_a_reader_raises_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise IndexError("what it says may be data")

    monkeypatch.setattr(reader, "read", fail)
    with pytest.raises(DataProblems, match=r"^a.csv: the file cannot be read: it is damaged") as caught:
        apart._read(b"", "a.csv", ReadSettings(), lambda share, text: None)
    assert "may be data" not in str(caught.value)


@pytest.mark.parametrize(("why", "words"), [("memory", "more memory"), ("time", "longer"), ("crash", "damaged")])
def test_a_process_that_did_not_live_to_answer_is_one_sentence(
    why: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: object, **__: object) -> None:
        raise Ended(why)

    monkeypatch.setattr(apart, "run_limited", end)
    with pytest.raises(DataProblems, match=words) as caught:
        reading.read(TABLE.encode(), "a.csv")
    (problem,) = caught.value.problems
    assert problem.fix.endswith(".")


def test_progress_is_told_and_cancel_is_heard() -> None:
    shares: list[float] = []
    apart.read(TABLE.encode() * 50, "a.csv", progress=lambda share, text: shares.append(share))
    assert shares == sorted(shares)

    def cancel(share: float, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        apart.read(TABLE.encode(), "a.csv", progress=cancel)


def test_what_was_read_is_sent_as_it_lies_in_memory() -> None:
    table = reader.read(b"id,region\n" + b"".join(b"%d,North\n" % number for number in range(50_000)), "a.csv")
    sent: list[pickle.PickleBuffer] = []
    pickle.dumps(apart._unlinked(table), protocol=5, buffer_callback=sent.append)
    chunks = [chunk for column in table.text for chunk in table.text[column].array._pa_array.chunks]
    lies = {part.address for chunk in chunks for part in chunk.buffers() if part is not None}
    assert lies <= {pa.py_buffer(part).address for part in sent}
