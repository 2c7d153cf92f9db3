"""What tests of several rooms share: a PostgreSQL of their own, and a fresh database of either kind for each test."""

import itertools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, make_url, text

from storage.database import database
from tests.children import ending

_NUMBERS = itertools.count(1)
settings.register_profile("short", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thousand", max_examples=1000, deadline=None, suppress_health_check=[*HealthCheck])
settings.load_profile("short")  # each run draws others, so the suite stays short; a busy machine is no defect


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL that lives as long as the session; where none can start, the tests are skipped."""
    folder = tempfile.mkdtemp(prefix="tuppence-postgres-")
    program = [sys.executable, str(Path(__file__).parent / "postgres.py"), f"{folder}/cluster"]
    with ending(subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)) as server:
        assert server.stdin
        assert server.stdout
        address = server.stdout.readline().strip()
        if not address:
            pytest.skip("NO POSTGRESQL COULD BE STARTED: the state is tested on SQLite only")
        yield address.replace("postgresql://", "postgresql+psycopg://")
        server.stdin.close()
        server.wait(60)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    address, schema = make_url(request.getfixturevalue("postgres_url")), f"test_{next(_NUMBERS)}"
    outside = create_engine(address)
    with outside.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    outside.dispose()
    return address.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)


@pytest.fixture
def engine(state_url: str) -> Iterator[Engine]:
    """A fresh database with its tables, of each kind in turn."""
    opened = database(state_url)
    yield opened
    opened.dispose()
