"""The tables that every picture of the segments starts from, made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segmentation.clustering.model import Segmentation
from segmentation.core.disclosure import SMALLEST_GROUP
from segmentation.core.tables import FeatureInfo, FeatureTable
from segmentation.personas.describing import filled_values, segment_labels
from segmentation.personas.profiles import (
    exported_profile,
    partition_features,
    profile,
    small_name,
    standard_differences,
)
from segmentation.personas.small_levels import few_as_most

__all__ = ["Portrait", "portray"]


@dataclass(frozen=True, eq=False)
class Portrait:
    """Segments together with their customers.

    labels: (n,) segment of each customer. prepared: n × d. values: n × d, original units, filled. profile, effects,
    partition: see `profile`, `standard_differences` and `partition_features` in `segmentation.personas.profiles`.
    """

    seg: Segmentation
    features: FeatureTable
    labels: NDArray[np.int_]
    prepared: NDArray[np.float64]
    values: pd.DataFrame
    profile: pd.DataFrame
    effects: pd.DataFrame
    partition: pd.DataFrame

    @property
    def feature_labels(self) -> Mapping[str, str]:
        """Feature → label."""
        return {item.name: item.label for item in self.seg.info}

    @property
    def sizes(self) -> pd.DataFrame:
        """Columns segment, size, share, in the order of the numbers."""
        return pd.DataFrame({"segment": list(self.seg.segments), "size": self.seg.sizes, "share": self.seg.shares})

    @property
    def strongest(self) -> list[str]:
        """All features in use, those that make the partition most first."""
        return list(self.partition["feature"])

    def exported(self, names: Mapping[int, str]) -> pd.DataFrame:
        """The profile for a file: nothing of small segments is in it, and nothing they could be worked out from.

        A level that few of a segment have counts as if none had it.

        names: of the personas, to stand beside their numbers; a name tells the figures it comes from, so small segments
        have none. The features have their label beside them.
        """
        fill = {item.name: item.fill for item in self.seg.recipe.features}
        told = few_as_most(self.seg, self.features, self.labels, SMALLEST_GROUP)
        table = exported_profile(told.frame, self.labels, fill=fill, features=self.seg.feature_names)
        small = {number: small_name(number) for number in table.loc[table["size"].isna(), "segment"].unique()}
        table.insert(1, "persona", table["segment"].map({**names, **small}))
        table.insert(3, "label", table["feature"].map(dict(self.feature_labels)))
        return table

    def about(self, name: str) -> FeatureInfo:
        """The description of one feature."""
        return self.seg.about(name)


def portray(seg: Segmentation, features: FeatureTable) -> Portrait:
    """Segments and the customers they were made from → `Portrait`."""
    labels, prepared = segment_labels(seg, features), seg.recipe.transform(features.frame)
    fill = {item.name: item.fill for item in seg.recipe.features}
    return Portrait(
        seg=seg,
        features=features,
        labels=labels,
        prepared=prepared,
        values=filled_values(seg, features),
        profile=profile(features.frame, labels, fill=fill, features=seg.feature_names),
        effects=standard_differences(prepared, labels, seg.feature_names),
        partition=partition_features(prepared, labels, seg.feature_names),
    )
