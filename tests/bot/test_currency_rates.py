"""`currency.rates` in config.yaml names a file below the home; what cannot be read stops the start by name."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings import loaded
from bot.wiring import built
from bot.words import stamped
from finops.errors import BadConfig
from finops.stamp import Finality, LedgerName, Stamp


def test_the_file_lies_below_the_home(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("company: {currency: EUR}\ncurrency: {rates: rates.csv}\n")
    (tmp_path / "rates.csv").write_text("Date,USD,\n2026-11-20,1.25,\n")
    house = built(loaded(tmp_path, {}))
    assert house.facts.exchange is not None
    assert house.facts.exchange.rate("USD", "EUR", date(2026, 11, 22)) == Decimal("0.8")
    assert house.ledger.converts


def test_a_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("currency: {rates: rates.csv}\n")
    with pytest.raises(BadConfig, match=r"currency\.rates: .*rates\.csv cannot be read"):
        built(loaded(tmp_path, {}))


def test_a_stamp_says_what_was_converted() -> None:
    stamp = Stamp(None, Finality.FINAL, LedgerName.BILLED, "EUR", converted_from=("JPY", "USD"))
    assert stamped(stamp, "UTC") == "billed · final · no data yet · EUR converted from JPY, USD"
