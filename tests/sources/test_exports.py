"""Which month the files of a bucket are, by the names of their folders."""

from datetime import UTC, date, datetime

import pytest

from finops.errors import SourceChanged
from sources._exports import by_folder
from web.buckets import Stored

NOVEMBER = date(2026, 11, 1)


def stored(path: str) -> Stored:
    return Stored(path, 1, "e", datetime(2026, 11, 25, tzinfo=UTC))


@pytest.mark.parametrize(
    "folder",
    ["billing_period=2026-11", "2026-11", "202611", "2026/11", "year=2026/month=11", "20261101-20261130", "20261101",
     "BILLING_PERIOD=2026-11-01", "x/2026-11/run-7", "run-2025-10-x/2026-11", "data/period=202611/2025"],
)  # fmt: skip
def test_a_folder_is_named_after_a_month_in_many_ways(folder: str) -> None:
    files = tuple(stored(f"{folder}/{name}") for name in ("1.csv", "2.CSV.gz", "3.parquet"))
    others = (stored(f"{folder}/readme.txt"), stored("2026-10/a.csv"))
    assert by_folder((*others, *files), [NOVEMBER]) == {NOVEMBER: files}


@pytest.mark.parametrize("path", ["all.csv", "date=2026-11-03/a.csv", "20261103/a.csv", "2026-13/a.csv", "2026-11.csv"])
def test_a_file_of_no_month_is_told_by_name(path: str) -> None:
    with pytest.raises(SourceChanged, match=f"costs/{path} lies in no folder of a billing month"):
        by_folder([stored(f"costs/{path}")], [NOVEMBER])
