"""Somebody in two hundred groups signs in through nginx: the cookies of that are as large as they get."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPMessage
from pathlib import Path

import pytest

from segmentation.store.audit import verify
from tests.deploy.proxy import NAME, ROOT, Proxy, ask, free_port, nginx_before, titles
from tests.deploy.test_recipes import unit_variables

pytest.importorskip("authlib", reason="sign-in needs the extra of that name")

SECRET = "only for this test, and long enough"


@contextmanager
def studio(home: Path, login: str, secure: int) -> Iterator[int]:
    """The server with sign-in and the variables of the unit that are no places; its port."""
    from tests.e2e.provider import CLIENT

    port = free_port()
    secrets = {
        "auth": {
            "redirect_uri": f"https://{NAME}:{secure}/segments/oauth2callback",
            "cookie_secret": SECRET,
            "server_metadata_url": f"{login}/.well-known/openid-configuration",
            **CLIENT,
        },
        "access": {"claim": "groups", "work": ["analysts"]},
    }
    lines = [
        f"[{section}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
        for section, values in secrets.items()
    ]
    (home / "secrets.toml").write_text("\n".join(lines))
    names = {"MODELS": "models", "PROJECTS": "projects", "KEY": "models.key", "AUDIT": "audit.jsonl"}
    places = {f"SEGMENTATION_{name}": str(home / place) for name, place in names.items()}
    places |= {"STREAMLIT_SECRETS_FILES": str(home / "secrets.toml"), "STREAMLIT_SERVER_PORT": str(port)}
    environment = {**os.environ, **unit_variables(), **places, "HOME": os.environ["HOME"]}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            until = time.monotonic() + 90
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/segments/_stcore/health", timeout=2).close()
                    break
                except OSError:
                    assert process.poll() is None, (home / "log").read_text()
                    assert time.monotonic() < until
                    time.sleep(0.2)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def kept(cookies: dict[str, str], headers: HTTPMessage) -> None:
    """Do with the cookies of an answer what a browser does."""
    for line in headers.get_all("Set-Cookie") or []:
        name, _, value = line.partition(";")[0].partition("=")
        if "max-age=0" in line.lower() or "1970" in line:
            cookies.pop(name, None)
        else:
            cookies[name] = value


def signed_in(proxy: Proxy, login: str) -> dict[str, str]:
    """The cookies of a browser in which Anna has signed in."""
    from joserfc import jwk, jwt

    cookies: dict[str, str] = {}

    def go(path: str) -> tuple[int, HTTPMessage]:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
        status, headers, _ = ask(proxy, path, **sent)
        kept(cookies, headers)
        return status, headers

    go("/segments/_stcore/health")
    assert go("/segments/")[0] == 200
    key = jwk.OctKey.import_key(SECRET)
    begin = jwt.encode({"alg": "HS256"}, {"provider": "default", "exp": int(time.time()) + 60}, key)
    there = go(f"/segments/auth/login?provider={begin}")[1]["Location"]
    with urllib.request.urlopen(there, timeout=20) as page:
        found = re.search(r"href='([^']+)'", page.read().decode())
    assert found
    with urllib.request.build_opener(NoRedirect).open(login + html.unescape(found.group(1)), timeout=20) as answer:
        back = answer.headers["Location"]
    status, headers = go(back.partition(f"https://{NAME}:{proxy[1]}")[2])
    assert (status, headers["Location"]) == (302, "/segments/")
    assert go("/segments/")[0] == 200
    return cookies


class NoRedirect(urllib.request.HTTPErrorProcessor):
    """An answer as it is, also one that leads elsewhere."""

    def http_response(self, request, response):
        return response


def test_somebody_in_two_hundred_groups_signs_in_through_nginx(tmp_path: Path) -> None:
    from tests.e2e.provider import provider

    groups = ["analysts", *(str(uuid.uuid4()) for _ in range(199))]
    secure = free_port()
    with (
        provider(free_port(), {"anna": {"name": "Anna", "email": "anna@example.org", "groups": groups}}) as login,
        studio(tmp_path, login, secure) as port,
        nginx_before(port, tmp_path, secure) as proxy,
    ):
        cookies = signed_in(proxy, login)
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        assert len(sent) > 15_000
        assert "Which kinds of customers do you have?" in titles(proxy, sent, cookies["_streamlit_xsrf"])
    assert [entry.what for entry in verify(tmp_path / "audit.jsonl").last] == ["signed in (work)"]
    assert "Traceback" not in (tmp_path / "log").read_text()
