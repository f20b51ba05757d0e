"""Models of every rule and preparation that SQL can express, and customers that try to break it."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pandas as pd

from segmentation.clustering.model import Segmentation
from segmentation.core.settings import PREP_PRESETS, PrepSettings
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.evaluation.final import fit
from segmentation.scoring import assign
from segmentation.scoring.batch import caution_text
from segmentation.store.form import from_plain, to_plain

__all__ = ["HOSTILE_NAMES", "MODELS", "NAMES", "hostile_customers", "same_answers", "without_variables"]

HOSTILE_NAMES = {
    "amount": "a\"m'o]u`n\\t; DROP TABLE customers; --",
    "visits": "vi*/sits {{ env_var('X') }} ${y}",
    "balance": "Balance\n-- of account",
    "rate": "räte %s :p ?",
}
"""Column → a name that ends whatever it stands in, if it is let."""
NAMES = {number: f'It\'s "{number}" \\ */ {{{{x}}}} ${{y}}' for number in range(1, 60)}
"""Names of personas of the same kind."""


def _customers(names: dict[str, str]) -> FeatureTable:
    """600 customers of three kinds: a skewed amount, whole visits, a balance on both sides of zero, a rate."""
    rng = np.random.default_rng(5)
    kind = np.repeat([0, 1, 2], 200)
    frame = pd.DataFrame(
        {
            "amount": np.array([30.0, 300.0, 2500.0])[kind] * rng.lognormal(0, 0.6, 600),
            "visits": rng.poisson(np.array([2, 12, 5])[kind]).astype(float),
            "balance": np.array([-900.0, 40.0, 1500.0])[kind] * rng.lognormal(0, 0.9, 600),
            "rate": np.clip(np.array([0.2, 0.8, 0.5])[kind] + rng.normal(0, 0.08, 600), 0, 1),
        }
    )
    frame.loc[::37, "visits"] = np.nan
    info = tuple(FeatureInfo(names[name], kind="boolean" if name == "none" else "number") for name in frame)
    frame.columns = [names[name] for name in frame]
    frame.index = pd.Index([f"c{row}" for row in range(600)], name="customer")
    return FeatureTable(frame, info, frame[[]])


def _made(prep: PrepSettings, k: int | None, method: str = "kmeans", **settings: object) -> Segmentation:
    return fit(_customers(HOSTILE_NAMES), prep, k, method=method, **settings)


_POWERS = PrepSettings(power="all", cap="off")
MODELS: dict[str, Callable[[], Segmentation]] = {
    "K-means, plain": lambda: _made(PREP_PRESETS["plain"], 3),
    "K-means, recommended": lambda: _made(PREP_PRESETS["recommended"], 4),
    "K-means, powers without caps": lambda: _made(_POWERS, 3),
    "K-means, one segment": lambda: _made(PREP_PRESETS["plain"], 1),
    "mixture, full": lambda: _made(PREP_PRESETS["recommended"], 3, "mixture", n_init=1),
    "mixture, diagonal, plain": lambda: _made(PREP_PRESETS["plain"], 3, "mixture", n_init=1, shape="diag"),
    "DBSCAN, noise": lambda: _made(PREP_PRESETS["plain"], None, "dbscan", eps=0.6, min_samples=5),
    "tree, points": lambda: _made(PREP_PRESETS["recommended"], 3, "agglomerative"),
}
"""What each is → how it is made."""


def without_variables(made: Segmentation) -> Segmentation:
    """The same model with "$ {y}" in the names of its columns for "${y}", which Spark would fill in."""
    text = json.dumps(to_plain(made, (), created="", note={"verdict": "", "headline": ""}, libraries={}))
    return from_plain(json.loads(text.replace("${y}", "$ {y}")))[0]


def hostile_customers(made: Segmentation, rows: int, seed: int = 0) -> pd.DataFrame:
    """Customers about as in training, and with every odd number: missing, NaN, infinite, huge, tiny, ties, borders."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(index=range(rows))
    typical = made.typical.to_numpy()
    middle = (typical[0] + typical[-1]) / 2
    odd = [np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, -5e-324, 1e-308, 1e-160, 1e-95, 1.7976931348623157e308]
    odd += [-1.7976931348623157e308, 1e300, -1e300, 1e200, 1e155, -1e154, 1e153, 1e152, 1e151, 1e145, 1e100, 1e20, -1e9]
    for index, name in enumerate(made.feature_names):
        item, (low, high) = made.recipe.features[index], made.seen[name]
        values = rng.uniform(low - 0.6 * (high - low), high + 1.8 * (high - low), rows)
        values[: rows // 2] = rng.choice(made.training[name].to_numpy(), rows // 2)
        edges = [low, high, np.nextafter(low, -np.inf), np.nextafter(high, np.inf), middle[index], *typical[:, index]]
        edges += [edge for edge in (item.low, item.high, item.origin) if edge is not None]
        chosen = rng.random(rows)
        values = np.where(chosen < 0.12, rng.choice(np.array(edges), rows), values)
        values = np.where(chosen > 0.97, rng.choice(np.array(odd), rows), values)
        size = 10.0 ** rng.uniform(-320, 308.2, rows) * rng.choice([-1.0, 1.0], rows)
        frame[name] = np.where((chosen > 0.96) & (chosen < 0.97), size, values)
    frame.loc[: len(odd) - 1, made.feature_names[0]] = odd
    frame.loc[rows - 1, list(made.feature_names)] = np.nan
    frame.insert(0, "customer_id", [float(number) for number in range(rows)])
    return frame


def same_answers(made: Segmentation, frame: pd.DataFrame, answer: pd.DataFrame) -> dict[str, float]:
    """Assert that a warehouse gives what the library gives; how far figures are off at most, as a share of 1 + size."""
    scored = assign(made, frame)
    answer = answer.set_index("customer").sort_index().reset_index(drop=True)
    assert len(answer) == len(scored)
    names = {0: "", **NAMES}
    expected = {
        "segment": scored["segment"],
        "second": scored["second"],
        "filled": scored["filled"],
        "capped": scored["capped"],
        "outside": scored["outside"],
        "beyond": scored["beyond"],
        "noise": scored["noise"].astype(int),
        "reason": scored["reason"],
        "caution": scored["beyond"].map(caution_text),
        "persona": scored["segment"].map(names).mask(scored["noise"], "None of the personas"),
        "next_persona": scored["second"].map(names),
        "far": (scored["distance"] > made.metrics["far_distance"]).astype(int),
    }
    # Where all others are infinitely far the library takes one of them, which of them means nothing.
    lost = ((scored["second"] == scored["segment"]) & (scored["segment"] > 0)).to_numpy()
    for name, wanted in expected.items():
        differs = (answer[name].to_numpy() != wanted.to_numpy()) & ~(lost & (name in ("second", "next_persona")))
        assert not differs.any(), (name, answer[differs].head(3).to_dict("records"), scored[differs].head(3))
    off = {}
    for name in ("distance", "second_distance", "margin", *["probability"] * ("probability" in scored)):
        got, wanted = (side[name].astype(float).to_numpy()[~lost] for side in (answer, scored))
        assert (np.isnan(got) == np.isnan(wanted)).all(), name
        differ = ~((got == wanted) | np.isnan(wanted))
        got, wanted = got[differ], wanted[differ]
        off[name] = float(np.max(np.abs(got - wanted) / (1 + np.abs(wanted)), initial=0.0))
    return off
