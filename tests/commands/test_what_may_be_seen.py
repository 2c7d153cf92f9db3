"""Whoever may see one team only is answered as if there were no other, and so are their decisions."""

import pytest

from bot import home
from bot.plain import plain
from bot.wiring import House
from finops.budgets.approval import Approved
from finops.errors import FinopsError, Unclear
from finops.people import Place
from finops.report import Choices, Report
from tests.commands.conftest import DANA, FINANCE, FIONA, NOW, RAJ

ANYWHERE = Place("D0")


def told(report: Report) -> str:
    labels = [each.label for part in report.parts if isinstance(part, Choices) for each in part.options]
    return plain(report, "UTC") + " ".join(labels)


@pytest.mark.parametrize(
    "line",
    ["budget", "anomalies", "sources", "cost by team mtd", "cost by day mtd", "tokens by key last 7d",
     "digest finance", "digest engineering", "digest security", "kpi cost_per_million_tokens by team"],
)  # fmt: skip
def test_no_answer_names_what_the_asker_may_not_see(company: House, line: str) -> None:
    mine = told(company.asking().typed(line, DANA, ANYWHERE))
    assert "search" not in mine
    assert "This covers support only" in mine


def test_the_home_shows_ones_own_budgets_requests_and_incidents(company: House) -> None:
    shown = told(home.report(company.asking().ask(DANA, ANYWHERE)))
    assert "search" not in shown
    assert "1 budgets, 1 waiting for a decision, 1 unusual" in shown
    assert "2 budgets, 2 waiting" in told(home.report(company.asking().ask(FIONA, ANYWHERE)))


def test_a_feed_counts_the_rows_of_ones_own_team_only(company: House) -> None:
    (whole,), (mine,) = (company.desk_for(who, ANYWHERE).ledger.freshness() for who in (FIONA, DANA))
    assert (mine.rows, whole.rows) == (23, 46)


@pytest.mark.parametrize(
    ("hidden", "absent"),
    [("budget search", "budget nowhere"), ("request search 6k why not", "request nowhere 6k why not"),
     ("approve n1", "approve n9"), ("approve n1 seen:1", "approve n9 seen:1"), ("deny n1 seen:1 no need", "deny n9"),
     ("anomalies i-20261120-search-app", "anomalies i-20261120-nothing"),
     ("anomalies i-20261120-search-app acknowledge 1", "anomalies i-20261120-nothing")],
)  # fmt: skip
def test_what_is_hidden_is_answered_like_what_does_not_exist(company: House, hidden: str, absent: str) -> None:
    assert refused(company, hidden) == refused(company, absent)


def refused(company: House, line: str) -> tuple[str, str]:
    with pytest.raises(Unclear) as told:
        company.asking().typed(line, DANA, ANYWHERE)
    named = {"search": "X", "nowhere": "X", "n1.": "n9.", "i-20261120-X-app": "Y", "i-20261120-nothing": "Y"}
    text = str(told.value)
    for word, other in named.items():
        text = text.replace(word, other)
    return text, told.value.example


def test_who_sees_one_team_decides_on_its_requests_by_the_same_facts_as_everybody(house: House) -> None:
    mine, whole = (house.desk_for(who, ANYWHERE).facts("support", NOW) for who in (DANA, FIONA))
    assert mine == whole
    assert mine.spent.amount == 23 * 40
    house.asking().typed("approve n2 seen:1", DANA, ANYWHERE)
    state = house.states.request("n2").state
    assert isinstance(state, Approved)
    assert state.by.id == DANA.id


def test_a_request_waits_for_those_only_who_may_see_its_team(house: House) -> None:
    waiting = {team: house.asking().typed(f"request {team} 6k more tests", FIONA, ANYWHERE) for team in
               ("search", "support")}  # fmt: skip
    assert {team: DANA in report.verdict for team, report in waiting.items()} == {"search": False, "support": True}
    assert RAJ in waiting["search"].verdict


def test_an_answer_that_covers_some_teams_is_for_its_asker_alone(company: House) -> None:
    assert company.asking().typed("cost mtd", DANA, FINANCE).private
    assert not company.asking().typed("cost mtd", FIONA, FINANCE).private


def test_a_form_offers_ones_own_teams(company: House) -> None:
    asking = company.asking()
    known, values = asking.read("request")
    opens = known.form(values)
    assert opens
    assert asking.form(opens, known, values, DANA, ANYWHERE).blanks[0].options == ("support",)


def test_a_name_with_a_line_below_it_is_no_command(company: House) -> None:
    for line in ("cost_", "help_", "help__"):
        with pytest.raises(FinopsError, match="I don't know"):
            company.asking().typed(line, FIONA, ANYWHERE)
