"""What is larger than the memory it is taken in with, and files of which hardly a row can be kept."""

import gzip
from pathlib import Path

import pytest

from finops.errors import BadFile
from sources.requests import Requests
from storage.workbench import workbench
from tests.storage.facts.conftest import House

HEADER = "request_id,ts_start,team,provider,model,input_tokens,output_tokens,tags\n"


def log(file: Path, rows: int, tokens: str) -> Path:
    """A log of *rows* calls, each with tags of its own."""
    with gzip.open(file, "wt", compresslevel=1) as lines:
        lines.write(HEADER)
        for n in range(rows):
            tags = f'"{{""session"": ""{n}""}}"'
            lines.write(f"r{n},2026-10-{1 + n % 28:02d}T10:00:00Z,search,openai,gpt-4o,{tokens},1,{tags}\n")
    return file


def test_what_its_memory_does_not_hold_lies_beside_until_it_is_done(tmp_path: Path) -> None:
    with workbench(tmp_path, "64MB") as db:
        db.execute("CREATE TEMP TABLE calls AS SELECT n, lpad(n::VARCHAR, 100, 'x') AS tags FROM range(2_000_000) t(n)")
        assert db.execute("SELECT count(DISTINCT tags) FROM calls").fetchall() == [(2_000_000,)]
        assert any(tmp_path.rglob("*.tmp"))
    assert list((tmp_path / "pages").iterdir()) == []


def test_where_hardly_a_row_can_be_kept_the_file_is_refused_with_the_first(house: House, tmp_path: Path) -> None:
    file = log(tmp_path / "calls.csv.gz", 250_000, "-3")
    with pytest.raises(BadFile, match=r"250,000 rows or more .*the first is row 1, input_tokens: is below"):
        house.publish(Requests().batch((file,)))
