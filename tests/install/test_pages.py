"""The documentation is built without the network, and what is built asks nothing of it either."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import segmentation.api

pytestmark = pytest.mark.install

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pages")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    made = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)],
        cwd=ROOT,
        env={**os.environ, **nowhere, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return target


def test_every_verb_has_its_place_in_the_reference(built: Path) -> None:
    page = (built / "api.html").read_text(encoding="utf-8")
    for name in segmentation.api.__all__:
        assert f'id="segmentation.api.{name}"' in page, name
    assert "Raises" in page
    assert "Examples" in page


def test_the_pages_fetch_nothing_from_elsewhere(built: Path) -> None:
    pages = sorted(built.glob("*.html"))
    assert len(pages) >= 8
    for page in pages:
        text = page.read_text(encoding="utf-8")
        fetched = re.findall(r"<(?:script|img|iframe)[^>]+src=\"?(?:https?:)?//|<link[^>]+href=\"?(?:https?:)?//", text)
        assert not fetched, page.name
