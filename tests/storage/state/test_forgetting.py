"""What the database forgets: what came in, was due, was drawn or shown long ago; never what still goes on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine, text

from finops.budgets.approval import Change, Seen, approve, deny, propose
from finops.money import Money
from finops.people import Member, People, Role
from storage.book import StoredBook
from storage.chart_files import ChartFiles
from storage.due import Due
from storage.inbox import Inbox
from storage.places import Places
from storage.states import States
from storage.sweeping import Sweeping

NOW, DAY = datetime(2026, 11, 24, 9, tzinfo=UTC), timedelta(days=1)
ERIK, FIONA = Member("U1", "Erik"), Member("U2", "Fiona")
PEOPLE = People({FIONA.id: frozenset({Role.APPROVER})})
SOME = Money(Decimal(4000))
SEEN = Seen(SOME, SOME, SOME, NOW)


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() or 0)


def test_what_came_in_was_due_or_was_drawn_long_ago_is_forgotten(engine: Engine, tmp_path: Path) -> None:
    sweeping = Sweeping(tmp_path, engine)
    Inbox(engine).first("press/1", NOW)
    Due(engine).taken("collect/openai/09", NOW.date(), NOW)
    ChartFiles(engine).keep("sha", "F1")
    assert not any(sweeping.swept(NOW + DAY).values())
    found = sweeping.swept(NOW + 32 * DAY)
    assert {name for name, number in found.items() if number} == {"inbox", "due", "charts"}
    assert [count(engine, table) for table in ("inbox", "due", "chart_file")] == [0, 0, 0]


def test_messages_of_what_is_over_for_long_are_forgotten_and_those_of_what_goes_on_are_not(
    engine: Engine, tmp_path: Path
) -> None:
    book, places, states = StoredBook(engine, b"k" * 32), Places(engine), States(engine)
    for id in ("n1", "n2", "n3", "n4"):
        book.keep(propose(id, Change("search", SOME, SOME, "why"), ERIK, NOW, SEEN))
    book.keep(deny(states.request("n1"), 1, FIONA, PEOPLE, NOW, "no"))
    book.keep(approve(states.request("n2"), 1, FIONA, PEOPLE, NOW, SEEN))
    book.keep(deny(states.request("n4"), 1, FIONA, PEOPLE, NOW + DAY, "no"))
    subjects = [f"request/{id}" for id in ("n1", "n2", "n3", "n4")] + ["digest/finance/2026-11-24"]
    for subject in subjects:
        places.remember(subject, "C1", f"{NOW.timestamp():.6f}", "finance")
    sweeping = Sweeping(tmp_path, engine)
    assert sweeping.swept(NOW + 90 * DAY)["places"] == 0
    assert sweeping.swept(NOW + 90.5 * DAY)["places"] == 2
    assert [subject for subject in subjects if places.of(subject)] == ["request/n2", "request/n3", "request/n4"]
