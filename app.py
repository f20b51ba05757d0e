"""The server: security headers, warm imports, one friendly sentence for an error nobody foresaw.

`streamlit run app.py` finds `app`. The pages are started by `pages/ui/main.py`, also on a deep link.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from pages.ui import jobs, openings
from pages.ui.browser import BrowserCookie
from pages.ui.door import Door
from segmentation.core import own_process
from segmentation.core.memory import give_back, keep_small, tidy
from segmentation.data import reading

__all__ = ["HEADERS", "PlacesOnly", "SecurityHeaders", "app"]

_MAIN = Path(__file__).resolve().parent / "pages" / "ui" / "main.py"
_WARM = (
    "pandas",
    "pyarrow",
    "plotly.graph_objects",
    "sklearn.cluster",
    "sklearn.metrics",
    "scipy.stats",
    "segmentation.store.projects",
)

_HOUSEKEEPING = 2.0
_TIDY = 30.0
"""Seconds after which everything is searched for garbage while there are visitors."""
_READERS = 2
"""Processes that wait for a file to read."""
_CALCULATORS = 1
"""Processes that wait for long work."""
_CALCULATIONS = ("segmentation.evaluation.choose_k", "segmentation.evaluation.evidence")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
        "connect-src 'self' ws: wss: data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    """Adds `HEADERS` to every answer of the server."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and put the headers on what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


@asynccontextmanager
async def _lifespan(_: Any) -> AsyncIterator[None]:
    """Import the heavy libraries while the server starts, so that the first visitor does not wait for them."""
    reading.keep_warm(_READERS, refill=True)
    own_process.keep_ready(_CALCULATORS, imports=_CALCULATIONS)
    for name in _WARM:
        await asyncio.to_thread(importlib.import_module, name)
    tidy()
    keep_small()
    keeper = asyncio.create_task(_keep_house())
    yield
    keeper.cancel()


async def _keep_house() -> None:
    """End the work of visitors who left, and give their memory back, every few seconds."""
    visitors, tidied = 0, time.monotonic()
    while True:
        await asyncio.sleep(_HOUSEKEEPING)
        if not runtime.exists():
            continue
        server = runtime.get_instance()
        jobs.end_left(server.is_active_session)
        await asyncio.to_thread(own_process.rest)
        _end_expired(server)
        before, visitors = visitors, len(server._session_mgr.list_sessions())
        if visitors < before:
            await asyncio.to_thread(give_back)
        elif visitors and time.monotonic() - tidied > _TIDY:
            await asyncio.to_thread(tidy)
        else:
            continue
        tidied = time.monotonic()


def _end_expired(server: runtime.Runtime) -> None:
    """End the sessions whose time to come back is over: Streamlit itself keeps them until another one is left."""
    sessions = server._session_mgr._session_storage._cache  # type: ignore[attr-defined]
    sessions.expire()


class PlacesOnly(logging.Filter):
    """Keeps of an error its kind and where it happened; what it says may be somebody's data and is not logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record that carries an error; every record passes."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)[-6:]
            places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
            record.msg, record.args = "A page failed: %s at %s", (type(error).__name__, places)
            record.exc_info = record.exc_text = None
        return True


def _on_script_error(_: Exception) -> bool:
    """Say one sentence on the page, in the place of the error."""
    st.error("Something went wrong on this page. Your data and results are still here: go back one step and try again.")
    return True


logging.getLogger("streamlit.error_util").addFilter(PlacesOnly())
logging.getLogger("segmentation").addHandler(logging.StreamHandler())

openings.answer_all()

app = st.App(
    _MAIN,
    lifespan=_lifespan,
    middleware=[Middleware(SecurityHeaders), Middleware(Door), Middleware(BrowserCookie)],
    on_script_error=_on_script_error,
)
