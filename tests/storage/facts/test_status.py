"""Whether AI requests went well or failed is kept, and what failed is summed beside a hand-written computation."""

import csv
import gzip
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.kpis.error_cost_share import error_cost_share
from finops.period import Period
from finops.question import Dimension, Measure, Question, Values
from finops.stamp import LedgerName
from sources.requests import Requests
from tests.storage.facts.conftest import House
from tests.storage.facts.test_earlier_files import as_before, earlier_requests

SEED = Path(__file__).parents[4] / "shared/data/synthetic/seed11/requests.csv.gz"
YEARS = Period(date(2024, 1, 1), date(2027, 1, 1))
ASKED = Question((Measure.TOKEN_COST, Measure.REQUESTS), YEARS, by=(Dimension.STATUS,), ledger=LedgerName.METERED)
HEAD = "request_id,ts_start,provider,model,input_tokens,output_tokens,status,error_type,spend_usd\n"
CALLS = {"success,": "5", "failure,timeout": "2", "OK,": "1", ",timeout": "0.5", ",": "1", "pending,": "0.25",
         "DEFAULT,": "0.125", "UNSET,": "0.125"}  # fmt: skip


def written(folder: Path, calls: dict[str, str]) -> Path:
    """A log with one AI request for each of *calls*: its status and error, and its cost."""
    file = folder / "calls.csv"
    lines = (f"c{n},2026-11-02T10:00:00Z,acme,m-1,10,5,{said},{cost}\n" for n, (said, cost) in enumerate(calls.items()))
    file.write_text(HEAD + "".join(lines))
    return file


def by_status(house: House, measure: Measure = Measure.TOKEN_COST, asked: Question = ASKED) -> dict[str, Decimal]:
    return {row.key[Dimension.STATUS]: row.values[measure] for row in house.ledger.answer(asked).rows}


def share(costs: dict[str, Decimal]) -> Decimal | None:
    """The KPI of *costs* by status."""
    failed, well = costs.get("error", Decimal(0)), costs.get("ok", Decimal(0))
    sums: Values = {"failed": failed, "told": failed + well, "every": sum(costs.values(), Decimal(0))}
    return error_cost_share.of(sums)


def test_a_status_that_says_neither_is_unknown_never_ok(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((written(tmp_path, CALLS),)))
    assert by_status(house) == {"ok": 6, "error": Decimal("2.5"), "": Decimal("1.5")}
    assert by_status(house, Measure.REQUESTS) == {"ok": 2, "error": 2, "": 4}
    assert share(by_status(house)) == 25


def test_where_no_source_tells_a_status_there_is_no_share(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((written(tmp_path, {",": "3", "UNSET,": "1"}),)))
    assert by_status(house) == {"": 4}
    assert share(by_status(house)) is None


NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))


def test_files_of_an_earlier_version_say_a_status_and_those_before_it_none(house: House) -> None:
    earlier_requests(house)
    asked = replace(ASKED, period=NOVEMBER)
    assert by_status(house, asked=asked) == {"ok": 6, "error": Decimal("2.5"), "": Decimal("1.5")}
    as_before(house)
    assert by_status(House(house.home), asked=asked) == {"": 10}


@pytest.mark.skipif(not SEED.exists(), reason="the made-up company is not here")
def test_a_large_log_comes_to_what_is_counted_by_hand(house: House) -> None:
    with gzip.open(SEED, "rt") as lines:
        rows = {row["request_id"]: row for row in csv.DictReader(lines)}
    calls: dict[str, int] = defaultdict(int)
    told: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows.values():
        said = {"success": "ok", "failure": "error"}.get(row["status"], "error" if row["error_type"] else "")
        calls[said] += 1
        told[said] += Decimal(row["spend_usd"] or 0)
    house.publish(Requests().batch((SEED,)))
    assert by_status(house, Measure.REQUESTS) == calls
    found, by_hand = share(by_status(house)), share(told)
    assert found == pytest.approx(by_hand, rel=Decimal("0.02"))
