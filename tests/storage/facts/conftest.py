"""A fresh home with facts to publish into and a ledger to ask."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from finops.batch import Batch, Delivery
from finops.normalise import Owners
from finops.prices import Prices
from sources._prices import PriceLists
from storage.database import database
from storage.facts import Facts
from storage.ledger import StoredLedger
from storage.shelf import Shelf

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class House:
    """Facts and the ledger over them, in one folder."""

    def __init__(self, home: Path, prices: Prices | None = None) -> None:
        self.home = home
        engine = database(f"sqlite:///{home}/state.sqlite")
        self.facts = Facts(home, engine, b"k" * 32, prices or PriceLists(), Owners())
        self.ledger = StoredLedger(Shelf(home, engine), "USD", lambda: NOW)

    def publish(self, batch: Batch, *, strict: bool = False) -> Delivery:
        return self.facts.publish(batch, NOW, strict)


def every_fact(home: Path) -> str:
    """All that the files of facts in *home* hold, as text: rows, sums, hours and what else lies beside them."""
    with duckdb.connect() as db:
        files = sorted(file for file in (home / "facts").iterdir() if file.is_file())
        return "".join(str(db.execute(f"FROM read_parquet('{file}')").fetchall()) for file in files)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)
