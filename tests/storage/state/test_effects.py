"""Effects: claimed by one, kept while they are worked on, parked when nothing helps; the same on either database."""

from datetime import UTC, datetime, timedelta

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from finops.decision import Effect, Must
from storage import migrate
from storage.database import database
from storage.effects import LEASE, Effects

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SHOW, LIMIT = Effect(Must.SHOW, "request/n1"), Effect(Must.LIMIT, "budget/search")


def test_only_what_is_asked_for_is_claimed(engine: Engine) -> None:
    effects = Effects(engine)
    effects.require(LIMIT)
    assert effects.claimed(NOW, (Must.SHOW, Must.DIGEST)) is None
    assert effects.claimed(NOW, (Must.LIMIT,)) is not None


def test_a_lease_that_is_renewed_keeps_others_away_and_one_that_is_not_ends(engine: Engine) -> None:
    effects, last = Effects(engine), LEASE - timedelta(seconds=1)
    effects.require(SHOW)
    claim = effects.claimed(NOW)
    assert claim is not None
    assert effects.renewed(claim, NOW + last)
    assert effects.claimed(NOW + 2 * last) is None
    assert effects.claimed(NOW + 3 * last) is not None
    assert not effects.renewed(claim, NOW + 3 * last)


def test_what_is_parked_is_kept_and_counted_and_not_tried_until_it_is_revived(engine: Engine) -> None:
    effects = Effects(engine)
    effects.require(SHOW)
    claim = effects.claimed(NOW)
    assert claim is not None
    assert effects.park(claim, NOW, Effect(Must.TELL, "It is given up."))
    assert (effects.waiting(), effects.parked()) == (1, 1)
    told = effects.claimed(NOW + timedelta(days=9))
    assert told is not None
    assert told.effect == Effect(Must.TELL, "It is given up.")
    assert effects.claimed(NOW + timedelta(days=9)) is None
    assert effects.revive() == 1
    again = effects.claimed(NOW + timedelta(days=9))
    assert again is not None
    assert (again.effect, again.attempts) == (SHOW, 1)


def test_what_became_true_by_a_later_effect_is_not_parked_any_more(engine: Engine) -> None:
    effects = Effects(engine)
    for effect in (SHOW, Effect(Must.SHOW, "request/n2")):
        effects.require(effect)
        claim = effects.claimed(NOW)
        assert claim is not None
        effects.park(claim, NOW, None)
    effects.require(SHOW)
    later = effects.claimed(NOW)
    assert later is not None
    assert effects.done(later)
    assert effects.parked() == 1


def test_effects_of_the_first_revision_are_still_to_be_made_true(state_url: str) -> None:
    engine, config = create_engine(state_url), Config()
    config.set_main_option("script_location", str(migrate._FOLDER).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO effect (must, subject, fence, attempts) VALUES ('show', 'a/b', 0, 7)"))
        connection.execute(text("INSERT INTO chart_file (sha, file_id) VALUES ('s', 'F1')"))
    engine.dispose()
    newest = database(state_url)
    claim = Effects(newest).claimed(NOW)
    assert claim is not None
    assert (claim.effect, claim.attempts) == (Effect(Must.SHOW, "a/b"), 8)
    with newest.connect() as connection:
        assert connection.execute(text("SELECT file_id, at FROM chart_file")).all() == [("F1", None)]
    newest.dispose()
