"""An import that is killed at any moment leaves what was known before it, or all of what it brings."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from bot.settings import Settings
from bot.wiring import built
from finops.period import month_of
from finops.question import Measure, Question
from storage.chain import verified
from tests.finops.fakes_ledger import TODAY
from tests.processes.test_no_room import TUPPENCE, log

ASKED = Question((Measure.REQUESTS, Measure.COST), month_of(TODAY))
CALLS = 60_000


def total(home: Path) -> tuple[int, ...]:
    """How many calls are known, and what they cost."""
    at_home = built(Settings(home=home))
    found = at_home.ledger.answer(ASKED).total
    assert verified(at_home.engine, at_home.key).broken_at is None
    at_home.engine.dispose()
    return tuple(int(found.get(each, 0)) for each in ASKED.measures)


def test_it_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    home, file = tmp_path / "home", log(tmp_path / "new.csv", CALLS)
    words = [TUPPENCE, "--home", str(home), "import", "requests"]
    subprocess.run([*words, str(log(tmp_path / "known.csv", 10))], check=True, capture_output=True)
    begun = time.monotonic()
    subprocess.run([*words, "--dry-run", str(file)], check=True, capture_output=True)
    whole = time.monotonic() - begun
    old, new = (10, 5), (CALLS + 10, CALLS // 2 + 5)
    assert total(home) == old
    seen = set()
    for tenth in (4, 6, 8, 9, 11):
        with subprocess.Popen([*words, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(whole * tenth / 10)
            process.send_signal(signal.SIGKILL)
        seen.add(total(home))
    assert seen <= {old, new}
    done = subprocess.run([*words, str(file)], check=True, capture_output=True, text=True)
    assert total(home) == new
    assert done.stdout.startswith(f"{CALLS} read: ")
