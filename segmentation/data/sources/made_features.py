"""Columns made of the features of customers, where these are built of purchases or of several tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from segmentation.core.blocks import Block
from segmentation.core.errors import Problem, raise_if_fatal
from segmentation.core.tables import FeatureInfo, FeatureTable, Note, Table
from segmentation.core.text import plain_text
from segmentation.data.derived import derive
from segmentation.data.sources.base import fingerprint
from segmentation.data.sources.categories import block_from, level_infos
from segmentation.data.vocabulary import describe_column

__all__ = ["with_formulas"]


def with_formulas(
    made: FeatureTable, formulas: Mapping[str, str], blocks: Sequence[Block] | None = None
) -> FeatureTable:
    """Customers and name → formula over their features → the same with those columns behind their own.

    Numbers and yes or no become features, bands a category. blocks: the categories of a model, whose levels are not
    learned again; None for the first customers. What they are made by is kept in `replay`, so that a later
    file gets them again. Raises one sentence for a formula that cannot be read or computed over these features.
    """
    if not formulas:
        return made
    table = derive(Table(made.source, made.frame.reset_index(drop=True)), formulas)
    notes: list[Note] = [*made.notes, *table.notes]
    problems: list[Problem] = list(made.problems)
    frame, infos = made.frame.copy(deep=False), list(made.info)
    others, own = made.descriptors.copy(deep=False), list(made.blocks)
    known = {block.column: block for block in blocks or ()}
    for item in table.derived:
        column = table.frame[item.name].set_axis(made.frame.index)
        if pd.api.types.is_string_dtype(column):
            block = known.get(item.name)
            if blocks is None:
                block = block_from(column, describe_column(item.name).label, frame.columns, notes, problems)
            if block is not None:
                own.append(block)
                frame = frame.assign(**block.indicators(column))
                infos += level_infos(block)
            others[item.name] = column
            continue
        frame[item.name] = column.astype("Float64").astype("float64")
        infos.append(_about(item.name, item.formula, frame, table.units))
    raise_if_fatal(problems)
    derived = [item.to_dict() for item in table.derived]
    return replace(
        made,
        frame=frame,
        info=tuple(infos),
        descriptors=others,
        blocks=tuple(own),
        notes=tuple(notes),
        problems=tuple(problems),
        replay={**made.replay, "derived": derived},
        fingerprint=fingerprint({}, of=made.fingerprint, derived=derived),
    )


def _about(name: str, formula: str, frame: pd.DataFrame, units: Mapping[str, str]) -> FeatureInfo:
    info = describe_column(name, frame[name], list(frame.columns))
    return replace(info, unit=units.get(name, "") or info.unit, about=f"Made by {plain_text(formula, longest=200)}.")
