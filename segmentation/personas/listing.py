"""The personas in a sentence and the customers in a list: what a page or an export shows of the whole."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pandas.api.types import is_numeric_dtype

from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import in_words
from segmentation.core.tables import FeatureTable
from segmentation.core.text import count_text, effect_text, share_text, value_text
from segmentation.data.vocabulary import with_units
from segmentation.evaluation.evidence import Finding, split_into
from segmentation.personas.cards import Claim, Persona
from segmentation.personas.describing import segment_labels

__all__ = ["columns_of_the_file", "customer_list", "evidence_sentence", "headline"]

_STATISTICS = {"mean": "average", "median": "median", "share": "share"}


def headline(personas: Sequence[Persona], finding: Finding | None = None) -> str:
    """All personas in one sentence: how many, of how many customers, and which is the largest.

    A persona's share is of everyone, so the customers in no segment show as those that the shares leave out.
    finding: what the evidence says of them; cuts through a crowd are not called groups that customers fall into.
    """
    inside = sum(persona.size for persona in personas)
    largest = max(personas, key=lambda persona: (persona.size, -persona.segment))
    everyone = round(largest.size / largest.share) if largest.share > 0 else inside
    customers = count_text(inside) if inside == everyone else f"{count_text(inside)} of {count_text(everyone)}"
    if len(personas) == 1:
        every = "All " if inside == everyone else ""
        return f"{every}{customers} customers are one persona: {largest.name}."
    others = ", ".join(
        f"{persona.name} ({share_text(persona.share)})" for persona in personas if persona is not largest
    )
    most = "most are" if largest.share > 0.5 else "the largest is"
    return (
        f"{'Your ' if inside == everyone else ''}{customers} customers {split_into(finding)} {len(personas)} personas: "
        f"{most} {largest.name} ({share_text(largest.share)}), the others {others}."
    )


def evidence_sentence(claim: Claim) -> str:
    """What supports a claim, in one line: both figures, effect, coverage and exclusivity."""
    kind = "share" if claim.statistic == "share" else claim.kind
    unit = "" if claim.kind == "count" else claim.unit
    own, everyone = (value_text(value, kind=kind, unit=unit) for value in (claim.value, claim.everyone))
    effect = effect_text(claim.effect)
    covered, theirs = share_text(claim.coverage), share_text(claim.exclusivity)
    have = {"yes": "have it", "no": "do not have it"}.get(claim.fits, f"have {claim.fits}")
    return (
        f"{claim.label}: {_STATISTICS[claim.statistic]} {own}, everyone {everyone} ({effect} standard deviations). "
        f"{covered} of them {have}. Of all customers of whom this is true, {theirs} have this persona."
    )


def customer_list(seg: Segmentation, features: FeatureTable, personas: Sequence[Persona]) -> pd.DataFrame:
    """Every customer with segment number and persona name, then all columns of the data, in the order of the file.

    Columns: the identifier, segment, persona, then features and descriptors as they came, without the sensitive ones
    (missing stays missing; what the file said in words is yes or no); names with their unit where they need it, see
    `with_units`.
    A column of the data called like one of the first three gets the ending " (data)".
    """
    names = {persona.segment: persona.name for persona in personas}
    data = columns_of_the_file(features)
    labels = segment_labels(seg, features)
    first = pd.DataFrame({"segment": labels, "persona": [names[label] for label in labels]}, index=data.index)
    identifier = str(data.index.name or "customer")
    taken = {identifier, *first.columns}
    data = data.rename(columns={name: f"{name} (data)" for name in data.columns if name in taken})
    return pd.concat([first, data], axis=1).rename_axis(identifier).reset_index()


def columns_of_the_file(features: FeatureTable) -> pd.DataFrame:
    """Every customer with all columns that may be listed, as the file has them and in its order; index: the ids.

    A category stands there by its level, not by its features of 0 and 1, and the column of ids not a second time.
    """
    listed = features.listed
    inside = {name for block in features.blocks if block.column in listed for name in block.features}
    kept = [item for item in features.info if item.name not in inside]
    frame = with_units(features.frame[[item.name for item in kept]], kept)
    data = _in_words(pd.concat([frame, listed], axis=1), features)
    order = [name for name in features.replay.get("order", ()) if name in data.columns]
    data = data[[*order, *(name for name in data.columns if name not in order)]]
    identifier = str(data.index.name or "customer")
    if identifier in data and data[identifier].astype("str").equals(data.index.to_series().astype("str")):
        data = data.drop(columns=identifier)
    return data


def _in_words(data: pd.DataFrame, features: FeatureTable) -> pd.DataFrame:
    """The columns of the data, those of yes and no in these words; 0 and 1 of a file are no such words."""
    answers = {
        item.name: data[item.name].astype("object").map(dict(enumerate(item.levels)))
        for item in features.categories
        if item.kind == "yes/no" and item.name in data and is_numeric_dtype(data[item.name])
    }
    return in_words(data.assign(**answers))
