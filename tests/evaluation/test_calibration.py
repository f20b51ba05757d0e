"""The calibration study: its data sets, intervals and short cuts, and that the document is what the results say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import skew

from segmentation.core.settings import PREP_PRESETS
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import assess
from segmentation.preparation import learn
from tests.bench import calibrate, outside
from tests.bench.calibration_report import _right, report, sign_test, wilson
from tests.bench.families import APART, NULLS, planted
from tests.bench.kinds import KINDS
from tests.bench.prepared import features_of


def test_the_interval_of_a_share_is_wilsons() -> None:
    # 8 of 10: (0.8 + 1.96² / 20 ± 1.96 · √(0.016 + 1.96² / 400)) / (1 + 1.96² / 10)
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(75, 75) == pytest.approx((0.9513, 1.0), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_sign_test_counts_both_tails() -> None:
    assert sign_test(5, 0) == pytest.approx(2 / 32)
    assert sign_test(1, 2) == sign_test(2, 1) == 1.0
    assert sign_test(0, 0) == 1.0


def test_every_family_has_a_hundred_sets_and_every_kind_thirty() -> None:
    every = list(calibrate.cases())
    assert len({case.key for case in every}) == len(every)
    nulls = Counter(case.name for case in every if case.group == "null")
    assert set(nulls) >= set(NULLS)
    assert min(nulls.values()) >= 100
    assert set(Counter(case.name for case in every if case.group == "kind").values()) == {30}
    planted_sets = Counter(case.name.split(", ")[0] for case in every if case.group == "planted")
    assert set(planted_sets) == set(APART)
    assert min(planted_sets.values()) >= 50


def test_wherever_the_study_is_stopped_every_family_has_had_its_share() -> None:
    every = list(calibrate.cases())
    counts = Counter(case.name for case in every[: len(every) // 3])
    assert min(counts[name] for name in (*NULLS, *KINDS)) >= 8


def test_a_smoke_run_has_one_small_set_of_everything() -> None:
    some = list(calibrate.smoke())
    assert len({(case.group, case.name) for case in some}) == len(some)
    assert {case.name for case in some} >= {*NULLS, *KINDS}
    assert max(case.rows for case in some) <= 400


def test_a_data_set_is_the_same_every_time_and_unlike_any_other() -> None:
    first, second = (calibrate.Case("null", "lognormal", 200, 1, number) for number in (0, 1))
    assert np.array_equal(first.draw(), first.draw())
    assert not np.array_equal(first.draw(), second.draw())
    assert first.draw().std(axis=0) == pytest.approx(np.ones(5))


@pytest.mark.parametrize("name", [*NULLS, *KINDS])
def test_every_family_and_kind_can_be_drawn(name: str) -> None:
    k = KINDS[name][0] if name in KINDS else 1
    Z = calibrate.Case("kind" if name in KINDS else "null", name, 200, k, 0).draw()
    assert len(Z) == 200
    assert np.isfinite(Z).all()
    assert Z.std(axis=0) == pytest.approx(np.ones(Z.shape[1]))


def test_prepared_data_is_what_the_product_makes_of_it() -> None:
    case = calibrate.Case("prepared kind", "mixed scales", 200, 3, 0)
    Z, plain = (
        case.draw(),
        KINDS["mixed scales"][1](200, np.random.default_rng([5_000_000, 200, 3, *case.key.encode()])),
    )
    features = features_of(pd.DataFrame(plain).add_prefix("x"))
    assert np.array_equal(Z, np.asarray(learn(features, PREP_PRESETS["recommended"]).transform(features.frame)))
    assert abs(skew(Z[:, -1])) < 0.5 < skew(plain[:, -1])  # the lognormal column is straightened


def test_planted_groups_are_as_far_apart_as_they_say() -> None:
    rows, group = planted(60_000, 3, 4.5, np.random.default_rng(0), equal=False)
    centres = np.stack([rows[group == number].mean(axis=0) for number in range(3)])
    distances = [np.linalg.norm(centres[a] - centres[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert min(distances) == pytest.approx(4.5, abs=0.1)
    assert np.bincount(group) / 60_000 == pytest.approx([6 / 11, 3 / 11, 2 / 11], abs=0.01)


def test_a_line_of_the_study_is_what_the_product_says() -> None:
    case = calibrate.Case("kind", "a grid of 2 × 2", 200, 4, 1)
    said, Z = calibrate.run(case), case.draw()
    evidence = assess(Z, search(Z))
    assert set(said) <= set(calibrate.FIELDS)
    assert (said["state"], said["recommended"]) == (evidence.state, evidence.recommended_k) == ("distinct", 4)
    assert said["again_state"] if case.number % calibrate.FLIPS == 0 else "again_state" not in said


def test_results_of_an_older_rule_are_not_used(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "STORE", tmp_path / "results.csv")
    assert calibrate.stored().empty
    row = dict.fromkeys(calibrate.FIELDS, "") | {"group": "null", "name": "ring", "rows": 200, "k": 1, "number": 0}
    pd.DataFrame([row | {"rule": rule} for rule in (calibrate.RULE - 1, calibrate.RULE)]).to_csv(
        calibrate.STORE, index=False
    )
    assert list(calibrate.stored()["rule"]) == [calibrate.RULE]


def test_the_right_number_is_one_of_the_reference_labellings() -> None:
    table = pd.DataFrame({"k": ["3", "15 9 8", "3"], "recommended": [3.0, 9.0, np.nan]})
    assert _right(table).tolist() == [True, True, False]


def test_the_document_is_what_the_results_say() -> None:
    if not outside.DATA.exists():
        pytest.skip("the published figures lie beside the project")
    results = calibrate.stored()
    assert not results.duplicated(["group", "name", "rows", "k", "number"]).any()
    assert calibrate.REPORT.read_text(encoding="utf-8") == report(results)
