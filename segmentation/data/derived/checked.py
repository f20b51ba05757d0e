"""A formula and the kinds of the columns it names → whether it can be computed, and of what kind the result is."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from segmentation.core.errors import SegmentationError
from segmentation.core.text import agree, count_text, counted, listed, plain_text
from segmentation.data.derived.functions import FUNCTIONS, KIND_WORDS, SAME_KIND, TRUTHS, Function, band_words
from segmentation.data.derived.grammar import Node, columns_in
from segmentation.data.profiling.scales import in_order

__all__ = ["check"]

_MOST_LISTED = 12


def check(tree: Node, kinds: Mapping[str, str]) -> str:
    """The tree of a formula, and column → kind of its values (number | yes/no | date | text) → kind of the result.

    Raises one sentence for a column or function that there is not, for values of another kind than a function takes,
    and for a formula that is the same for everybody or gives days or any text.
    """
    kind = _kind(tree, kinds)
    if not columns_in(tree):
        raise SegmentationError("It names no column, so it would be the same for everybody. Name at least one.")
    bands = tree.kind == "call" and tree.value in ("bands", "parts")
    if kind == "date" or (kind == "text" and not bands):
        raise SegmentationError(
            f"It gives {KIND_WORDS[kind]}. A column that is made must be numbers, yes or no, or bands: use "
            "years_between, days_between, is or known on it."
        )
    return kind


def _kind(node: Node, kinds: Mapping[str, str]) -> str:
    if node.kind != "call":
        return _kind_of_value(node, kinds)
    function = FUNCTIONS.get(str(node.value))
    if function is None:
        raise SegmentationError(
            f"There is no function “{plain_text(node.value, longest=40)}”. "
            f"{_nearest(str(node.value), _named())}Use one of {', '.join(_named())}."
        )
    items = [item for item in node.items if item.kind != "word"]
    _check_count(node, function, len(items))
    given = [_kind(item, kinds) for item in items]
    for place, (item, kind) in enumerate(zip(items, given, strict=True)):
        takes = function.takes[min(place, len(function.takes) - 1)]
        if kind not in takes:
            raise _wrong_kind(node, item, kind, takes, kinds)
        if function.literals and place >= function.literals and item.kind not in ("number", "text"):
            raise SegmentationError(
                f"In {node.value}(…) the values behind the column are written out: {function.example}."
            )
    truths = node.value == "is" and given[0] == "yes/no" and all(_is_truth(item) for item in items[1:])
    if node.value in SAME_KIND and not truths and len({kind.replace("yes/no", "number") for kind in given}) > 1:
        shown = listed([KIND_WORDS[kind] for kind in dict.fromkeys(given)])
        raise SegmentationError(f"“{node.value}” cannot compare {shown}. Give values of one kind: {function.example}.")
    if node.value in ("bands", "parts"):
        _check_bands(node)
    return function.gives


def _kind_of_value(node: Node, kinds: Mapping[str, str]) -> str:
    if node.kind == "word":
        raise SegmentationError("A word for a code belongs into bands(…), as in bands(age, 30, 50, never=-1).")
    if node.kind != "column":
        return {"number": "number", "day": "date", "text": "text"}[node.kind]
    name = str(node.value)
    if name not in kinds:
        there = ", ".join(plain_text(other, longest=40) for other in list(kinds)[:_MOST_LISTED])
        more = " …" if len(kinds) > _MOST_LISTED else ""
        raise SegmentationError(
            f"There is no column “{plain_text(name, longest=40)}”. {_nearest(name, kinds)}The file has {there}{more}."
        )
    return kinds[name]


def _check_count(node: Node, function: Function, number: int) -> None:
    fewest, most = len(function.takes), max(function.most, len(function.takes))
    if fewest <= number <= most:
        return
    wanted = count_text(fewest) if fewest == most else f"{count_text(fewest)} or more"
    needs = agree(fewest if fewest == most else 2, "value", "values")
    raise SegmentationError(f"{node.value}(…) takes {wanted} {needs}, as in {function.example}; it has {number}.")


def _wrong_kind(
    node: Node, item: Node, kind: str, takes: tuple[str, ...], kinds: Mapping[str, str]
) -> SegmentationError:
    wanted = " or ".join(KIND_WORDS[one] for one in takes if one != "yes/no" or len(takes) == 1)
    who = f"“{plain_text(item.value, longest=40)}” holds" if item.kind == "column" else "what it is given is"
    hint = " A text stands in marks, as in 'Yes'." if item.kind == "column" and item.value not in kinds else ""
    return SegmentationError(
        f"“{node.value}” needs {wanted}, and {who} {KIND_WORDS[kind]}.{hint} Choose another column."
    )


def _check_bands(node: Node) -> None:
    """Edges rise and can be told apart in words; words of codes are different ones."""
    numbers = [float(item.value) for item in node.items[1:] if item.kind == "number"]
    words = [item for item in node.items if item.kind == "word"]
    if node.value == "parts":
        if words or numbers[0] not in range(2, 13):
            raise SegmentationError("parts(…) makes 2 to 12 bands, as in parts(income, 4).")
        return
    if numbers != sorted(set(numbers)) or not numbers:
        raise SegmentationError("The edges of bands must rise, as in bands(age, 30, 50).")
    levels = band_words(numbers)
    if len(set(levels)) < len(levels) or in_order(levels) != levels:
        raise SegmentationError(
            "These edges cannot be told apart in words. Choose edges of 0 or more with at most two decimals."
        )
    names = [str(item.value) for item in words]
    if (
        len(set(names)) < len(names)
        or set(names) & set(levels)
        or any(item.items[0].kind != "number" for item in words)
    ):
        raise SegmentationError("Every code in bands(…) is a number and has a word of its own, as in never=-1.")
    if len(levels) + len(names) > 12:
        raise SegmentationError(
            f"There can be 12 bands at most; these are {counted(len(levels) + len(names), 'band')}."
        )


def _is_truth(item: Node) -> bool:
    return item.kind == "number" or str(item.value).strip().casefold() in TRUTHS


def _nearest(name: str, known: Mapping[str, object] | list[str]) -> str:
    folded = {other.casefold(): other for other in known}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.7)
    return f"Did you mean “{plain_text(folded[close[0]], longest=40)}”? " if close else ""


def _named() -> list[str]:
    return [name for name in FUNCTIONS if name.isidentifier() and name != "negative"]
