"""A small OpenID Connect provider of this machine, for tests: whoever is clicked is signed in."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

__all__ = ["CLIENT", "provider"]

CLIENT = {"client_id": "studio", "client_secret": "a secret of this test"}


class Provider:
    """Its routes. people: subject → further claims."""

    def __init__(self, address: str, people: Mapping[str, Mapping[str, Any]]) -> None:
        self.address, self.people = address, people
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "test", "use": "sig"}, private=True)
        self.codes: dict[str, dict[str, str]] = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/authorize", self.authorize),
                Route("/approve", self.approve),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.keys),
                Route("/logout", self.logout),
            ]
        )

    async def metadata(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/jwks",
                "end_session_endpoint": f"{self.address}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def authorize(self, request: Request) -> Response:
        """A page with one link a person."""
        assert request.query_params["client_id"] == CLIENT["client_id"]
        asked = dict(request.query_params)
        links = [f"<a href='/approve?{urlencode({**asked, 'person': name})}'>{name}</a>" for name in self.people]
        return HTMLResponse(f"<title>Sign in</title><h1>Who are you?</h1>{' '.join(links)}")

    async def approve(self, request: Request) -> Response:
        code, asked = secrets.token_urlsafe(16), dict(request.query_params)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=302)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.codes.pop(str(form["code"]))
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        given = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        assert given.startswith(f"{CLIENT['client_id']}:")
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT["client_id"], "iat": now, "exp": now + 300}
        claims |= {"sub": asked["person"], "nonce": asked["nonce"], **self.people[asked["person"]]}
        token = jwt.encode({"alg": "RS256", "kid": "test"}, claims, self.key)
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    async def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def logout(self, request: Request) -> Response:
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], status_code=302)


@contextmanager
def provider(port: int, people: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A provider that answers while this lasts; its address."""
    address = f"http://127.0.0.1:{port}"
    server = uvicorn.Server(
        uvicorn.Config(Provider(address, people).app, host="127.0.0.1", port=port, log_level="warning", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.05)
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(10)
