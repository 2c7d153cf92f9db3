"""Writing single rows so that several who write at once cannot harm each other."""

from typing import Any

from sqlalchemy import Delete, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from storage.tables import Table


def added(session: Session, table: type[Table], **values: Any) -> bool:
    """Whether the row was new; of several who add the same primary key, one does."""
    return changed(session, _insert(session, table).values(values).on_conflict_do_nothing()) == 1


def put(session: Session, table: type[Table], keys: tuple[str, ...], **values: Any) -> None:
    """The row under its *keys* has these *values* from now on, whether or not it was there."""
    rest = {name: value for name, value in values.items() if name not in keys}
    insert = _insert(session, table).values(values)
    changed(session, insert.on_conflict_do_update(index_elements=list(keys), set_=rest))


def changed(session: Session, statement: Update | Delete | sqlite.Insert | postgresql.Insert) -> int:
    """How many rows *statement* wrote or removed."""
    counting = {"preserve_rowcount": True}  # else PostgreSQL's driver does not count what was inserted
    return session.connection().execute(statement, execution_options=counting).rowcount


def _insert(session: Session, table: type[Table]) -> sqlite.Insert | postgresql.Insert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
