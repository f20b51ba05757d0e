"""The role that each column probably plays, with the reason in words.

The rules are in `role_rules`; of several identifiers one is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from segmentation.core.tables import ColumnRole, Derived, Table
from segmentation.core.text import count_text, number_text, plain_text
from segmentation.data.profiling.role_rules import (
    ID_WORDS,
    NEAR_UNIQUE,
    RULES,
    Column,
    could_take_part,
    is_mostly_levels,
)
from segmentation.data.profiling.statistics import profile

__all__ = ["inherited", "suggest_roles"]

_FEWEST_TEXTS, _TEXTS_TO_NUMBERS = 4, 0.5
_PASSED_ON = {
    "sensitive": "Made of {}, which is personal: kept out, but audited.",
    "outcome": "Made of {}, which is known only afterwards: kept out, then compared between segments.",
}


def suggest_roles(table: Table, about: pd.DataFrame | None = None) -> tuple[ColumnRole, ...]:
    """The likely role of every column with its reason: table in → one `ColumnRole` a column out, in column order.

    about: the result of `profile(table.frame)` when it is already there. At most one column is the identifier; further
    candidates are left out. The order of the columns changes nothing but ties between equally good identifiers.
    """
    about = profile(table.frame) if about is None else about
    columns, own = _columns(table, about), {item.name for item in table.derived}
    roles = []
    for column in columns:
        role, reason = next(answer for rule in RULES if (answer := rule(column)) is not None)
        if role == "identifier" and column.name in own:
            role, reason = "feature", "You made it of other columns."
        could = "category" if role == "descriptor" and could_take_part(column) else ""
        roles.append(ColumnRole(column.name, role, reason, could))
    sources = {name for item in table.derived for name, _ in item.kinds}
    settled = _taking_part(_one_identifier(roles, columns), columns, sources)
    passed = inherited({item.name: item.role for item in settled}, table.derived)
    return tuple(replace(item, **passed.get(item.name, {})) for item in settled)


def _taking_part(
    roles: Sequence[ColumnRole], columns: Sequence[Column], sources: Collection[str]
) -> tuple[ColumnRole, ...]:
    """Texts of few values make segments by themselves where they are so much of the file that it counts.

    docs/kinds.md has the study: where some of them tell the groups, all of them taking part is better than none, and
    the more of them there are the less it costs where none does. sources: what others are made of speaks through those.
    """
    able = {
        item.name
        for item, column in zip(roles, columns, strict=True)
        if item.could and item.name not in sources and is_mostly_levels(column)
    }
    numbers = sum(item.role == "feature" for item in roles)
    if len(able) >= _FEWEST_TEXTS and len(able) >= _TEXTS_TO_NUMBERS * numbers:
        why = f"; {count_text(len(able))} such columns take part."
        return tuple(
            replace(item, role="category", reason=item.reason.rstrip(".") + why, could="")
            if item.name in able
            else item
            for item in roles
        )
    return tuple(replace(item, reason=f"{item.reason} It can be a category.") if item.could else item for item in roles)


def inherited(roles: Mapping[str, str], derived: Iterable[Derived]) -> dict[str, dict[str, str]]:
    """Column → role and columns made of others → name → the role and the reason that such a column has from its own.

    What is made of something personal, or of what is known only afterwards, is so, too. One that nothing is passed on
    to is not in the answer.
    """
    known, passed = dict(roles), {}
    for item in derived:
        source = next(((name, known[name]) for name, _ in item.kinds if known.get(name) in _PASSED_ON), None)
        if source is not None:
            name, known[item.name] = source
            shown = plain_text(name, longest=40)
            passed[item.name] = {
                "role": known[item.name],
                "reason": _PASSED_ON[known[item.name]].format(shown),
                "could": "",
            }
    return passed


def _one_identifier(roles: list[ColumnRole], columns: list[Column]) -> tuple[ColumnRole, ...]:
    candidates = [at for at, item in enumerate(roles) if item.role == "identifier"]
    if len(candidates) < 2:
        return tuple(roles)

    def fitness(at: int) -> tuple[float, ...]:
        column, words = columns[at], set(columns[at].words)
        named = bool(ID_WORDS & words)
        customer = any(word.startswith(("cust", "client", "user", "member", "account", "person")) for word in words)
        return (named and column.distinct_share >= NEAR_UNIQUE, customer, named, column.distinct_share, -at)

    best = max(candidates, key=fitness)
    chosen = plain_text(roles[best].name, longest=40)
    for at in candidates:
        if at != best:
            roles[at] = replace(roles[at], role="left out", reason=f"Another identifier; {chosen} is used.")
    return tuple(roles)


def _columns(table: Table, about: pd.DataFrame) -> list[Column]:
    seen: dict[tuple[str, bytes], str] = {}
    columns = []
    for position, facts in enumerate(about.to_dict("records")):
        values = table.frame.iloc[:, position]
        name, kind, distinct = str(facts["column"]), str(facts["kind"]), int(facts["distinct"])
        known = values.dropna()
        same_as, top, top_share = "", "", 0.0
        if distinct > 1 and kind in ("number", "boolean"):
            cells = pd.util.hash_pandas_object(values, index=False).to_numpy()
            first = seen.setdefault((kind, hashlib.sha256(cells.tobytes()).digest()), name)
            same_as = first if first != name else ""
        if distinct and distinct <= len(known) / 2:
            counts = known.value_counts()
            top, top_share = _shown(counts.index[0]), float(counts.iloc[0]) / len(known)
        elif distinct:
            top, top_share = _shown(known.iloc[0]), 1 / distinct
        columns.append(
            Column(name, kind, len(values), int(facts["missing"]), distinct, values, top, top_share, same_as)
        )
    return columns


def _shown(value: object) -> str:
    return number_text(value) if isinstance(value, float) else str(value)
