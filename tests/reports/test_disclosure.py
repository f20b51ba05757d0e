"""A planted single customer, whom nobody can recover from what leaves the studio: profiles, workbook, slides, page."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from segmentation.clustering import model
from segmentation.clustering.model import Segmentation
from segmentation.core.csv_export import csv_bytes
from segmentation.core.disclosure import behind_the_figures, too_small
from segmentation.core.settings import PREP_PRESETS
from segmentation.core.tables import FeatureTable
from segmentation.evaluation.final import fit
from segmentation.personas import Claim, Persona, describe
from segmentation.personas.portrait import portray
from segmentation.personas.profiles import exported_profile
from segmentation.reports import FORMATS, ReportSettings, collect
from segmentation.store import form, save
from tests.reports.small import DAY, customers

SECRET = 987_654.0
"""What the one customer spent; everybody else spent less than 200."""
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?")
SHARE = re.compile(r"(\d+(?:\.\d+)?)\u00a0?\s?%")


@cache
def one_apart() -> tuple[FeatureTable, Segmentation, tuple[Persona, ...]]:
    """135 customers in three groups and one who spent the secret: a segment of one."""
    table = customers((60, 45, 30), 4)
    apart = pd.DataFrame([[SECRET, 0.0, 0.0, 0.0]], index=["apart"], columns=table.frame.columns)
    frame = pd.concat([table.frame, apart]).rename_axis(table.frame.index.name)
    branch = pd.DataFrame({"branch": "South"}, index=frame.index)
    features = replace(table, frame=frame, descriptors=branch)
    seg = fit(features, PREP_PRESETS["plain"], 4, n_init=5)
    assert min(seg.sizes) == 1
    mean = float(frame["spend"].mean())
    sentence = f"They spend 20.00 on average, against {mean:,.2f} for everyone."
    claim = Claim(sentence, "spend", "Spend", "€", "money", "mean", 20.0, mean, -1.0, "less than 40", 0.9, 0.5)
    personas = describe(seg, features)
    return (
        features,
        seg,
        tuple(replace(item, sentences=(*item.sentences, sentence), claims=(*item.claims, claim)) for item in personas),
    )


def profiles(smallest: int) -> bytes:
    features, seg, _ = one_apart()
    if smallest > 1:
        return csv_bytes(portray(seg, features).exported({}))
    fill = {item.name: item.fill for item in seg.recipe.features}
    return csv_bytes(exported_profile(features.frame, portray(seg, features).labels, fill=fill, smallest=smallest))


def report(kind: str, smallest: int, *, with_customers: bool = True) -> bytes:
    features, seg, personas = one_apart()
    settings = ReportSettings(min_size=smallest)
    model = seg if with_customers else replace(seg, labels=None)
    table = features if with_customers else None
    return FORMATS[kind].make(collect(model, personas, features=table, settings=settings, made_on=DAY))


OUTPUTS: dict[str, Callable[[int], bytes]] = {
    "profiles": profiles,
    **{kind: lambda smallest, kind=kind: report(kind, smallest) for kind in FORMATS},
    **{
        f"{kind} of a saved model": lambda smallest, kind=kind: report(kind, smallest, with_customers=False)
        for kind in FORMATS
    },
}


def words(data: bytes) -> str:
    """All that a file says: of a zipped one every part, also those within; no names and values of tags."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "\n".join(words(parts.read(name)) for name in parts.namelist())
    text = data.decode("utf-8", errors="ignore")
    return re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)


def recovered(text: str) -> list[float]:
    """What an attacker makes of every number who knows all other customers, and that exactly one is hidden.

    The attack: a number is the secret; or everyone's mean of it; or, followed by %, a persona's share of the total.
    A hit is within a tenth of the secret.
    """
    features, seg, _ = one_apart()
    others = features.frame["spend"].drop("apart")
    totals = others.groupby(seg.labels.drop("apart")).sum() if seg.labels is not None else pd.Series(dtype=float)
    seen = np.array([float(number.replace(",", "")) for number in NUMBER.findall(text)])
    shares = np.array([float(share) / 100 for share in SHARE.findall(text)])
    shares = shares[shares > 0]
    guesses = [seen, seen * len(features.frame) - others.sum()]
    guesses += [total / shares - others.sum() for total in totals]
    every = np.concatenate(guesses)
    return every[np.abs(every / SECRET - 1) < 0.1].tolist()


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_single_customer_cannot_be_recovered(output: str) -> None:
    assert recovered(words(OUTPUTS[output](10))) == []


@pytest.mark.parametrize("output", [name for name in OUTPUTS if "saved" not in name])
def test_the_attack_succeeds_where_nothing_is_hidden(output: str) -> None:
    assert recovered(words(OUTPUTS[output](1)))


def test_the_difference_from_everyone_gives_nothing_away_in_a_report_of_a_saved_model() -> None:
    _, seg, personas = one_apart()
    facts = collect(replace(seg, labels=None), personas, settings=ReportSettings(min_size=10), made_on=DAY)
    shown = [persona.segment for persona in facts.shown]
    sizes = np.array([seg.sizes[number - 1] for number in shown])
    # The differences of the shown segments weigh out to nothing: they are from the middle of the shown ones.
    # Each is told to a step of at most five customers of its segment, so it is off by half of that.
    assert np.abs(facts.differences[shown].to_numpy() @ sizes).max() <= len(shown) * 5 / 2
    assert all(not persona.claims for persona in facts.shown)
    assert all("left out" in persona.sentences[0] for persona in facts.shown)


def test_personas_are_measured_anew_without_the_hidden_and_keep_what_a_person_wrote() -> None:
    features, seg, personas = one_apart()
    own = replace(personas[0], name="My name", sentences=("My sentence.",), edited=("name", "sentences"))
    facts = collect(seg, (own, *personas[1:]), features=features, settings=ReportSettings(min_size=10), made_on=DAY)
    first, second = facts.shown[:2]
    assert (first.name, first.sentences) == ("My name", ("My sentence.",))
    assert second.name == personas[1].name
    shown = features.frame.drop("apart")
    means = {claim.feature: claim.everyone for claim in second.claims if claim.statistic == "mean"}
    assert means == {name: pytest.approx(shown[name].fillna(shown[name].median()).mean(), rel=0.05) for name in means}


def test_who_stands_behind_the_figures() -> None:
    labels = [1] * 5 + [2] * 3 + [0] * 2
    assert behind_the_figures(labels, 3).tolist() == [True] * 8 + [False] * 2
    assert behind_the_figures(labels, 4).tolist() == [True] * 5 + [False] * 5
    assert behind_the_figures(labels, 1).all()
    assert too_small([9, 10, 0]).tolist() == [True, False, True]


def attacked_model(folder: Path) -> list[float]:
    """What an attacker makes of a saved model: every number as it is, every middle as a prepared value."""
    one_apart.cache_clear()
    _, seg, personas = one_apart()
    path = folder / save(seg, personas, "apart", folder)
    text = (path / "params.json").read_text("utf-8")
    plain, pipeline = json.loads(text), joblib.load(path / "model.joblib")["pipeline"]
    middles = [plain["rule"]["centres"], plain["segments"]["centres"], plain["refits"]["centres"]]
    middles += [pipeline.named_steps["kmeans"].cluster_centers_]
    spend = next(item for item in seg.recipe.features if item.name == "spend")
    seen = [float(number.replace(",", "")) for number in NUMBER.findall(text)]
    every = np.concatenate([seen, *(np.ravel(item) * spend.scale + spend.mean for item in middles)])
    one_apart.cache_clear()
    return every[np.abs(every / SECRET - 1) < 0.1].tolist()


def test_a_single_customer_cannot_be_read_from_a_saved_model(tmp_path: Path) -> None:
    assert attacked_model(tmp_path) == []


@pytest.mark.parametrize(
    ("module", "name", "other"),
    [
        (model, "shared_ends", lambda values: (min(values), max(values))),
        (model, "coarse", np.asarray),
        (form, "SMALLEST_GROUP", 0),
    ],
    ids=["ends", "middles", "personas"],
)
def test_the_attack_on_a_model_succeeds_without_any_part_of_the_rule(
    module, name, other, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(module, name, other)
    assert attacked_model(tmp_path)


def test_the_name_of_a_small_persona_is_not_in_the_profiles() -> None:
    features, seg, personas = one_apart()
    names = {item.segment: f"Big spenders {item.segment}" for item in personas}
    table = portray(seg, features).exported(names)
    small = next(item.segment for item in personas if item.size == 1)
    assert set(table.loc[table["segment"] == small, "persona"]) == {f"Small segment {small}"}
    assert names[small] not in csv_bytes(table).decode()
    assert set(table.loc[table["segment"] != small, "persona"]) >= {name for at, name in names.items() if at != small}
