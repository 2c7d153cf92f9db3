"""The life of an incident: only what goes on can be settled, and only as it was seen."""

from datetime import timedelta
from decimal import Decimal

import pytest

from finops.anomalies.incident import Incident, Stage, opened, resolved, settled, went_on
from finops.decision import Held, Must
from finops.detector import Sight
from finops.errors import Late
from finops.money import Money
from finops.question import Dimension
from tests.finops.fakes_ledger import DANA, ERIK, NOW, TODAY, YESTERDAY, Shelf


def usd(amount: int) -> Money:
    return Money(Decimal(amount))


def incident(stage: Stage = Stage.OPEN, expected: int = 100) -> Incident:
    return Incident("i-1", "daily_cost", Dimension.APP, "a", Sight.UP, YESTERDAY, YESTERDAY, usd(340), usd(expected),
                    usd(90), usd(110), usd(240), "support", stage, NOW)  # fmt: skip


def test_opening_is_kept_as_new_and_must_be_shown() -> None:
    decision = opened(incident(), NOW)
    assert (decision.seen_version, decision.subject) == (0, "incident/i-1")
    assert [(effect.must, effect.subject) for effect in decision.effects] == [(Must.SHOW, "incident/i-1")]
    assert (decision.entry.who, decision.entry.details["excess"]) == ("tuppence", "240")


@pytest.mark.parametrize("stage", [Stage.ACKNOWLEDGED, Stage.EXPECTED])
def test_a_person_settles_what_goes_on(stage: Stage) -> None:
    decision = settled(Held(incident(), 3), 3, stage, DANA, NOW)
    assert isinstance(decision.state, Incident)
    assert (decision.state.stage, decision.state.by, decision.entry.who) == (stage, DANA, DANA.id)


@pytest.mark.parametrize("stage", [Stage.EXPECTED, Stage.RESOLVED])
def test_what_is_over_is_not_settled_again(stage: Stage) -> None:
    with pytest.raises(Late):
        settled(Held(incident(stage), 3), 3, Stage.ACKNOWLEDGED, DANA, NOW)


def test_what_has_moved_on_since_it_was_seen_is_late() -> None:
    with pytest.raises(Late) as late:
        settled(Held(incident(), 4), 3, Stage.ACKNOWLEDGED, DANA, NOW)
    assert late.value.subject == "incident/i-1"


def test_of_two_who_acknowledge_one_is_late() -> None:
    shelf = Shelf()
    shelf.keep(opened(incident(), NOW))
    held = shelf.incident("i-1")
    shelf.keep(settled(held, 1, Stage.ACKNOWLEDGED, DANA, NOW))
    with pytest.raises(Late):
        shelf.keep(settled(held, 1, Stage.ACKNOWLEDGED, ERIK, NOW))
    with pytest.raises(Late):
        settled(shelf.incident("i-1"), 2, Stage.ACKNOWLEDGED, ERIK, NOW)


def test_planned_can_follow_acknowledged() -> None:
    decision = settled(Held(incident(Stage.ACKNOWLEDGED), 2), 2, Stage.EXPECTED, ERIK, NOW)
    assert decision.entry.what == "expected"


def test_it_keeps_its_stage_while_it_goes_on_and_whose_it_was_when_it_ends() -> None:
    held = Held(settled(Held(incident(), 1), 1, Stage.ACKNOWLEDGED, DANA, NOW).state, 2)
    later = went_on(held, TODAY, usd(500), NOW)
    over = resolved(held, TODAY, usd(500), NOW + timedelta(days=2))
    for decision, stage in ((later, Stage.ACKNOWLEDGED), (over, Stage.RESOLVED)):
        assert isinstance(decision.state, Incident)
        assert (decision.state.stage, decision.state.by) == (stage, DANA)
        assert (decision.state.last_day, decision.state.excess, decision.seen_version) == (TODAY, usd(500), 2)


def test_the_ratio_means_nothing_where_nothing_was_expected() -> None:
    assert incident().ratio == Decimal("3.4")
    assert incident(expected=0).ratio is None
