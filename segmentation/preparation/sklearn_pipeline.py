"""The recipe as a plain scikit-learn pipeline, for notebooks that have never heard of this project."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, PowerTransformer, StandardScaler

from segmentation.core.blocks import Block
from segmentation.preparation.recipe import FeatureRecipe, Recipe

__all__ = ["to_sklearn"]


_SCALING = ("mean", "scale")


def to_sklearn(recipe: Recipe) -> Pipeline:
    """Recipe → fitted Pipeline: table with named columns (any order, extras ignored) → n × d prepared values.

    It is fitted on two made-up rows and then given what the recipe learned, so it holds nothing of any customer. Of a
    category it takes the column, with its levels written as in training.
    """
    if not recipe.blocks:
        return _of_numbers(recipe)
    parts: list[tuple[str, Any, list[str]]] = []
    example: dict[str, Any] = {}
    for block, run in itertools.groupby(recipe.features, key=lambda item: recipe.block_of(item.name)):
        items = tuple(run)
        part = _of_numbers(Recipe(items)) if block is None else _of_category(block, items)
        columns = [item.name for item in items] if block is None else [block.column]
        example |= {name: part.named_steps["levels"].categories_[0][:1] if block else [0.0] for name in columns}
        parts.append((f"{len(parts) + 1} {columns[0]}".replace("__", "_"), FrozenEstimator(part), columns))
    return Pipeline([("prepare", ColumnTransformer(parts).fit(pd.DataFrame(example)))])


def _of_category(block: Block, items: Sequence[FeatureRecipe]) -> Pipeline:
    """One column of a category → its prepared features.

    Rows of 0 and 1, a column for each level and one for a missing cell (other values have zeros throughout), times a
    matrix: what the features are for that level, less what they are for a value that is no level.
    """
    fill = np.array([item.fill for item in items])
    rows = np.array([[made[name][0] for name in block.features] for made in _each_level(block)])
    strange = np.eye(len(items))[-1] if block.other else fill
    categories = np.array([*_typed(block.levels), np.nan], dtype=object)
    if not isinstance(categories[0], str):
        categories = categories.astype(np.float64)
    one_hot = OneHotEncoder(categories=[categories], handle_unknown="ignore", sparse_output=False)
    scaler = StandardScaler()
    steps = [
        ("levels", one_hot),
        ("rows", FunctionTransformer(np.dot, kw_args={"b": np.vstack([rows, fill]) - strange})),
        ("scale", scaler),
    ]
    pipeline = Pipeline(steps).fit(pd.DataFrame({block.column: categories[:1]}))
    mean, scale = (np.array([getattr(item, name) for item in items]) for name in _SCALING)
    _give(scaler, mean - strange, scale)
    return pipeline


def _each_level(block: Block) -> Iterator[dict[str, np.ndarray]]:
    return (block.indicators(pd.Series([level])) for level in block.levels)


def _typed(levels: tuple[str, ...]) -> list[Any]:
    """Levels as a file read by pandas has them: numbers where all of them are."""
    try:
        return [float(level) for level in levels]
    except ValueError:
        return list(levels)


def _of_numbers(recipe: Recipe) -> Pipeline:
    """The pipeline of numbers alone."""
    names, items = list(recipe.names), recipe.features
    fill = np.array([item.fill for item in items])
    low = np.array([-np.inf if item.low is None else item.low for item in items])
    high = np.array([np.inf if item.high is None else item.high for item in items])
    steps: list[tuple[str, Any]] = [
        ("fill", ColumnTransformer([("features", SimpleImputer(strategy="median"), names)])),
        ("cap", FunctionTransformer(np.clip, kw_args={"a_min": low, "a_max": high})),
    ]
    groups = _groups(items)
    origin, size = (np.array([getattr(item, name) for item in items]) for name in ("origin", "step"))
    if origin.any() or (size != 1.0).any():
        steps.append(("measure", StandardScaler()))
    if any(transform != "none" for transform, _ in groups):
        steps.append(("transform", ColumnTransformer(_transformers(groups))))
    steps.append(("scale", StandardScaler()))
    pipeline = Pipeline(steps)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        pipeline.fit(pd.DataFrame([fill, fill], columns=names))
    if "transform" in pipeline.named_steps:
        for name, step, places in pipeline.named_steps["transform"].transformers_:
            if name.startswith("yeo-johnson"):
                step.lambdas_ = np.array([items[index].lmbda for index in places], dtype=np.float64)
    if "measure" in pipeline.named_steps:
        _give(pipeline.named_steps["measure"], origin, size)
    _give(pipeline.named_steps["scale"], *(np.array([getattr(item, name) for item in items]) for name in _SCALING))
    return pipeline


def _give(scaler: StandardScaler, mean: np.ndarray, scale: np.ndarray) -> None:
    """The scaler, as if it had learned this."""
    scaler.mean_, scaler.scale_, scaler.var_ = mean, scale, scale**2


def _groups(items: tuple[FeatureRecipe, ...]) -> list[tuple[str, list[int]]]:
    """Runs of neighbouring features with the same transformation, so that the column order stays."""
    places = range(len(items))
    return [(name, list(run)) for name, run in itertools.groupby(places, key=lambda index: items[index].transform)]


def _transformers(groups: list[tuple[str, list[int]]]) -> list[tuple[str, Any, list[int]]]:
    make: dict[str, Callable[[], Any]] = {
        "none": lambda: "passthrough",
        "log1p": lambda: FunctionTransformer(np.log1p),
        "yeo-johnson": lambda: PowerTransformer(method="yeo-johnson", standardize=False),
    }
    return [(f"{transform} {number}", make[transform](), places) for number, (transform, places) in enumerate(groups)]
