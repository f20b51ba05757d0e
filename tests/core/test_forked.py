"""A copy of a command in place of a new process: it works within the same limits, and ends with the command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies a process with its libraries")

ANSWERS = """
import json, os, sys
from segmentation.core.own_process import Begin, begin_reading, run_limited
begin_reading(("tests.core.copied",), Begin("tests.core.copied", "begin", "an argument"), alone=True)
from tests.core.copied import begun, crash, fill_memory, limit_of_memory, print_and_compute
from segmentation.core.warm_processes import Ended, Limits

def why(function, **limits):
    try:
        return run_limited(function, limits=Limits(**{"memory": 2**31, "computing": 60, "clock": 60} | limits))
    except Ended as error:
        return error.why

answers = {"begun": why(begun), "copied": why(os.getppid) == os.getpid(), "limit": why(limit_of_memory)}
answers["printed"] = why(print_and_compute, computing=0.2)
answers["memory"], answers["crash"] = why(fill_memory, memory=2**29), why(crash)
print(json.dumps(answers))
"""

WAITS = """
import sys, threading, time
from segmentation.core.own_process import begin_reading, run_limited
begin_reading(("tests.core.copied",), alone=True)
from tests.core.copied import hold_the_interpreter
from segmentation.core.warm_processes import Limits
work = dict(target=run_limited, args=(hold_the_interpreter,), kwargs={"limits": Limits(2**31, 60, 60)})
threading.Thread(**work).start()
time.sleep(0.5); print("ready", flush=True); time.sleep(60)
"""


def test_a_copy_begins_ahead_and_keeps_the_limits_of_any_process_that_works() -> None:
    done = subprocess.run([sys.executable, "-c", ANSWERS], capture_output=True, cwd=ROOT, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "begun": "an argument",
        "copied": True,
        "limit": 2**31,
        "printed": "time",
        "memory": "memory",
        "crash": "crash",
    }
    assert done.stderr == ""


def test_a_copy_ends_with_a_killed_command_even_in_the_middle_of_a_call_into_c() -> None:
    with subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE, cwd=ROOT, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) == 1
        parent.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(children, timeout=10)
        assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]
