"""Who signed in, what they may do, and for how long: off unless the secrets file has the section `[auth]`.

Streamlit's own login says who somebody is; whether that is enough is decided here. Everything that is not known, not
set up, too old or in none of the groups is refused. `let_in` is asked before any page is drawn, `require` before an
action; both write what matters to the log (`pages.ui.record`).
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config

from pages.ui import record, state
from pages.ui.limits import LIMITS
from pages.ui.roles import AccessSettings, access_settings, groups_of, may, role_of
from segmentation.core.errors import SegmentationError
from segmentation.core.text import counted, plain_text

__all__ = ["Person", "Refusal", "allows", "let_in", "owner", "person", "require", "sign_out", "switched_on"]

_REQUIRED = "SEGMENTATION_SIGN_IN"
_LOG = logging.getLogger(__name__)
_MOST = 10_000
_EARLY = 300
"""Seconds that the clock of whoever signs people in may be ahead."""
_ENDED = -1.0
_seen: OrderedDict[str, float] = OrderedDict()
"""Sign-in → when its person last clicked (seconds, UTC); `_ENDED` for one that is over, whatever cookie comes."""
_refusals: OrderedDict[tuple[str, str], bool] = OrderedDict()
"""Sign-in and action whose refusal stands in the log: who asks again and again does not fill it."""
_lock = threading.Lock()


@dataclass(frozen=True)
class Person:
    """Who signed in. key: a digest that stands for the person. who: for the log. role: empty for none."""

    key: str
    name: str
    who: str
    role: str
    sign_in: str
    since: float
    settings: AccessSettings = field(repr=False)


@dataclass(frozen=True)
class Refusal:
    """Why nobody is let in: a sentence, and whether signing in (again) would help."""

    why: str
    may_sign_in: bool = True


def switched_on() -> bool:
    """Whether people must sign in here; also when that is wanted and not set up, or the secrets cannot be read."""
    if os.environ.get(_REQUIRED, "") not in ("", "0"):
        return True
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets or "access" in st.secrets
    return any(Path(path).exists() for path in config.get_option("secrets.files"))  # it is there and not readable


def person(now: float | None = None) -> Person | Refusal:
    """Who is signed in in this session, or why that does not count. Does not count as a click."""
    settings = _settings()
    if isinstance(settings, Refusal):
        return settings
    claims = _claims()
    if claims.get("is_logged_in") is not True:
        return Refusal("Sign in to go on.")
    issuer, subject, since = claims.get("iss"), claims.get("sub"), claims.get("iat")
    if not issuer or not subject or not isinstance(since, int | float) or isinstance(since, bool):
        return Refusal(
            "The sign-in does not say who you are or since when. Sign in again, or ask who runs this server."
        )
    key = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:32]
    sign_in = f"{key} {since}"
    try:
        over = _over(sign_in, float(since), settings, time.time() if now is None else now)
    except OSError as error:
        why = f"Whether you signed out cannot be read on this server ({error.strerror or 'the disk refused'})."
        return Refusal(f"{why} Ask who runs it.", False)
    if over:
        return Refusal(over)
    name = plain_text(claims.get("name") or claims.get("email") or subject, longest=60)
    who = plain_text(
        f"{claims.get('email') or claims.get('preferred_username') or ''} [{subject}]".strip(), longest=150
    )
    role = role_of(groups_of(claims, settings.claim), settings)
    return Person(key, name, who, role, sign_in, float(since), settings)


def let_in(action: str) -> Refusal | None:
    """Ask before a page is drawn: counts as a click. None when it may be drawn; where sign-in is off, always."""
    if not switched_on():
        return None
    try:
        return _let_in(action, time.time())
    except SegmentationError as error:  # the log cannot be written
        return Refusal(str(error), False)


def _let_in(action: str, now: float) -> Refusal | None:
    who = person(now)
    if isinstance(who, Refusal):
        state.of_person("")
        record.belongs("")
        return who
    state.of_person(who.key)
    record.belongs(who.key)
    with _lock:
        if who.sign_in not in _seen:  # who cannot be written down is not in: the next try is a first one again
            _write(who, f"signed in ({who.role or 'without a role'})")
        if _seen.get(who.sign_in) != _ENDED:
            _seen[who.sign_in] = now
        _seen.move_to_end(who.sign_in)
        while len(_seen) > _MOST:
            _seen.popitem(last=False)
    if not who.role:
        return Refusal(
            f"You are signed in as {who.name}, and none of your groups may use this studio. Ask who runs it."
        )
    if record.sessions_of(who.key) > LIMITS.person_sessions:
        return Refusal(f"You have {counted(LIMITS.person_sessions, 'tab')} open, as many as one may. Close one.", False)
    if not may(who.role, action):
        _write_refusal(who, action)
        return Refusal(f"Your role here ({who.role}) does not allow this: {action}.", False)
    return None


def allows(action: str) -> bool:
    """Whether the person of this session may do that; everybody may where sign-in is off."""
    if not switched_on():
        return True
    who = person()
    return isinstance(who, Person) and may(who.role, action)


def require(action: str, what: str = "", model: str = "") -> None:
    """Raise unless this session may do that; what: to be written to the log before it is done."""
    if switched_on():
        who = person()
        if isinstance(who, Refusal):
            raise SegmentationError(who.why)
        if not may(who.role, action):
            _write_refusal(who, action, model)
            raise SegmentationError(f"Your role here ({who.role}) does not allow this: {action}.")
        if what:
            record.write(who.who, what, model)
    elif what:
        record.write("", what, model)


def owner() -> str | None:
    """The key of the signed-in person; None where sign-in is off, or nobody is."""
    who = person() if switched_on() else None
    return who.key if isinstance(who, Person) else None


def sign_out() -> None:
    """End this sign-in for every tab, and for every copy of its cookie; also where the log cannot be written."""
    who = person()
    if isinstance(who, Person):
        with _lock:
            _seen[who.sign_in] = _ENDED
        try:
            record.end(who.sign_in, who.settings.absolute_hours)
        except OSError:
            _LOG.error("A sign-out could not be kept: it is forgotten when this server starts again.")
        try:
            _write(who, "signed out")
        except SegmentationError:
            _LOG.error("A sign-out could not be written to the log of who did what.")
    state.of_person("")
    st.logout()


def _over(sign_in: str, since: float, settings: AccessSettings, now: float) -> str:
    """Why a sign-in is over; empty while it lasts. One that this server has not seen must be fresh."""
    idle = settings.idle_minutes * 60
    with _lock:
        last = _seen.get(sign_in, since)
        if sign_in not in _seen and record.has_ended(sign_in):
            last = _ENDED
    if last == _ENDED:
        return "You signed out. Sign in to go on."
    if since > now + _EARLY:
        return "The sign-in is dated in the future. Sign in again; if that does not help, a clock is wrong."
    if now - since > settings.absolute_hours * 3600:
        return f"You signed in more than {counted(settings.absolute_hours, 'hour')} ago. Sign in again to go on."
    if now - last > idle:
        return f"Nothing was clicked for {counted(settings.idle_minutes, 'minute')}. Sign in again to go on."
    return ""


def _settings() -> AccessSettings | Refusal:
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return Refusal("Sign-in is wanted and not set up on this server. Ask who runs it.", False)
    try:
        return access_settings(_plain(st.secrets.get("access", {})))
    except SegmentationError as error:
        _LOG.error("Sign-in is not set up: %s", error)
        return Refusal("Sign-in is not set up rightly on this server. Ask who runs it.", False)


def _claims() -> Mapping[str, Any]:
    return st.user.to_dict()


def _plain(section: Any) -> dict[str, Any]:
    plain = section.to_dict() if hasattr(section, "to_dict") else section
    if not isinstance(plain, dict):
        raise SegmentationError("[access] must be a section.")
    return plain


def _write_refusal(who: Person, action: str, model: str = "") -> None:
    """Once a sign-in and action."""
    if (who.sign_in, action) in _refusals:
        return
    _write(who, f"refused: {action}", model)
    _refusals[who.sign_in, action] = True
    while len(_refusals) > _MOST:
        _refusals.popitem(last=False)


def _write(who: Person, what: str, model: str = "") -> None:
    record.write(who.who, what, model)
