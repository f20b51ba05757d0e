"""Work for a process that is a copy (`test_forked`)."""

from __future__ import annotations

import os
import re
import resource
import signal

BEGUN: list[str] = []


def begin(argument: str) -> None:
    BEGUN.append(argument)


def begun() -> str:
    return BEGUN[0]


def limit_of_memory() -> int:
    return resource.getrlimit(resource.RLIMIT_DATA)[0]


def print_and_compute() -> None:
    print("what a library prints while it works")
    while True:
        pass


def fill_memory() -> int:
    return len(bytearray(2**30))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hold_the_interpreter() -> object:
    """One call into C that never lets another thread run."""
    return re.match("(a*)*b", "a" * 60)
