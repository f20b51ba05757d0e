"""The calibration study: its data sets, intervals and short cuts, and that the document is what the results say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from segmentation.core.settings import KSettings
from segmentation.evaluation.choose_k import search
from segmentation.evaluation.evidence import EvidenceSettings, assess
from tests.bench import calibrate
from tests.bench.calibration_report import report, sign_test, wilson
from tests.bench.families import APART, NULLS, planted

QUICK = EvidenceSettings(references=5, bootstraps=5, seeds=1, n_init=1)


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


def test_every_family_has_a_hundred_sets_and_every_distance_enough_for_its_interval() -> None:
    every = list(calibrate.cases())
    assert len({case.key for case in every}) == len(every)
    families = Counter(case.family for case in every if case.family)
    assert set(families) == set(NULLS)
    assert min(families.values()) >= 100
    distances = Counter(case.apart for case in every if not case.family)
    assert set(distances) == set(APART)
    assert min(distances.values()) >= 60
    assert wilson(distances["clearly apart"], distances["clearly apart"])[0] > 0.95  # if every one is found
    assert {case.rows for case in every} == {200, 400, 1_000, 2_000, 20_000}


def test_wherever_the_study_is_stopped_every_family_has_had_its_share() -> None:
    every = list(calibrate.cases())
    counts = Counter(case.family or case.apart for case in every[: len(every) // 3])
    assert min(counts[name] for name in NULLS) > 25
    assert min(counts[name] for name in APART) >= 10


def test_a_data_set_is_the_same_every_time_and_unlike_any_other() -> None:
    first, second = (calibrate.Case("lognormal", 200, 1, "", True, number) for number in (0, 1))
    assert np.array_equal(first.draw(), first.draw())
    assert not np.array_equal(first.draw(), second.draw())
    assert first.draw().std(axis=0) == pytest.approx(np.ones(5))


def test_planted_groups_are_as_far_apart_as_they_say() -> None:
    rows, group = planted(60_000, 3, 4.5, np.random.default_rng(0), equal=False)
    centres = np.stack([rows[group == number].mean(axis=0) for number in range(3)])
    distances = [np.linalg.norm(centres[a] - centres[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert min(distances) == pytest.approx(4.5, abs=0.1)
    assert np.bincount(group) / 60_000 == pytest.approx([6 / 11, 3 / 11, 2 / 11], abs=0.01)


@pytest.mark.parametrize(
    ("family", "k", "apart"),
    [("single Gaussian", 1, ""), ("lognormal", 1, ""), ("", 3, "apart"), ("", 4, "overlapping")],
)
def test_the_short_cuts_change_neither_verdict_nor_recommendation(family: str, k: int, apart: str) -> None:
    Z = calibrate.Case(family, 200, k, apart, True, 7).draw()
    comparison = search(Z, KSettings(k_max=5, n_init=2))
    short, full = calibrate.judge(Z, comparison, QUICK, whole=False), assess(Z, comparison, QUICK)
    assert (short["verdict"], short["recommended"]) == (full.verdict, full.recommended_k)
    assert (short["verdict"] == "none") == bool(family)
    for name in ("gap_k", "tighter_k", "p_copula", "p_gaussian"):
        assert short[name] is None or short[name] == full.facts[name]


def test_results_of_an_older_rule_are_not_used(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "STORE", tmp_path / "results.csv")
    assert calibrate.stored().empty
    row = dict.fromkeys(calibrate.FIELDS, "") | {"rows": 200, "k": 1, "equal": True, "number": 0, "verdict": "none"}
    pd.DataFrame([row | {"rule": rule} for rule in (calibrate.RULE - 1, calibrate.RULE)]).to_csv(
        calibrate.STORE, index=False
    )
    assert list(calibrate.stored()["rule"]) == [calibrate.RULE]


def test_the_document_is_what_the_results_say() -> None:
    results = calibrate.stored()
    assert not results.duplicated(["family", "rows", "k", "apart", "equal", "number"]).any()
    said = report(results, calibrate.EVIDENCE, calibrate.COMPARISON)
    assert calibrate.REPORT.read_text(encoding="utf-8") == said
