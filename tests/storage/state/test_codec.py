"""States as text and back, and those that an older version of ours wrote."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from finops.anomalies.incident import Incident, Stage
from finops.detector import Sight
from finops.money import Money
from finops.question import Dimension
from finops.stamp import LedgerName
from storage import codec

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
USD = Money(Decimal("0.100000001"))
DAY = date(2026, 11, 23)
SEEN = Incident("i-1", "daily_cost", Dimension.APP, "a", Sight.UP, DAY, DAY, USD, USD, USD, USD, USD, "support",
                Stage.OPEN, NOW, ledger=LedgerName.METERED, doubled=DAY, again=(DAY,))  # fmt: skip


def test_an_incident_comes_back_as_it_was_kept() -> None:
    assert codec.state("open", codec.body(SEEN)) == SEEN


def test_an_incident_that_was_kept_without_its_ledger_is_of_the_billed_one() -> None:
    older = {name: value for name, value in json.loads(codec.body(SEEN)).items()
             if name not in ("ledger", "doubled", "again")}  # fmt: skip
    found = codec.incident("open", json.dumps(older))
    assert (found.ledger, found.doubled, found.again) == (LedgerName.BILLED, None, ())
