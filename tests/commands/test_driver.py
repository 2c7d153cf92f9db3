"""Counts of business drivers that are told by hand: who may, what is kept, and what is said to a slip of the pen."""

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from bot.plain import plain
from bot.settings import PersonSettings
from bot.wiring import House, built
from finops.errors import NotAllowed, Unclear
from finops.people import Member, Role
from finops.period import Period
from finops.question import Dimension, Measure, Question
from sources._pushed import driver_counts
from sources.drivers import Drivers
from storage.tables import AuditRow
from tests.commands.conftest import DANA, ERIK, FINANCE, FIONA, NOW, SECURITY

DAY = Period(date(2026, 11, 23), date(2026, 11, 24))
LINE = "driver add tickets 412 2026-11-23 app:ticket-triage team:support"


def typed(house: House, line: str, who: Member = FIONA) -> str:
    return plain(house.asking().typed(line, who, FINANCE), "UTC")


def counts(house: House) -> dict[tuple[str, str, str], Decimal]:
    by = (Dimension.DRIVER, Dimension.APP, Dimension.TEAM)
    rows = house.ledger.answer(Question((Measure.DRIVERS,), DAY, by)).rows
    found = {(row.key[by[0]], row.key[by[1]], row.key[by[2]]): row.values[Measure.DRIVERS] for row in rows}
    return {key: count for key, count in found.items() if count}


def entries(house: House) -> list[dict[str, object]]:
    with Session(house.engine) as session:
        bodies = [json.loads(row.body) for row in session.exec(select(AuditRow)).all()]
    return [body for body in bodies if body["subject"].startswith(("driver/", "feed/push"))]


def test_a_count_is_kept_confirmed_and_entered_in_the_audit_chain(house: House) -> None:
    said = typed(house, LINE)
    assert "tickets (ticket-triage of support): 412 on Mon 23 Nov 2026." in said
    assert "New here: driver tickets, app ticket-triage." in said
    assert counts(house) == {("tickets", "ticket-triage", "support"): Decimal(412)}
    (entry,) = entries(house)
    assert (entry["who"], entry["what"], entry["subject"]) == (FIONA.id, "driver added", "driver/tickets")
    assert entry["details"] == {"count": "412", "day": "2026-11-23", "app": "ticket-triage", "team": "support"}


def test_telling_it_again_changes_nothing_and_another_count_replaces_it(house: House) -> None:
    typed(house, LINE)
    assert "it stood so already" in typed(house, LINE)
    assert len(entries(house)) == 1
    assert "New here" not in typed(house, LINE.replace("412", "400.5"))
    assert counts(house) == {("tickets", "ticket-triage", "support"): Decimal("400.5")}
    assert [entry["details"]["count"] for entry in entries(house)] == ["412", "400.5"]  # type: ignore[index]


def test_what_was_pushed_of_the_same_is_replaced_and_other_days_and_teams_stay(house: House) -> None:
    rows = [{"date": day, "driver": "tickets", "count": 7, "app": "ticket-triage", "team": team}
            for day in ("2026-11-22", "2026-11-23") for team in ("support", "search")]  # fmt: skip
    (file := house.settings.home / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    house.facts.publish(driver_counts((file,)), NOW)
    typed(house, LINE)
    of = ("tickets", "ticket-triage")
    assert counts(house) == {(*of, "support"): Decimal(412), (*of, "search"): Decimal(7)}
    whole = house.ledger.answer(Question((Measure.DRIVERS,), Period(date(2026, 11, 22), DAY.end)))
    assert whole.total[Measure.DRIVERS] == 412 + 7 * 3


def test_what_another_source_counts_of_the_same_is_added_and_said(house: House) -> None:
    columns = "date,app,driver,count,team\n2026-11-23,ticket-triage,tickets,100,support\n"
    (file := house.settings.home / "drivers.csv").write_text(columns)
    house.facts.publish(Drivers().batch((file,)), NOW)
    assert "With what other sources count of it that day there are 512." in typed(house, LINE)


def test_without_a_day_it_is_yesterday(house: House) -> None:
    assert "Mon 23 Nov 2026" in typed(house, "driver add tickets 412 team:support")


@pytest.mark.parametrize(
    ("line", "said", "field"),
    [
        ("driver add tickets", "The count is missing.", "count"),
        ("driver add tickets -3", "“-3” is no count; write it like 412", "count"),
        ("driver add tickets NaN", "“NaN” is no count", "count"),
        ("driver add tickets 1e30", "“1e30” is no count", "count"),
        ("driver add tickets 1,200", "“1,200” is no count", "count"),
        ("driver add tickets 412 24.11.2026", "“24.11.2026” is no day; write it like 2026-11-24.", "day"),
        ("driver add tickets 412 2026-02-30", "“2026-02-30” is no day", "day"),
        ("driver add tickets 412 2026-11-25", "2026-11-25 cannot be counted; name a day that has been.", "day"),
        ("driver add tickets 412 1999-12-31", "1999-12-31 cannot be counted", "day"),
        ("driver remove tickets 412", "“remove” is nothing that can be done with drivers", "verb"),
    ],
)
def test_what_does_not_fit_is_refused_with_an_example_that_works(
    house: House, line: str, said: str, field: str
) -> None:
    with pytest.raises(Unclear) as told:
        house.asking().typed(line, FIONA, FINANCE)
    assert str(told.value).startswith(said)
    assert told.value.field == field
    assert counts(house) == {}
    assert "tickets: 412" in typed(house, told.value.example)


def test_only_approvers_and_operators_may_and_whoever_sees_one_team_for_that_one(house: House) -> None:
    with pytest.raises(NotAllowed, match="approver or operator"):
        house.asking().typed(LINE, ERIK, FINANCE)
    for line in (LINE.replace("support", "search"), "driver add tickets 412"):
        with pytest.raises(NotAllowed, match="counts of support only") as told:
            house.asking().typed(line, DANA, FINANCE)
    assert counts(house) == {}
    assert "tickets (support): 412" in typed(house, told.value.example, DANA)
    assert "412" in typed(house, LINE, DANA)


def test_an_operator_may_who_approves_nothing(house: House) -> None:
    people = {**house.settings.people, ERIK.id: PersonSettings(roles=frozenset({Role.OPERATOR}))}
    other = built(house.settings.model_copy(update={"people": people}), lambda: NOW)
    assert "412" in typed(other, LINE, ERIK)
    other.engine.dispose()


def test_bare_it_opens_a_form_whose_values_do_the_same(house: House) -> None:
    asking = house.asking()
    known, values = asking.read("driver add")
    opens = known.form(values)
    assert opens
    form = asking.form(opens, known, values, FIONA, SECURITY)
    filled = {**form.fixed, **{blank.argument: blank.value for blank in form.blanks}}
    asking.filled("driver", {**filled, "driver": "tickets solved", "count": "5", "team": "support"}, FIONA, SECURITY)
    assert counts(house) == {("tickets solved", "", "support"): Decimal(5)}
