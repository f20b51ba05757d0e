"""Whose browser it is: a random cookie that the server gives, or the person who signed in."""

from __future__ import annotations

import re
import secrets

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui import access

__all__ = ["COOKIE", "BrowserCookie", "cookie_in", "owner"]

COOKIE = "studio_browser"
_DAYS = 400
_VALUE = re.compile(r"[\w-]{43}")


class BrowserCookie:
    """Gives every browser that opens a page a cookie of its own, and prolongs the one it has.

    Pages cannot read it (HttpOnly), other sites cannot send it (SameSite=Lax), and it says nothing but that two visits
    came from one browser.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the answer to a request for a page brings the cookie."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        given = cookie_in(Headers(scope=scope))
        value = given if _VALUE.fullmatch(given) else secrets.token_urlsafe(32)
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        line = f"{COOKIE}={value}; Path=/; Max-Age={_DAYS * 86_400}; HttpOnly; SameSite=Lax{secure}"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", line)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def cookie_in(headers: Headers) -> str:
    """The cookie of the browser that sent these headers, read as Streamlit reads it; empty where there is none.

    Cookies of other programs of the same host stand beside it, in forms that the standard does not know.
    """
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def owner() -> str | None:
    """Whose work this session keeps: the signed-in person's, else the browser's; None where it is kept for nobody."""
    if access.switched_on():
        key = access.owner()
        return None if key is None or not access.allows("keep work") else f"person {key}"
    value = st.context.cookies.get(COOKIE, "")
    return f"browser {value}" if isinstance(value, str) and _VALUE.fullmatch(value) else None
