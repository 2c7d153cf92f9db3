"""Numbers given out one after the other; two who ask at the same time never get the same."""

from sqlalchemy import Engine, update
from sqlmodel import Session, col

from storage.tables import Counter
from storage.writing import added


def following(engine: Engine, name: str) -> int:
    """The next number under *name*, beginning with 1; it is used up even if nothing comes of it."""
    step = update(Counter).where(col(Counter.name) == name).values(value=col(Counter.value) + 1)
    with Session(engine) as session, session.begin():
        added(session, Counter, name=name, value=0)
        return session.connection().execute(step.returning(col(Counter.value))).scalar_one()
