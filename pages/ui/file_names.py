"""What files to take away are called: after the data that they are about, then after what they hold."""

from __future__ import annotations

from pages.ui import state, widgets
from pages.ui.sitemap import page_of
from segmentation.core.text import file_stem, plain_text

__all__ = ["of_data", "of_key"]


def of_data(what: str, ending: str) -> str:
    """The name of a file about this session's data: `CC GENERAL customers.csv`; without data only what it holds."""
    studio = state.studio()
    names = [*studio.files, *studio.tables, *studio.left_out]
    data = file_stem(plain_text(names[0]).rpartition(".")[0] or names[0], otherwise="") if names else ""
    return f"{f'{data} {what}'.strip()}.{ending}"


def of_key(key: str, ending: str) -> str:
    """The name of a file of what is shown under this key, after the data on the pages that are about them."""
    what, now = key.replace("-", " ").replace("_", " "), widgets.page_now()
    page = page_of(now) if now else None
    if page is not None and (page.needs or page.makes):
        return of_data(what, ending)
    return f"{what}.{ending}"
