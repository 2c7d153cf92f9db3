"""Numbers given out one after the other, two who ask at the same time never get the same; and counts that grow."""

from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from storage.database import reading
from storage.tables import Counter
from storage.writing import added


def following(engine: Engine, name: str) -> int:
    """The next number under *name*, beginning with 1; it is used up even if nothing comes of it."""
    step = update(Counter).where(col(Counter.name) == name).values(value=col(Counter.value) + 1)
    with Session(engine) as session, session.begin():
        added(session, Counter, name=name, value=0)
        return session.connection().execute(step.returning(col(Counter.value))).scalar_one()


def grown(engine: Engine, name: str, by: int) -> None:
    """What was counted under *name* has grown."""
    with Session(engine) as session, session.begin():
        added(session, Counter, name=name, value=0)
        step = update(Counter).where(col(Counter.name) == name).values(value=col(Counter.value) + by)
        session.connection().execute(step)


def counted(engine: Engine, begins: str) -> dict[str, int]:
    """What was counted under all names that begin with *begins*, by the rest of the name."""
    with Session(reading(engine)) as session:
        rows = session.exec(select(Counter).where(col(Counter.name).startswith(begins, autoescape=True))).all()
        return {row.name.removeprefix(begins): row.value for row in rows}
