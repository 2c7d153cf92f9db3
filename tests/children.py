"""Ending the programs that tests start: asked first, then made to, so that none can hold the run up."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PATIENCE = 20  # seconds


@contextmanager
def ending(process: "subprocess.Popen[Any]") -> Iterator["subprocess.Popen[Any]"]:
    """*process*, which is over afterwards, whatever happens in between."""
    try:
        yield process
    finally:
        ended(process)


def ended(process: "subprocess.Popen[Any]") -> int:
    """End *process*; its exit code, which is -9 if it did not end when asked to."""
    process.terminate()
    try:
        code = process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait(_PATIENCE)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()
    return code
