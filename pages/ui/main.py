"""The router: every run of the browser starts here, on whatever page it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from pages.ui import access, door, journey, late_looks, projects, saved_models, scripts, sign_in, state, widgets
from pages.ui.sitemap import ICON, PAGES, page_of

_HERE = Path(__file__).resolve().parent

door.claim()
late_looks.leave_out()

st.html(_HERE / "style.css")
scripts.begin()

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
_page = page_of(_current)

widgets.opened(_current)
st.set_page_config(f"{_page.title} · Segmentation Studio", ICON, layout="wide")
_refusal = access.let_in(_page.action)
door.let_in(
    welcome=_refusal is None or access.allows("see shared models"), brings=access.allows("load data and make segments")
)
if _refusal is not None:
    sign_in.refused(_refusal)
    st.stop()
sign_in.bar()
projects.begin()
saved_models.begin()
try:
    journey.bar(state.studio(), _current)
    _chosen.run()
finally:  # also when the run goes on to another page
    projects.keep()
projects.show_address()
