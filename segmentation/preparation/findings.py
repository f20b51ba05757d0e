"""What preparation did, in sentences and as a table that a person reads (not yet escaped for Markdown)."""

from __future__ import annotations

import math

import pandas as pd

from segmentation.core.settings import TRANSFORMS
from segmentation.core.text import count_text, counted, listed, plain_text
from segmentation.preparation import Recipe

__all__ = ["column_finding", "preparation_finding", "readable_recipe", "weights_text"]


def preparation_finding(recipe: Recipe) -> str:
    """What preparation did, in one sentence: how many features take part, and how many each step changed."""
    kept, all_ = len(recipe.inputs), len(recipe.inputs) + len(recipe.dropped)
    features = [recipe.features[place] for place in recipe.heads]
    alike = sum(1 for item in recipe.dropped if item.stand_in)
    counts = (
        (sum(1 for item in features if item.filled), "had gaps filled"),
        (sum(1 for item in recipe.features if item.high is not None), "had extremes capped"),
        (sum(1 for item in recipe.features if item.transform != "none"), "had a long tail shortened"),
    )
    steps = [f"{count_text(number)} {words}" for number, words in counts if number]
    start = (
        f"All {counted(kept, 'feature')} take part"
        if kept == all_
        else f"{kept} of {counted(all_, 'feature')} take part"
    )
    start = "The feature takes part" if kept == all_ == 1 else start
    steps += [f"{count_text(alike)} left out for saying almost the same as another"] if alike else []
    sentence = f"{start}: {listed(steps, most=4)}." if steps else f"{start}."
    if kept == 1:
        return sentence
    return sentence + (" All are on one scale." if recipe.settings.scale else " They keep their own scales.")


def weights_text(recipe: Recipe) -> str:
    """Which columns count otherwise than as one, and as how many; empty where none does."""
    each = [f"{plain_text(name, longest=40)} as {recipe.settings.columns[name].weight:g}" for name in recipe.weighed]
    return f"Counted otherwise than as one column, by choice: {listed(each, most=5)}." if each else ""


def column_finding(recipe: Recipe, name: str) -> str:
    """What preparation did to one feature, or to a category (by its column), or why it takes no part."""
    block = recipe.block_by_column(name)
    for item in recipe.features:
        if item.name == (name if block is None else block.features[0]):
            return " ".join(item.reasons) or "There is nothing to mend; only its scale changes."
    return next((item.reason for item in recipe.dropped if item.name == name), "It takes no part.")


def readable_recipe(recipe: Recipe) -> pd.DataFrame:
    """The recipe as a person reads it: one row a feature, kept ones first, then those left out.

    Columns: feature, label, why (what was done), fill, low, high (original units), transformation, mean, scale (of the
    transformed values); NaN where nothing is done.
    """
    rows = [
        {
            "feature": item.name,
            "label": plain_text(item.label, longest=60),
            "why": " ".join(plain_text(reason, longest=200) for reason in item.reasons) or "Nothing to mend.",
            "fill": item.fill,
            "low": math.nan if item.low is None else item.low,
            "high": math.nan if item.high is None else item.high,
            "transformation": TRANSFORMS[item.transform],
            "mean": item.mean,
            "scale": item.scale,
        }
        for item in recipe.features
    ]
    blank = dict.fromkeys(("fill", "low", "high", "mean", "scale"), math.nan)
    for gone in recipe.dropped:
        label, why = plain_text(gone.label, longest=60), plain_text(gone.reason, longest=200)
        rows.append({"feature": gone.name, "label": label, "why": why, "transformation": "Left out", **blank})
    return pd.DataFrame(rows)
