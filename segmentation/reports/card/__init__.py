"""The customer card: what the explanation of one customer says, in words, beside another's, and on paper."""

from segmentation.reports.card.compare import side_by_side
from segmentation.reports.card.form import (
    Field,
    find_customer,
    fixed_features,
    form_fields,
    most_telling,
    similar_ids,
    starting_values,
    typed_text,
)
from segmentation.reports.card.printed import printed_card
from segmentation.reports.card.words import (
    answer,
    contributions_alt,
    distances_alt,
    how_placed,
    name_of,
    notices,
    segment_names,
    shown_contributions,
)

__all__ = [
    "Field",
    "answer",
    "contributions_alt",
    "distances_alt",
    "find_customer",
    "fixed_features",
    "form_fields",
    "how_placed",
    "most_telling",
    "name_of",
    "notices",
    "printed_card",
    "segment_names",
    "shown_contributions",
    "side_by_side",
    "similar_ids",
    "starting_values",
    "typed_text",
]
