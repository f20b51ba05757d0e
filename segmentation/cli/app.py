"""`app`: start the product in the browser. The server is Streamlit's, in a process of its own, on this machine only."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from segmentation.cli.base import Outcome
from segmentation.core.errors import SegmentationError
from segmentation.core.places import app_folder
from segmentation.core.text import plain_text

__all__ = ["run"]

# Give memory back to the system when a session ends (Linux; elsewhere these do nothing).
_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}


def run(args: argparse.Namespace) -> Outcome:
    """{"stopped": true} when the server has ended; it runs until it is interrupted (Ctrl+C)."""
    script = app_folder() / "app.py"
    if importlib.util.find_spec("streamlit") is None or not script.is_file():
        raise SegmentationError("The browser's side is not installed. Install customer-segmentation-studio again.")
    if not 1 <= args.port <= 65535:
        raise SegmentationError(f"--port must be from 1 to 65535; it was {args.port}. Choose a port in that range.")
    if args.models is not None and args.models.exists() and not args.models.is_dir():
        raise SegmentationError(f"{plain_text(args.models)} is no folder. Name a folder of models.")
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={args.port}"]
    command += [f"--server.headless={'true' if args.no_browser else 'false'}", "--server.fileWatcherType=none"]
    try:
        code = subprocess.run(command, env=_environment(script.parent, args.models), check=False).returncode
    except KeyboardInterrupt:
        code = 0
    if code > 0:
        raise SegmentationError(
            f"The server ended with code {code}. Is port {args.port} in use? Choose another --port."
        )
    return Outcome({"stopped": True}, "Stopped.")


def _environment(folder: Path, models: Path | None) -> dict[str, str]:
    """The pages import each other from the folder of the app; the models are where the command line says."""
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    named = {} if models is None else {"SEGMENTATION_MODELS": str(models.resolve())}
    return {**_MEMORY, **os.environ, **named, "PYTHONPATH": os.pathsep.join(paths)}
