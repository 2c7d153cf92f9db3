"""What budgets and incidents keep is filtered as facts are: a star is any letters, all else is itself."""

from datetime import date
from typing import Any

import pytest

from finops.merits.kept import Asked, Keeper, Told
from finops.period import Period
from finops.question import Dimension, Filter, Measure, Question

TEAMS = ("ops [eu]", "ops e", "search?", "searchx")
PERIOD = Period(date(2026, 11, 1), date(2026, 11, 2))
NOBODY: Any = None


@pytest.mark.parametrize(("said", "kept"), [
    ("ops [eu]", {"ops [eu]"}), ("OPS*", {"ops [eu]", "ops e"}), ("search?", {"search?"}), ("*x", {"searchx"}),
])  # fmt: skip
def test_a_name_with_brackets_or_a_question_mark_is_itself(said: str, kept: set[str]) -> None:
    keeper = Keeper(frozenset(), (Dimension.TEAM,),
                    lambda asked: (Told({Dimension.TEAM: team}, None, {}) for team in TEAMS))  # fmt: skip
    for negated, expected in ((False, kept), (True, {*TEAMS} - kept)):
        asked = Question((Measure.COST,), PERIOD, where=(Filter(Dimension.TEAM, (said,), negated),))
        assert {each.labels[Dimension.TEAM] for each in keeper.passing(Asked(NOBODY, asked, None))} == expected
