"""How many rows are held back, by source."""

from sqlalchemy import Engine
from sqlmodel import Session, func, select

from storage.database import reading
from storage.tables import QuarantineRow


def held_back(engine: Engine) -> dict[str, int]:
    """The number of rows in quarantine by the source that delivered them."""
    with Session(reading(engine)) as session:
        counted = select(QuarantineRow.feed, func.count()).group_by(QuarantineRow.feed)
        return dict(session.exec(counted).all())
