"""Visitors of `load` without a browser: they speak the websocket as Streamlit's page does, and only read what comes.

Each stands for a person whose browser runs on another machine: the server's cores are left to the server. A light click
is from the question until the server said that the run has ended, as *on the wire* of the visitors with a browser.
"""

from __future__ import annotations

import http.client
import re
import threading
import time
import uuid
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from tests.bench.load_visitors import LIGHT, PATIENCE, THINKING, Seen
from tests.websocket import message_of, opened, run

__all__ = ["clients"]

_PATIENCE = PATIENCE / 1000
_WORDS = ("markdown", "heading", "alert", "html")
_ENDED_EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Visitor:
    """One session: what is on its page, and what its widgets say."""

    def __init__(self, address: str, link: ClientConnection, cookies: dict[str, str]) -> None:
        self._address, self._link, self._cookies = address, link, cookies
        self._elements: dict[tuple[int, ...], tuple[str, str, Element]] = {}  # with the run and the fragment it is of
        self._state = ClientState()
        self._again: dict[str, tuple[float, float]] = {}  # fragments that run by themselves: every so often, next when
        self._answer: tuple[int, ...] = (-1,)  # the place of the answer in the heading
        self._pages: dict[str, str] = {}
        self._now = ("", frozenset[str]())  # the run, and which fragments alone it is of
        self.session = ""

    @property
    def text(self) -> str:
        """All that the page says."""
        return self._said(())

    @property
    def answer(self) -> str:
        """What stands below the question of the page."""
        return self._said(self._answer)

    def _said(self, place: tuple[int, ...]) -> str:
        inside = [e for path, (_, _, e) in self._elements.items() if path[: len(place)] == place]
        return "\n".join(getattr(e, kind).body for e in inside if (kind := e.WhichOneof("type")) in _WORDS)

    def go(self, page: str) -> None:
        """Open a page by its key, as the journey line does."""
        if not self._pages:
            self._run(self._state)
        self._state = ClientState(page_script_hash=self._pages[page.replace("_", "-")])
        self._run(self._state)

    def press(self, words: str) -> None:
        """Press the button with these words, once it is there."""
        self.wait_for(lambda: self._button(words) is not None)
        button = self._button(words)
        assert button is not None
        state = ClientState()
        state.CopyFrom(self._state)
        state.widget_states.widgets.append(WidgetState(id=button, trigger_value=True))
        self._run(state)

    def bring(self, file: Path) -> None:
        """Drop a file on the first place for files."""
        uploader = next(
            e.file_uploader.id for _, _, e in self._elements.values() if e.WhichOneof("type") == "file_uploader"
        )
        wish = BackMsg()
        wish.file_urls_request.request_id, wish.file_urls_request.session_id = uuid.uuid4().hex, self.session
        wish.file_urls_request.file_names.append(file.name)
        self._link.send(wish.SerializeToString())
        urls: list[FileURLs] = []
        while not urls:
            message = self._read(_PATIENCE)
            urls = list(message.file_urls_response.file_urls)
        data = file.read_bytes()
        self._put(urls[0].upload_url, file.name, data)
        widget = WidgetState(id=uploader)
        info = widget.file_uploader_state_value.uploaded_file_info.add(
            name=file.name, size=len(data), file_id=urls[0].file_id
        )
        info.file_urls.CopyFrom(urls[0])
        self._state.widget_states.widgets.append(widget)
        self._run(self._state)

    def wait_for(self, there: Callable[[], bool]) -> None:
        """Read, and let fragments run that run by themselves, until something is there."""
        until = time.monotonic() + _PATIENCE
        while not there():
            if time.monotonic() > until:
                raise TimeoutError(self.text[:200].replace("\n", " "))
            self._read(0.2)

    def _run(self, state: ClientState) -> None:
        """Ask for a run, and read until it has ended."""
        run(self._link, state)
        until, begun = time.monotonic() + _PATIENCE, False
        while time.monotonic() < until:
            message = self._read(until - time.monotonic())
            kind, page = message.WhichOneof("type"), state.page_script_hash
            if kind == "new_session" and not self._now[1]:  # what ran by itself may still be on its way
                begun = begun or page in ("", message.new_session.page_script_hash)
            if begun and kind == "script_finished" and message.script_finished != _ENDED_EARLY:
                return
        raise TimeoutError("a run did not end")

    def _read(self, seconds: float) -> ForwardMsg:
        """The next message, an empty one where none comes; before it ask for what runs by itself."""
        now = time.monotonic()
        for fragment, (every, due) in self._again.items():
            if now >= due:
                state = ClientState()
                state.CopyFrom(self._state)
                state.fragment_id, state.is_auto_rerun = fragment, True
                run(self._link, state)
                self._again[fragment] = (every, now + every)
        try:
            message = message_of(self._link, max(seconds, 0.01))
        except TimeoutError:
            return ForwardMsg()
        self._keep(message)
        return message

    def _keep(self, message: ForwardMsg) -> None:
        """What a message says of the page."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            self._state.page_script_hash = message.new_session.page_script_hash
            self._now = (message.metadata.run.script_run_id, frozenset(message.metadata.run.fragment_ids))
            if not self._now[1]:
                self._again.clear()
        elif kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "auto_rerun":
            every = message.auto_rerun.interval
            self._again[message.auto_rerun.fragment_id] = (every, time.monotonic() + every)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._again.pop(fragment, None)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = (self._now[0], message.delta.fragment_id, message.delta.new_element)
            self._elements[tuple(message.metadata.delta_path)] = element
        elif kind == "delta" and message.delta.add_block.id.endswith("-answer"):
            self._answer = tuple(message.metadata.delta_path)
        elif kind == "script_finished" and message.script_finished != _ENDED_EARLY:
            run_id, ended = self._now
            self._elements = {
                path: (made, fragment, element)
                for path, (made, fragment, element) in self._elements.items()
                if made == run_id or (ended and fragment not in ended)
            }

    def _button(self, words: str) -> str | None:
        buttons = (e.button for _, _, e in self._elements.values() if e.WhichOneof("type") == "button")
        return next((each.id for each in buttons if re.search(words, each.label) and not each.disabled), None)

    def _put(self, url: str, name: str, data: bytes) -> None:
        edge, token = uuid.uuid4().hex, self._cookies.get("_streamlit_xsrf", "")
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "X-Xsrftoken": token}
        status = _ask(self._address, url, "PUT", body, headers | {"Cookie": _line(self._cookies)})[0]
        if status != 204:
            raise ConnectionError(f"the file was answered with {status}")


def _ask(address: str, path: str, method: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    """One request → its status and the cookies it gave."""
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE)
    link.request(method, path, body, headers)
    answer = link.getresponse()
    answer.read()
    link.close()
    given = SimpleCookie()
    for value in answer.headers.get_all("Set-Cookie", []):
        given.load(value)
    return answer.status, {name: morsel.value for name, morsel in given.items()}


def _line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _journey(address: str, file: Path, number: int, seen: Seen) -> None:
    """From a dropped file to personas and a saved model, with clicks back and forth, as the browsers walk it."""
    cookies: dict[str, str] = {}
    for path in ("/data", "/_stcore/health"):
        cookies |= _ask(address, path, "GET", b"", {"Accept": "text/html", "Cookie": _line(cookies)})[1]
    token = cookies.get("_streamlit_xsrf", "")
    with opened(address, _line(cookies), xsrf=token) as link:
        visitor = Visitor(address, link, cookies)
        visitor.go("data")

        def timed(step: str, act: Callable[[], None], words: str) -> None:
            began = time.perf_counter()
            act()
            visitor.wait_for(lambda: re.search(words, visitor.answer) is not None)
            seen.waited(step, number, time.perf_counter() - began)

        timed("file read", lambda: visitor.bring(file), "customers with")
        timed("prepared", lambda: visitor.press("Prepare the data"), "features take part")
        timed(
            "numbers of segments compared", lambda: visitor.press("Compare numbers of segments"), "recommended|[Nn]o "
        )
        timed("segments made", lambda: visitor.press(r"Make \d+ segments"), "personas?")
        visitor.press("Save as a new version")
        visitor.wait_for(lambda: re.search("Saved as|Nothing changed since", visitor.text) is not None)
        for _ in range(2):
            for key in LIGHT:
                began = time.perf_counter()
                visitor.go(key)
                seen.clicks.append(time.perf_counter() - began)
                seen.slowly(f"click to {key}", number, seen.clicks[-1])
                time.sleep(THINKING)
        if "Something went wrong" in visitor.text:
            seen.errors.append(f"visitor {number}: the page said that something went wrong")
    seen.journeys += 1


def _visits(address: str, file: Path, number: int, until: float, seen: Seen) -> None:
    """Journeys one after the other, each as a new visitor, until the time is over; at least one."""
    first = True
    while first or time.monotonic() < until:
        first = False
        try:
            _journey(address, file, number, seen)
        except (OSError, WebSocketException, AssertionError, StopIteration) as error:
            seen.errors.append(f"visitor {number}: {type(error).__name__}: {str(error)[:200]}")


def clients(address: str, file: Path, number: int, seconds: float, seen: Seen) -> None:
    """So many visitors at once."""
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_visits, args=(address, file, each, until, seen)) for each in range(1, number + 1)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
