"""The visitors of `load`: browsers that walk the whole journey, and what they meet.

Two times are taken of a click to another page: on the screen, and on the wire, from the moment the browser asked until
the server said that the run has ended. Chromium itself says when a message came or went.
"""

from __future__ import annotations

import asyncio
import base64
import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from playwright.async_api import Browser, Error, Locator, Page, async_playwright, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui.sitemap import page_of
from tests.e2e.conftest import ARGUMENTS, BROWSERS, LOOKS

__all__ = ["Seen", "chromium_path", "crowd"]

LIGHT = ("data", "prepare", "choose_k", "segments", "score", "share")
THINKING = 1.0
PATIENCE = 180_000
"""Milliseconds that a step may take; longer is an error."""
SLOW = 60.0
"""Seconds from which a step is listed."""
_SHORT = 200
"""Letters of a message that says no more than that a run has ended."""

expect.set_options(timeout=PATIENCE)


@dataclass
class Seen:
    """What the browsers met.

    clicks: seconds of light clicks on the screen; wires: of the same, on the wire. waits: by step, seconds by browser.
    slow: steps that took long, errors: what went wrong, a line each.
    """

    clicks: list[float] = field(default_factory=list)
    wires: list[float] = field(default_factory=list)
    waits: dict[str, dict[int, list[float]]] = field(default_factory=dict)
    journeys: int = 0
    slow: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def waited(self, step: str, browser: int, seconds: float) -> None:
        """Note how long a browser waited for a step."""
        self.waits.setdefault(step, {}).setdefault(browser, []).append(seconds)
        self.slowly(step, browser, seconds)

    def slowly(self, step: str, browser: int, seconds: float) -> None:
        """List a step that took long."""
        if seconds > SLOW:
            self.slow.append(f"browser {browser}: {step}, {seconds:.0f} s")


class Wire:
    """When one page asked the server, and when the server said that a run has ended (seconds of Chromium's clock)."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.ended: list[float] = []

    async def watch(self, page: Page) -> None:
        """Listen to all messages of a page."""
        link = await page.context.new_cdp_session(page)
        link.on("Network.webSocketFrameSent", lambda event: self.asked.append(event["timestamp"]))
        link.on("Network.webSocketFrameReceived", self._received)
        await link.send("Network.enable")

    def _received(self, event: dict[str, Any]) -> None:
        text = event["response"]["payloadData"]
        if event["response"]["opcode"] != 2 or len(text) > _SHORT:
            return
        message = ForwardMsg()
        try:
            message.ParseFromString(base64.b64decode(text))
        except (DecodeError, ValueError):
            return
        if message.WhichOneof("type") == "script_finished":
            self.ended.append(event["timestamp"])

    def seconds(self, sent: int, ended: int) -> float | None:
        """From the first question after so many sent to the end of the run that answered it; None without an answer."""
        after = [time for time in self.ended[ended:] if self.asked[sent:] and time >= self.asked[sent]]
        return after[0] - self.asked[sent] if after else None


async def quiet(page: Page) -> None:
    """Wait until the script has ended and stays so for a moment."""
    ended = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    await ended.wait_for(timeout=PATIENCE)
    await page.wait_for_timeout(200)
    await ended.wait_for(timeout=PATIENCE)


async def answer(page: Page, words: str) -> None:
    """Wait for the answer in the heading."""
    await expect(page.locator(".st-key-answer")).to_contain_text(re.compile(words))


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    """A button by its words."""
    return page.get_by_role("button", name=name).first


async def light_click(page: Page, key: str, wire: Wire) -> tuple[float, float | None]:
    """Go to a page by the journey line → seconds until it is drawn, and until the server had done its part."""
    await quiet(page)
    sent, ended = len(wire.asked), len(wire.ended)
    began = time.perf_counter()
    await page.locator(f".st-key-journey [class*='st-key-step-{key}-'] a:visible").first.click()
    await expect(page.get_by_role("heading", level=1, name=page_of(key).question)).to_be_visible()
    await page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE)
    return time.perf_counter() - began, wire.seconds(sent, ended)


async def journey(page: Page, address: str, file: Path, number: int, seen: Seen) -> None:
    """From a dropped file to personas, a saved model and a shared page, with clicks back and forth."""
    wire = Wire()
    await wire.watch(page)

    async def timed(step: str, press: Locator | None, words: str) -> None:
        began = time.perf_counter()
        if press is not None:
            await press.click(timeout=PATIENCE)
        await answer(page, words)
        seen.waited(step, number, time.perf_counter() - began)

    await page.goto(f"{address}/data", timeout=PATIENCE)
    await page.locator("input[type=file]").first.set_input_files(file, timeout=PATIENCE)
    await timed("file read", None, "customers with")
    await timed("prepared", button(page, "Prepare the data"), "features take part")
    await timed("numbers of segments compared", button(page, "Compare numbers of segments"), "recommended|[Nn]o ")
    await quiet(page)
    await timed("segments made", button(page, re.compile(r"Make \d+ segments")), "personas?")
    await quiet(page)
    await button(page, "Save as a new version").click(timeout=PATIENCE)
    await expect(page.get_by_text("Saved as").or_(page.get_by_text("Nothing changed since")).first).to_be_visible()
    for _ in range(2):
        for key in LIGHT:
            screen, server = await light_click(page, key, wire)
            seen.clicks.append(screen)
            seen.slowly(f"click to {key}", number, screen)
            if server is not None:
                seen.wires.append(server)
            await asyncio.sleep(THINKING)
    if await page.get_by_text("Something went wrong").count():
        seen.errors.append(f"browser {number}: the page said that something went wrong")
    seen.journeys += 1


async def one_browser(browser: Browser, address: str, file: Path, number: int, until: float, seen: Seen) -> None:
    """Journeys one after the other, each as a new visitor, until the time is over; at least one."""
    first = True
    while first or time.monotonic() < until:
        first = False
        context = await browser.new_context(**LOOKS["light"], reduced_motion="reduce")
        page = await context.new_page()
        page.on("pageerror", lambda error: seen.errors.append(f"browser {number}: {error}"))
        try:
            await journey(page, address, file, number, seen)
        except (Error, AssertionError) as error:
            seen.errors.append(f"browser {number}: {str(error).splitlines()[0]}")
        await context.close()


def chromium_path() -> str | None:
    """The system's Chromium; None for Playwright's own."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


async def crowd(address: str, file: Path, browsers: int, seconds: float, seen: Seen) -> None:
    """All browsers at once."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        until = time.monotonic() + seconds
        visits = [one_browser(chromium, address, file, number, until, seen) for number in range(1, browsers + 1)]
        await asyncio.gather(*visits)
        await chromium.close()
