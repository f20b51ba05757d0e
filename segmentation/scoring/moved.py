"""Has a column of the new file moved by a power of ten, or become text? Nothing is scored before somebody looked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.blocks import Block, level_text
from segmentation.core.tables import Question
from segmentation.core.text import number_text, plain_text
from segmentation.data.reading.evidence import readings_of
from segmentation.scoring.choices import Undecided

__all__ = ["may_have_moved", "stop_if_moved"]

_LEAST = 5  # values, fewer say nothing of a distribution
_SAMPLE = 1_000
_FACTOR = 8.0
_ALIKE = 3.0
_CERTAINLY_LESS = 0.99
_MIDDLE = 50
_QUARTERS, _ENDS = (25, _MIDDLE, 75), (1, 99)


def stop_if_moved(made: Segmentation, frame: pd.DataFrame | Mapping[str, pd.Series]) -> None:
    """Customers with the features of a model (original units) → nothing, or `Undecided` with one sentence.

    A column has moved when its quartiles are all at least eight times as large as in training, or as small, by about
    the same factor, or lie beyond all values but the outermost of training: that is another unit, another decimal mark
    or another column, not another crowd. So it is where the quartiles have all changed their sign. A column of which no
    cell is a number, where the model needs numbers, stops as well, and one without any value.
    """
    sentences = []
    for info in made.info:
        if info.name not in frame:
            continue
        known = frame[info.name].dropna()
        values = pd.to_numeric(known, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        if not len(known) and len(frame[info.name]) >= _LEAST and not np.isnan(made.training[info.name].loc[_MIDDLE]):
            sentences.append(f"{plain_text(info.label)}: none of its cells holds a value.")
        elif len(known) and np.isnan(values).all() and not _any_number(known):
            cell = plain_text(known.iloc[0], longest=30)
            sentences.append(f"{plain_text(info.label)}: none of its cells is a number, such as “{cell}”.")
        elif sentence := _moved(info.label, values[np.isfinite(values)], made.training[info.name]):
            sentences.append(sentence)
    sentences += [sentence for block in made.recipe.blocks if (sentence := _recoded(block, frame))]
    if not sentences:
        return
    text = f"Nothing was scored: {' '.join(sentences)} Check the unit, the decimal mark and the columns of the file."
    question = Question(
        "anyway", "Score the file all the same?", ((True, "Score it all the same"),), None, decides=True
    )
    raise Undecided(text, (question,), "To score it all the same, add --anyway.")


def may_have_moved(made: Segmentation, name: str, middle: float) -> bool:
    """Whether a feature with this middle value can stop the scoring; most cannot, and their quartiles are not needed.

    A column that moved did so with its middle, too. middle: NaN where no customer has a value.
    """
    before = float(made.training[name].loc[_MIDDLE])
    if np.isnan(middle):
        return not np.isnan(before)
    if before == 0 or middle == 0:
        return False
    return middle / before < 0 or not _CERTAINLY_LESS * _FACTOR > abs(middle / before) > 1 / (_CERTAINLY_LESS * _FACTOR)


def _recoded(block: Block, frame: pd.DataFrame | Mapping[str, pd.Series]) -> str:
    """That no value of a category was a level in training; empty where one was, or there are too few values."""
    if block.column not in frame:
        return ""
    known = frame[block.column].map(level_text)
    known = known[known != ""]
    if len(known) < _LEAST or any(block.knows(value) for value in known.unique()):
        return ""
    return f"{plain_text(block.label)}: none of its values was seen in training, such as “{plain_text(known.iloc[0])}”."


def _any_number(cells: pd.Series) -> bool:
    """Whether a cell of text is a number under either decimal mark."""
    readings = readings_of(cells.astype("str").head(_SAMPLE))
    return any(bool(np.isfinite(values).any()) for values in readings.values())


def _moved(label: str, values: np.ndarray, training: pd.Series) -> str:
    if len(values) < _LEAST:
        return ""
    before = training.loc[list(_QUARTERS)].to_numpy()
    now = np.percentile(values, _QUARTERS)
    if (before == 0).any() or (now == 0).any():
        return ""
    middle, was = number_text(now[1]), number_text(before[1])
    if (np.sign(before) == -np.sign(now)).all() and len(set(np.sign(now))) == 1:
        there, here = ("above", "below") if before[1] > 0 else ("below", "above")
        return f"{plain_text(label)} was {there} zero in training and is {here} it (middle value {middle}, was {was})."
    if (np.sign(before) != np.sign(now)).any():
        return ""
    factors = now / before
    low, high = np.sort(training.loc[list(_ENDS)].to_numpy())
    elsewhere = now.min() > high or now.max() < low
    alike = factors.max() <= _ALIKE * factors.min()
    if not ((factors >= _FACTOR).all() or (factors <= 1 / _FACTOR).all()) or not (alike or elsewhere):
        return ""
    large = factors[1] > 1
    times = number_text(factors[1] if large else 1 / factors[1], digits=2)
    how = f"{times} times as {'large' if large else 'small'}"
    return f"{plain_text(label)} is about {how} as in training (middle value {middle}, in training {was})."
