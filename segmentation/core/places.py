"""Where the project's own files are: beside the library in a checkout, inside it when it is installed."""

from __future__ import annotations

from pathlib import Path

__all__ = ["app_folder", "checkout", "sample_folder"]

_LIBRARY = Path(__file__).resolve().parents[1]
_BUNDLED = _LIBRARY / "_app"
"""What the wheel carries beside the library: `app.py`, `pages/`, `.streamlit/` and `sample_data/`."""


def checkout() -> Path | None:
    """The top of the project when the library is used from its source; None when it is installed."""
    top = _LIBRARY.parent
    return top if not _BUNDLED.is_dir() and (top / "pyproject.toml").is_file() and (top / "app.py").is_file() else None


def app_folder() -> Path:
    """The folder with `app.py` and `pages/`, the browser's side."""
    return checkout() or _BUNDLED


def sample_folder() -> Path:
    """The folder of the sample data."""
    return app_folder() / "sample_data"
