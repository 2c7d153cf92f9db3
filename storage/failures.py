"""What is known of the sources beside their facts: failures, whose start and end are news, and charged questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col, select

from finops.batch import Quarantined
from finops.doubt import Doubt
from finops.period import Period
from storage import counters, doubting, freshness
from storage.database import reading
from storage.tables import FailureRow
from storage.writing import added, changed

_MILLION = 1_000_000


@dataclass(frozen=True)
class Failures:
    """The failures that still go on, what is doubted, and the questions that were charged for, by source; what was
    charged, in *currency*."""

    engine: Engine
    currency: str = "USD"

    def failures(self) -> Mapping[str, str]:
        """By source: one sentence on the failure that still goes on."""
        with Session(reading(self.engine)) as session:
            rows = session.exec(select(FailureRow).order_by(col(FailureRow.source)))
            return {row.source: row.sentence for row in rows}

    def doubts(self, *, untold: bool = False) -> tuple[Doubt, ...]:
        """What is not believed yet; only what was not told yet if *untold*."""
        return doubting.doubts(self.engine, untold=untold)

    def quarantined(self) -> Mapping[str, tuple[Quarantined, ...]]:
        """The first rows held back of the newest deliveries, by source."""
        return freshness.examples(self.engine)

    def heard(self, source: str) -> None:
        """Remember that the operators know what is doubted of *source*."""
        doubting.heard(self.engine, source)

    def failed(self, source: str, sentence: str, now: datetime) -> bool:
        """Remember that *source* fails; True when that is news: it worked before, or it now says something else."""
        other = (col(FailureRow.source) == source, col(FailureRow.sentence) != sentence)
        with Session(self.engine) as session, session.begin():
            if added(session, FailureRow, source=source, sentence=sentence, since=now):
                return True
            return changed(session, update(FailureRow).where(*other).values(sentence=sentence)) == 1

    def recovered(self, source: str) -> bool:
        """Remember that *source* works; True when that is news."""
        mine = delete(FailureRow).where(col(FailureRow.source) == source)
        with Session(self.engine) as session, session.begin():
            return changed(session, mine) == 1

    def asked(self, source: str, questions: int, now: datetime, cost: Decimal | None = None) -> None:
        """Count *questions* that *source* charges for, and their *cost*, to a millionth of the currency, if it is
        known."""
        counters.grown(self.engine, f"{_month(now)}{source}", questions)
        if cost:
            counters.grown(self.engine, f"{self._charged}{now.astimezone(UTC).date()}/{source}", round(cost * _MILLION))

    def questions(self, now: datetime) -> Mapping[str, int]:
        """By source that charges for them: how many questions it was asked in this month (UTC)."""
        return counters.counted(self.engine, _month(now))

    def charged(self, period: Period) -> Mapping[date, Decimal]:
        """What questions cost on the days (UTC) of *period*, all sources together; in the reporting currency."""
        found: dict[date, Decimal] = {}
        for name, millionths in counters.counted(self.engine, self._charged).items():
            day = date.fromisoformat(name.partition("/")[0])
            if day in period:
                found[day] = found.get(day, Decimal(0)) + Decimal(millionths) / _MILLION
        return found

    @property
    def _charged(self) -> str:
        return f"charged/{self.currency}/"


def _month(now: datetime) -> str:
    return f"asked/{now.astimezone(UTC):%Y-%m}/"
