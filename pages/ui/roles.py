"""The one table of who may do what: roles, actions, and which role a person has from the groups of the sign-in.

Nothing here knows of Streamlit. Who is in none of the named groups has no role and may do nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from segmentation.core.errors import SegmentationError
from segmentation.core.settings import Settings, option

__all__ = ["ACTIONS", "ROLES", "AccessSettings", "access_settings", "groups_of", "may", "role_of"]

ROLES = ("look", "work", "manage")
"""From the least to the most; a person in groups of several has the last of them."""

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "see shared models": ("look", "work", "manage"),
    "score one customer": ("look", "work", "manage"),
    "take a report": ("look", "work", "manage"),
    "load data and make segments": ("work", "manage"),
    "score a file": ("work", "manage"),
    "keep work": ("work", "manage"),
    "save a model": ("work", "manage"),
    "share a model with everybody": ("work", "manage"),
    "take back what one shared": ("work", "manage"),
    "take back what others shared": ("manage",),
    "read the log": ("manage",),
}
"""Action → the roles that may do it."""


@dataclass(frozen=True)
class AccessSettings(Settings):
    """The section `[access]` of the secrets file: where groups stand, which group has which role, and how long."""

    claim: str = "groups"
    look: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    manage: tuple[str, ...] = ()
    idle_minutes: int = option(30, "Minutes without a click after which one signs in again", low=1, high=1_440)
    absolute_hours: int = option(12, "Hours after which one signs in again", low=1, high=168)


def may(role: str, action: str) -> bool:
    """Whether a role may do that; a role or an action that is in no table may not."""
    return role in ACTIONS.get(action, ())


def role_of(groups: Iterable[str], settings: AccessSettings) -> str:
    """The most that any of a person's groups allows; empty for somebody in none of them."""
    mine = set(groups)
    return next((role for role in reversed(ROLES) if mine & set(getattr(settings, role))), "")


def groups_of(claims: Mapping[str, Any], claim: str) -> tuple[str, ...]:
    """The groups that a sign-in names: under the claim itself, or inside (`realm_access.roles`). A text is one."""
    value: Any = claims.get(claim)
    if value is None:
        value = claims
        for part in claim.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def access_settings(section: Mapping[str, Any]) -> AccessSettings:
    """The section as settings; `SegmentationError` for what is unknown or of the wrong kind."""
    known = {item.name for item in fields(AccessSettings)}
    unknown = sorted(set(section) - known)
    if unknown:
        raise SegmentationError(f"[access] has no setting {unknown[0]!r}. Use {', '.join(sorted(known))}.")
    values: dict[str, Any] = {name: tuple(item) if isinstance(item, list) else item for name, item in section.items()}
    return AccessSettings(**values)
