"""An address in data stays text: Markdown in a browser makes links of addresses even where every sign is escaped."""

from __future__ import annotations

import re

import pytest

from segmentation.core.text import safe_label

LITERAL = re.compile(r"(?i)https?://|www\.|[-.\w+]+@[-\w]+|\w+://")
"""What the Markdown of the browser takes for an address, after it took the escapes away."""

ADDRESSES = ["http://outside.example", "HTTPS://x.example/a?b=c", "www.outside.example", "WWW.x.example", "a@b.example"]


@pytest.mark.parametrize("address", [*ADDRESSES, *(f"see {one}, please" for one in ADDRESSES), "ftp://x.example"])
def test_an_address_is_no_link_and_reads_alike(address: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", safe_label(address))
    assert not LITERAL.search(shown)
    assert shown.replace("\u2060", "") == address


def test_what_is_no_address_is_not_changed() -> None:
    for text in ("Köln", "3 @ 5", "www", "a:b", "1/2", "@home"):
        assert "\u2060" not in safe_label(text)
