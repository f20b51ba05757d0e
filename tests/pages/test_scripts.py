"""The scripts of the pages come through what Streamlit cleans away, and know every word of the glossary."""

from __future__ import annotations

import json
import re

from pages.ui import scripts
from segmentation.core.glossary import GLOSSARY


def test_no_script_is_cleaned_away() -> None:
    codes = re.findall(r"<script>\n(.*?)</script>\n", scripts.html(), flags=re.DOTALL)
    assert len(codes) == 5
    assert "".join(f"<script>\n{code}</script>\n" for code in codes) == scripts.html()
    assert not [code for code in codes if re.search(r"<[\w/!]", code)]


def test_the_words_are_those_of_the_glossary() -> None:
    assert json.dumps(GLOSSARY) in scripts.html()
    assert "/* glossary */" not in scripts.html()


def test_every_part_fetched_ahead_is_one_that_the_installed_streamlit_has() -> None:
    listed = re.search(r"const parts = (\[.*?\]);", scripts.html())
    assert listed
    names = json.loads(listed[1])
    assert {name.partition(".")[0] for name in names} == set(scripts.AHEAD)
