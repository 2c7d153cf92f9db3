"""The folder of FOCUS files: what lies there is read exactly, and nothing while one of its files is being written."""

import gzip
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.errors import SourceAway, SourceChanged, SourceRefused
from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources.focus_files import FocusFiles
from tests.storage.facts.conftest import House

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
HEADER = ("ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,EffectiveCost,"
          "BillingCurrency")  # fmt: skip


def bill(*costs: str) -> str:
    rows = [f"2026-11-0{n}T00:00:00Z,AWS,123,Bedrock,Usage,{cost},{cost},USD" for n, cost in enumerate(costs, 1)]
    return "\n".join([HEADER, *rows, ""])


class Folder:
    """A folder beside a house that reads it."""

    def __init__(self, home: Path) -> None:
        self.house, self.path, self.pages = House(home), home / "exports", home / "pages"
        self.path.mkdir()

    def read(self, glob: str = "**/*.csv*") -> int:
        source = FocusFiles(path=self.path, glob=glob)
        return sum(self.house.publish(batch).kept for batch in source.fetch(source.web(), NOVEMBER, self.pages))

    @property
    def cost(self) -> dict[str, Decimal]:
        asked = Question((Measure.COST,), NOVEMBER, by=(Dimension.ACCOUNT,))
        return {row.name: row.values[Measure.COST] for row in self.house.ledger.answer(asked).rows}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_the_files_of_a_folder_and_below_it_are_one_delivery_exact_to_the_digit(folder: Folder) -> None:
    (folder.path / "a.csv").write_text(bill("0.000000000000000001", "1.1"))
    (folder.path / "below").mkdir()
    (folder.path / "below" / "b.csv.gz").write_bytes(gzip.compress(bill("12345678.9").encode()))
    assert [folder.read(), folder.read()] == [3, 3]
    assert folder.cost == {"123": Decimal("12345680.000000000000000001")}
    assert folder.house.ledger.freshness()[0].feed == "focus_files/AWS/123"


def test_a_file_that_replaces_its_older_one_restates_it(folder: Folder) -> None:
    for cost in ("5", "7.25"):
        (folder.path / "november.csv").write_text(bill(cost))
        folder.read()
    assert folder.cost == {"123": Decimal("7.25")}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("b.csv", lambda: bill("2").encode()[:-6]),
        ("b.csv", bytes),
        ("b.csv.gz", lambda: gzip.compress(bill("2").encode())[:-9]),
        ("b.parquet", lambda: b"PAR1 half"),
    ],
    ids=["cut", "empty", "half packed", "parquet without its end"],
)
def test_while_a_file_has_no_end_nothing_is_read_and_later_all(
    folder: Folder, name: str, written: Callable[[], bytes]
) -> None:
    (folder.path / "a.csv").write_text(bill("1"))
    folder.read()
    (folder.path / "a.csv").write_text(bill("3"))
    (folder.path / name).write_bytes(written())
    with pytest.raises(SourceAway, match=name):
        folder.read("*")
    assert folder.cost == {"123": Decimal(1)}
    (folder.path / name).unlink()
    folder.read("*")
    assert folder.cost == {"123": Decimal(3)}


def test_an_empty_folder_says_nothing_and_one_that_is_not_there_is_told(folder: Folder) -> None:
    assert folder.read() == 0
    folder.path.rmdir()
    with pytest.raises(SourceRefused, match="exports is no folder"):
        folder.read()


def test_a_pattern_that_leaves_the_folder_and_formats_that_mix_are_told(folder: Folder) -> None:
    with pytest.raises(SourceRefused, match="no pattern"):
        folder.read("/etc/*")
    (folder.path / "a.csv").write_text(bill("1"))
    (folder.path / "b.parquet").write_bytes(b"PAR1 PAR1")
    with pytest.raises(SourceChanged, match="no one delivery"):
        folder.read("*")
