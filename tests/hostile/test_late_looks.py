"""A look at a job that comes late, of a page that was left, does not throw away the page that is shown."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection

from tests.websocket import message_of, messages_of_a_run, opened, run

ROOT = Path(__file__).resolve().parents[2]
APP = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pages.ui import late_looks
import streamlit as st
late_looks.leave_out()
st.navigation([st.Page("one.py", default=True), st.Page("two.py")]).run()
"""
ONE = """
import streamlit as st
st.fragment(lambda: st.caption("at work"), run_every=60)()
if st.button("Go on"):
    st.switch_page("two.py")
"""
TWO = """
import time
import streamlit as st
time.sleep(1)
st.title("The second page")
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A server of two pages, the first with a job; its address."""
    for name, text in (("app.py", APP), ("one.py", ONE), ("two.py", TWO)):
        (tmp_path / name).write_text(text)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 60
            while not healthy(port):
                assert time.monotonic() < until
                time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def healthy(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as link:
        try:
            link.request("GET", "/_stcore/health")
            return link.getresponse().status == 200
        except OSError:
            return False


def pages_shown(link: ClientConnection) -> Iterator[tuple[str, bool]]:
    """Of every run that comes now: its page, and whether it is of a piece of it; to the end, when nothing comes."""
    while True:
        try:
            message = message_of(link, timeout=3)
        except TimeoutError:
            return
        if message.WhichOneof("type") == "new_session":
            yield message.new_session.page_script_hash, bool(message.metadata.run.fragment_ids)


def test_a_look_that_comes_late_is_left_out(server: str) -> None:
    with opened(server) as link:
        first = list(messages_of_a_run(link))
        shown = of_kind(first, "navigation").navigation
        pages = {page.url_pathname: page.page_script_hash for page in shown.app_pages}
        one = shown.page_script_hash
        look = of_kind(first, "auto_rerun").auto_rerun.fragment_id
        button = next(
            m.delta.new_element.button.id for m in first if m.delta.new_element.WhichOneof("type") == "button"
        )

        in_time = ClientState(page_script_hash=one, fragment_id=look, is_auto_rerun=True)
        run(link, in_time)
        assert list(pages_shown(link)) == [(one, True)]  # one that comes in time is taken

        press = ClientState(page_script_hash=one)
        press.widget_states.widgets.append(WidgetState(id=button, trigger_value=True))
        run(link, press)
        shown_then = next(page for page, _ in pages_shown(link) if page != one)
        assert shown_then == pages["two"]
        run(link, in_time)  # its browser has not heard yet that the second page is being drawn
        assert list(pages_shown(link)) == []


def of_kind(messages: list[ForwardMsg], kind: str) -> ForwardMsg:
    return next(message for message in messages if message.WhichOneof("type") == kind)
