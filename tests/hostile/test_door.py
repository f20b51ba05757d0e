"""The server speaks with its own pages only, and gives a session to nobody but the browser that began it."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from pages.ui import door
from pages.ui.browser import cookie_in
from pages.ui.door import _bytes_only
from tests.websocket import messages_of_a_run, opened

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """A server of its own; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    environment = {**os.environ, "SEGMENTATION_MAX_SESSION_FILES": "2"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 90
            while True:
                try:
                    if ask(port, "/_stcore/health")[0] == 200:
                        break
                except OSError:
                    assert time.monotonic() < until
                    time.sleep(0.2)
            yield port
        finally:
            process.terminate()


def ask(port: int, path: str, method: str = "GET", body: bytes = b"", **headers: str | bytes) -> tuple[int, str, str]:
    """Status, text and cookie of one request; headers by name with underscores."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.putrequest(method, path, skip_host=True)
    given = {"Host": f"localhost:{port}", "Content-Length": str(len(body))}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        link.putheader(name, value)
    link.endheaders(body)
    answer = link.getresponse()
    text = answer.read().decode("utf-8", "replace")
    cookie = re.search(r"studio_browser=[^;]+", answer.headers.get("Set-Cookie", ""))
    link.close()
    return answer.status, text, cookie.group() if cookie else ""


def ask_cookies(port: int) -> list[str]:
    """The cookies that the server gives before an upload."""
    link = http.client.HTTPConnection("localhost", port, timeout=20)
    link.request("GET", "/_stcore/health")
    answer = link.getresponse()
    answer.read()
    link.close()
    return [value.partition(";")[0] for name, value in answer.headers.items() if name.lower() == "set-cookie"]


@contextmanager
def visit(port: int, cookie: str, session: str = "") -> Iterator[str]:
    """Open a session as a browser does; while it lasts, the id of the session that the server gave."""
    with opened(f"http://localhost:{port}", cookie, session=session) as link:
        given = ""
        for message in messages_of_a_run(link):
            if message.WhichOneof("type") == "new_session":
                given = message.new_session.initialize.session_id
        assert given
        yield given


def page(port: int) -> str:
    status, _, cookie = ask(port, "/", Accept="text/html")
    assert status == 200
    assert cookie
    return cookie


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost.evil.example",
        "127.0.0.2",
        "",
        "evil@localhost:{port}",
        "localhost:{port}:80",
        "localhost/x",
    ],
)
@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config", "/static/x.js"])
def test_a_foreign_host_is_refused_on_every_route(server: int, host: str, path: str) -> None:
    assert ask(server, path, Host=host.format(port=server))[0] == 421


@pytest.mark.parametrize(
    "origin", ["http://localhost:1", "http://127.0.0.1:{port}", "http://evil.example", "null", "", "http://["]
)
def test_a_foreign_origin_is_refused(server: int, origin: str) -> None:
    origin = origin.format(port=server)
    assert ask(server, "/_stcore/health", Origin=origin)[0] == 403
    with pytest.raises(InvalidStatus):
        connect(f"ws://localhost:{server}/_stcore/stream", origin=origin, subprotocols=["streamlit"])  # type: ignore[arg-type,list-item]


@pytest.mark.parametrize("beside", ['a={"b": 1}', "a[0]=1", "a", 'a="', "ü=1"])
def test_a_cookie_of_another_program_beside_ours_hides_it_from_nobody(server: int, beside: str) -> None:
    mine = page(server)
    assert ask(server, "/", Accept="text/html", Cookie=f"{beside}; {mine}".encode())[2] == mine
    headers = Headers(raw=[(b"cookie", f"{beside}; {mine}".encode())])
    assert f"studio_browser={cookie_in(headers)}" == mine


def test_its_own_pages_are_let_in(server: int) -> None:
    assert ask(server, "/_stcore/health", Origin=f"http://localhost:{server}")[0] == 200


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ({"type": "websocket.receive", "text": "hello"}, {"type": "websocket.disconnect", "code": 1003}),
        ({"type": "websocket.receive", "text": "", "bytes": None}, {"type": "websocket.disconnect", "code": 1003}),
        ({"type": "websocket.receive", "bytes": b""}, {"type": "websocket.receive", "bytes": b""}),
        ({"type": "websocket.connect"}, {"type": "websocket.connect"}),
    ],
)
def test_who_sends_text_in_the_place_of_bytes_is_gone(sent: dict[str, object], arrives: dict[str, object]) -> None:
    async def receive() -> dict[str, object]:
        return sent

    assert asyncio.run(_bytes_only(receive)()) == arrives  # type: ignore[arg-type]


def test_the_figures_of_the_server_are_closed(server: int) -> None:
    assert ask(server, "/_stcore/metrics")[0] == 404
    assert ask(server, "/_stcore/metrics/")[0] == 404


def test_the_id_of_a_session_opens_it_only_with_the_cookie_of_its_browser(server: int) -> None:
    mine, theirs = page(server), page(server)
    with visit(server, mine) as session:
        pass
    for cookie in (theirs, "", "studio_browser="):
        with visit(server, cookie, session) as given:
            assert given != session
    with visit(server, mine, session) as given:
        assert given == session


def test_nobody_uploads_into_the_session_of_another_and_a_visitor_brings_so_many_files(server: int) -> None:
    mine, theirs = page(server), page(server)
    kind = {"Content_Type": "multipart/form-data; boundary=x"}
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n--x--\r\n'
    with visit(server, mine) as session:
        path = f"/_stcore/upload_file/{session}/"
        for cookie in (theirs, "", "studio_browser="):
            assert ask(server, path + "a", "PUT", body, Cookie=cookie, **kind)[0] == 403
        token = next(item.partition("=")[2] for item in ask_cookies(server) if item.startswith("_streamlit_xsrf="))
        both = {"Cookie": f"{mine}; _streamlit_xsrf={token}", "X_Xsrftoken": token}
        given = [ask(server, path + name, "PUT", body, **both, **kind)[:2] for name in "abc"]
    assert [status for status, _ in given] == [204, 204, 413]
    assert "at most 2 files" in given[2][1]


@pytest.mark.parametrize(
    ("guests", "status"), [({}, 403), ({"mine": False}, 403), ({"mine": True}, None), ({"theirs": True}, 403)]
)
def test_who_is_not_let_in_or_may_only_look_brings_no_files(
    guests: dict[str, bool], status: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_digest", str)
    monkeypatch.setattr(door, "_owners", {"a session": "mine"})
    monkeypatch.setattr(door, "_guests", guests)
    monkeypatch.setattr(door, "_brought", lambda session: (0, 0))
    scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/a session/a"}
    refusal = door._not_theirs(scope, Headers({}), "mine")
    assert (refusal[0] if refusal else None) == status


@pytest.mark.parametrize(
    ("headers", "statuses"),
    [
        (f"Cookie: a={'x' * 70_000}\r\n", ["431"]),
        ("".join(f"X-{at}: a\r\n" for at in range(300)), ["431"]),
        ("Content-Length: 3\r\n", ["400"]),
        ("X-Name: \x01\r\n", ["400"]),
        (f"Cookie: a={'x' * 1_000_000}\r\n", ["400", "reset"]),  # refused before it has all come
    ],
    ids=["long", "many", "with a body", "no text", "very long"],
)
def test_an_opening_of_a_websocket_that_is_not_understood_is_answered_and_hangs_nobody(
    server: int, headers: str, statuses: list[str]
) -> None:
    wish = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: localhost:{server}\r\nOrigin: http://localhost:{server}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {'a' * 22}==\r\n{headers}\r\n"
    )
    with socket.create_connection(("127.0.0.1", server), 20) as link:
        try:
            link.sendall(wish.encode())
            status = link.recv(4096).split()[1].decode()
        except (ConnectionResetError, BrokenPipeError):
            status = "reset"
    assert status in statuses
    assert ask(server, "/_stcore/health")[0] == 200
