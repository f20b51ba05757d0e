"""A session with a running server without a browser: the websocket is opened and spoken as Streamlit's pages do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

__all__ = ["message_of", "messages_of_a_run", "opened", "run"]


def opened(
    address: str, cookies: str = "", *, path: str = "", session: str = "", xsrf: str = "", **more: Any
) -> AbstractContextManager[ClientConnection]:
    """A websocket to the server at an address (http://… or https://…), from a page of its own.

    session: the id of an earlier one, to go on with it. more: as for `websockets.sync.client.connect`.
    """
    protocols = ["streamlit", xsrf or "x", session] if session else ["streamlit", *([xsrf] if xsrf else [])]
    link: ClientConnection = connect(
        f"ws{address.removeprefix('http')}{path}/_stcore/stream",
        origin=address,  # type: ignore[arg-type]
        subprotocols=protocols,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookies} if cookies else {},
        max_size=None,
        open_timeout=60,  # a server that has just begun, on a busy machine
        **more,
    )
    return link


def run(link: ClientConnection, state: ClientState | None = None) -> None:
    """Ask for a run of the page, with what its widgets say."""
    wish = BackMsg()
    wish.rerun_script.CopyFrom(state or ClientState())
    link.send(wish.SerializeToString())


def message_of(link: ClientConnection, timeout: float = 60) -> ForwardMsg:
    """The next message."""
    message = ForwardMsg()
    message.ParseFromString(link.recv(timeout=timeout))  # type: ignore[arg-type]
    return message


def messages_of_a_run(link: ClientConnection) -> Iterator[ForwardMsg]:
    """Ask for a run of the page → its messages, to the one that says that it has ended."""
    run(link)
    kind = ""
    while kind != "script_finished":
        message = message_of(link)
        kind = message.WhichOneof("type") or ""
        yield message
