"""A time of the day is text: what YAML makes a number of is refused, with the line and what to write instead."""

from datetime import time
from pathlib import Path

import pytest

from bot.settings import loaded
from finops.errors import BadConfig
from finops.people import Audience


def at(home: Path, written: str) -> time:
    (home / "config.yaml").write_text(f"audiences:\n  finance:\n    channel: C0FINANCE00\n    at: {written}\n")
    return loaded(home, {}).audiences[Audience.FINANCE].at


@pytest.mark.parametrize(("written", "read"), [('"10:00"', time(10)), ("09:05", time(9, 5)), ("'23:59'", time(23, 59))])
def test_a_time_is_taken_as_it_is_written(tmp_path: Path, written: str, read: time) -> None:
    assert at(tmp_path, written) == read


@pytest.mark.parametrize("written", ["10:00", "600", '"9"', '"24:00"', '"10:00:30"', '"10:00Z"', "[1]", "null"])
def test_anything_else_is_refused_with_its_line(tmp_path: Path, written: str) -> None:
    with pytest.raises(BadConfig, match=r'line 4: audiences\.finance\.at: write the time in quotes, like "09:00"'):
        at(tmp_path, written)
