"""The door of the server: who may speak with it, whose session is whose, and how much a visitor may bring.

A session belongs to the browser that began it: the id of a session, which may be seen in a log or over a shoulder,
opens nothing without the cookie that only this browser holds.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import OrderedDict
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.browser import COOKIE, cookie_in
from pages.ui.limits import LIMITS

__all__ = ["Door", "claim", "let_in"]

_MOST_OWNERS = 10_000
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::[0-9]{1,5})?", re.ASCII)
_METRICS = "SEGMENTATION_METRICS"
_FULL = (
    "<!doctype html><html lang='en'><title>Segmentation Studio</title><h1>The studio is full</h1>"
    "<p>As many people use it as it has room for. Try again in a few minutes.</p></html>"
)
_owners: OrderedDict[str, str] = OrderedDict()
"""Session → the browser that began it, as a digest of its cookie; empty for a browser that keeps no cookies."""

_guests: OrderedDict[str, bool] = OrderedDict()
"""Browsers that were let in, as digests of their cookies, and whether they may bring files."""


def claim() -> None:
    """Called by every run of a script: the session belongs to the browser of its first run."""
    context = get_script_run_ctx()
    if context is None or context.session_id in _owners:
        return
    cookie = st.context.cookies.get(COOKIE, "")
    _owners[context.session_id] = _digest(cookie if isinstance(cookie, str) else "")  # a test of a page has no browser
    while len(_owners) > _MOST_OWNERS:
        _owners.popitem(last=False)


def let_in(*, welcome: bool, brings: bool) -> None:
    """Called by every run of a script, once it is known whether whoever sits there may be here, and bring files."""
    cookie = st.context.cookies.get(COOKIE, "")
    guest = _digest(cookie if isinstance(cookie, str) else "")
    if not welcome:
        _guests.pop(guest, None)
        return
    _guests[guest] = brings
    _guests.move_to_end(guest)
    while len(_guests) > _MOST_OWNERS:
        _guests.popitem(last=False)


class Door:
    """Refuses foreign hosts and origins, other people's sessions, closed routes and more than a visitor may bring."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass; answer the rest with its reason."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookie = cookie_in(headers)
        refusal = _foreign(headers) or _closed(scope["path"]) or _not_theirs(scope, headers, cookie)
        refusal = refusal or _no_guest(scope["path"], cookie)
        if refusal is None and scope["type"] == "websocket" and _full():
            refusal = 503, "The studio is full."
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
        elif scope["type"] == "websocket":
            await self.app(_without_other_session(scope, headers, cookie), _bytes_only(receive), send)
        elif _is_page(scope, headers) and _full():
            await HTMLResponse(_FULL, status_code=503)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _foreign(headers: Headers) -> tuple[int, str] | None:
    """A host that is not ours (a name that somebody pointed at us), or a page of another place that speaks to us."""
    host = headers.get("host", "")
    allowed = [name.strip().lower() for name in config.get_option("server.allowedHosts") or ()]
    name = _host_name(host)
    if (
        allowed
        and "*" not in allowed
        and not any(name == one or (one[:2] == "*." and name.endswith(one[1:])) for one in allowed)
    ):
        return 421, "This address is not served here."
    origin = headers.get("origin")
    if origin is None or origin in (config.get_option("server.corsAllowedOrigins") or ()):
        return None
    return None if host and _place(origin) == host.lower() else (403, "Another page may not do that.")


def _place(origin: str) -> str:
    """Host and port of an origin in small letters; empty for what is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _host_name(host: str) -> str:
    """The name of a host as browsers send it, in small letters; empty for anything else (a user's name before it)."""
    if not _HOST.fullmatch(host):
        return ""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _closed(path: str) -> tuple[int, str] | None:
    """Figures about the server are for whoever runs it, and only when asked for."""
    if path.rstrip("/").endswith("/_stcore/metrics") and os.environ.get(_METRICS) != "1":
        return 404, "Not found"
    return None


def _not_theirs(scope: Scope, headers: Headers, cookie: str) -> tuple[int, str] | None:
    """An upload into somebody else's session, or more than a visitor may bring."""
    parts = scope["path"].split("/_stcore/upload_file/")
    if scope["type"] != "http" or len(parts) != 2 or scope["method"] not in ("PUT", "DELETE"):
        return None
    session = parts[1].split("/")[0]
    if _owners.get(session) != _digest(cookie):
        return 403, "This session belongs to another browser. Load the page again."
    if not _guests.get(_digest(cookie)):
        return 403, "Who is not signed in, or may only look, brings no files."
    if scope["method"] == "PUT":
        files, size = _brought(session)
        coming = headers.get("content-length", "0")
        size += int(coming) if coming.isascii() and coming.isdigit() and len(coming) < 15 else 0
        if files >= LIMITS.session_files or size > LIMITS.session_megabytes * 2**20:
            most = f"{LIMITS.session_files} files and {LIMITS.session_megabytes} MB"
            return 413, f"A visitor may bring at most {most}. Load the page again to begin anew."
    return None


def _no_guest(path: str, cookie: str) -> tuple[int, str] | None:
    """A download or a picture is for browsers that were let in: its address may have been passed on."""
    if "/media/" not in path or "/static/media/" in path or _digest(cookie) in _guests:
        return None
    return 404, "Not found"


def _brought(session: str) -> tuple[int, int]:
    """How many files a session holds, and their bytes."""
    storage: Any = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    files = list(dict(storage.get(session, {})).values())
    return len(files), sum(len(file.data) for file in files)


def _without_other_session(scope: Scope, headers: Headers, cookie: str) -> Scope:
    """The same connection without the wish for a session that this browser did not begin: it gets a new one."""
    entries = [entry.strip() for entry in headers.get("sec-websocket-protocol", "").split(",")]
    if len(entries) < 3 or not entries[2] or (cookie and _owners.get(entries[2]) == _digest(cookie)):
        return scope
    wished = ", ".join(entries[:2]).encode("latin-1")
    raw = [(name, wished if name == b"sec-websocket-protocol" else value) for name, value in scope["headers"]]
    return {**scope, "headers": raw, "subprotocols": entries[:2]}


def _bytes_only(receive: Receive) -> Receive:
    """What a browser of ours sends is bytes; whoever sends text is gone, and fills no log."""

    async def received() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and message.get("bytes") is None:
            return {"type": "websocket.disconnect", "code": 1003}
        return message

    return received


def _is_page(scope: Scope, headers: Headers) -> bool:
    return scope["type"] == "http" and scope["method"] == "GET" and "text/html" in headers.get("accept", "")


def _full() -> bool:
    if not runtime.exists():
        return False
    manager: Any = runtime.get_instance()._session_mgr
    return len(manager.list_active_sessions()) >= LIMITS.sessions


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest() if cookie else ""


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    await PlainTextResponse(why, status_code=status)(scope, receive, send)
