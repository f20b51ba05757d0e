"""kill -9 at any moment of `segmentation fit`: no model is torn, no process stays, and what lies about is swept.

6 kills in every run, 200 in `make test-hostile`. Projects: `tests/store/projects/test_folder.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from segmentation.store import list_models, load, save
from tests.conftest import cases
from tests.small import two_segments

KILLS = cases(6, 200)
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data/income_spending.csv"
DRIVER = """
import os, random, signal, sys, time
from segmentation.__main__ import main
import segmentation.cli.fit, segmentation.personas, segmentation.store, sklearn.cluster

sample, root, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
call = ["fit", sample, "--k", "3", "--name", "people", "--models", root, "--json", "--n-init", "1"]


def child():
    pid = os.fork()
    if pid == 0:
        os.setsid()
        out = os.open(os.devnull, os.O_WRONLY)
        os.dup2(out, 1), os.dup2(out, 2)
        os._exit(main(call))
    return pid


for _ in range(2):  # the second is as quick as those that follow
    began = time.monotonic()
    assert os.waitstatus_to_exitcode(os.waitpid(child(), 0)[1]) == 0
    whole = time.monotonic() - began
rng, ended = random.Random(9), 0
for number in range(kills):
    pid = child()
    time.sleep(rng.uniform(0, whole) if number % 2 else whole * rng.uniform(0.7, 1))  # half of them where it writes
    os.kill(pid, signal.SIGKILL)
    ended += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
print(ended)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="kills and children of this kind are those of Linux")
def test_a_fit_that_is_killed_leaves_whole_models_no_process_and_nothing_that_is_not_swept(tmp_path: Path) -> None:
    root = tmp_path / "models"
    command = [sys.executable, "-c", DRIVER, str(SAMPLE), str(root), str(KILLS)]
    given = subprocess.run(command, capture_output=True, text=True, timeout=60 + 20 * KILLS, check=False)
    assert given.returncode == 0, given.stderr[-3000:]
    until = time.monotonic() + 1.0 + os.getloadavg()[0]  # a second, and on a busy machine its turn
    while ours := [one for one in psutil.process_iter(["cmdline"]) if str(root) in " ".join(one.info["cmdline"] or ())]:
        assert time.monotonic() < until, ours
        time.sleep(0.1)
    table = list_models(root)
    assert (table["problem"] == "").all()
    assert (table["seal"] == "whole").all()
    ended = int(given.stdout)
    assert 2 + ended <= len(table) <= KILLS + 2
    assert ended < KILLS, "no kill came before the end: the test proves nothing"
    assert {load(ref, root).segmentation.sizes for ref in table["ref"]} == {load("people/v1", root).segmentation.sizes}
    left = [path for path in (root / "people").iterdir() if path.name.startswith(".saving-")]
    for path in left:
        os.utime(path, (0, 0))  # an hour later
    save(two_segments(), (), "people", root)
    names = {path.name for path in (root / "people").iterdir()}
    assert not [name for name in names if not name.startswith("v")]
    print(f"{KILLS} kills, {ended} after the end, {len(table) - 2} models more, {len(left)} folders left and swept")
