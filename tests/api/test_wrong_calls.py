"""What a person gets wrong in a notebook is told in one sentence with a remedy, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import segmentation as seg
from segmentation.core.checks import kind_text
from segmentation.core.settings import ColumnPrep, PrepSettings
from segmentation.scoring.choices import Choices


@dataclass(frozen=True)
class Made:
    """Twelve customers in two groups, with all that the verbs make of them."""

    people: pd.DataFrame
    orders: pd.DataFrame
    customers: seg.FeatureTable
    recipe: seg.Recipe
    segments: seg.Segments
    personas: seg.Personas
    folder: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    people = pd.DataFrame(
        {
            "id": [f"c{number}" for number in range(12)],
            "spent": [1.0, 2, 3, 1.5, 2.5, 2.2, 51, 52, 53, 51.5, 52.5, 52.2],
            "visits": [4.0, 5, 4, 6, 5, 4.5, 14, 15, 14, 16, 15, 14.5],
        }
    )
    orders = pd.DataFrame(
        {
            "customer": ["a", "a", "b"],
            "date": pd.to_datetime(["2024-01-01", "2024-01-07", "2024-01-05"]),
            "amount": [1.0, 2, 3],
        }
    )
    customers = seg.features(people)
    recipe = seg.prepare(customers, "plain")
    segments = seg.fit(customers, recipe, k=2)
    personas = seg.describe(segments, customers)
    folder = tmp_path_factory.mktemp("models")
    seg.save(segments, personas, "people", folder)
    return Made(people, orders, customers, recipe, segments, personas, folder)


Call = Callable[[Made], Any]
CARDS = seg.sample("income_spending")
verbs: Any = seg
"""The verbs as a notebook has them, without types."""
any_choices: Any = Choices

WRONG: list[tuple[Call, str]] = [
    (lambda it: verbs.read(None), "A table cannot be read from None. Give the path"),
    (lambda it: verbs.read(it.folder), "There is no .parquet file in"),
    (lambda it: verbs.features(it.people, roles=["spent"]), 'Roles cannot be a list. Write {"column": "role"}.'),
    (lambda it: verbs.features(it.people, roles="spent"), "Roles cannot be a str."),
    (lambda it: verbs.features(it.people, id=["id"]), "The column that tells customers apart cannot be a list."),
    (lambda it: verbs.features(it.people, mapping={}), "A mapping of columns cannot be a dict. Name the file"),
    (
        lambda it: verbs.features(it.people, choices={"returns": "net"}),
        "Customer table has no choices, so “returns” would",
    ),
    (lambda it: verbs.features(it.people, choices=["returns"]), "Choices cannot be a list. Write"),
    (lambda it: verbs.features(it.orders, choices={"nonsense": 1}), "Transactions has no choice called “nonsense”."),
    (lambda it: verbs.features(it.orders, as_of=5), "The day that days are counted up to cannot be an int."),
    (lambda it: verbs.features(it.people, progress=5), "Progress cannot be an int."),
    (lambda it: verbs.choose_k(it.customers, it.recipe, (2, 3), progress="x"), "Progress cannot be a str."),
    (
        lambda it: verbs.fit(it.customers.frame.head(5), it.recipe, 2),
        "The recipe was learned from other customers than",
    ),
    (
        lambda it: verbs.choose_k(it.customers.frame.head(9), it.recipe, (2, 3)),
        "The recipe was learned from other customers",
    ),
    (lambda it: it.recipe.transform(None), "A table to prepare cannot be None. Give a DataFrame"),
    (lambda it: verbs.describe("x", it.customers), "Segments cannot be a str. Give what seg.fit"),
    (
        lambda it: verbs.describe(it.segments, it.people.head(5)),
        "These 5 customers are not the 12 that the segments were",
    ),
    (lambda it: verbs.describe(it.segments, it.customers, "x"), "The stability of the segments cannot be a str."),
    (
        lambda it: verbs.describe(it.segments, it.customers, {1: 5.0}),
        "The stability of a segment is from 0 to 1; it was 5.0.",
    ),
    (
        lambda it: verbs.describe(it.segments, it.customers, {9: 0.5}),
        "There is no segment 9 to be stable. Name 1 to 2.",
    ),
    (lambda it: verbs.save(it.segments, it.personas, None), "The name of a model cannot be None. Give text"),
    (lambda it: verbs.save(it.personas, it.segments, "x"), "Segments cannot be a Personas."),
    (lambda it: verbs.save(it.segments, None, "x"), "Personas cannot be None."),
    (lambda it: verbs.save(it.segments, "ab", "x"), "Personas cannot be a str."),
    (
        lambda it: verbs.save(it.segments, it.personas[:1], "x"),
        "These are 1 personas and 2 segments that do not belong",
    ),
    (lambda it: verbs.save(it.segments, it.personas, "x", 5), "The folder of models cannot be an int."),
    (
        lambda it: verbs.save(it.segments, it.personas, "x", choice=3),
        "The choice of a number of segments cannot be an int.",
    ),
    (lambda it: verbs.load(None), "The name of a saved model cannot be None."),
    (lambda it: verbs.load("nope", it.folder), 'There is no saved model "nope". The saved models are: people.'),
    (lambda it: verbs.load("people/v9", it.folder), 'There is no saved model "people/v9". There are: v1.'),
    (
        lambda it: verbs.load("nope", it.folder / "people"),
        'There is no saved model "nope". Nothing is saved in this folder',
    ),
    (lambda it: verbs.models(it.folder / "people/v1/params.json"), "There is no folder"),
    (lambda it: verbs.features([CARDS, CARDS]), "income_spending.csv is given twice. Name each file once."),
    (lambda it: verbs.score(None, it.people), "Segments cannot be None."),
    (
        lambda it: verbs.score(it.segments, it.people, as_of="2024-01-01"),
        "Customer table: nothing in it is counted in days.",
    ),
    (lambda it: verbs.score(it.segments, it.people, mapping=5), "A mapping of columns cannot be an int."),
    (
        lambda it: verbs.score(it.segments, it.people, choices={"decimal": ","}),
        "What was decided about new files cannot be a dict.",
    ),
    (
        lambda it: verbs.score(it.segments, it.people, choices=Choices(scale={"zz": 3.0})),
        'There is no column "zz" to multiply.',
    ),
    (lambda it: verbs.report(it.segments, it.personas, it.customers, None), "The file of a report cannot be None."),
    (lambda it: verbs.report(it.segments, None, it.customers, "x.html"), "Personas cannot be None."),
    (lambda it: verbs.report(None, it.personas, it.customers, "x.html"), "Segments cannot be None."),
    (lambda it: verbs.report(it.segments, it.personas, it.customers, "x.html", choice="x"), "The choice of a number"),
    (lambda it: verbs.features(it.people, roles={"spent": "money"}), "must be one of identifier, feature, category"),
    (lambda it: verbs.prepare(it.people, cap=True), "Cap extreme values must be one of off, auto, all; it was True."),
    (lambda it: any_choices(anyway="no"), "Anyway must be true or false; it was 'no'."),
    (lambda it: any_choices(read=3), "How new files are read cannot be an int."),
    (lambda it: any_choices(scale={"spent": "3"}), "The factor of \"spent\" cannot be '3'."),
    (
        lambda it: verbs.prepare(it.people, PrepSettings(columns={"spend": ColumnPrep(fill="zero")})),
        'There is no feature "spend". The features are spent, visits. Take the choice out.',
    ),
    (lambda it: verbs.export_sql(3, "duckdb"), "Segments cannot be an int. Give what seg.fit or seg.load made."),
    (lambda it: verbs.export_sql(it.segments, 3), "There is no dialect '3'. Choose one of duckdb"),
    (lambda it: verbs.export_sql(it.segments, "duckdb", 3), "The file of a query cannot be an int. Give a name that"),
    (lambda it: verbs.export_sql(it.segments, "duckdb", "x.txt"), "x.txt must end with .sql. Give a name that ends"),
    (lambda it: verbs.export_sql(it.segments, "duckdb", table=3), "The table of the warehouse cannot be an int."),
    (lambda it: verbs.export_sql(it.segments, "duckdb", id=3), "The column that tells customers apart cannot be"),
    (lambda it: it.segments.explain(it.customers.frame), "There are 12 customers in the table. Give one row"),
    (
        lambda it: it.segments.explain({"x": 1}),
        "The row has none of the features of the model. Give some of spent, visits",
    ),
    (lambda it: it.segments.predict("cards.csv"), "A table of customers cannot be a str."),
]


@pytest.mark.parametrize(("call", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_wrong_call_is_one_sentence_with_a_remedy(made: Made, call: Call, sentence: str) -> None:
    with pytest.raises(seg.SegmentationError) as caught:
        call(made)
    assert sentence in str(caught.value)
    assert str(caught.value).endswith((".", "}."))


def test_a_saved_model_is_described_as_the_segments_in_it_are(made: Made) -> None:
    saved = seg.load("people", made.folder)
    assert [item.name for item in seg.describe(saved, made.customers)] == [item.name for item in made.personas]


def test_a_number_that_is_none_is_noticed_by_features() -> None:
    frame = pd.DataFrame(
        {"id": [f"c{number}" for number in range(40)], "spent": np.arange(40.0), "visits": np.sqrt(np.arange(40.0))}
    )
    frame.loc[3, "spent"] = np.inf
    table = seg.features(frame)
    assert [notice.sentence for notice in table.notices] == [
        "spent: 1 cell is no number and became missing: line 4 “inf”. Correct it in the file, "
        "or keep the column as text."
    ]
    assert "became missing: line 4" in table._repr_html_()


def test_kinds_are_named_as_a_person_says_them() -> None:
    assert kind_text(None) == "None"
    assert kind_text(3) == "an int"
    assert kind_text(pd.DataFrame()) == "a DataFrame"
