"""The past: what was known earlier, and when an audience was last told."""

from dataclasses import dataclass
from datetime import date, datetime

from finops.people import Audience
from finops.question import Ledger
from storage.due import Due
from storage.ledger import StoredLedger


@dataclass(frozen=True)
class StoredPast:
    """The port Past, of what *ledger* holds; digests are those that became due by the clock."""

    ledger: StoredLedger

    def as_of(self, moment: datetime) -> Ledger:
        """The ledger as it was at *moment*, of the last thirty days."""
        return self.ledger.as_of(moment)

    def told(self, audience: Audience, before: date) -> datetime | None:
        """When the last digest of *audience* became due on a date *before* that one."""
        return Due(self.ledger.shelf.engine).last(f"digest/{audience}", before)
