"""What only a script in the browser can do: the SVG of a picture, the keyboard in popovers, the meaning of words,
and a run of the page once a server that was gone is there again.

The scripts are ours and hold no text of users; they change nothing that Streamlit drew.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st

from segmentation.core.glossary import GLOSSARY

__all__ = ["begin", "html"]

_HERE = Path(__file__).resolve().parent


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
    others = [(_HERE / name).read_text("utf-8") for name in ("pictures.js", "popovers.js", "reconnected.js")]
    return "".join(f"<script>\n{code}</script>\n" for code in (*others, words))
