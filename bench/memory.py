"""`python -m bench.memory 1 4 16`: how much memory it takes to take in as many million AI requests, each in a process
of its own."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measured import used_by

_MODELS = ("gpt-4o", "claude-haiku-4-5", "gemini-2.5-pro", "gpt-4o-mini")
_HEADER = "request_id,ts_start,team,app,provider,model,input_tokens,cached_input_tokens,output_tokens,spend_usd\n"
_PEERS = {"Tuppence": "import sys; from bot.__main__ import main; sys.argv[1:] = ['--home', {home!r}, 'import', "
                      "'requests', {file!r}]; main()",
          "pandas": "import pandas; pandas.read_csv({file!r}).input_tokens.sum()"}  # fmt: skip


def main() -> None:
    """Print the peaks, a line for each size."""
    for millions in map(float, sys.argv[1:] or ("1", "4", "16")):
        with TemporaryDirectory() as folder:
            file = log(Path(folder) / "calls.csv.gz", int(millions * 1_000_000))
            said = [f"{name} {peak(code, file)} MB" for name, code in _PEERS.items()]
        print(f"{millions:g} million AI requests: {', '.join(said)}", flush=True)


def log(file: Path, rows: int) -> Path:
    """A log of *rows* calls of 40 teams."""
    with gzip.open(file, "wt", compresslevel=1) as lines:
        lines.write(_HEADER)
        for n in range(rows):
            used = f"{n % 5000},{n % 5000 // 3},{n % 700}"
            at = f"2026-10-{1 + n % 28:02d}T{n % 24:02d}:00:00Z"
            lines.write(f"r{n},{at},team{n % 40},app{n % 97},openai,{_MODELS[n % 4]},{used},\n")
    return file


def peak(code: str, file: Path) -> int:
    """The largest resident memory, in MB, of a Python that runs *code* on *file*; CalledProcessError if it fails."""
    return used_by(code.format(file=str(file), home=str(file.parent / "home"))).megabytes


if __name__ == "__main__":
    main()
