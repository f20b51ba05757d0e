"""Costs to the answer in SQL: the persona, the next one, how clear the call is, and why a row has none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from segmentation.clustering.model import Segmentation
from segmentation.core.dialects import LARGEST, Dialect
from segmentation.core.sql_steps import Column, Step, added
from segmentation.scoring.assign import BORDER, NO_PERSONA, NOISE_REASON, TOO_LARGE
from segmentation.scoring.batch import caution_text
from segmentation.scoring.sql.costs import Costs
from segmentation.scoring.sql.prepare import CARRIED, SHRINK

__all__ = ["answering"]

_TOO_LARGE_SMALL = math.ldexp(1.0, 1024 + 2 * int(math.log2(SHRINK)))
"""What 2¹⁰²⁴, the first number that is infinite, is among the costs of extreme customers."""


def answering(
    made: Segmentation, costs: Costs, dialect: Dialect, names: Mapping[int, str], ref: str, *, shrinks: bool
) -> list[Step]:
    """From the step `costs` to one row a customer, with the columns of `Batch.rows` but for the certainty."""
    numbers = list(made.segments)
    kept = (*CARRIED, *["inside"] * bool(costs.noise), *["shrink"] * shrinks)
    every = tuple(f"c{number}" for number in numbers)
    steps = [
        Step("closest", "The smallest cost.", [Column("best", dialect.smallest(every))]),
        Step("placed", "Whose it is; a tie goes to the larger segment.", [Column("nearest", _whose(numbers))]),
    ]
    if made.k > 1:
        second = Column("second_best", _smallest_other(dialect, numbers))
        steps += [
            Step("others", "The smallest cost of all others.", [second]),
            Step("followed", "Whose that is.", [Column("runner_up", _whose_other(numbers))]),
        ]
    kept = (*kept, "nearest", *["runner_up"] * (made.k > 1))
    about = "How far the two are, and whether that can be told."
    measured = Step("measured", about, _measures(made, costs, dialect, shrinks), kept)
    return [*steps, measured, _answer(made, dialect, names, ref, chances=costs.chances)]


def _whose(numbers: Sequence[int]) -> str:
    whens = [f"WHEN c{number} = best THEN {number}" for number in numbers[:-1]]
    return f"CASE {' '.join(whens)} ELSE {numbers[-1]} END" if whens else "1"


def _smallest_other(dialect: Dialect, numbers: Sequence[int]) -> str:
    whens = []
    for number in numbers:
        others = dialect.smallest([f"c{other}" for other in numbers if other != number])
        whens.append(f"WHEN {number} THEN {others}")
    return f"CASE nearest {' '.join(whens)} END"


def _whose_other(numbers: Sequence[int]) -> str:
    whens = [f"WHEN nearest <> {number} AND c{number} = second_best THEN {number}" for number in numbers]
    return f"CASE {' '.join(whens)} END"


def _measures(made: Segmentation, costs: Costs, dialect: Dialect, shrinks: bool) -> list[Column]:
    finite = f"best <= {dialect.number(LARGEST)}"
    if shrinks:
        finite = f"(shrink = {dialect.number(1.0)} OR best < {dialect.number(_TOO_LARGE_SMALL)})"
    columns = [
        Column("too_large", f"CASE WHEN {finite} THEN 0 ELSE 1 END"),
        Column("noise", f"CASE WHEN {costs.noise} THEN 1 ELSE 0 END" if costs.noise else "0"),
        Column("near", _distance("best", "nearest", costs, dialect, shrinks)),
    ]
    if made.k > 1:
        columns.append(Column("other", _distance("second_best", "runner_up", costs, dialect, shrinks)))
    if costs.chances:
        columns += _probabilities(made, dialect, shrinks)
    return columns


def _distance(cost: str, whose: str, costs: Costs, dialect: Dialect, shrinks: bool) -> str:
    """The root of a cost, without what a mixture adds to it; extreme customers get their size back."""
    zero = dialect.number(0.0)
    if any(costs.offsets):
        squared = " * shrink * shrink" if shrinks else ""
        whens = " ".join(f"WHEN {index} THEN {dialect.number(off)}" for index, off in enumerate(costs.offsets, start=1))
        stretch = f"{cost} - (CASE {whose} {whens} END){squared}"
        cost = f"CASE WHEN {stretch} > {zero} THEN {stretch} ELSE {zero} END"
    return f"SQRT({cost}) / shrink" if shrinks else f"SQRT({cost})"


def _probabilities(made: Segmentation, dialect: Dialect, shrinks: bool) -> list[Column]:
    """The odds of the runner-up against the nearest, and those of all together; beyond e⁻⁷⁰⁰ they are nothing."""

    def odds(cost: str) -> str:
        size = " * shrink * shrink" if shrinks else ""
        back = " / shrink / shrink" if shrinks else ""
        none = f"best - {cost} < {dialect.number(-1400.0)}{size}"
        grown = f"EXP((best - {cost}) / {dialect.number(2.0)}{back})"
        return f"CASE WHEN {none} THEN {dialect.number(0.0)} ELSE {grown} END"

    every = added([odds(f"c{number}") for number in made.segments])
    columns = [Column("all_odds", every, "of every persona against the nearest")]
    return columns + [Column("odds", odds("second_best"), "of the runner-up against the nearest")] * (made.k > 1)


def _answer(made: Segmentation, dialect: Dialect, names: Mapping[int, str], ref: str, *, chances: bool) -> Step:
    refused, alone, empty = f"(faults <> {dialect.text('')} OR too_large = 1)", made.k == 1, dialect.text("")
    nothing = f"CAST(NULL AS {dialect.double})"

    def by_state(noise: str, placed: str, otherwise: str) -> str:
        return f"CASE WHEN {refused} THEN {otherwise} WHEN noise = 1 THEN {noise} ELSE {placed} END"

    def named(number: str) -> str:
        whens = " ".join(f"WHEN {segment} THEN {dialect.text(names[segment])}" for segment in made.segments)
        return f"CASE {number} {whens} END"

    one, zero = dialect.number(1.0), dialect.number(0.0)
    margin = f"CASE WHEN other > {zero} THEN {one} - near / other ELSE {zero} END"
    margin = nothing if alone else f"{one} - odds" if chances else margin
    far = float(made.metrics.get("far_distance", math.inf))
    columns = [
        Column("model", dialect.text(ref)),
        Column("segment", by_state("0", "nearest", "0"), "0: in none, the reason says why"),
        Column("persona", by_state(dialect.text(NO_PERSONA), named("nearest"), empty)),
        Column("distance", by_state(nothing, "near", nothing), "to the segment, in prepared units"),
        Column("margin", by_state(nothing, margin, nothing), f"0 to 1; below {BORDER} is on the border"),
        Column("second", by_state("nearest", "0" if alone else "runner_up", "0"), "the next segment"),
        Column("second_distance", by_state("near", nothing if alone else "other", nothing)),
        Column("next_persona", by_state(named("nearest"), empty if alone else named("runner_up"), empty)),
    ]
    if chances:
        columns.append(Column("probability", by_state(nothing, f"{one} / all_odds", nothing), "of the own segment"))
    beyond_all = f"NOT {refused} AND noise = 0 AND near > {dialect.number(far)}" if math.isfinite(far) else ""
    columns += [
        Column("noise", by_state("1", "0", "0"), "1: scored, but fits none of the segments"),
        Column(
            "far", f"CASE WHEN {beyond_all} THEN 1 ELSE 0 END" if beyond_all else "0", "99 % of training were nearer"
        ),
        *(Column(name, name) for name in ("filled", "capped", "outside", "beyond")),
        Column("out_of_range", "RTRIM(out_of_range)", "the values outside what was usual in training"),
        Column("caution", _caution(dialect)),
        Column("reason", _reason(made, dialect, refused), "why there is no persona; mostly empty"),
    ]
    return Step("answer", "One row a customer.", columns, ("customer",))


def _caution(dialect: Dialect) -> str:
    before, after = caution_text(999).split("999")
    many = dialect.glued([dialect.text(before, ending=" "), f"CAST(beyond AS {dialect.string})", f"' {after.strip()}'"])
    return f"CASE beyond WHEN 0 THEN {dialect.text('')} WHEN 1 THEN {dialect.text(caution_text(1))} ELSE {many} END"


def _reason(made: Segmentation, dialect: Dialect, refused: str) -> str:
    too_large = f"CASE WHEN too_large = 1 THEN {dialect.text(TOO_LARGE)} ELSE {dialect.text('')} END"
    noise = " ".join(f"WHEN {number} THEN {dialect.text(NOISE_REASON.format(number))}" for number in made.segments)
    return (
        f"CASE WHEN {refused} THEN RTRIM({dialect.glued(['faults', too_large])}) "
        f"WHEN noise = 1 THEN CASE nearest {noise} END ELSE {dialect.text('')} END"
    )
