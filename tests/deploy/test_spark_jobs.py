"""The job files for Spark: read as their services read them, and the job itself run on this machine."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy/spark"


def job() -> ModuleType:
    spec = importlib.util.spec_from_file_location("spark_job", FOLDER / "job.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def databricks() -> list[str]:
    jobs = yaml.safe_load((FOLDER / "databricks.yml").read_text(encoding="utf-8"))["resources"]["jobs"]
    (task,) = jobs["score_customers"]["tasks"]
    assert (FOLDER / task["spark_python_task"]["python_file"]).exists()
    return task["spark_python_task"]["parameters"]


def emr() -> list[str]:
    submit = json.loads((FOLDER / "emr_serverless.json").read_text(encoding="utf-8"))["jobDriver"]["sparkSubmit"]
    options = shlex.split(submit["sparkSubmitParameters"])
    assert options[::2] == ["--conf"] * (len(options) // 2)
    assert all(re.fullmatch(r"[\w.-]+=\S+", option) for option in options[1::2])
    return submit["entryPointArguments"]


def dataproc() -> list[str]:
    script = FOLDER / "dataproc.sh"
    subprocess.run(["bash", "-n", str(script)], check=True)
    shown = subprocess.run(
        ["bash", "-c", f"gcloud() {{ printf '%s\\n' \"$@\"; }}; BUCKET=b IMAGE=i; source '{script}'"],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert shown[:4] == ["dataproc", "batches", "submit", "pyspark"]
    return shown[shown.index("--") + 1 :]


@pytest.mark.parametrize("arguments", [databricks, emr, dataproc])
def test_every_service_calls_the_job_as_it_wants_to_be_called(arguments: object) -> None:
    asked = job().parser().parse_args(arguments())  # type: ignore[operator]
    assert (asked.command, asked.model) == ("score", "cards")
    assert asked.models.endswith("models")
