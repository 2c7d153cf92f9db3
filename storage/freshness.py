"""How many rows are held back, by source, and the first of them."""

from itertools import groupby

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from finops.batch import Quarantined
from storage.database import reading
from storage.tables import QuarantineRow

_SHOWN = 5


def held_back(engine: Engine) -> dict[str, int]:
    """The number of rows in quarantine by the source that delivered them."""
    with Session(reading(engine)) as session:
        counted = select(QuarantineRow.feed, func.count()).group_by(QuarantineRow.feed)
        return dict(session.exec(counted).all())


def examples(engine: Engine) -> dict[str, tuple[Quarantined, ...]]:
    """The first rows in quarantine of the newest deliveries, by source; a few each."""
    place = func.row_number().over(partition_by=col(QuarantineRow.feed),
                                   order_by=(col(QuarantineRow.run).desc(), col(QuarantineRow.id)))  # fmt: skip
    numbered = select(QuarantineRow.id, place.label("place")).subquery()
    first = select(QuarantineRow).join(numbered, numbered.c.id == QuarantineRow.id).where(numbered.c.place <= _SHOWN)
    with Session(reading(engine)) as session:
        rows = session.exec(first.order_by(col(QuarantineRow.feed), numbered.c.place))
        return {feed: tuple(Quarantined(row.file, row.row, row.field, row.reason) for row in group)
                for feed, group in groupby(rows, key=lambda row: row.feed)}  # fmt: skip
