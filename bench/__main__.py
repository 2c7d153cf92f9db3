"""`python -m bench`: print every comparison, measured in this one run."""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.benches import tables
from bench.measured import Size


def main() -> None:
    """Measure, and print as it comes."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="lines of each file")
    parser.add_argument("--runs", type=int, default=20, help="repetitions of what is quick")
    parser.add_argument("--series", type=int, default=200, help="series for the detectors")
    told = parser.parse_args()
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}\n", flush=True)
    with TemporaryDirectory() as folder:
        for table in tables(Path(folder), Size(told.rows, told.runs, told.series)):
            print(f"{table}\n", flush=True)


if __name__ == "__main__":
    main()
