"""The format of `params.json`, version 4: everything a model is, as plain values.

    schema        4; 3 where no category takes part, no column has a weight, none is made of others and no persona says
                  how many stand behind its figures ("smallest"; the rest is the same)
    created       when it was saved, ISO 8601, UTC
    note          {"verdict", "headline"} and, since they are kept, "recommended_k" and "method": what the evidence said
                  of the data (empty when it was not asked)
    libraries     name → version that wrote it
    features      one a feature in use: name, label, unit, kind, about, high, low, trait_high, trait_low, percentiles,
                  and of a level of a category its column and level
    percents      which percentiles of the training values `features[].percentiles` holds (0 and 100 always:
                  the ends that ten customers come near, see `core.disclosure`)
    recipe        {"features", "dropped", "settings", and "blocks" where categories take part} as in `Recipe.to_dict`
    rule          how prepared customers are placed: {"kind", and the arrays that `assignment` has under this kind}
    segments      {"centres" k × d prepared values, "sizes", "noise" (training customers in no segment), "inertia",
                  "silhouette" (null: not measured)}
    colours       the place in the row of colours of each segment (absent: in the order of the numbers)
    personas      one a segment, as in `Persona.to_dict`; empty when they were not described. What they say of
                  categories is no single customer's, see `personas.told`
    settings      method, k and what else that method was told
    metrics       further figures by name
    origin        {"source", "as_of", "replay", "fingerprint"}: how the same features are made from new files; in
                  "replay" also "derived", the columns that are made of others: name, formula, kinds of its columns
    crowd         the training customers in counts, as in `Crowd.to_dict` (may be absent)
    refits        the segments made again from other customers, as in `Refits.to_dict` (may be absent)
    probes        made-up customers, their values in the order of `features` (null: missing), and the segment each gets

Numbers keep all their digits; none is infinite or NaN. No customer is in it.

Version 1 knew K-means only: it had no "rule" and no "noise". Up to version 2 a logarithm or power was taken of the
values as they were: a feature of the recipe had no "origin" (0) and no "step" (1). Up to version 3 there were no
categories, no weights and no columns made of others, and personas had no "smallest".

To change the format: raise `SCHEMA`, describe the new one here and in `shape`, add a function from the old plain values
to the new ones to `_UPGRADES`, and put a file of the old version into `tests/files/models/`. Every earlier version
stays readable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pandas as pd

from segmentation.clustering.assignment import rule_faults, rule_from_dict, rule_to_dict
from segmentation.clustering.crowd import Crowd
from segmentation.clustering.model import Segmentation
from segmentation.clustering.refits import Refits
from segmentation.core.disclosure import SMALLEST_GROUP
from segmentation.core.errors import SegmentationError
from segmentation.core.schema import faults
from segmentation.core.tables import FeatureInfo
from segmentation.data.derived import derived_from
from segmentation.personas import Persona
from segmentation.personas.small_levels import without_few
from segmentation.preparation import Recipe
from segmentation.scoring import assign
from segmentation.scoring.probes import probe_frame
from segmentation.store.shape import SHAPE, misfits

__all__ = ["SCHEMA", "from_plain", "plain_values", "probe_points", "to_plain"]

SCHEMA = 4
_PLAIN = 3
"""What is written where none of what version 4 added takes part: programs that do not know it read it too."""


def _from_1(plain: dict[str, Any]) -> dict[str, Any]:
    segments = plain.get("segments")
    if not isinstance(segments, dict) or "centres" not in segments:
        return plain | {"schema": 2, "rule": {}}
    rule = {"kind": "centres", "centres": segments["centres"]}
    return plain | {"schema": 2, "rule": rule, "segments": segments | {"noise": 0}}


def _from_2(plain: dict[str, Any]) -> dict[str, Any]:
    recipe = plain.get("recipe")
    if not isinstance(recipe, dict) or not isinstance(recipe.get("features"), list):
        return plain | {"schema": 3}
    steps = [item | {"origin": 0.0, "step": 1.0} if isinstance(item, dict) else item for item in recipe["features"]]
    return plain | {"schema": 3, "recipe": recipe | {"features": steps}}


def _from_3(plain: dict[str, Any]) -> dict[str, Any]:
    return plain | {"schema": 4}


_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1, 2: _from_2, 3: _from_3}
"""Version → function that makes the plain values of the next version of it."""


_MANY_FEATURES = 150
_FEWER_PERCENTS = (0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100)


def to_plain(
    segmentation: Segmentation,
    personas: tuple[Persona, ...],
    *,
    created: str,
    note: Mapping[str, Any],
    libraries: Mapping[str, str],
) -> dict[str, Any]:
    """A segmentation and its personas → the plain values of `params.json`."""
    training, told = segmentation.training, without_few(segmentation, personas)
    if len(segmentation.feature_names) > _MANY_FEATURES:
        training = training.loc[list(_FEWER_PERCENTS)]
    values: dict[str, Any] = plain_values(
        {
            "schema": _version(segmentation, told),
            "created": created,
            "note": dict(note),
            "libraries": dict(libraries),
            "features": [{**_about(info), "percentiles": training[info.name].tolist()} for info in segmentation.info],
            "percents": training.index.tolist(),
            "recipe": segmentation.recipe.to_dict(),
            "rule": rule_to_dict(segmentation.rule),
            "segments": {
                "centres": segmentation.centres.tolist(),
                "sizes": list(segmentation.sizes),
                "noise": segmentation.noise,
                "inertia": segmentation.inertia,
                "silhouette": segmentation.silhouette,
            },
            **_colours(segmentation),
            "personas": [_shareable(persona, segmentation).to_dict() for persona in told],
            "settings": dict(segmentation.settings),
            "metrics": dict(segmentation.metrics),
            "origin": {
                "source": segmentation.source,
                "as_of": segmentation.as_of,
                "replay": dict(segmentation.replay),
                "fingerprint": segmentation.fingerprint,
            },
            "crowd": None if segmentation.crowd is None else segmentation.crowd.to_dict(),
            "refits": None if segmentation.refits is None else segmentation.refits.to_dict(),
            "probes": probe_points(segmentation),
        }
    )
    return values


def _shareable(persona: Persona, segmentation: Segmentation) -> Persona:
    """A persona as the file may hold it: of a small segment without its figures; what a person wrote stays."""
    if persona.size >= SMALLEST_GROUP or segmentation.n_customers < SMALLEST_GROUP:
        return persona
    told = f"Fewer than {SMALLEST_GROUP} customers: what they are like is left out of the saved model."
    sentences = persona.sentences if "sentences" in persona.edited else (told,)
    return replace(persona, sentences=sentences, claims=(), against=(), because="")


def from_plain(plain: Any) -> tuple[Segmentation, tuple[Persona, ...]]:
    """The plain values of `params.json` (any version up to ours) → segmentation without customers, and personas.

    Raises `SegmentationError` in one sentence when a value is missing, unknown, of the wrong kind or does not fit the
    others, and when the probe points do not get the segments they got when the model was saved.
    """
    plain = _upgraded(plain)
    wrong = faults(plain, SHAPE) or rule_faults(plain["rule"]) or misfits(plain)
    if wrong:
        raise SegmentationError(f"The file is damaged or was edited: {wrong[0]} Save the model again.")
    try:
        segmentation = _segmentation(plain)
        personas = tuple(Persona.from_dict(item) for item in plain["personas"])
    except (TypeError, ValueError, KeyError) as error:
        raise SegmentationError(
            "The file is damaged or was edited: its recipe, rule or personas are not as we write them. "
            "Save the model again."
        ) from error
    _check_probes(segmentation, plain["probes"])
    return segmentation, personas


def probe_points(segmentation: Segmentation) -> list[dict[str, Any]]:
    """Made-up customers with the segment each gets (0: noise): the centres, steps between them, the extremes, and one
    unknown."""
    frame = probe_frame(segmentation)
    scored = assign(segmentation, frame)
    sure = ((scored["segment"] > 0) & ~(scored["margin"] < 1e-6)) | scored["noise"]
    return [
        {"values": values, "segment": segment}
        for values, segment in zip(frame[sure].to_numpy().tolist(), scored.loc[sure, "segment"].tolist(), strict=True)
    ]


def plain_values(value: Any) -> Any:
    """The same with plain Python values only: numpy numbers unpacked, tuples as lists, NaN and infinities as None."""
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_values(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain_values(value.tolist())
    if isinstance(value, np.generic):
        return plain_values(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    return str(value)


def _version(segmentation: Segmentation, personas: tuple[Persona, ...]) -> int:
    recipe = segmentation.recipe
    chosen = any(choice.weight is not None for choice in recipe.settings.columns.values())
    told = any(persona.smallest for persona in personas)
    return SCHEMA if recipe.blocks or chosen or told or segmentation.replay.get("derived") else _PLAIN


def _colours(segmentation: Segmentation) -> dict[str, list[int]]:
    """The colours where they are not in order; else nothing, so that earlier programs read the file, too."""
    in_order = segmentation.slots in ((), tuple(segmentation.segments))
    return {} if in_order else {"colours": list(segmentation.slots)}


def _about(info: FeatureInfo) -> dict[str, str]:
    """A description as it is saved: of a number without the level that it is not."""
    plain: dict[str, str] = asdict(info)
    return plain if info.level else {name: value for name, value in plain.items() if name not in ("column", "level")}


def _upgraded(plain: Any) -> dict[str, Any]:
    version = plain.get("schema") if isinstance(plain, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SegmentationError("The file does not say which version of the format it has. Save the model again.")
    if version > SCHEMA:
        raise SegmentationError(
            f"The file has version {version} of the format; this program knows up to {SCHEMA}. Update the program."
        )
    known: dict[str, Any] = plain
    while version < SCHEMA:
        known = _UPGRADES[version](known)
        version += 1
    return known


def _segmentation(plain: Mapping[str, Any]) -> Segmentation:
    info = tuple(
        FeatureInfo(**{key: value for key, value in item.items() if key != "percentiles"}) for item in plain["features"]
    )
    silhouette = plain["segments"]["silhouette"]
    derived_from(plain["origin"]["replay"])
    rule = rule_from_dict(plain["rule"])
    if (rule.k, rule.width) != (len(plain["segments"]["centres"]), len(info)):
        raise ValueError("the rule is about other segments or features")
    return Segmentation(
        recipe=Recipe.from_dict(plain["recipe"]),
        info=info,
        rule=rule,
        centres=np.array(plain["segments"]["centres"], dtype=np.float64),
        sizes=tuple(plain["segments"]["sizes"]),
        noise=plain["segments"]["noise"],
        labels=None,
        inertia=float(plain["segments"]["inertia"]),
        silhouette=math.nan if silhouette is None else float(silhouette),
        training=pd.DataFrame(
            {item["name"]: np.array(item["percentiles"], dtype=np.float64) for item in plain["features"]},
            index=pd.Index(plain["percents"], name="percent"),
        ),
        metrics=plain["metrics"],
        settings=plain["settings"],
        crowd=Crowd.from_dict(crowd, tuple(item.name for item in info)) if (crowd := plain.get("crowd")) else None,
        refits=Refits.from_dict(again, rule.k, rule.width) if (again := plain.get("refits")) else None,
        slots=tuple(plain.get("colours", ())),
        **plain["origin"],
    )


def _check_probes(segmentation: Segmentation, probes: list[dict[str, Any]]) -> None:
    values = [[math.nan if value is None else value for value in probe["values"]] for probe in probes]
    frame = pd.DataFrame(values, columns=list(segmentation.feature_names), dtype=np.float64)
    with np.errstate(all="ignore"):  # figures that no training could give: what comes of them says so
        scored = assign(segmentation, frame)
    if scored["segment"].tolist() != [probe["segment"] for probe in probes]:
        raise SegmentationError(
            "The model does not place its probe customers as it did when it was saved, so it is damaged or was edited. "
            "Save it again."
        )
