"""An opening of a websocket that is not understood gets an answer: uvicorn (0.44 and later) leaves it open for ever."""

from __future__ import annotations

from functools import wraps

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol as Protocol

__all__ = ["answer_all"]

_REFUSAL = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def answer_all() -> None:
    """Called once, before the server starts."""
    received = Protocol.data_received
    if hasattr(received, "__wrapped__"):
        return

    @wraps(received)
    def answered(link: Protocol, data: bytes) -> None:
        received(link, data)
        if link.conn.handshake_exc is not None and not link.handshake_initiated and not link.transport.is_closing():
            own = b"".join(link.conn.data_to_send())  # where it is too long, websockets has an answer that nobody sends
            link.transport.write(own or _REFUSAL)
            link.transport.close()

    Protocol.data_received = answered  # type: ignore[method-assign, assignment]
