"""What is written to the log of who did what, and which sessions are whose.

The log is on where people sign in, and where SEGMENTATION_AUDIT names its file. What cannot be written is not done.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

import platformdirs
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from segmentation.core.errors import SegmentationError
from segmentation.store.audit import append
from segmentation.store.files import private_folder

__all__ = ["belongs", "end", "has_ended", "log_file", "sessions_of", "with_whom", "write"]

_FILE = "SEGMENTATION_AUDIT"
_people: dict[str, str] = {}
"""Session → the key of the person who signed in in it."""


def log_file() -> Path:
    """Where the log is: the file that SEGMENTATION_AUDIT names, else one in the user's own folder."""
    given = os.environ.get(_FILE)
    return Path(given) if given else platformdirs.user_data_path("customer-segmentation-studio", False) / "audit.jsonl"


def write(who: str, what: str, model: str = "") -> None:
    """Add a line; who: empty where nobody signs in, and then only where the log was asked for."""
    if not who and not os.environ.get(_FILE):
        return
    try:
        append(log_file(), who or "somebody on this machine", what, model)
    except OSError as error:
        raise SegmentationError(
            f"This cannot be written to the log of who did what ({error.strerror or 'the disk refused'}), so it "
            "was not done. Tell who runs this server."
        ) from error


def end(sign_in: str, hours: float) -> None:
    """Remember beside the log that a sign-in is over, also when the server is started again; hours: how long one lasts.

    Raises `OSError` where that cannot be.
    """
    mark = _mark(sign_in)
    private_folder(mark.parent)
    mark.touch(mode=0o600)
    for other in mark.parent.iterdir():
        with suppress(OSError):  # another one clears it at this moment, or it is no mark: no sign-out fails for that
            if time.time() - other.stat().st_mtime > hours * 3600:
                other.unlink()


def has_ended(sign_in: str) -> bool:
    """Whether somebody signed out of it; raises `OSError` where that cannot be read."""
    try:
        _mark(sign_in).stat()
    except FileNotFoundError:
        return False
    return True


def _mark(sign_in: str) -> Path:
    return log_file().with_name("signed-out") / hashlib.sha256(sign_in.encode()).hexdigest()


def belongs(key: str) -> None:
    """The session of this run belongs to that person; to nobody with an empty key."""
    context = get_script_run_ctx()
    if context is not None:
        _people.pop(context.session_id, None)
        if key:
            _people[context.session_id] = key


def sessions_of(key: str) -> int:
    """How many sessions with a tab a person has; those that are gone are forgotten."""
    mine = [session for session, whose in tuple(_people.items()) if whose == key]
    if not runtime.exists():
        return len(mine)
    active = [session for session in mine if runtime.get_instance().is_active_session(session)]
    for session in set(mine) - set(active):
        _people.pop(session, None)
    return len(active)


def with_whom(session: str) -> frozenset[str]:
    """The sessions of the person whose session this is, itself among them; itself alone where nobody signed in."""
    key = _people.get(session)
    return frozenset([session, *(other for other, whose in tuple(_people.items()) if key and whose == key)])
