"""A running bot looks up what is known before anybody asks, so that nobody waits for it after a delivery."""

from datetime import date, timedelta
from pathlib import Path

from finops.period import Period
from finops.question import Known
from sources.drivers import Drivers
from storage.shelf import Shelf
from tests.bot.office import Office, until


def looked_up(shelf: Shelf, key: tuple[object, ...]) -> bool:
    """Whether the answer to *key* is remembered already."""

    def none() -> Known:
        raise LookupError(key)

    try:
        shelf.opened().remembered(key, none)
    except LookupError:
        return False
    return True


def key_of(shelf: Shelf, today: date) -> tuple[object, ...]:
    """Under which the names of late are remembered."""
    files = shelf.opened().manifest.summed
    end = max(files[0].day, min(files[-1].day, today)) + timedelta(days=1)
    return "known", Period(max(files[0].day, end - timedelta(days=90)), end), ()


def test_what_is_known_is_looked_up_before_anybody_asks(office: Office, tmp_path: Path) -> None:
    [bot] = office.bots
    today = office.clock().date()
    (tmp_path / "drivers.csv").write_text(f"date,app,driver,count,team\n{today},ranker,orders,12,search\n")
    bot.house.facts.publish(Drivers().batch((tmp_path / "drivers.csv",)), office.clock())
    shelf = bot.house.ledger.shelf
    key = key_of(shelf, today)
    assert not looked_up(shelf, key)
    bot.links.close()
    bot.start()
    until(lambda: looked_up(shelf, key), "what is known")
    bot.stop()
