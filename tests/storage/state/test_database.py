"""The database: opened from its address, migrated once however many start at once, and kept from prying eyes."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import Session

from finops.errors import BadConfig
from storage.database import database, reading
from storage.tables import InboxRow, Table


def test_the_migrations_make_the_tables_that_the_code_names(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_a_difference_between_tables_and_code_would_be_seen(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox ADD COLUMN surplus TEXT"))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) != []


def test_opening_twice_changes_nothing(state_url: str) -> None:
    first = database(state_url)
    with Session(first) as session, session.begin():
        session.add(InboxRow(key="kept", at=datetime.now(UTC)))
    first.dispose()
    second = database(state_url)
    with Session(second) as session:
        assert session.get(InboxRow, "kept") is not None
    second.dispose()


def test_many_threads_may_start_at_once(state_url: str) -> None:
    with ThreadPoolExecutor(6) as threads:
        engines = list(threads.map(database, [state_url] * 6))
    assert {len(inspect(engine).get_table_names()) for engine in engines} == {len(Table.metadata.tables) + 1}
    for engine in engines:
        engine.dispose()


def test_many_processes_may_start_at_once(state_url: str) -> None:
    code = "import sys; from storage.database import database; database(sys.argv[1]).dispose()"
    started = [subprocess.Popen([sys.executable, "-c", code, state_url], stderr=subprocess.PIPE) for _ in range(3)]
    assert [process.communicate(timeout=60)[1] for process in started] == [b"", b"", b""]
    assert [process.returncode for process in started] == [0, 0, 0]


def test_instants_come_back_in_utc(engine: Engine) -> None:
    at = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with Session(engine) as session, session.begin():
        session.add(InboxRow(key="k", at=at))
    with Session(engine) as session:
        row = session.get(InboxRow, "k")
    assert row is not None
    assert (row.at, row.at.utcoffset()) == (at, timedelta(0))


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "home" / "state.db"
    database(f"sqlite:///{file}").dispose()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_sqlite_syncs_every_commit_and_keeps_no_write_ahead_log(tmp_path: Path) -> None:
    engine = database(f"sqlite:///{tmp_path / 'state.db'}")
    with engine.connect() as connection:
        pragmas = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
    engine.dispose()
    assert pragmas == ["truncate", 2]


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with engine.connect() as writer:
        writer.execute(text("INSERT INTO counter VALUES ('n', 1)"))
        with reading(engine).connect() as reader:
            assert reader.execute(text("SELECT count(*) FROM counter")).scalar() == 0


@pytest.mark.parametrize(
    "url",
    [
        "rubbish",
        "mysql://somewhere/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////proc/nowhere/state.db",
        "postgresql://nobody:secret@127.0.0.1:1/none",
    ],
)
def test_an_address_that_cannot_be_used_is_said_without_its_password(url: str) -> None:
    with pytest.raises(BadConfig, match="database") as refused:
        database(url)
    assert "secret" not in str(refused.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    file.write_text("a letter to a friend, long enough to be read as a page" * 100)
    with pytest.raises(BadConfig, match="not a database"):
        database(f"sqlite:///{file}")
