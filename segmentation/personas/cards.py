"""What a persona is: a name, a few sentences, and the evidence for each, as frozen plain values.

A persona holds no customers and no code, so it is stored with a model as JSON and read back unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from segmentation.clustering.model import Segmentation
from segmentation.core.errors import SegmentationError
from segmentation.core.text import counted, plain_text

__all__ = ["Claim", "Persona", "segment_names"]


@dataclass(frozen=True)
class Claim:
    """One thing that is said of a segment, with what supports it; every figure is computed from the data.

    feature, label, unit, kind: of which feature (as in `FeatureInfo`).
    statistic: "mean", "median" or "share" (of the customers whom `fits` describes): what the figures are.
    value, everyone: the segment's figure and everyone's, in original units (0…1 for a share).
    effect: the segment's mean minus everyone's in the prepared space, in standard deviations of everyone.
    fits: the condition in words that a customer meets when the claim fits ("more than 2,448", "none", "yes"): nearer
    to the segment's figure than to everyone's.
    coverage: share of the segment's members whom the claim fits (0…1).
    exclusivity: share of all customers whom it fits who are members (0…1).
    """

    sentence: str
    feature: str
    label: str
    unit: str
    kind: str
    statistic: str
    value: float
    everyone: float
    effect: float
    fits: str
    coverage: float
    exclusivity: float

    def to_dict(self) -> dict[str, Any]:
        """The claim as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Claim:
        """The claim that `to_dict` wrote; raises `SegmentationError` when a value is missing or unknown."""
        return cls(**_checked(cls, values))


@dataclass(frozen=True, repr=False)
class Persona:
    """One segment as a reader meets it: name, sentences, size, evidence, counter-evidence, ideas.

    segment: 1 … k, 1 the largest. name: as shown; suggested_name: as the rules gave it, kept when `name` is edited.
    sentences: two or three. size, share: members, and their share of all customers (0…1).
    claims: the evidence of the sentences, strongest first. against: what speaks against the claims, in sentences.
    actions: ideas for what to do, never findings. because: why the name was suggested, in one sentence.
    stability: mean bootstrap Jaccard of the segment (0…1) or None when it was not measured.
    edited: the names of the fields that a person changed ("name", "sentences", "actions").
    smallest: fewer customers than this are behind no figure of it, see `told.as_told` (0: nothing was left out).
    """

    segment: int
    name: str
    suggested_name: str
    sentences: tuple[str, ...]
    size: int
    share: float
    claims: tuple[Claim, ...] = ()
    against: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    because: str = ""
    stability: float | None = None
    edited: tuple[str, ...] = ()
    smallest: int = 0

    def __repr__(self) -> str:
        return f"Persona({self.segment}: {plain_text(self.name, longest=60)}, {counted(self.size, 'customer')})"

    def to_dict(self) -> dict[str, Any]:
        """The persona as plain values for JSON (tuples become lists)."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        if not self.smallest:
            del values["smallest"]
        lists = {key: list(value) for key, value in values.items() if isinstance(value, tuple)}
        return {**values, **lists, "claims": [claim.to_dict() for claim in self.claims]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Persona:
        """The persona that `to_dict` wrote; raises `SegmentationError` when a value is missing or unknown."""
        known = _checked(cls, values)
        tuples = {key: tuple(value) for key, value in known.items() if isinstance(value, list | tuple)}
        claims = tuple(Claim.from_dict(claim) for claim in known.get("claims", ()))
        return cls(**{**known, **tuples, "claims": claims})


def _checked(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    known = {item.name for item in fields(kind)}
    unknown = sorted(set(values) - known)
    needed = {item.name for item in fields(kind) if item.name not in _OPTIONAL}
    missing = sorted(needed - set(values))
    if unknown or missing:
        what = f"has no {', '.join(missing)}" if missing else f"has unknown entries: {', '.join(unknown)}"
        raise SegmentationError(f"A stored {kind.__name__.lower()} {what}. Save the model again with this version.")
    return dict(values)


_OPTIONAL = {"claims", "against", "actions", "because", "stability", "edited", "smallest"}


def segment_names(segmentation: Segmentation, personas: Iterable[Persona]) -> dict[int, str]:
    """Segment number → persona name, "Segment 2" where it has none; a name that occurs twice gets its number."""
    given = {persona.segment: persona.name.strip() for persona in personas}
    names = {number: given.get(number) or f"Segment {number}" for number in segmentation.segments}
    often = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {number: f"{name} ({number})" if name in often else name for number, name in names.items()}
