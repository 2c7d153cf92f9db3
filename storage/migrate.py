"""Migrations: the steps that bring the tables to the newest revision."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

_FOLDER = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Bring the database behind *connection* to the newest revision, inside the transaction it is in."""
    if _revision(connection) == _newest():
        return
    from alembic import command  # takes half a second, and nearly always there is nothing to do
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str:
    """The revision of the tables; empty if there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    rows = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return str(rows[0]) if len(rows) == 1 else ""


def _newest() -> str:
    """The newest revision: steps are numbered, and each is called as its file."""
    return max(file.stem for file in (_FOLDER / "versions").glob("[0-9]*.py"))
