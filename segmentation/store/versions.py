"""Which versions of the libraries wrote a model, for whoever has to reproduce it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from segmentation.core.version import __version__

__all__ = ["library_versions"]

_NAMED = ("numpy", "pandas", "scikit-learn", "scipy", "joblib")


def library_versions() -> dict[str, str]:
    """Name → version of this program, Python and the libraries that compute."""
    versions = {"segmentation": __version__, "python": platform.python_version()}
    for name in _NAMED:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
