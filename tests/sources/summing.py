"""What the ledger sums up of a recording, as plain texts."""

from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from tests.storage.facts.conftest import House


def sums(house: House, period: Period, measure: Measure, *by: Dimension, ledger: LedgerName) -> dict[str, str]:
    """The sums of *measure* by the names of what they are cut by."""
    rows = house.ledger.answer(Question((measure,), period, by=by, ledger=ledger)).rows
    return {row.name: format(row.values[measure].normalize(), "f") for row in rows}
