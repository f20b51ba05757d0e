"""nginx with the recipe of deploy/, before a server of this machine, and a browser's side of it."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.websocket import messages_of_a_run, opened

__all__ = ["DEPLOY", "NAME", "ROOT", "Proxy", "ask", "free_port", "nginx_before", "titles"]

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
NAME = "studio.example.org"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
Proxy = tuple[int, int, ssl.SSLContext]
"""Ports of HTTP and HTTPS, and who trusts the certificate."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def nginx_before(server: int, home: Path, secure: int = 0) -> Iterator[Proxy]:
    """The recipe, with ports and a certificate of this machine; secure: the port of HTTPS, any free one with 0."""
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("no nginx on this machine (Debian: apt install nginx)")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", home / "key.pem", "-out", home / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    plain, secure = free_port(), secure or free_port()
    recipe = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("/etc/ssl/studio", str(home)),
        ("127.0.0.1:8501", f"127.0.0.1:{server}"),
        ("proxy_read_timeout 1h;", "proxy_read_timeout 60s;"),  # a test of what is never answered ends
    ):
        assert before in recipe
        recipe = recipe.replace(before, after)
    paths = "".join(
        f"{kind}_temp_path {home}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (home / "nginx.conf").write_text(
        f"daemon off; pid {home}/pid; error_log {home}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}{recipe}\n}}\n"
    )
    command = [NGINX, "-c", str(home / "nginx.conf"), "-e", str(home / "error.log")]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen(command)
    try:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", secure), 1).close()
                break
            except OSError:
                assert process.poll() is None, (home / "error.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)
        yield plain, secure, ssl.create_default_context(cafile=str(home / "fullchain.pem"))
    finally:
        process.terminate()
        process.wait(20)


def ask(proxy: Proxy, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
    """One request over TLS, as a browser makes it."""
    _, port, trust = proxy
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.sock = trust.wrap_socket(socket.create_connection(("127.0.0.1", port), 20), server_hostname=NAME)
    link.putrequest("GET", path, skip_host=True)
    for name, value in {"Host": f"{NAME}:{port}", "Accept": "text/html", **headers}.items():
        link.putheader(name, value)
    link.endheaders()
    answer = link.getresponse()
    text = answer.read().decode("utf-8", "replace")
    link.close()
    return answer.status, answer.headers, text


def titles(proxy: Proxy, cookies: str, xsrf: str = "") -> str:
    """What the start page has as headings and notes for who comes with these cookies."""
    _, port, trust = proxy
    with opened(
        f"https://{NAME}:{port}",
        cookies,
        path="/segments",
        xsrf=xsrf,
        sock=socket.create_connection(("127.0.0.1", port), 20),
        ssl=trust,
        server_hostname=NAME,
    ) as link:
        elements = [message.delta.new_element for message in messages_of_a_run(link)]
    return "".join(element.heading.body + element.alert.body for element in elements)
