"""The frame around the pages: every page opens, and what the kit promises holds."""

from __future__ import annotations

import pytest

from pages.ui.sitemap import PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_every_page_opens_empty_through_the_router(page, app) -> None:
    test = app(page.key)
    assert not test.exception
    assert len(test.title) == 1
