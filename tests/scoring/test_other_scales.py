"""Currencies and per cent of a new file, in its headings and in its cells, against those of the model's file."""

from __future__ import annotations

import pytest

from segmentation.clustering.model import Segmentation
from segmentation.core.settings import PREP_PRESETS
from segmentation.data.customers import customers_from
from segmentation.evaluation.final import fit
from segmentation.scoring.batch import Batch, score_files
from segmentation.scoring.choices import Undecided
from segmentation.scoring.new_files import Intake
from segmentation.scoring.pasted import customer_from

SHARES = "id,{spend},{rate}\n" + "".join(
    f"K{row},{{sign}}{row % 3 * 500 + 100 + row},{0.1 + row % 3 * 0.3 + row / 1000:.3f}\n" for row in range(60)
)


def trained(data: bytes) -> Segmentation:
    return fit(customers_from({"train.csv": data}), PREP_PRESETS["plain"], k=3)


def scored(made: Segmentation, data: bytes) -> tuple[Batch, Intake]:
    return score_files(made, {}, {"new.csv": data})


def kinds_of(batch: Batch) -> set[str]:
    return {notice.kind for notice in batch.notices}


def shares(spend: str = "spend", rate: str = "rate", sign: str = "") -> str:
    return SHARES.format(spend=spend, rate=rate, sign=sign)


def in_percent(text: str, every: int = 1) -> str:
    """The same with the shares of each so many rows as per cent."""
    lines = [line.rsplit(",", 1) for line in text.splitlines()]
    percent = [
        f"{before},{float(last) * 100:.1f}%" if at and at % every == 0 else f"{before},{last}"
        for at, (before, last) in enumerate(lines)
    ]
    return "\n".join(percent) + "\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (shares("spend (EUR)"), shares("spend (EUR)", sign="$")),
        (shares("spend (EUR)"), shares("spend (USD)")),
        (shares("spend_eur"), shares("Spend EUR", sign="£")),
        (shares(sign="€"), shares("spend (USD)")),
        (shares("spend USD"), shares("spend USD", sign="€")),
    ],
)
def test_amounts_in_another_currency_are_told_whether_heading_or_cells_say_so(before: str, after: str) -> None:
    batch, _ = scored(trained(before.encode()), after.encode())
    assert any("Convert them first" in notice.text for notice in batch.notices)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (shares("spend (USD)"), shares("spend (USD)", sign="$")),
        (shares("spend (EUR)"), shares("spend (EUR)", sign="€")),
        (shares("retry count"), shares("retry count")),
    ],
)
def test_the_same_currency_said_in_two_ways_is_no_news(before: str, after: str) -> None:
    batch, _ = scored(trained(before.encode()), after.encode())
    assert not {"changed", "currencies"} & kinds_of(batch)


@pytest.mark.parametrize(
    "after",
    [
        in_percent(shares()),
        in_percent(shares(), every=2),
        in_percent(shares(), every=5),
        in_percent(shares(rate="rate (%)")).replace("%\n", "\n"),
    ],
    ids=["all cells", "half of them", "a fifth of them", "the heading"],
)
def test_per_cent_where_the_model_has_shares_of_1_is_brought_to_its_scale_and_told(after: str) -> None:
    batch, intake = scored(trained(shares().encode()), after.encode())
    assert intake.frame["rate"].tolist() == pytest.approx([0.1 + row % 3 * 0.3 + row / 1000 for row in range(60)])
    assert "changed" in kinds_of(batch)
    assert not any("as they stand" in notice.text for notice in batch.notices)


def test_small_figures_with_a_percent_sign_that_fit_both_scales_are_asked() -> None:
    small = "id,spend,rate\n" + "".join(f"K{row},{row % 3 * 500 + 100 + row},0.{row % 3 + 3}%\n" for row in range(12))
    with pytest.raises(Undecided) as stopped:
        scored(trained(shares().encode()), small.encode())
    assert [question.setting for question in stopped.value.questions] == ["scale rate"]
    assert "What is 0.4 %?" in stopped.value.questions[0].text


def test_per_cent_pasted_for_a_plain_figure_from_0_to_1_is_a_share() -> None:
    made = trained(shares().encode())
    assert customer_from(made, "spend\t600\nrate\t40 %") == {"spend": 600.0, "rate": 0.4}
    assert customer_from(made, "spend\t600\nrate\t0.4") == {"spend": 600.0, "rate": 0.4}
    percent = trained(in_percent(shares()).encode())
    assert customer_from(percent, "spend\t600\nrate\t40 %") == {"spend": 600.0, "rate": 40.0}
