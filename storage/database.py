"""The database of the state: opened from its address, SQLite or PostgreSQL, and migrated before it is handed out."""

import sqlite3
from enum import IntEnum
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from finops.errors import BadConfig
from storage.migrate import migrate

__all__ = ["Engine", "Turn", "database", "reading", "take"]

_PATIENCE = 30
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_PATIENCE * 1000}",
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)


class Turn(IntEnum):
    """What only one transaction at a time may do; the numbers are PostgreSQL's advisory locks."""

    MIGRATE = 7711001
    AUDIT = 7711002
    CLAIM = 7711003
    PUBLISH = 7711004


def database(url: str) -> Engine:
    """The engine for *url*, its tables at the newest revision; safe with several processes starting at once.
    BadConfig if the address is not understood or nothing answers there."""
    address = _address(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    try:
        with engine.begin() as connection:
            _wait_for(connection, Turn.MIGRATE)
            migrate(connection)
    except DatabaseError as error:
        engine.dispose()
        raise BadConfig(f"The database {address.render_as_string()} cannot be used: {_reason(error)}.") from error
    return engine


def reading(engine: Engine) -> Engine:
    """The same database for transactions that only read, so that on SQLite they keep no writer waiting."""
    return engine.execution_options(reading=True)


def take(session: Session, turn: Turn) -> None:
    """Wait until no other transaction has this *turn*; it is given back when the transaction ends."""
    _wait_for(session.connection(), turn)


def _wait_for(connection: Connection, turn: Turn) -> None:
    if connection.dialect.name == "postgresql":  # SQLite: every writing transaction is alone from its beginning
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": int(turn)})


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise BadConfig("The database address is not one: write sqlite:///FILE or postgresql://…") from None
    if address.drivername in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in ("sqlite", "postgresql+psycopg"):
        raise BadConfig(f"The database address begins with {address.drivername}; sqlite and postgresql are known.")
    if address.drivername == "sqlite" and address.database in (None, "", ":memory:"):
        raise BadConfig("The database address names no file; write sqlite:///FILE.")
    return address


def _sqlite(address: URL) -> Engine:
    file = Path(address.database or "")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.chmod(0o600)
    except OSError as error:
        raise BadConfig(f"The database file {file} cannot be used: {error.strerror}.") from error
    engine = create_engine(address, connect_args={"timeout": _PATIENCE})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in _PRAGMAS:
            connection.execute(pragma)


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _postgresql(address: URL) -> Engine:
    return create_engine(
        address, pool_pre_ping=True, isolation_level="READ COMMITTED", connect_args={"connect_timeout": 10}
    )


def _reason(error: DatabaseError) -> str:
    return " ".join(str(error.orig).split()).rstrip(".")
