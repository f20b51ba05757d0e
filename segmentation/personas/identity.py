"""Which personas of a new fit are the ones of a saved model, told by their centres, so that names stay the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.assignment import squared_distances
from segmentation.clustering.model import Segmentation
from segmentation.clustering.slots import kept_slots
from segmentation.core.errors import SegmentationError
from segmentation.core.text import agree, listed
from segmentation.data.sources.same_headings import headings
from segmentation.personas.cards import Persona
from segmentation.personas.edits import LONGEST_NAME, with_fields
from segmentation.preparation import Recipe

__all__ = [
    "Cut",
    "Groups",
    "Kept",
    "are_same",
    "centres_before",
    "comparable",
    "keep_names",
    "match_centres",
    "recognise",
    "same_names",
]


_AS_MUCH = 0.5
_TELLING = 0.25
"""Claims of a smaller effect (standard deviations) tell nothing that a name rests on."""


class Groups(Protocol):
    """What tells a persona again: a `Segmentation`, or a fit that is not made one yet (`Cut`)."""

    @property
    def recipe(self) -> Recipe: ...
    @property
    def centres(self) -> NDArray[np.float64]: ...
    @property
    def sizes(self) -> tuple[int, ...]: ...
    @property
    def feature_names(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, eq=False)
class Cut:
    """A fit of prepared customers before it is made the segmentation: k × d centres in prepared units, and sizes."""

    recipe: Recipe
    centres: NDArray[np.float64]
    sizes: tuple[int, ...]

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The features of the centres."""
        return self.recipe.names


@dataclass(frozen=True)
class Kept:
    """Personas under the names of a saved model.

    personas: the new ones. matched: new segment → segment of the saved model, for those that are the same.
    gone: names of the saved model that no new persona has. unfit: new segment → name that it would have had, if what
    the name says still held of its figures. given: new segment → name that it would have had, if it did not fit
    another new persona better.
    """

    personas: tuple[Persona, ...]
    matched: Mapping[int, int]
    gone: tuple[str, ...]
    unfit: Mapping[int, str] = field(default_factory=dict)
    given: Mapping[int, str] = field(default_factory=dict)

    def slots(self, old: tuple[int, ...], own: tuple[int, ...]) -> tuple[int, ...]:
        """The places in the row of colours of the new segments: those whose name was kept have the old one.

        old: the places of the saved model's segments. own: those that the new ones have without it (empty: in order).
        """
        same = {number: was for number, was in self.matched.items() if number not in self.given}
        kept = {number: old[was - 1] if was <= len(old) else was for number, was in same.items()}
        return kept_slots(kept, own, len(self.personas))

    def sentence(self, ref: str) -> str:
        """What was carried over from the model `ref`, in plain words."""
        known = {*self.matched, *self.unfit}
        fresh = [persona.name for persona in self.personas if persona.segment not in known]
        many, same = len(self.personas), len(self.matched)
        now = {persona.segment: persona.name for persona in self.personas}
        others = "".join(
            f" “{name}” was not kept for “{now[number]}”, whose figures no longer fit it; type it under Edit to use it "
            "all the same."
            for number, name in self.unfit.items()
        )
        others += "".join(
            f" “{name}” now is another persona, whose figures it fits better, so this one is “{now[number]}”."
            for number, name in self.given.items()
        )
        if not same:
            return f"None of the {many} personas is one of {ref}, so no name was kept.{others}"
        share = f"All {many}" if same == many else f"{same} of {many}"
        parts = [f"{share} personas {agree(same, 'is one', 'are the ones')} of {ref}"]
        if fresh:
            parts.append(f"{_listed(fresh)} new")
        if self.gone:
            parts.append(f"{_listed(self.gone)} no longer there")
        return f"{'; '.join(parts)}. Names, edited texts and colours were kept; numbers are those of this data.{others}"


def same_names(old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
    """Old features that the new ones have, too → their name there: the same, or spelt otherwise as headings may be.

    By the rule that scores a new file (`same_headings`): "Cash advance" is CASH_ADVANCE, where only one is like it.
    """
    before, after = list(old), list(new)
    same = {name: name for name in before if name in after}
    return same | {known: name for name, known in headings(before, after).items()}


def are_same(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether two lists name the same features, in whatever order and spelling."""
    return len(old) == len(new) == len(same_names(old, new))


def comparable(old: Groups, new: Groups) -> bool:
    """Whether both use the same features (see `are_same`), so that their centres can be compared."""
    return are_same(old.feature_names, new.feature_names)


def centres_before(old: Segmentation, new: Groups) -> pd.DataFrame:
    """The centres of a model in the prepared space of another: one row a segment, columns as the new one has them.

    They are taken back to original units and prepared by the new recipe, so that models with different caps,
    transformations and scales compare. Raises `SegmentationError` when the features are not the same.
    """
    if not comparable(old, new):
        raise SegmentationError(
            "The saved model uses other features, so its personas cannot be recognised. Choose another model."
        )
    columns = list(new.feature_names)
    typical = old.typical.rename(columns=same_names(old.feature_names, columns))
    return pd.DataFrame(new.recipe.transform(typical[columns]), index=old.typical.index, columns=columns)


def recognise(old: Segmentation, new: Groups) -> dict[int, int]:
    """Segments of two models → new segment → old segment, only where it is the same one (see `match_centres`).

    Raises `SegmentationError` when the features are not the same.
    """
    index = pd.RangeIndex(1, len(new.centres) + 1)
    return match_centres(
        centres_before(old, new), pd.DataFrame(new.centres, index=index, columns=list(new.feature_names))
    )


def match_centres(old: pd.DataFrame, new: pd.DataFrame) -> dict[int, int]:
    """Centres of two fits (index segment, same columns, standard deviations) → new segment → old segment.

    A pair is the same segment when its distance is less than half of the distance from either centre to the nearest
    other centre of its own fit. By the triangle inequality a centre then has one partner at most, so the pairs are
    also those of the best one-to-one assignment. When a segment splits in two, its larger part keeps the identity: its
    centre moved less than half of the distance between the parts; the same holds for two that became one.
    """
    before, after = old[new.columns].to_numpy(dtype=np.float64), new.to_numpy(dtype=np.float64)
    apart = np.sqrt(squared_distances(after, before))
    limit = np.minimum.outer(_nearest_other(after), _nearest_other(before)) / 2
    pairs = np.argwhere(apart < limit).tolist()
    return {int(new.index[row]): int(old.index[column]) for row, column in pairs}


def keep_names(
    old: Sequence[Persona],
    new: Sequence[Persona],
    matched: Mapping[int, int],
    made: Groups | None = None,
) -> Kept:
    """New personas with the names and the edited texts of the old ones that they are (see `recognise`).

    made: the segments of the new personas. A name then stays only where every claim of the old persona still holds:
    its feature differs from everyone in the same direction, by half as much at least.

    A suggested name that fits another new persona better goes to that one (`Kept.given`); a name that somebody typed
    stays, and a new persona of the same name is marked as new. What was edited on a new persona stays.
    """
    before = {persona.segment: persona for persona in old}
    matched = {number: was for number, was in matched.items() if was in before}
    unfit = _unfit(before, matched, made)
    matched = {number: was for number, was in matched.items() if number not in unfit}
    given = _given_away(before, new, matched)
    carried = {persona.segment: _carry(before.get(matched.get(persona.segment, 0)), persona) for persona in new}
    suggested = {persona.segment: persona.suggested_name for persona in new}
    carried |= {number: with_fields(carried[number], {"name": suggested[number]}) for number in given}
    edited = {persona.segment for persona in new if "name" in persona.edited}
    taken: set[str] = set()
    for number in sorted(carried, key=lambda number: (number not in edited, number not in matched, number)):
        carried[number] = with_fields(carried[number], {"name": _free(carried[number], taken)})
        taken.add(carried[number].name.casefold())
    held = set(matched.values())
    gone = tuple(persona.name for persona in old if persona.segment not in held and persona.name not in unfit.values())
    return Kept(tuple(carried[persona.segment] for persona in new), matched, gone, unfit, given)


def _given_away(before: Mapping[int, Persona], new: Sequence[Persona], matched: Mapping[int, int]) -> dict[int, str]:
    """New segment → suggested name of the old persona that it is, where the figures of another new one suggest it."""
    suggested = {persona.suggested_name.casefold(): persona.segment for persona in new}
    return {
        number: before[was].name
        for number, was in matched.items()
        if "name" not in before[was].edited and suggested.get(before[was].name.casefold(), number) != number
    }


def _unfit(before: Mapping[int, Persona], matched: Mapping[int, int], made: Groups | None) -> dict[int, str]:
    """New segment → the name of the old persona whose claims no longer hold of it."""
    if made is None:
        return {}
    effects = _effects(made)
    said = dict.fromkeys(claim.feature for persona in before.values() for claim in persona.claims)
    names = same_names(said, made.feature_names)
    return {
        number: before[was].name
        for number, was in matched.items()
        if not _holds(before[was], {name: effects[number][here] for name, here in names.items()})
    }


def _carry(old: Persona | None, new: Persona) -> Persona:
    """The new persona with the name and the edited texts of the old one, but for what was edited on the new one."""
    kept = set() if old is None else {"name", *old.edited} - set(new.edited)
    return with_fields(new, {name: getattr(old, name) for name in kept})


def _effects(made: Groups) -> dict[int, dict[str, float]]:
    """Segment → feature → its mean minus everyone's, in the prepared space."""
    sizes = np.asarray(made.sizes, dtype=np.float64)
    everyone = sizes @ made.centres / sizes.sum()
    rows = made.centres - everyone
    return {
        number: dict(zip(made.feature_names, rows[number - 1].tolist(), strict=True))
        for number in range(1, len(rows) + 1)
    }


def _holds(persona: Persona, effects: Mapping[str, float]) -> bool:
    """Whether all that the persona's claims say still holds of a segment with these effects, by the claims' names."""
    return all(
        effects[claim.feature] * claim.effect > 0 and abs(effects[claim.feature]) >= _AS_MUCH * abs(claim.effect)
        for claim in persona.claims
        if claim.feature in effects and abs(claim.effect) >= _TELLING
    )


def _free(persona: Persona, taken: set[str]) -> str:
    """The persona's name if it is free, else its suggested name, else that with a mark that makes it differ."""
    endings = chain(("new",), count(2))
    marked = (f"{persona.suggested_name[: LONGEST_NAME - 8]} ({ending})" for ending in endings)
    names = chain((persona.name, persona.suggested_name), marked)
    return next(name for name in names if name.casefold() not in taken)


def _nearest_other(centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance from each centre to the nearest other one; infinite for a single one."""
    apart = np.sqrt(squared_distances(centres, centres))
    np.fill_diagonal(apart, np.inf)
    nearest: NDArray[np.float64] = apart.min(axis=1)
    return nearest


def _listed(names: Sequence[str]) -> str:
    return f"{listed(f'“{name}”' for name in names)} {agree(len(names), 'is', 'are')}"
