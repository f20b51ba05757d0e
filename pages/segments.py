"""Placeholder until the page is written."""

from pages.ui import show
from pages.ui.sitemap import page_of

show.page(page_of("segments").question)
