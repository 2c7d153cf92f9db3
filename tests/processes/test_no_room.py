"""An import without room, without the right to write, or without memory: one sentence, exit code 2, nothing kept."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from finops.errors import BadFile
from sources.requests import Requests
from storage.facts import Facts
from tests.storage.facts.conftest import NOW
from tests.storage.ingest.conftest import Calls, call

TUPPENCE = str(Path(sys.executable).with_name("tuppence"))
MOUNT = ["unshare", "-rm", "bash", "-c"]
SCRIPT = """
mount -t tmpfs -o size={first} tmpfs {home}
{tuppence} --home {home} import {known} >/dev/null || exit 9
{change}
{tuppence} --home {home} import {new}; echo "exit $?"
ls {home}/facts
mount -o remount,rw,size=200m {home}
{tuppence} --home {home} imports
{tuppence} --home {home} import {new}
"""


def log(file: Path, rows: int) -> Path:
    """A log of *rows* calls on ten days."""
    with file.open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(
            ["request_id", "ts_start", "provider", "model", "team", "input_tokens", "output_tokens", "spend_usd"]
        )
        sheet.writerows([f"{file.stem}-{n}", f"2026-11-{n % 10 + 1:02d}T10:00:00Z", "openai", "in-house", f"t{n % 7}",
                         n, n % 90, "0.5"] for n in range(rows))  # fmt: skip
    return file


def tried(tmp_path: Path, change: str) -> list[str]:
    """What is printed where a second import, of 60,000 calls, meets a *change* (shell) of the mounted home."""
    home = tmp_path / "home"
    home.mkdir()
    script = SCRIPT.format(first="200m", home=home, tuppence=TUPPENCE, known=log(tmp_path / "known.csv", 10),
                           new=log(tmp_path / "new.csv", 60_000), change=change.format(home=home))  # fmt: skip
    done = subprocess.run([*MOUNT, script], capture_output=True, text=True, timeout=300)
    if "Operation not permitted" in done.stderr or "unshare failed" in done.stderr:
        pytest.skip("this machine lets nobody mount a file system of their own")
    assert "Traceback" not in done.stderr
    return [*done.stderr.splitlines(), "--", *done.stdout.splitlines()]


@pytest.mark.parametrize("room", [100, 700, 1500], ids="{} KB".format)
def test_a_full_disk_is_said_in_one_sentence_and_nothing_is_kept(tmp_path: Path, room: int) -> None:
    used = "$(du -sk --apparent-size {home} | cut -f1)"
    said = tried(tmp_path, f"mount -o remount,size=$(( {used} + {room} ))k {{home}}")
    cut = said.index("--")
    assert [line for line in said[:cut] if "disk is full" in line and "Make room" in line]
    assert "exit 2" in said[cut:]
    assert not [line for line in said if line.startswith("unfinished")]
    assert said[-1].startswith("60000 read: 60000 added ($30,000.00), 0 replaced, 0 unchanged")


def test_a_home_that_cannot_be_written_to_is_said_in_one_sentence(tmp_path: Path) -> None:
    said = tried(tmp_path, "mount -o remount,ro {home}")
    (line,) = said[: said.index("--")]
    assert "Read-only file system" in line
    assert "exit 2" in said
    assert said[-1].startswith("60000 read: 60000 added ($30,000.00), 0 replaced, 0 unchanged")


def test_too_little_memory_is_said_in_one_sentence_and_nothing_is_kept(tmp_path: Path) -> None:
    calls = Calls(tmp_path)
    calls.tell("csv", call("known"))
    before, facts = sorted((calls.home / "facts").iterdir()), calls.facts
    small = Facts(calls.home, facts.engine, b"k" * 32, facts.prices, facts.owners, memory="24MB")
    with pytest.raises(BadFile, match=r"not enough memory.*nothing was kept"):
        small.publish(Requests(format="csv").batch((log(tmp_path / "new.csv", 60_000),)), NOW)
    assert calls.total() == (1, 1)
    assert sorted((calls.home / "facts").iterdir()) == before
