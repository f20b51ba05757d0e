"""What only a script in the browser can do: the SVG of a picture, the keyboard in popovers, the meaning of words,
a run of the page once a server that was gone is there again, and the code of tables and pictures before it is needed.

The scripts are ours and hold no text of users; they change nothing that Streamlit drew.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit import file_util

from segmentation.core.glossary import GLOSSARY

__all__ = ["AHEAD", "begin", "html"]

_HERE = Path(__file__).resolve().parent
AHEAD = (
    "NumberInput",
    "Checkbox",
    "DownloadButton",
    "DataFrame",
    "ButtonGroup",
    "Slider",
    "Selectbox",
    "PlotlyChart",
    "ProgressBar",
)
"""Parts of Streamlit's browser side that the first pages need, in the order in which they are fetched ahead."""


def begin() -> None:
    """Give the page its scripts; each begins once, however often the page is drawn."""
    with st.container(key="scripts"):
        st.html(html(), unsafe_allow_javascript=True)


@cache
def html() -> str:
    """The scripts as HTML, the glossary in its place.

    Streamlit cleans a script away in which an angle bracket stands before a letter, a slash or an exclamation mark.
    """
    words = (_HERE / "words.js").read_text("utf-8").replace("/* glossary */ {}", json.dumps(GLOSSARY))
    ahead = (_HERE / "ahead.js").read_text("utf-8").replace("/* parts */ []", json.dumps(_parts()))
    others = [(_HERE / name).read_text("utf-8") for name in ("pictures.js", "popovers.js", "reconnected.js")]
    return "".join(f"<script>\n{code}</script>\n" for code in (*others, words, ahead))


def _parts() -> list[str]:
    folder = Path(file_util.get_static_dir()) / "static" / "js"
    return [path.name for name in AHEAD for path in sorted(folder.glob(f"{name}.*.js"))]
