"""The recipes of deploy/: run where this machine can, else read and checked."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.proxy import DEPLOY, NAME, ROOT, Proxy, ask, free_port, nginx_before, titles


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments), continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], re.sub(r"\s+", " ", line.split(maxsplit=1)[1])) for line in lines]


def last_stage() -> list[tuple[str, str]]:
    given = instructions()
    return given[max(place for place, (word, _) in enumerate(given) if word == "FROM") :]


def variables() -> dict[str, str]:
    """What the last ENV of the Dockerfile sets."""
    return dict(item.split("=", 1) for word, text in last_stage() if word == "ENV" for item in text.split())


def unit_variables() -> dict[str, str]:
    """What the unit sets."""
    lines = (DEPLOY / "studio.service").read_text(encoding="utf-8").splitlines()
    given = [line.partition("=")[2].strip('"') for line in lines if line.startswith("Environment=")]
    return dict(item.split("=", 1) for item in given)


def copied(target: Path) -> None:
    """What the last stage copies from the project, as it lies in the container."""
    for word, text in last_stage():
        if word == "COPY" and "--from" not in text:
            *sources, place = text.split()
            for source in sources:
                start = ROOT / source
                end = target / place / (start.name if place.endswith("./") or place == "./" or len(sources) > 1 else "")
                if start.is_dir():
                    shutil.copytree(start, target / place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    end = target / place / start.name
                    end.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(start, end)


def test_the_container_runs_as_nobody_special_pins_everything_and_says_how_it_is() -> None:
    words = [word for word, _ in instructions()]
    final = dict(last_stage())
    assert "ADD" not in words
    assert all(
        re.fullmatch(r"python:3\.11-slim-\w+( AS \w+)?", text) for word, text in instructions() if word == "FROM"
    )
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", final["USER"])
    assert [word for word, _ in last_stage()].index("USER") < [word for word, _ in last_stage()].index("ENTRYPOINT")
    assert json.loads(final["ENTRYPOINT"])[1:] == ["-m", "streamlit", "run", "app.py"]
    assert json.loads(final["HEALTHCHECK"].partition("CMD ")[2])[1:] == ["health.py"]
    pips = [text for word, text in instructions() if word == "RUN" and "pip install" in text]
    assert len(pips) == 1
    assert "--require-hashes" in pips[0]
    assert "--only-binary :all:" in pips[0]
    assert "secret" not in " ".join(text for word, text in instructions() if word in ("ARG", "COPY")).lower()
    assert variables()["SEGMENTATION_SIGN_IN"] == "required"


def test_compose_keeps_the_file_system_read_only_and_gives_no_rights() -> None:
    yaml = pytest.importorskip("yaml")
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["studio"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ports"] == ["127.0.0.1:8501:8501"]
    assert {"mem_limit", "pids_limit", "tmpfs", "init"} <= set(service)
    assert service["environment"]["STREAMLIT_SERVER_ALLOWED_HOSTS"] == f"{NAME} 127.0.0.1"


def test_the_image_builds_where_there_is_an_engine() -> None:
    docker = shutil.which("docker") or shutil.which("podman")
    if docker is None or subprocess.run([docker, "info"], capture_output=True, timeout=30, check=False).returncode:
        pytest.skip("no Docker engine on this machine")
    subprocess.run([docker, "build", "-q", "-f", "deploy/Dockerfile", "-t", "studio-test", "."], cwd=ROOT, check=True)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_the_unit_is_understood_and_shut_in(tmp_path: Path) -> None:
    text = (DEPLOY / "studio.service").read_text(encoding="utf-8")
    unit = tmp_path / "studio.service"
    unit.write_text(text.replace("/opt/studio/venv/bin/python", sys.executable), encoding="utf-8")
    for call in (["verify", str(unit)], ["security", "--offline=yes", "--threshold=20", "--no-pager", str(unit)]):
        given = subprocess.run(["systemd-analyze", *call], capture_output=True, text=True, timeout=60, check=False)
        assert given.returncode == 0, given.stdout[-2000:] + given.stderr


def test_unit_and_container_give_the_server_the_same_settings() -> None:
    assert set(variables()) - {"STREAMLIT_SERVER_ADDRESS"} <= set(unit_variables())


def interpreter(environment: dict[str, str]) -> list[str]:
    """A Python with all packages, run as the user of the container where this machine lets that be done."""
    drop = ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", "--no-new-privs"]
    if shutil.which("setpriv") is None or os.geteuid() != 0:
        return [sys.executable]
    child = "import streamlit, subprocess, sys; subprocess.run([sys.executable, '-c', 'import pandas'], check=True)"
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        given = subprocess.run([*drop, python, "-c", child], env=environment, capture_output=True, check=False)
        if given.returncode == 0:
            return [*drop, python]
    return [sys.executable]


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The server as in the container: only what is copied, as a user who may write to /data alone; its port."""
    home = Path(tempfile.mkdtemp(prefix="studio-deploy-"))
    home.chmod(0o755)
    (home / "data").mkdir(mode=0o700)
    copied(home / "app")
    port = free_port()
    places = {name: value.replace("/data", str(home / "data")) for name, value in variables().items()}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SEGMENTATION_", "STREAMLIT_"))},
        **places,
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "SEGMENTATION_SIGN_IN": "",  # here without people
        "STREAMLIT_SECRETS_FILES": str(home / "none.toml"),
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_BASE_URL_PATH": "segments",
        "STREAMLIT_SERVER_ALLOWED_HOSTS": f"{NAME} 127.0.0.1",
    }
    python = interpreter(environment)
    if len(python) > 1:
        os.chown(home / "data", 10001, 10001)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [*python, "-m", "streamlit", "run", "app.py"],
            cwd=home / "app",
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            until = time.monotonic() + 90
            check = [sys.executable, "health.py"]
            while subprocess.run(check, cwd=home / "app", env=environment, check=False).returncode:
                assert process.poll() is None, (home / "log").read_text()
                assert time.monotonic() < until, (home / "log").read_text()
                time.sleep(0.3)
            yield port
        finally:
            process.terminate()
            process.wait(20)
    assert "Traceback" not in (home / "log").read_text()
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def proxy(server: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """nginx with the recipe before it: ports of HTTP and HTTPS, and who trusts its certificate."""
    with nginx_before(server, tmp_path_factory.mktemp("nginx")) as made:
        yield made


def test_the_page_comes_over_tls_below_its_path_with_all_headers_and_safe_cookies(proxy) -> None:
    status, headers, text = ask(proxy, "/segments/")
    assert status == 200
    assert "<script" in text
    cookies = headers.get_all("Set-Cookie") or []
    assert [cookie.partition("=")[0] for cookie in cookies] == ["studio_browser"]
    assert all("secure" in cookie.lower() and "httponly" in cookie.lower() for cookie in cookies)
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert ask(proxy, "/segments")[0] == 301
    assert ask(proxy, "/")[0] == 404
    assert ask(proxy, "/segments/_stcore/metrics")[0] == 404
    _, given, _ = ask(proxy, "/segments/_stcore/health")
    token = next(cookie for cookie in given.get_all("Set-Cookie") or [] if cookie.startswith("_streamlit_xsrf="))
    assert "secure" in token.lower()
    assert "httponly" not in token.lower()  # the page sends it back by itself


def test_plain_http_leads_to_tls(proxy) -> None:
    link = http.client.HTTPConnection("127.0.0.1", proxy[0], timeout=20)
    for host in (NAME, "evil.example"):
        link.request("GET", "/segments/score", headers={"Host": host})
        answer = link.getresponse()
        answer.read()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/segments/score")
    link.close()


def test_a_foreign_host_and_a_foreign_origin_are_refused_behind_the_proxy_too(proxy) -> None:
    assert ask(proxy, "/segments/", Host="evil.example")[0] == 421
    assert ask(proxy, "/segments/", Origin="https://evil.example")[0] == 403
    assert ask(proxy, "/segments/", Origin=f"https://{NAME}:{proxy[1]}")[0] == 200


def test_a_file_above_the_limit_is_refused_at_the_proxy(proxy) -> None:
    assert ask(proxy, "/segments/_stcore/upload_file/x/y", **{"Content-Length": str(230 * 2**20)})[0] == 413


def test_a_session_runs_through_the_proxy(proxy) -> None:
    cookie = (ask(proxy, "/segments/")[1]["Set-Cookie"] or "").partition(";")[0]
    assert "Which kinds of customers do you have?" in titles(proxy, cookie)
