"""The projects of one owner on this machine: list, make, rename, duplicate, delete and bring back, links, forget.

    <root>/<owner>/<project id>/     one project (see `folder`)
    <root>/<owner>/.deleted/<id>/    deleted, and gone for good after a day
    <root>/<owner>/settings.json     whether work is kept at all

An owner is a browser (its cookie) or a signed-in person; the folder's name is a hash of it, so that no folder can be
turned back into a cookie. Nobody lists or opens a project of another owner except by a link that was made for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

import platformdirs

from segmentation.core.errors import SegmentationError
from segmentation.core.schema import Each, faults
from segmentation.core.text import plain_text
from segmentation.store.files import private_folder
from segmentation.store.projects.faults import damaged
from segmentation.store.projects.folder import read_state, steps, sweep, write_small, write_state
from segmentation.store.projects.values import Known

__all__ = ["About", "Shelf", "hash_of_link", "is_project_id", "new_id", "projects_root"]

_ID = re.compile(r"[0-9a-f]{20}")
_DELETED, _SETTINGS, _ABOUT = ".deleted", "settings.json", "about.json"
_KEPT_DELETED = 24 * 3600
_LONGEST_NAME = 60
_SHAPE = {
    "name": str, "created": str, "changed": str, "data": str, "customers": int, "segments": int,
    "personas": Each(str), "links": Each(str),
}  # fmt: skip


@dataclass(frozen=True)
class About:
    """What the list of projects says of one, without opening it.

    created, changed: ISO 8601, UTC. data: names of the files. customers, segments: 0 while there are none. personas:
    their names, the largest first. links: hashes of the links that open it. problem: why it cannot be opened, else "".
    """

    id: str
    name: str
    created: str = ""
    changed: str = ""
    data: str = ""
    customers: int = 0
    segments: int = 0
    personas: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    problem: str = ""


def projects_root() -> Path:
    """Where projects are kept: the user's own folder for data, or the folder that SEGMENTATION_PROJECTS names."""
    given = os.environ.get("SEGMENTATION_PROJECTS")
    return Path(given) if given else platformdirs.user_data_path("customer-segmentation-studio", False) / "projects"


def is_project_id(text: str) -> bool:
    """Whether a text from an address could be the id of a project."""
    return bool(_ID.fullmatch(text))


@dataclass(frozen=True)
class Shelf:
    """The projects of one owner. kinds: name → class of what may stand in them (see `kinds`)."""

    owner: str
    kinds: Mapping[str, type] = field(repr=False)
    root: Path = field(default_factory=projects_root)

    @property
    def home(self) -> Path:
        """The owner's folder."""
        return self.root / hashlib.sha256(self.owner.encode()).hexdigest()[:32]

    def folder(self, project: str) -> Path:
        """The folder of one project; `SegmentationError` for what is no id."""
        if not is_project_id(project):
            raise SegmentationError("This address does not name a project. Start from the list of recent work.")
        return self.home / project

    def has(self, project: str) -> bool:
        """Whether this owner has that project."""
        return is_project_id(project) and (self.folder(project) / "states").is_dir()

    def listed(self) -> tuple[About, ...]:
        """All projects, the last changed first; one whose description cannot be read is named with the reason."""
        if not self.home.is_dir():
            return ()
        projects = [self.about(path.name) for path in self.home.iterdir() if _ID.fullmatch(path.name) and path.is_dir()]
        return tuple(sorted(projects, key=lambda about: (about.changed, about.id), reverse=True))

    def about(self, project: str) -> About:
        """What is known of one project without opening it."""
        folder = self.folder(project)
        try:
            plain = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
            if faults(plain, _SHAPE):
                raise ValueError("another shape")
        except (OSError, ValueError, RecursionError):
            when = _moment(folder.stat().st_mtime) if folder.is_dir() else ""
            return About(project, f"Project {project[:4]}", changed=when, problem="Its description cannot be read.")
        made = {**plain, "personas": tuple(plain["personas"]), "links": tuple(plain["links"])}
        if not any((folder / "states").glob("*.json")):
            made["problem"] = "It holds no saved state."
        return About(project, **made)

    def keeps(self) -> bool:
        """Whether work of this owner is kept; it is, unless the owner said no."""
        try:
            return json.loads((self.home / _SETTINGS).read_text(encoding="utf-8")).get("keep") is not False
        except (OSError, ValueError, AttributeError):
            return True

    def set_keeps(self, keep: bool) -> None:
        """Keep work from now on, or not; what was kept stays until `forget_everything`."""
        write_small(self.home / _SETTINGS, {"keep": keep, "data": self.keeps_data()})

    def keeps_data(self) -> bool:
        """Whether the data are kept with the work; they are, unless the owner said no."""
        try:
            return json.loads((self.home / _SETTINGS).read_text(encoding="utf-8")).get("data") is not False
        except (OSError, ValueError, AttributeError):
            return True

    def set_keeps_data(self, keep: bool) -> None:
        """Keep the data with the work from now on, or not; for what was kept before see `reduce`."""
        write_small(self.home / _SETTINGS, {"keep": self.keeps(), "data": keep})

    def reduce(self, project: str, make: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        """Keep of a project only what `make` leaves of its newest state; all other steps and parts are removed.

        Raises `SegmentationError` for a project that cannot be read.
        """
        folder = self.folder(project)
        _, root, _ = self.open(project)
        write_state(folder, make(root), kinds=self.kinds, what="Left the data out", saved=_now())
        sweep(folder, most=1)

    def save(
        self, project: str, root: Mapping[str, Any], about: About, *, what: str, known: Known | None = None,
        replaces: int | None = None,
    ) -> int:  # fmt: skip
        """Write a state and what the list says of it; returns its number. The name of a project that exists stays."""
        folder, now = self.folder(project), _now()
        number = write_state(folder, root, kinds=self.kinds, what=what, saved=now, known=known, replaces=replaces)
        before = self.about(project)
        if before.problem:
            before = replace(about, name=self.free_name(about.name, besides=project), created=now)
        kept = replace(about, name=before.name, created=before.created, links=before.links, changed=now)
        self.describe(project, kept)
        sweep(folder)
        return number

    def open(self, project: str, number: int | None = None) -> tuple[int, dict[str, Any], tuple[str, ...]]:
        """The newest state that can be read, or the one asked for → its number, its root, and what could not be read.

        Raises `SegmentationError` when there is none.
        """
        folder = self.folder(project)
        numbers = [step.number for step in steps(folder)] if number is None else [number]
        if not numbers:
            raise SegmentationError("There is no such project here. It was deleted, or belongs to another browser.")
        faults: list[str] = []
        for wanted in reversed(numbers):
            try:
                return wanted, read_state(folder, wanted, self.kinds), tuple(faults)
            except SegmentationError as error:
                faults.append(str(error))
        raise SegmentationError(faults[0])

    def rename(self, project: str, name: str) -> None:
        """Give a project another name: 1 to 60 letters of any kind."""
        name = plain_text(" ".join(plain_text(name, longest=1000).split()), longest=_LONGEST_NAME)
        if not name:
            raise SegmentationError("A project needs a name. Type one of up to 60 letters.")
        self.describe(project, replace(self._sound(project), name=name))

    def free_name(self, name: str, *, besides: str = "") -> str:
        """The name, with a number where another project than `besides` has it: "Customers (2)"."""
        taken = {about.name.casefold() for about in self.listed() if about.id != besides}
        ends = chain([""], (f" ({number})" for number in count(2)))
        numbered = (f"{name[: _LONGEST_NAME - len(end)]}{end}" for end in ends)
        return next(free for free in numbered if free.casefold() not in taken)

    def duplicate(self, project: str, *, owner: Shelf | None = None) -> str:
        """A copy of a project with its history, under a new id; of this owner, or of another one (a link)."""
        target = owner or self
        about, new = self._sound(project), new_id()
        temporary = target.home / f".copying-{new}"
        private_folder(temporary.parent)
        try:
            shutil.copytree(self.folder(project), temporary)
            temporary.chmod(0o700)
            temporary.rename(target.folder(new))
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        name = target.free_name(plain_text(f"Copy of {about.name}", longest=_LONGEST_NAME), besides=new)
        target.describe(new, replace(about, id=new, name=name, created=_now(), changed=_now(), links=()))
        return new

    def delete(self, project: str) -> None:
        """Take a project off the list; for a day it can be brought back."""
        target = self.home / _DELETED / project
        private_folder(target.parent)
        os.utime(self.folder(project))
        self.folder(project).rename(target)

    def restore(self, project: str) -> None:
        """Bring a deleted project back."""
        if not is_project_id(project) or not (self.home / _DELETED / project).is_dir():
            raise SegmentationError("This project is gone for good: deleted projects are kept for a day.")
        (self.home / _DELETED / project).rename(self.folder(project))

    def empty_deleted(self, *, older: float = _KEPT_DELETED) -> None:
        """Remove for good what was deleted longer ago than `older` seconds."""
        folder = self.home / _DELETED
        for path in folder.iterdir() if folder.is_dir() else ():
            if time.time() - path.stat().st_mtime >= older:
                shutil.rmtree(path, ignore_errors=True)

    def forget_everything(self) -> None:
        """Remove every project of this owner for good, deleted ones too; whether work is kept stays as it was said."""
        keeps, data = self.keeps(), self.keeps_data()
        if self.home.is_dir():
            shutil.rmtree(self.home)
        if not (keeps and data):
            write_small(self.home / _SETTINGS, {"keep": keeps, "data": data})

    def make_link(self, project: str) -> str:
        """A secret that opens a copy of the project for whoever has it, until it is withdrawn."""
        key, about = secrets.token_urlsafe(18), self._sound(project)
        self.describe(project, replace(about, links=(*about.links, hash_of_link(key))))
        return key

    def withdraw_links(self, project: str) -> None:
        """No link to this project works any more; copies that were made stay with those who made them."""
        self.describe(project, replace(self._sound(project), links=()))

    def _sound(self, project: str) -> About:
        about = self.about(project)
        if about.problem:
            raise damaged(about.problem.lower().rstrip("."))
        return about

    def describe(self, project: str, about: About) -> None:
        """Write what the list says of a project."""
        plain = asdict(about)
        del plain["id"], plain["problem"]
        write_small(self.folder(project) / _ABOUT, plain)


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(10)


def hash_of_link(key: str) -> str:
    """What is kept of the secret of a link."""
    return hashlib.sha256(key.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
