"""The router: every run of the browser starts here, on whatever page it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from pages.ui import door, journey, projects, state, widgets
from pages.ui.sitemap import PAGES

_HERE = Path(__file__).resolve().parent

door.claim()

st.html(_HERE / "style.css")

_ROUTES = {
    page.key: st.Page(page.file, title=page.title, url_path=page.address, default=page.key == "start") for page in PAGES
}
_MOVED = [
    st.Page(partial(st.switch_page, _ROUTES[page.key]), title=page.title, url_path=page.former)
    for page in PAGES
    if page.former
]
_chosen = st.navigation([*_ROUTES.values(), *_MOVED], position="hidden")
if _chosen in _MOVED:
    _chosen.run()
_current = next(key for key, route in _ROUTES.items() if route == _chosen)
_title = next(page.title for page in PAGES if page.key == _current)

widgets.opened(_current)
st.set_page_config(f"{_title} · Segmentation Studio", str(_HERE / "icon.png"), layout="wide")
projects.begin()
try:
    journey.bar(state.studio(), _current)
    _chosen.run()
finally:  # also when the run goes on to another page
    projects.keep()
projects.show_address()
