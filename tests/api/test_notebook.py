"""The notebook of the documentation runs from its first cell to its last, and every cell shows something."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs/notebook.py"
CELLS = [
    cell.partition("\n")[2]
    for cell in NOTEBOOK.read_text(encoding="utf-8").split("# %%")[1:]
    if not cell.startswith(" [markdown]")
]


def test_the_notebook_walks_the_whole_flow_in_ten_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEGMENTATION_MODELS", str(tmp_path / "models"))
    assert len(CELLS) == 10
    names: dict[str, object] = {}
    for cell in CELLS:
        *work, last = ast.parse(cell).body
        assert isinstance(last, ast.Expr)
        exec(compile(ast.Module(work, []), str(NOTEBOOK), "exec"), names)
        shown = eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names)
        if not isinstance(shown, list) and not hasattr(shown, "to_plotly_json"):
            assert shown._repr_html_().startswith("<div>")
            assert "\n" not in repr(shown)
    assert {path.name for path in tmp_path.iterdir()} == {"models", "cards.pptx", "cards.xlsx", "cards.html"}
    assert str(names["ref"]) == "cards/v1"
