"""A state of any kind comes back bit for bit, shared parts shared; anything else is refused, and nothing is run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from segmentation.clustering.methods import METHODS
from segmentation.core.errors import SegmentationError
from segmentation.core.settings import PREP_PRESETS, ColumnPrep, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.data.derived import derive
from segmentation.data.profiling import profile, suggest_roles
from segmentation.data.reading import read
from segmentation.data.sources import build_customers
from segmentation.evaluation.choose_k import compare
from segmentation.evaluation.comparison import Wanted, try_out
from segmentation.evaluation.comparison.candidate import Candidate
from segmentation.evaluation.final import fit
from segmentation.personas import describe
from segmentation.preparation import learn
from segmentation.store.projects import KINDS, Known, with_kinds
from segmentation.store.projects.values import Reader, Writer


def there_and_back(value: Any, known: Known | None = None, kinds: Any = KINDS) -> Any:
    """The value after it went through JSON and files of its parts."""
    files: dict[str, bytes] = {}

    def put(data: bytes, ending: str) -> str:
        files[f"{len(files)}.{ending}"] = data
        return f"{len(files) - 1}.{ending}"

    plain = json.loads(json.dumps(Writer(kinds, put, known).state({"value": value}), allow_nan=False))
    return Reader(kinds, files.__getitem__).state(plain)["value"]


def same(old: Any, new: Any) -> bool:
    """Equal in type, and equal to the last bit."""
    if type(old) is not type(new):
        return False
    if isinstance(old, pd.DataFrame):
        pd.testing.assert_frame_equal(old, new, check_exact=True)
        return all(same_bits(old.iloc[:, place], new.iloc[:, place]) for place in range(old.shape[1]))
    if isinstance(old, pd.Series):
        pd.testing.assert_series_equal(old, new, check_exact=True)
        return same_bits(old, new)
    if isinstance(old, pd.Index):
        pd.testing.assert_index_equal(old, new, exact=True)
        return True
    if isinstance(old, np.ndarray):
        return old.dtype == new.dtype and old.shape == new.shape and old.tobytes() == new.tobytes()
    if isinstance(old, dict):
        return list(old) == list(new) and all(same(old[key], new[key]) for key in old)
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(same, old, new))
    if is_dataclass(old):
        return all(same(getattr(old, item.name), getattr(new, item.name)) for item in fields(old))
    if isinstance(old, float):
        return np.float64(old).tobytes() == np.float64(new).tobytes()
    return bool(old == new) or old is new


def same_bits(old: pd.Series, new: pd.Series) -> bool:
    return old.dtype.kind != "f" or old.to_numpy().tobytes() == new.to_numpy().tobytes()


SIMPLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(max_size=6000),
    st.dates(),
    st.just(np.float64(0.1)),
    st.just(np.int32(-5)),
)
NESTED = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(st.text(max_size=5), st.integers()), inner, max_size=4),
    ),
    max_leaves=12,
)
ARRAYS = st.one_of(
    *(
        arrays.arrays(kind, arrays.array_shapes(max_dims=3, max_side=40))
        for kind in ("f8", "f4", "i4", "i8", "u1", "?", "M8[us]")
    )
)


@given(NESTED)
def test_plain_values_come_back_equal_and_of_the_same_type(value: Any) -> None:
    assert same(value, there_and_back(value))


@given(ARRAYS)
def test_arrays_come_back_bit_for_bit(array: np.ndarray) -> None:
    assert same(array, there_and_back(array))


@given(arrays.arrays("f8", (700, 2)), st.lists(st.one_of(st.none(), st.text()), min_size=700, max_size=700))
def test_tables_come_back_bit_for_bit(numbers: np.ndarray, texts: list[str | None]) -> None:
    frame = pd.DataFrame(numbers, columns=["a", "b"], index=pd.Index([f"C{row}" for row in range(700)], name="id"))
    frame["text"] = pd.array(texts, dtype="str")
    frame["yes"] = pd.array([None if text is None else len(text) > 2 for text in texts], dtype="boolean")
    assert same(frame, there_and_back(frame))
    assert same(frame.head(3), there_and_back(frame.head(3)))


def test_numbers_that_look_alike_keep_their_bits() -> None:
    payload = np.array([0x7FF8000000000001, 0xFFF8000000000000], dtype="u8").view("f8")
    array = np.concatenate([np.tile([0.0, -0.0, np.inf, -np.inf, 5e-324], 500), payload])
    assert same(array, there_and_back(array))
    assert same(pd.DataFrame({"x": array}), there_and_back(pd.DataFrame({"x": array})))


def test_tables_with_odd_labels_cells_and_names_come_back() -> None:
    frame = pd.DataFrame({"x": [1.0, np.nan], "y": [(3, 2), None]}, index=pd.Index([2, 3], name="k"))
    frame.columns = pd.Index(["x", "x"])
    assert same(frame, there_and_back(frame))
    moments = pd.DataFrame({"at": pd.to_datetime(["2024-01-31 10:00", None])}, index=pd.Index([date(2024, 1, 1), "b"]))
    assert same(moments, there_and_back(moments))
    assert same(frame.iloc[:0], there_and_back(frame.iloc[:0]))


def test_what_is_shared_is_shared_again() -> None:
    frame = pd.DataFrame({"x": [1.0]})
    back = there_and_back({"stage": frame, "page": (frame, 3)})
    assert back["page"][0] is back["stage"]


def test_what_was_written_before_is_not_written_again() -> None:
    written: list[str] = []
    known, array = Known(), np.arange(5000.0)
    for name in ("first", "second", "third"):
        Writer(KINDS, lambda data, ending: written.append(ending) or "f", known).state({name: (array, name)})
    assert written == ["parquet"]
    Writer(KINDS, lambda data, ending: written.append(ending) or "f", known).state({})
    Writer(KINDS, lambda data, ending: written.append(ending) or "f", known).state({"again": array})
    assert written == ["parquet", "parquet"]


def customers() -> FeatureTable:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "a": np.r_[rng.normal(0, 1, 120), rng.normal(9, 1, 80)],
            "b": np.r_[rng.normal(0, 1, 120), rng.normal(5, 1, 80)],
        },
        index=pd.Index([f"C{row}" for row in range(200)], name="customer"),
    )
    frame.iloc[7, 0] = np.nan
    return FeatureTable(frame, (FeatureInfo("a"), FeatureInfo("b")), frame[[]])


def test_the_whole_work_of_a_session_comes_back() -> None:
    text = "\n".join(["id;amount;day"] + [f"{row};{row * 1.5:.2f};{1 + row % 28:02d}.01.2024" for row in range(90)])
    table = derive(read(text.encode(), "a.csv"), {"double": "2 * amount"})
    features = build_customers(table, {item.name: item.role for item in suggest_roles(table, profile(table.frame))})
    made = customers()
    prep = PrepSettings(cap="auto", columns={"a": ColumnPrep(fill="constant", fill_value=-0.0)})
    recipe = learn(made, prep)
    board = compare(made, recipe)
    ways = [Wanted(name, {**METHODS[name].choose({}).__dict__}) for name in ("mixture", "dbscan")]
    candidates = try_out(recipe.transform(made.frame), ways).candidates
    segmentation = fit(made, prep, 3)
    state = {
        "tables": {"a.csv": table},
        "features": (features, made),
        "prep": (prep, PREP_PRESETS["recommended"]),
        "recipe": recipe,
        "board": board,
        "ways": candidates,
        "segmentation": segmentation,
        "personas": describe(segmentation, made),
    }
    assert len(candidates) == 2
    back = there_and_back(state)
    assert same(state, back)
    assert back["segmentation"].rule.place(recipe.transform(made.frame)).segment.tolist() == list(segmentation.labels)


@pytest.mark.parametrize("kind", list(METHODS))
def test_every_method_s_settings_and_rules_are_known_kinds(kind: str) -> None:
    assert METHODS[kind].settings in KINDS.values()
    assert same(METHODS[kind].settings(), there_and_back(METHODS[kind].settings()))


def test_classes_that_fields_hold_are_known_by_themselves() -> None:
    assert {"Note", "Problem", "ColumnPrep", "FeatureRecipe", "Fit", "Claim", "Encoder", "Layer"} <= set(KINDS)


class Unknown:
    """Nothing that a project keeps."""


@pytest.mark.parametrize(
    "value", [Unknown(), lambda: 0, SegmentationError("x"), object], ids=["object", "function", "error", "class"]
)
def test_what_is_no_known_kind_is_refused_when_it_is_written(value: Any) -> None:
    with pytest.raises(TypeError):
        there_and_back({"deep": [value]})


def test_values_that_hold_themselves_are_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TypeError, match="without end"):
        there_and_back(endless)


def test_two_classes_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Persona"):
        with_kinds([type("Persona", (), {})])


@pytest.mark.parametrize(
    "objects",
    [
        [["=os.system", {"command": "true"}]],
        [["=Persona", {"segment": 1}]],
        [["=Note", {"where": "a", "what": "b", "more": 1}]],
        [["eval", "1"]],
        [["array", ["O", [1], ""]]],
        [["array", ["<f8", [9], "AAAA"]]],
        [["array", ["<f8", [10**12], ""]]],
        [["scalar", ["O", ""]]],
        [["list", [{"@": 0}]]],
        [["list", [{"@": -1}]]],
        [["list", [{"@": True}]]],
        [["moment", "yesterday"]],
        [["frame", {"columns": 1}]],
        ["x"],
        5,
        None,
    ],
    ids=str,
)
def test_a_state_that_nobody_wrote_is_one_sentence(objects: Any) -> None:
    with pytest.raises(SegmentationError, match="cannot be opened"):
        Reader(KINDS, {}.__getitem__).state({"objects": objects, "root": {"@": 0}})


def test_a_field_that_was_added_later_has_its_default() -> None:
    plain = {
        "objects": [["=Note", {"where": "Rows", "what": "left out"}], ["dict", [["n", {"@": 0}]]]],
        "root": {"@": 1},
    }
    assert Reader(KINDS, {}.__getitem__).state(plain)["n"].count == 0


@dataclass(frozen=True)
class Renamed:
    """A class of a project of which a field got a better name."""

    assignment: str = field(metadata={"formerly": "placing"})


@pytest.mark.parametrize("name", ["placing", "assignment"])
def test_a_field_is_read_under_the_name_that_it_had_before(name: str) -> None:
    plain = {"objects": [["=Renamed", {name: "the nearest centre"}], ["dict", [["n", {"@": 0}]]]], "root": {"@": 1}}
    assert Reader(with_kinds([Renamed]), {}.__getitem__).state(plain)["n"] == Renamed("the nearest centre")


def test_a_field_of_no_version_is_refused_beside_a_renamed_one() -> None:
    plain = {"objects": [["=Renamed", {"placing": "a", "more": "b"}], ["dict", [["n", {"@": 0}]]]], "root": {"@": 1}}
    with pytest.raises(SegmentationError, match="other parts"):
        Reader(with_kinds([Renamed]), {}.__getitem__).state(plain)


def test_the_candidates_of_earlier_projects_keep_how_a_customer_is_assigned() -> None:
    (assignment,) = (item for item in fields(Candidate) if item.name == "assignment")
    assert assignment.metadata["formerly"] == "placing"
