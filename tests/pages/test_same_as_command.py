"""What is chosen in the browser and saved there gives the same segments on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from segmentation.__main__ import main
from segmentation.core.settings import ColumnPrep, KSettings
from segmentation.evaluation.choose_k import compare
from segmentation.preparation.saved import prep_to_json
from segmentation.store import load

ROOT = Path(__file__).parents[2]
ROWS = 240


def shop() -> str:
    """Customers of three kinds, as a program with decimal commas writes them; a few gaps, one far value."""
    draw = np.random.default_rng(11)
    kind = np.arange(ROWS) % 3
    income = np.array([1_800.5, 3_200.25, 6_500.75])[kind] + draw.normal(0, 200, ROWS)
    spent = np.array([300.0, 1_200.0, 2_500.0])[kind] * draw.lognormal(0, 0.2, ROWS)
    spent[5] = 90_000
    frame = pd.DataFrame({"Kundennr": [f"K-{n}" for n in range(ROWS)], "Einkommen": income, "Ausgaben": spent})
    frame["Besuche"] = np.where(np.arange(ROWS) % 17 == 0, np.nan, kind * 9 + draw.integers(1, 5, ROWS))
    frame["Stadt"] = np.array(["Ulm", "Köln"])[np.arange(ROWS) % 2]
    return frame.to_csv(index=False, sep=";", decimal=",", float_format="%.2f")


def test_choices_of_the_browser_give_the_same_segments_on_the_command_line(
    app: Any, tmp_path: Path, capsys: Any
) -> None:
    test: AppTest = app("data")
    test.file_uploader[0].upload("kunden.csv", shop().encode()).run()
    assert not test.exception
    test.switch_page(str(ROOT / "pages/prepare.py")).run()
    studio = test.session_state["studio"]
    test.toggle(key="prepare-scale").set_value(False).run()
    test.selectbox(key="prepare-cap").select("all").run()
    next(item for item in test.selectbox if item.label == "Column").select("Ausgaben").run()
    own = f"prepare-own-{studio.features.fingerprint[:8]}-{studio.features.names.index('Ausgaben')}"
    test.selectbox(key=f"{own}-transform").select("log1p").run()
    test.selectbox(key=f"{own}-fill").select("zero").run()
    prep = studio.prep
    assert (prep.scale, prep.cap) == (False, "all")
    assert dict(prep.columns) == {"Ausgaben": ColumnPrep(fill="zero", transform="log1p")}

    studio.comparison, studio.k = compare(studio.features, studio.recipe, KSettings(k_max=4)), 3
    test.switch_page(str(ROOT / "pages/segments.py")).run()
    assert not test.exception
    labels = studio.segmentation.labels

    file, saved, listed = tmp_path / "kunden.csv", tmp_path / "preparation.json", tmp_path / "scored.csv"
    file.write_text(shop(), encoding="utf-8")
    saved.write_text(prep_to_json(prep), encoding="utf-8")
    folder = ["--models", str(tmp_path / "models")]
    assert main(["fit", str(file), "--prep", str(saved), "--k", "3", "--name", "shop", *folder]) == 0
    made = load("shop", tmp_path / "models").segmentation
    assert made.inertia == studio.segmentation.inertia
    assert main(["score", "shop", str(file), "--out", str(listed), *folder]) == 0
    scored = pd.read_csv(listed, encoding="utf-8-sig").set_index("id")["segment"]
    assert scored.to_dict() == labels.to_dict()
    assert scored.nunique() == 3
    assert main(["fit", str(file), "--prep", "plain", "--k", "3", "--name", "other", *folder]) == 0
    assert load("other", tmp_path / "models").segmentation.inertia != made.inertia
    assert "Columns used (3): Einkommen, Ausgaben, Besuche." in capsys.readouterr().out
