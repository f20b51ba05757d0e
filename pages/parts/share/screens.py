"""Present: one screen at a time, moved by arrow keys, a presenter's remote or small buttons."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from pages.parts.share.files import known
from pages.parts.share.memory import ShareMemory
from pages.parts.share.model import Shared, shown_as
from pages.ui import show, state
from pages.ui.sitemap import page_file
from pages.ui.state import Studio
from segmentation.core.errors import SegmentationError
from segmentation.core.text import safe_label
from segmentation.reports import Screen, collect, screens

__all__ = ["draw"]

_SCREEN = "screen"
_STYLE = Path(__file__).with_name("present.css")


def draw(studio: Studio, what: Shared) -> None:
    """The present screen, and discreet controls to move on."""
    try:
        shown = state.once("present-screens", _screens, what.segmentation, what.personas, **known(studio, what))
    except SegmentationError as error:
        show.problem(error)
        return
    at = _at(studio.memory_of(ShareMemory), what, len(shown))
    st.html(_STYLE)
    st.html(shown[at].html)
    _controls(studio, at, len(shown), shown_as(studio, what))


def _at(mine: ShareMemory, what: Shared, many: int) -> int:
    """The number of the screen; of a saved model it is in the address, so that F5 shows the same screen again."""
    if mine.screen_of is not what.segmentation:  # other segments begin with the overview
        asked = st.query_params.get(_SCREEN, "") if what.ref and mine.screen_of is None else ""
        mine.screen_of, mine.screen = what.segmentation, int(asked) - 1 if re.fullmatch("[1-9][0-9]?", asked) else 0
    mine.screen = min(mine.screen, many - 1)
    if what.ref and st.query_params.get(_SCREEN) != str(mine.screen + 1):
        st.query_params[_SCREEN] = str(mine.screen + 1)
    return mine.screen


def _screens(segmentation: object, personas: object, **given: object) -> tuple[Screen, ...]:
    return screens(collect(segmentation, personas, **given))  # type: ignore[arg-type]


def _controls(studio: Studio, at: int, many: int, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="present-controls"):
        _step(studio, "Back", at - 1, many, "Left")
        st.caption(f"{at + 1} of {many} · {safe_label(name)}")
        _step(studio, "Next", at + 1, many, "Right")
        if st.button("Leave", key="present-leave", type="tertiary", shortcut="Esc"):
            st.switch_page(page_file("share"))
    with st.container(key="present-keys"):  # not shown: the keys that a presenter's remote sends
        _step(studio, "Back", at - 1, many, "PageUp")
        _step(studio, "Next", at + 1, many, "PageDown")


def _step(studio: Studio, label: str, to: int, many: int, key: str) -> None:
    end = not 0 <= to < many
    st.button(
        label,
        key=f"present-{key}",
        type="tertiary",
        disabled=end,
        shortcut=key,
        on_click=_go,
        args=(studio, to),
    )


def _go(studio: Studio, to: int) -> None:
    studio.memory_of(ShareMemory).screen = to
