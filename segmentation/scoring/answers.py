"""What is told of every scored customer, in columns: where it is, how surely, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.text import counted
from segmentation.scoring.assign import NO_PERSONA
from segmentation.scoring.certainty import certainty_words

__all__ = ["answers", "caution_text"]


def answers(made: Segmentation, names: Mapping[int, str], scored: pd.DataFrame) -> pd.DataFrame:
    """Model, persona names (segment → name), the table of `assign` → the columns of `Batch.rows` but for the id."""
    persona = {0: "", **{number: names.get(number, f"Segment {number}") for number in made.segments}}
    noise = scored["noise"].to_numpy()
    known = {"probability": scored["probability"].to_numpy()} if "probability" in scored else {}
    limit = float(made.metrics.get("far_distance", np.inf))
    return pd.DataFrame(
        {
            "segment": scored["segment"].to_numpy(),
            "persona": scored["segment"].map(persona).mask(noise, NO_PERSONA).to_numpy(),
            "distance": scored["distance"].to_numpy(),
            "margin": scored["margin"].to_numpy(),
            "certainty": scored["certainty"].to_numpy(),
            "how_sure": _how_sure(scored, len(made.recipe.inputs)),
            "next_persona": scored["second"].map(persona).to_numpy(),
            **known,
            "noise": noise,
            "far": (scored["distance"] > limit).to_numpy(),
            "filled": scored["filled"].to_numpy(),
            "capped": scored["capped"].to_numpy(),
            "outside": scored["outside"].to_numpy(),
            "caution": scored["beyond"].map(caution_text).to_numpy(),
            "reason": scored["reason"].to_numpy(),
        }
    )


def _how_sure(scored: pd.DataFrame, width: int) -> list[str]:
    """How sure each persona is, in words; empty for rows without one."""
    filled, segment = scored["filled"].to_numpy(), scored["segment"].to_numpy()
    places, words = certainty_words(scored["certainty"].to_numpy(), filled, width, segment)
    return [words[place] for place in places.tolist()]


def caution_text(values: int) -> str:
    """That a persona is not to be relied on, for so many values far outside training; empty for none."""
    if not values:
        return ""
    lie = counted(values, "value lies", "values lie")
    return f"Do not rely on this persona: {lie} far outside what was usual in training."
