"""Ids that are one customer in several spellings: capitals, blanks, kinds of hyphen, invisible marks, lost zeros."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from segmentation.core.errors import Problem
from segmentation.core.settings import option
from segmentation.core.tables import Note
from segmentation.core.text import count_text, counted, plain_text
from segmentation.data.sources.checksums import of_texts

__all__ = [
    "alike",
    "among",
    "id_keys",
    "joined",
    "lost_by_spelling",
    "same_ids_option",
    "say_spelled",
    "settle_ids",
    "spelled_otherwise",
    "spelling_numbers",
    "told_apart",
    "vanished",
]

_HYPHENS = re.compile("[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_JOIN_THEM, _BY = "If they are one, choose “Join them”.", "--set same_ids=join"


def same_ids_option() -> Any:
    """The setting that joins ids of several spellings, for every source that has customers."""
    return option(
        "keep",
        "Ids that differ only by capitals, blanks, hyphens or leading zeros",
        choices={"keep": "Keep them apart", "join": "Join them"},
    )


def _key(text: str) -> str:
    plain = _UNSEEN.sub("", _HYPHENS.sub("-", unicodedata.normalize("NFKC", text))).casefold()
    return plain.lstrip("0") or "0" if plain.isdecimal() else plain


def id_keys(ids: pd.Series) -> pd.Series:
    """Ids as text → what is left when spelling does not count; missing stays missing. Same index."""
    different = pd.Series(ids.dropna().unique())
    return ids.map(dict(zip(different, _keys(different).to_pylist(), strict=True)))


def _keys(ids: pd.Series) -> pa.Array:
    """`_key` of each, none missing; of letters and digits of ASCII without blanks, most ids there are, at once."""
    cells = pa.array(ids.astype("str"), pa.large_string())
    lower = pc.utf8_lower(cells)
    bare = pc.utf8_ltrim(lower, "0")
    bare = pc.if_else(pc.equal(bare, ""), "0", bare)
    keys = pc.if_else(pc.match_substring_regex(cells, "^[0-9]+$"), bare, lower)
    others = pc.invert(pc.match_substring_regex(cells, r"^[\x21-\x7e]*$"))
    spelled = [_key(one) for one in cells.filter(others).to_pylist()]
    return pc.replace_with_mask(keys, others, pa.array(spelled, pa.large_string()))


def spelling_numbers(ids: pd.Series) -> np.ndarray:
    """Ids, none missing → one number each (uint64), the same for all spellings of an id and in every process."""
    return of_texts(_keys(ids))


def alike(ids: pd.Series) -> pd.DataFrame:
    """Ids → those that differ from another only by spelling, one row an id: id, key, rows; by key, then first seen."""
    table = _counted(ids)
    table = table[table["key"].duplicated(keep=False)]
    order = table.groupby("key", sort=False).ngroup()
    return table.iloc[order.argsort(kind="stable")][["id", "key", "rows"]].reset_index(drop=True)


def _counted(ids: pd.Series) -> pd.DataFrame:
    """Different ids with how many rows have them and their key."""
    counts = ids.dropna().value_counts(sort=False)
    table = pd.DataFrame({"id": counts.index.astype("str"), "rows": counts.to_numpy()})
    table["key"] = pd.Series(_keys(table["id"]), dtype="str")
    return table


def joined(ids: pd.Series, onto: pd.Series | None = None) -> pd.Series:
    """Ids of one customer become one id: the spelling of `onto` where it has just one, else the most frequent one."""
    there = (ids if onto is None else onto).dropna()
    table = _counted(there)
    if onto is not None:
        table = table[~table["key"].duplicated(keep=False)]
    table = table.sort_values("rows", ascending=False, kind="stable").drop_duplicates("key")
    known = dict(zip(table["key"], table["id"], strict=True))
    own = set(there)
    new = {
        one: one if onto is not None and one in own else known.get(_key(str(one)), one) for one in ids.dropna().unique()
    }
    return ids.map(new).astype(ids.dtype)  # of no ids at all pandas makes objects


def told_apart(pairs: pd.DataFrame, where: str, fix: str, by: str = "") -> Problem:
    """What is said of ids of several spellings (see `alike`) that were kept apart."""
    what = f"{_spelled(pairs)} and may be {_people(pairs)}; they were kept apart."
    return Problem(plain_text(where, longest=60), what, fix, False, "spelling", len(pairs), by)


def _spelled(pairs: pd.DataFrame) -> str:
    examples = "”, “".join(plain_text(one, longest=40) for one in pairs[pairs["key"] == pairs["key"].iloc[0]]["id"][:3])
    return f"{count_text(len(pairs))} ids differ only by capitals, blanks, hyphens or leading zeros (“{examples}”)"


def _people(pairs: pd.DataFrame) -> str:
    return counted(pairs["key"].nunique(), "customer")


def settle_ids(
    ids: pd.Series,
    choice: str,
    where: str,
    notes: list[Note],
    problems: list[Problem],
    pairs: pd.DataFrame | None = None,
) -> pd.Series:
    """The ids, joined where it was chosen; said with their number where some differ only by spelling.

    pairs: those that do (see `alike`), where they are known.
    """
    pairs = alike(ids) if pairs is None else pairs
    if pairs.empty:
        return ids
    if choice == "join":
        what = f"{_spelled(pairs)}: joined to {_people(pairs)}."
        notes.append(Note(where, what, len(pairs), kind="spelling"))
        return joined(ids)
    problems.append(told_apart(pairs, where, _JOIN_THEM, _BY))
    return ids


def among(ids: pd.Series, others: pd.Series | pd.Index) -> np.ndarray:
    """Which ids (text) are among others: `isin`, for which pandas would take the others apart text by text."""
    found: np.ndarray = pc.is_in(_cells(ids), value_set=_cells(others)).to_numpy(zero_copy_only=False)
    return found


def _cells(ids: pd.Series | pd.Index) -> pa.Array:
    made = pa.array(ids, pa.large_string(), from_pandas=True)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def spelled_otherwise(ids: pd.Series, onto: pd.Series) -> pd.DataFrame:
    """Ids that are not among others, but are in another spelling, such as without leading zeros; one row an id.

    Columns: id, other (the first of the others that is alike), rows (that have the id); index: the first of these.
    """
    different = pd.Series(ids.dropna().unique())
    gone = different[~among(different, onto)]
    near = dict[str, str]()
    if len(gone):
        known = pd.Series(onto.dropna().unique())
        by_key = dict(zip(_keys(known[::-1]).to_pylist(), known[::-1].tolist(), strict=True))  # the first of each key
        near = {str(one): by_key[key] for key, one in zip(_keys(gone).to_pylist(), gone, strict=True) if key in by_key}
    rows = ids[among(ids, pd.Series(list(near), dtype="str"))] if near else ids[:0]
    counts = rows.value_counts()
    table = pd.DataFrame({"id": list(near), "other": list(near.values()), "rows": [counts[one] for one in near]})
    return table.set_axis(rows.index[~rows.duplicated()], axis=0)


def lost_by_spelling(ids: pd.Series, onto: pd.Series, where: str) -> Problem | None:
    """Why ids are in no other table: because of their spelling, such as leading zeros that one file lost; else None."""
    return say_spelled(spelled_otherwise(ids, onto), where)


def say_spelled(near: pd.DataFrame, where: str) -> Problem | None:
    """What is said of `spelled_otherwise`; None where there is none."""
    if near.empty:
        return None
    belong = counted(int(near["rows"].sum()), "row belongs", "rows belong")
    zeros = all(str(one).isdecimal() and str(to).isdecimal() for one, to in zip(near["id"], near["other"], strict=True))
    why = "leading zeros were lost" if zeros else "ids are spelled in two ways"
    here, there = (plain_text(near[name].iloc[0], longest=40) for name in ("id", "other"))
    what = f"{belong} to nobody because {why}: “{here}” here is “{there}” among the customers."
    return Problem(plain_text(where, longest=60), what, _JOIN_THEM, False, "spelling", int(near["rows"].sum()), _BY)


def vanished(lines: pd.DataFrame, kept: pd.Index, notes: list[Note], where: str) -> tuple[tuple[str, str], ...]:
    """Customers of the file without a purchase, counted by why: one note a reason, with three of their ids.

    lines: customer, and of each line returned, nothing (worth zero), none (no purchase), foreign (in a currency that
    does not count). kept: customers with a purchase. Gives back (id, why) of each of them.
    """
    codes, ids = lines["customer"].factorize()
    away = np.append(~among(pd.Series(ids), kept), False)  # the last for code −1, a line without a customer
    gone = lines[away[codes]]
    each: list[tuple[str, str]] = []
    if gone.empty:
        return ()
    by = gone.groupby("customer", sort=True)[["none", "foreign", "returned", "nothing"]].all()
    words = {
        "nothing": "only lines worth zero",
        "foreign": "only lines in a currency that does not count",
        "none": "only lines that are no purchases",
        "returned": "returns but no purchase",
    }
    left = pd.Series(True, index=by.index)
    for name, text in (*words.items(), ("", "no line that counts")):
        which = left & by[name] if name else left
        left = left & ~which
        ids = by.index[which]
        if len(ids):
            customers = counted(len(ids), "customer has", "customers have")
            shown = ", ".join(plain_text(one, longest=40) for one in ids[:3]) + (" …" if len(ids) > 3 else "")
            notes.append(Note(where, f"{customers} {text}: left out ({shown}).", len(ids), kind="vanished"))
            each += [(str(one), f"It has {text}.") for one in ids]
    return tuple(each)
