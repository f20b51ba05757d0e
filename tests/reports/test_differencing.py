"""Two exports, with and without one customer: what the subtraction of one from the other tells of who left."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import csv_bytes
from segmentation.core.disclosure import step_of
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.final import fit
from segmentation.personas import Persona, describe
from segmentation.personas.portrait import portray
from segmentation.personas.told import as_told
from segmentation.reports import FORMATS, collect
from segmentation.store import save
from tests.reports.small import DAY, customers
from tests.reports.test_disclosure import NUMBER, words

SIZES = (60, 45, 30)
SPREAD = 2.0
"""The standard deviation of every group in `customers`."""
AWAY = (-3.0, -1.5, 0.5, 1.5, 3.0)
"""The customers who leave, one after another: so many standard deviations from the mean of the largest group."""

Made = tuple[FeatureTable, Segmentation, tuple[Persona, ...]]


@cache
def made(away: float | None) -> Made:
    """The customers of `customers`, and one more who spends so many deviations more than the first group does."""
    table = customers(SIZES, 6)
    frame = table.frame
    if away is not None:
        one = frame.iloc[1:2].assign(spend=frame["spend"].iloc[: SIZES[0]].mean() + away * SPREAD).set_axis(["one"])
        frame = pd.concat([frame, one]).rename_axis(frame.index.name)
    features = replace(table, frame=frame, descriptors=frame[[]])
    seg = fit(features, PREP_PRESETS["plain"], len(SIZES), n_init=5)
    assert sorted(seg.sizes) == sorted([SIZES[0] + (away is not None), *SIZES[1:]])
    return features, seg, describe(seg, features)


def profiles(away: float | None, _: Path) -> str:
    features, seg, _personas = made(away)
    return csv_bytes(portray(seg, features).exported({})).decode()


@cache
def report(kind: str, away: float | None, *, with_customers: bool) -> str:
    features, seg, personas = made(away)
    told = as_told(seg, personas, features)
    facts = (
        collect(seg, personas, features=features, made_on=DAY)
        if with_customers
        else collect(replace(seg, labels=None), told, made_on=DAY)
    )
    data = FORMATS[kind].make(facts)
    return words(data) if kind != "workbook" else read_sheets(data)


def read_sheets(data: bytes) -> str:
    """All sheets but those that place customers, which hold what scoring needs."""
    book = pd.read_excel(io.BytesIO(data), sheet_name=None, header=None, engine="openpyxl")
    return "\n".join(
        f"{name} {cells}"
        for name, sheet in book.items()
        if name not in ("Type customers in", "Calculation", "Recipe")
        for cells in (" | ".join(map(str, row)) for row in sheet.to_numpy().tolist())
    )


def texts_of_a_model(away: float | None, folder: Path) -> str:
    features, seg, personas = made(away)
    told = as_told(seg, personas, features)
    plain = json.loads((folder / save(seg, told, f"m {away}", folder) / "params.json").read_text("utf-8"))
    return json.dumps(plain["personas"], indent=0)


OUTPUTS = {
    "profiles": profiles,
    "texts of a model": texts_of_a_model,
    **{kind: lambda away, _, kind=kind: report(kind, away, with_customers=True) for kind in FORMATS},
    **{
        f"{kind} of a saved model": lambda away, _, kind=kind: report(kind, away, with_customers=False)
        for kind in FORMATS
    },
}


def figures(text: str) -> dict[tuple[str, int], float]:
    """Every number of a text by the words before it, and how many times they were there before."""
    seen: Counter[str] = Counter()
    placed = {}
    for found in NUMBER.finditer(text):
        before = re.sub(r"\s+", " ", NUMBER.sub("#", text[max(0, found.start() - 200) : found.start()]))[-60:]
        placed[before, seen[before]] = float(found.group().replace(",", ""))
        seen[before] += 1
    return placed


def misses(texts: Iterable[str], without: str) -> pd.Series:
    """How far, in standard deviations (root mean square), each figure misses the customers who left.

    The attack: a figure is the mean of the group or of everyone, or a difference in everyone's deviations; the two
    exports are subtracted, weighed by the numbers of customers.
    """
    features = made(None)[0]
    spend = features.frame["spend"]
    everyone = (float(spend.mean()), float(spend.std(ddof=0)))
    base, errors = figures(without), {}
    for away, text in zip(AWAY, texts, strict=True):
        secret = float(spend.iloc[: SIZES[0]].mean()) + away * SPREAD
        for place, there in figures(text).items():
            if place not in base:
                continue
            for n in (SIZES[0], sum(SIZES)):
                for name, mean, scale in (("as it is", 0.0, 1.0), ("deviations", *everyone)):
                    guess = ((n + 1) * there - n * base[place]) * scale + mean
                    errors.setdefault((*place, n, name), []).append(np.clip(guess - secret, -1e6, 1e6))
    whole = {place: each for place, each in errors.items() if len(each) == len(AWAY)}
    return pd.Series({place: np.sqrt(np.mean(np.square(each))) / SPREAD for place, each in whole.items()})


@pytest.mark.parametrize("output", OUTPUTS)
def test_who_left_does_not_follow_from_two_exports(output: str, tmp_path: Path) -> None:
    make = OUTPUTS[output]
    missed = misses([make(away, tmp_path) for away in AWAY], make(None, tmp_path)).sort_values()
    assert missed.iloc[0] > 0.5, missed.head()


def solved(text: str, seg: Segmentation) -> dict[tuple[tuple[str, int], tuple[str, int]], float]:
    """Everyone's mean from every two figures of a text: both are whole steps of prepared values × scale + mean.

    Who knows all customers but one knows which whole steps: mean and scale are nearly theirs.
    """
    spend = seg.recipe.features[seg.feature_names.index("spend")]
    means = {}
    steps = step_of(1.0, np.array(seg.sizes))
    known = [
        (place, value, round(at) * step)
        for place, value in figures(text).items()
        for step in set(steps.tolist())
        if abs((at := (value - spend.mean) / spend.scale / step) - round(at)) < 0.05 and abs(at * step) < 3
    ]
    for (one, first, low), (other, second, high) in combinations(known, 2):
        if abs(high - low) > 0.1 and one != other:
            scale = (second - first) / (high - low)
            means[one, other] = first - low * scale
    return means


@pytest.mark.parametrize("output", [name for name in OUTPUTS if "saved" in name])
def test_who_left_does_not_follow_from_two_figures_of_a_saved_model(output: str, tmp_path: Path) -> None:
    features, seg, _ = made(None)
    spend = features.frame["spend"]
    base, errors = solved(OUTPUTS[output](None, tmp_path), seg), {}
    for away in AWAY:
        there = solved(OUTPUTS[output](away, tmp_path), made(away)[1])
        secret = float(spend.iloc[: SIZES[0]].mean()) + away * SPREAD
        for pair in base.keys() & there.keys():
            errors.setdefault(pair, []).append((len(spend) + 1) * there[pair] - len(spend) * base[pair] - secret)
    missed = {pair: np.sqrt(np.mean(np.square(each))) / SPREAD for pair, each in errors.items() if len(each) > 2}
    assert all(miss > 0.5 for miss in missed.values()), sorted(missed.items(), key=lambda item: item[1])[:3]
