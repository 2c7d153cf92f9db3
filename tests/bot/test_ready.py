"""A running bot looks up what is known before anybody asks, so that nobody waits for it after a delivery."""

from finops.question import Known
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


def test_what_is_known_is_looked_up_before_anybody_asks(office: Office) -> None:
    [bot] = office.bots
    key, shelf = ("known", False, (), office.clock().date()), bot.house.ledger.shelf
    assert not looked_up(shelf, key)
    bot.links.close()
    bot.start()
    until(lambda: looked_up(shelf, key), "what is known")
    bot.stop()
