"""The App Home and what is pressed in it: answers open in a modal, a card decides from there."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from bot import home
from finops.anomalies.incident import Incident, Stage, opened
from finops.budgets.approval import Approved, Denied, Proposed
from finops.budgets.budget import Budget
from finops.desk import Ask
from finops.detector import Sight
from finops.money import Money
from finops.people import Member, Place
from finops.question import Dimension
from finops.report import Progress
from tests.bot.office import DANA, ERIK, FIONA, GUS, NEW, RAJ, Office, button, until
from tests.finops.fakes_ledger import NOW, YESTERDAY, Shelf, desk, fact


def look(office: Office, who: str, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The Home of *who*, opened anew, once it shows what is to be *seen*."""
    office.slack.act("/ui/home/open", **{"as": who})
    found: dict[str, Any] = until(lambda: _home(office, who, seen), "the home")
    return found


def _home(office: Office, who: str, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
    view = office.slack.look("/ui/home", **{"as": who})["view"]
    return view if view and seen(view) else None


def press(office: Office, who: str, label: str, view: dict[str, Any]) -> None:
    block, action = button(view, label)
    told = office.slack.act("/ui/press", view_id=view["id"], block_id=block, action_id=action, **{"as": who})
    assert told == {"ok": True}


def modal(office: Office, who: str, text: str) -> dict[str, Any]:
    """The uppermost modal of *who*, once it says *text*."""

    def top() -> dict[str, Any] | None:
        stack = office.slack.look("/ui/views", **{"as": who})["stack"]
        return stack[-1] if stack and text in read(stack[-1]) else None

    found: dict[str, Any] = until(top, f"a modal that says “{text}”")
    return found


def read(view: dict[str, Any]) -> str:
    return json.dumps([view.get("title"), view["blocks"]], ensure_ascii=False)


def test_what_is_asked_in_the_home_is_answered_in_a_modal(office: Office) -> None:
    view = look(office, ERIK, lambda view: "What is unusual" in read(view))
    for label, said in {
        "What is unusual": "Nothing unusual has been seen yet.",
        "What can I ask?": "/finops cost",
    }.items():
        press(office, ERIK, label, view)
        shown = modal(office, ERIK, said)
        assert len(shown["title"]["text"]) <= 24
        assert len(shown["blocks"]) <= 100
    office.settle()
    assert not office.whispers(ERIK)


def test_a_refusal_is_told_in_the_modal_too(office: Office) -> None:
    request = office.asked(ERIK)
    view = look(office, ERIK, lambda view: request in read(view))
    press(office, ERIK, f"Show {request}", view)
    press(office, ERIK, "Approve", modal(office, ERIK, "evaluation runs"))
    modal(office, ERIK, "so somebody else has to decide on it. Waiting for: <@U0FIONA0000>, <@U0RAJ000000>.")
    assert isinstance(office.state(request), Proposed)


def test_a_waiting_request_is_shown_and_approved_from_the_home_which_then_says_so(office: Office) -> None:
    request = office.asked(ERIK)
    view = look(office, RAJ, lambda view: request in read(view))
    press(office, RAJ, f"Show {request}", view)
    card = modal(office, RAJ, "evaluation runs")
    assert f"Budget request {request}" == card["title"]["text"]
    press(office, RAJ, "Approve", card)
    modal(office, RAJ, "You approved $6,500.00 a month")
    assert isinstance(office.state(request), Approved)
    until(lambda: _home(office, RAJ, lambda view: request not in read(view)), "the home without it")
    office.work()
    assert office.gateway.writes(office.team) == [float(NEW)]
    assert "Approved by" in json.dumps(office.card(request))


def test_a_request_is_denied_from_the_home_with_a_reason(office: Office) -> None:
    request = office.asked(ERIK)
    press(office, FIONA, f"Show {request}", look(office, FIONA, lambda view: request in read(view)))
    press(office, FIONA, "Deny…", modal(office, FIONA, "evaluation runs"))
    modal(office, FIONA, "Why not")
    assert office.submits(FIONA, why="It can run in batches") == {"ok": True}
    modal(office, FIONA, "You denied it")
    state = office.state(request)
    assert isinstance(state, Denied)
    assert state.why == "It can run in batches"
    until(lambda: _home(office, FIONA, lambda view: request not in read(view)), "the home without it")


def test_a_change_is_asked_for_from_the_home_and_the_answer_stays_in_the_modal(office: Office) -> None:
    view = look(office, DANA, lambda view: "Ask for a budget change…" in read(view))
    press(office, DANA, "Ask for a budget change…", view)
    modal(office, DANA, "New budget a month")
    unclear = office.submits(DANA, team=office.team, amount="1,5k", reason="tests")["errors"]
    assert "can be read in two ways" in unclear["amount"]
    assert office.submits(DANA, team=office.team, amount="6.5k", reason="more tests") == {"ok": True}
    modal(office, DANA, "Waiting for: <@U0FIONA0000>, <@U0RAJ000000>")
    (held,) = office.house.states.requests()
    assert isinstance(held.state, Proposed)
    assert held.state.by.id == DANA
    assert not office.whispers(DANA)


def test_an_incident_is_shown_with_its_chart_and_acknowledged_from_the_home(office: Office) -> None:
    usd, day = Money(Decimal(777)), date(2026, 11, 20)
    odd = Incident("i-20261120-odd", "daily_cost", Dimension.APP, "odd", Sight.UP, day, day, usd, usd, usd, usd, usd,
                   "search", Stage.OPEN, office.clock())  # fmt: skip
    office.house.book.keep(opened(odd, office.clock()))
    press(office, ERIK, "Show odd", look(office, ERIK, lambda view: "Show odd" in read(view)))
    card = modal(office, ERIK, "odd")
    shown = until(lambda: [b for b in modal(office, ERIK, "odd")["blocks"] if b["type"] == "image"], "the chart")
    assert shown
    press(office, ERIK, "Acknowledge", modal(office, ERIK, "Acknowledge"))
    modal(office, ERIK, "You have it now")
    assert office.house.states.incident("i-20261120-odd").state.stage is Stage.ACKNOWLEDGED
    assert card["title"]["text"] == "Unusual: odd"


def test_guests_are_refused_in_the_home_as_elsewhere(office: Office) -> None:
    office.slack.act("/ui/home/open", **{"as": GUS})
    office.settle()
    assert not office.slack.look("/ui/home", **{"as": GUS})["view"]


def test_the_fullest_budgets_come_first_and_the_buttons_are_never_cut_off() -> None:
    teams = {f"t{number:02}": Budget(f"t{number:02}", Money(Decimal(1000 - number))) for number in range(30)}
    facts = [fact(YESTERDAY, 50, team=team) for team in teams]
    report = home.report(Ask(desk(facts, Shelf(budgeted=tuple(teams.values()))), Member(ERIK), Place(""), NOW))
    shown = [part.label for part in report.parts if isinstance(part, Progress)]
    assert shown == [f"t{number:02}" for number in range(29, 21, -1)]
    blocks = home.view(report, "UTC")["blocks"]
    assert "22 more budgets are less used." in str(blocks)
    assert blocks[-1]["elements"][-1]["text"]["text"] == "What can I ask?"
