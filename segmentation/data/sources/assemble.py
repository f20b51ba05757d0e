"""Files as they were read → one row a customer: which file is which table, which column is what, then the build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from segmentation.core.errors import Problem, SegmentationError
from segmentation.core.roles import ROLES
from segmentation.core.settings import Progress
from segmentation.core.tables import ColumnRole, FeatureTable, Table
from segmentation.core.text import counted, plain_text
from segmentation.data.derived import derive
from segmentation.data.profiling import inherited, suggest_roles
from segmentation.data.sources.base import Figures, Source, with_notices
from segmentation.data.sources.guessing import assign_files, guess_columns, told_by_contents
from segmentation.data.sources.made_features import with_formulas
from segmentation.data.sources.map_check import check_mapped, check_roles
from segmentation.data.sources.mapping import SavedMapping, matching
from segmentation.data.sources.nameless import guessed_by_contents
from segmentation.data.sources.registry import SOURCES, settings_from
from segmentation.data.sources.relations import suggest_joins
from segmentation.data.sources.stacking import parts_of_one, stack

__all__ = ["NOT_IN_DAYS", "Assembly", "assemble", "files_by_table", "name_tables"]

NOT_IN_DAYS = "{}: nothing in it is counted in days. Leave the as-of date out."

_NO_USE = ("left out", "This kind of data makes nothing of it.")


@dataclass(frozen=True)
class Assembly:
    """Everything that a build needs: the source, its tables by name, the columns, the choices.

    held_by: table of the source → names of the files that hold it. reasons: column of a table of customers → why it
    has its role. told: what is said of columns that were told by what stands in them. derived: name → formula of
    columns that are made of the features, where these are built of other rows.
    """

    source: Source
    tables: Mapping[str, Table]
    columns: Mapping[str, Mapping[str, str]]
    settings: Any
    held_by: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, str] = field(default_factory=dict)
    told: tuple[Problem, ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict)

    def build(self, progress: Progress | None = None) -> FeatureTable:
        """The features, one row a customer, and what every column of the files was taken for."""
        return self.finished(self.source.build(self.tables, self.columns, self.settings, progress))

    def finished(self, made: FeatureTable) -> FeatureTable:
        """What was built of these tables, with the use of every column and what was noticed while they were read."""
        made = with_formulas(made, self.derived)
        made = replace(made, roles=self._roles(made), problems=(*self.told, *made.problems))
        return with_notices(made, self.tables.values())

    def _roles(self, made: FeatureTable) -> tuple[ColumnRole, ...]:
        if made.roles:
            return made.roles
        plain = made.replay["columns"].get("customers") or made.replay["settings"].get("roles")
        if plain:
            return tuple(ColumnRole(name, role, self.reasons.get(name, ROLES[role])) for name, role in plain.items())
        return tuple(role for name in self.tables for role in self._uses(name))

    def _uses(self, name: str) -> list[ColumnRole]:
        """What each column of one table is used as, where a kind of file asks for certain columns."""
        spec = self.source.table(name)
        used = {column: spec.column(asked).label for asked, column in self.columns[name].items()}
        where = f"{spec.label}: " if len(self.tables) > 1 else ""
        return [
            ColumnRole(f"{where}{column}", *(("used", used[column]) if column in used else _NO_USE))
            for column in map(str, self.tables[name].frame.columns)
        ]

    def figures(self) -> Figures | None:
        """The numbers behind the choices; None for a source that has none."""
        return self.source.figures and self.source.figures(self.tables, self.columns, self.settings)


def assemble(
    source: str,
    files: Mapping[str, Table],
    saved: SavedMapping | None = None,
    *,
    as_of: str = "",
    held_by: Mapping[str, tuple[str, ...]] | None = None,
) -> Assembly:
    """The kind of file and the files by name → what to build: guessed, with what a saved mapping says in its place.

    A column of the source that the mapping gives to "" is taken from no column. held_by: which files hold which table,
    where that is not to be guessed. as_of: the date that days count up to, in place of the mapping's.
    Raises one sentence for an unknown kind, a mapping of another kind, or files that are not of that kind.
    """
    if source not in SOURCES:
        raise SegmentationError(f"There is no kind of file {source!r}. Choose one of {', '.join(SOURCES)}.")
    if saved is not None and saved.source not in ("", source):
        raise SegmentationError(
            f"The mapping is for {SOURCES[saved.source].label.lower()}, not for {SOURCES[source].label.lower()}. "
            "Choose the other kind, or another mapping."
        )
    kind = SOURCES[source]
    held_by = held_by if held_by is not None else _held_by(kind, files, saved)
    tables, formulas = _stacked(files, held_by), {} if saved is None else saved.derived
    if kind.name == "customers":
        tables, formulas = {name: derive(table, formulas) for name, table in tables.items()}, {}
    own = {} if saved is None else {name or next(iter(held_by), ""): dict(now) for name, now in saved.columns.items()}
    reasons: dict[str, str] = {}
    told: list[Problem] = []
    if kind.name == "customers":
        check_roles(own.get("customers", {}), tables["customers"])
        roles, reasons = _roles_of(tables["customers"], own.get("customers", {}))
        columns = {"customers": roles}
    else:
        check_mapped(kind, own, tables)
        known = [spec.name for spec in kind.tables if spec.name in tables]
        columns = {name: _columns(kind, name, tables[name], own.get(name, {}), told) for name in known}
    settings = settings_from(kind, saved.settings if saved is not None else {})
    if kind.name == "related" and not settings.base:
        guessed = suggest_joins(tables)
        settings = replace(settings, base=guessed.base, key=guessed.key, joins=guessed.joins)
    if as_of:
        if not hasattr(settings, "as_of"):
            raise SegmentationError(NOT_IN_DAYS.format(kind.label))
        settings = replace(settings, as_of=as_of)
    return Assembly(kind, tables, columns, settings, held_by, reasons, tuple(told), formulas)


def files_by_table(source: str, files: Mapping[str, Table]) -> dict[str, tuple[str, ...]]:
    """Files by name → table of the source → names of the files that hold it."""
    return _held_by(SOURCES[source], files, None)


def name_tables(source: str, files: Mapping[str, Table]) -> dict[str, Table]:
    """Files by name → tables by the names that the source uses, as `rebuild` wants them."""
    return _stacked(files, files_by_table(source, files))


def _held_by(kind: Source, files: Mapping[str, Table], saved: SavedMapping | None) -> dict[str, tuple[str, ...]]:
    if kind.name == "related":
        return {_stem(name): (name,) for name in files}
    if len(kind.tables) == 1:
        names = _of_customers(files, saved) if kind.name == "customers" and len(files) > 1 else tuple(files)
        return {kind.tables[0].name: names}
    matched = matching(saved, files) if saved is not None else None
    return {name: (file,) for name, file in (matched or assign_files(kind, files)).items()}


def _of_customers(files: Mapping[str, Table], saved: SavedMapping | None) -> tuple[str, ...]:
    """The files that are one table of customers in parts; one sentence where they are not."""
    roles = {} if saved is None else next(iter(saved.columns.values()), {})
    parts = parts_of_one(files, next((name for name, role in roles.items() if role == "identifier"), ""))
    if parts is None:
        raise SegmentationError(
            "A table of customers is one file, and several with different columns were given. Give one, or choose "
            "another kind of data."
        )
    if parts.shared:
        stand = counted(parts.shared, "customer stands", "customers stand")
        raise SegmentationError(
            f"The files have the same columns, and {stand} in more than one of them, so they are not one table in "
            "parts. Give one of them."
        )
    return parts.names


def _stacked(files: Mapping[str, Table], held_by: Mapping[str, tuple[str, ...]]) -> dict[str, Table]:
    used = {file for names in held_by.values() for file in names}
    copies = [file for file in files if file not in used] if len(held_by) == 1 else []
    return {name: stack([files[file] for file in names], copies) for name, names in held_by.items()}


def _columns(kind: Source, name: str, table: Table, own: Mapping[str, str], told: list[Problem]) -> dict[str, str]:
    """The columns of one table: as chosen, else by their headings, else by what stands in them, which is added to told.

    A column of the source that was chosen to be none stays none.
    """
    guessed = {**guess_columns(kind.table(name), table.frame), **own}
    chosen = {column: file for column, file in guessed.items() if file}
    rest = told_by_contents(kind.table(name), table.frame, chosen)
    rest = {column: file for column, file in rest.items() if column not in own}
    if rest:
        told.append(guessed_by_contents(rest, named=True))
    return {**chosen, **rest}


def _roles_of(table: Table, own: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """A table of customers and the roles that were chosen → the role of every column, and the reason for it."""
    for column, role in own.items():
        if role not in ROLES:
            raise SegmentationError(
                f'The role of "{plain_text(column, longest=40)}" must be one of {", ".join(ROLES)}; it was '
                f"{plain_text(role, longest=40)!r}. Choose one of them."
            )
    suggested = {item.name: item for item in suggest_roles(table)}
    roles, reasons = {}, {}
    for name, item in suggested.items():
        instead = item.role == "identifier" and "identifier" in own.values()
        roles[name] = "left out" if instead else item.role
        reasons[name] = "Another column is the identifier." if instead else item.reason
    chosen = {name: role for name, role in own.items() if role != roles.get(name)}
    passed = inherited({**roles, **own}, table.derived)
    roles |= {name: item["role"] for name, item in passed.items()}
    reasons |= {name: item["reason"] for name, item in passed.items()}
    return {**roles, **own}, {**reasons, **dict.fromkeys(chosen, "You chose it.")}


def _stem(name: str) -> str:
    return Path(name).stem
