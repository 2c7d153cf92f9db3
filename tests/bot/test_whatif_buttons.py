"""The buttons below a what-if, pressed in Slack: by who asked, by an approver, by who may not, twice, and too late."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.requests import Requests
from tests.bot.office import DANA, ERIK, FINANCE, FIONA, GENERAL, GUS, RAJ, Office, said, until

COLUMNS = "request_id,ts_start,provider,model,input_tokens,output_tokens,requests,team,app,key"
FIRST = date(2026, 10, 26)
SECURITY = "C0SECURITY0"
SWAP = "/finops whatif swap gpt-4o to gpt-4o-mini"
REQUEST, NOTE = "Create budget request", "Save as design note"


def taken(office: Office, file: Path, calls: int, name: str = "c") -> Office:
    """The *office*, whose team made so many calls a day, each of a million tokens in and 100,000 out."""
    lines = [f"{name}{ago},{FIRST + timedelta(days=ago)}T10:00:00Z,openai,gpt-4o,{calls}000000,{calls}00000,{calls},\
{office.team},a,k" for ago in range(29)]  # fmt: skip
    file.write_text("\n".join([COLUMNS, *lines]))
    office.house.facts.publish(Requests().batch((file,)), office.clock())
    return office


@pytest.fixture
def asked(office: Office, tmp_path: Path) -> tuple[Office, dict[str, Any]]:
    """An office, and the what-if that erik asked for there: $3.50 a call, 10 a day, becomes $0.21."""
    taken(office, tmp_path / "calls.csv", 10)
    return office, what_if(office)


def what_if(office: Office, words: str = SWAP) -> dict[str, Any]:
    """The answer that all see."""
    office.types(ERIK, f"{words} team:{office.team}")
    shown: dict[str, Any] = until(lambda: titled(office, "What if"), "the what-if")[-1]
    return shown


def press(office: Office, who: str, label: str) -> None:
    """Press below the what-if as it stands: it is changed once, when its chart is there."""
    until(lambda: office.press(who, label, titled(office, "What if")[-1]).get("ok"), "the button")


def titled(office: Office, title: str, who: str = FIONA) -> list[dict[str, Any]]:
    return [one for one in office.seen(FINANCE, who) if not one["ephemeral"] and title in str(one["blocks"])]


def form(office: Office, who: str) -> dict[str, str]:
    """What is filled in already in the form that *who* has before them."""
    view = until(lambda: [each for each in office.slack.look("/ui/views", **{"as": who})["stack"]
                          if any("element" in block for block in each["blocks"])], "a form")[-1]  # fmt: skip
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    chosen = elements["team"].get("initial_option", {}).get("value", "")
    return {"team": chosen, "amount": elements["amount"].get("initial_value", "")}


def requested(office: Office, who: str) -> str:
    """The id of the request that *who* makes with the form that the button gave them."""
    before = {held.state.subject for held in office.house.states.requests()}
    filled = form(office, who)
    assert office.submits(who, **filled, reason="the smaller model will do").get("errors") is None
    fresh = until(lambda: {held.state.subject for held in office.house.states.requests()} - before, "a request")
    office.private(who, "Asked for")
    office.work()
    return str(fresh.pop()).removeprefix("request/")


def test_whoever_asked_makes_a_request_of_it_that_somebody_else_approves(
    asked: tuple[Office, dict[str, Any]],
) -> None:
    office, _ = asked
    press(office, ERIK, REQUEST)
    assert form(office, ERIK) == {"team": office.team, "amount": "$64.00"}  # 0.21 by 10 a day by 30.4, rounded up
    request = requested(office, ERIK)
    office.press(ERIK, "Approve", office.card(request))
    office.private(ERIK, "You asked for this change, so somebody else has to decide on it.")
    office.work()
    assert office.gateway.writes(office.team) == []
    office.press(RAJ, "Approve", office.card(request))
    office.private(RAJ, "You approved")
    office.work()
    assert office.gateway.holds(office.team) == 64.0


def test_an_approver_who_makes_the_request_cannot_approve_it_either(asked: tuple[Office, dict[str, Any]]) -> None:
    office, _ = asked
    press(office, FIONA, REQUEST)
    request = requested(office, FIONA)
    office.press(FIONA, "Approve", office.card(request))
    office.private(FIONA, "You asked for this change, so somebody else has to decide on it.")
    office.work()
    assert office.gateway.writes(office.team) == []


def test_a_guest_gets_neither_a_form_nor_a_note(asked: tuple[Office, dict[str, Any]]) -> None:
    office, _ = asked
    press(office, GUS, REQUEST)
    refused = until(lambda: [each for each in office.slack.look("/ui/views", **{"as": GUS})["stack"]
                             if "Guests, outsiders and bots" in str(each)], "a refusal")  # fmt: skip
    assert "$" not in str(refused)
    press(office, GUS, NOTE)
    office.private(GUS, "Guests, outsiders and bots can't ask for figures here.")
    assert not titled(office, "Design note")
    assert not office.house.states.requests()


def test_who_may_see_another_team_only_is_told_nothing_of_this_one(
    offices: Callable[..., Office], tmp_path: Path
) -> None:
    people = {FIONA: {"roles": ["approver"]}, DANA: {"roles": ["approver"], "teams": ["support"]}}
    office = taken(offices(more={"people": people}), tmp_path / "calls.csv", 10)
    what_if(office)
    press(office, DANA, NOTE)
    assert "$" not in said(office.private(DANA, "Nobody used the model"))
    press(office, DANA, REQUEST)
    form(office, DANA)
    sent = office.submits(DANA, team=office.team, amount="64", reason="the smaller model will do")
    assert "No team has a budget" in str(sent["errors"])
    assert not office.house.states.requests()
    assert not titled(office, "Design note")


def test_where_no_amounts_are_shown_there_is_no_what_if(offices: Callable[..., Office], tmp_path: Path) -> None:
    office = taken(offices(more={"audiences": {
        "finance": {"channel": FINANCE, "zone": "UTC", "days": []},
        "security": {"channel": SECURITY, "zone": "UTC", "days": []}}}), tmp_path / "calls.csv", 10)  # fmt: skip
    office.types(FIONA, f"{SWAP} team:{office.team}", SECURITY)
    told = office.private(FIONA, "Amounts are not shown in this channel", SECURITY)
    assert "What if" not in said(told)


def test_outside_the_channels_of_audiences_only_who_asked_sees_it_and_can_press_there(
    office: Office, tmp_path: Path
) -> None:
    taken(office, tmp_path / "calls.csv", 10)
    office.types(ERIK, f"{SWAP} team:{office.team}", GENERAL)
    shown = office.private(ERIK, "a month would be", GENERAL)
    office.press(ERIK, NOTE, shown, GENERAL)
    assert "Design note" in said(office.private(ERIK, "Design note", GENERAL))
    assert not [one for one in office.seen(GENERAL, FIONA) if "a month would be" in said(one)]


def test_two_presses_are_two_forms_and_of_two_requests_only_one_is_approved(
    asked: tuple[Office, dict[str, Any]],
) -> None:
    office, _ = asked
    press(office, ERIK, REQUEST)
    first = requested(office, ERIK)
    press(office, ERIK, REQUEST)
    second = requested(office, ERIK)
    for request, answer in ((first, "You approved"), (second, "The figures have moved since this was asked for")):
        office.press(RAJ, "Approve", office.card(request))
        office.private(RAJ, answer)
        office.work()
    assert office.gateway.writes(office.team) == [64.0]


def test_a_note_is_posted_with_the_figures_it_was_pressed_for(asked: tuple[Office, dict[str, Any]]) -> None:
    office, shown = asked
    press(office, FIONA, NOTE)
    note = until(lambda: titled(office, "Design note"), "the note")[-1]
    assert "$1.06k a month would be $63.9" in said(shown)
    assert "$1.06k a month would be $63.9" in said(note)
    assert "have moved since" not in said(note)
    assert not [block for block in note["blocks"] if block["type"] == "actions"]


def test_a_note_that_is_saved_after_the_data_moved_says_so_and_is_of_the_same_days(
    asked: tuple[Office, dict[str, Any]], tmp_path: Path
) -> None:
    office, _ = asked
    taken(office, tmp_path / "more.csv", 20, "m")
    office.clock.now += timedelta(days=2)
    press(office, FIONA, NOTE)
    note = until(lambda: titled(office, "Design note"), "the note")[-1]
    assert "The figures have moved since: a month then was said to cost $63.88." in said(note)
    assert "27 Oct to 23 Nov 2026" in said(note)


def test_a_request_made_after_the_data_moved_shows_the_figures_of_now(
    asked: tuple[Office, dict[str, Any]], tmp_path: Path
) -> None:
    office, _ = asked
    press(office, ERIK, REQUEST)
    taken(office, tmp_path / "more.csv", 20)
    request = requested(office, ERIK)
    assert str(office.state(request).proposed.change.new) == "$64.00"
    assert round(office.state(request).proposed.seen.spent.amount, 2) == 23 * 20 * 35 / 10  # what is known by then


@pytest.mark.parametrize(("written", "told"), [("$64.00", "not in $; nothing is converted"), ("64", "None")])
def test_in_euro_the_form_holds_euro_and_another_currency_is_refused_at_its_field(
    offices: Callable[..., Office], tmp_path: Path, written: str, told: str
) -> None:
    (tmp_path / "home").mkdir()
    days = "".join(f"{FIRST + timedelta(days=ago)},USD,EUR,0.8\n" for ago in range(30))
    (tmp_path / "home" / "rates.csv").write_text(f"date,from,to,rate\n{days}")
    office = offices(more={"company": {"currency": "EUR"}, "currency": {"rates": "rates.csv"}})
    shown = what_if(taken(office, tmp_path / "calls.csv", 10))
    assert "€852 a month would be €51.1" in said(shown)
    press(office, ERIK, REQUEST)
    assert form(office, ERIK)["amount"] == "€52.00"
    sent = office.submits(ERIK, team=office.team, amount=written, reason="the smaller model will do")
    assert told in str(sent.get("errors"))
    if sent.get("errors") is None:
        office.work()
        assert "€64.00" in said(until(lambda: titled(office, "Budget request"), "its card")[-1])
