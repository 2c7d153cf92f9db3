"""The card of an incident: a verdict first, in the words of whoever reads it, and no amounts where none are shown."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from finops.anomalies.card import card, reasons
from finops.anomalies.incident import Incident, Stage
from finops.anomalies.judging import Judge
from finops.company import Company
from finops.decision import Held
from finops.detector import Sight
from finops.detectors.daily_cost import daily_cost
from finops.money import Money
from finops.people import Audience
from finops.question import Answer, Measure, Question
from finops.report import Choices, Facts, Quantity, Report, Share, Table, Text, Tone, Trend
from finops.stamp import LedgerName
from tests.finops.fakes_ledger import DANA, NOW, TODAY, YESTERDAY, Fact, RowLedger, Shelf, fact

EVERY = tuple(Audience)


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def used(ago: int, cost: int, tokens: int, calls: int = 100, model: str = "sonnet", cached: int = 50) -> list[Fact]:
    """A day of support-prod: half of its tokens are input, of which *cached* per cent come from a cache."""
    labels = {"app": "support-prod", "team": "support", "key": "k-support", "model": model}
    shares = {"output": 50, "cache_read": cached / 2, "uncached_input": 50 - cached / 2}
    return [
        fact(day(ago), Decimal(cost) * Decimal(part) / 100, int(tokens * part / 100), calls if kind == "output" else 0,
             token_class=kind, **labels)
        for kind, part in shares.items()
    ]  # fmt: skip


STORY = [each for ago in range(120, 1, -1) for each in used(ago, 100, 100_000)]
JUMP = [*STORY, *used(1, 340, 400_000)]


def held(facts: list[Fact] = JUMP) -> tuple[Held[Incident], RowLedger]:
    ledger, shelf = RowLedger(facts), Shelf()
    for decision in Judge(daily_cost, ledger, shelf, TODAY, NOW).decisions():
        shelf.keep(decision)
    (found,) = shelf.incidents()
    return found, ledger


def shown(audience: Audience, facts: list[Fact] = JUMP, **changed: object) -> Report:
    incident, ledger = held(facts)
    return card(replace(incident, state=replace(incident.state, **changed)), ledger, Company("B"), audience)


def plain(text: Text) -> str:
    """A text as this test reads it."""
    said = {Money: lambda p: p.short, Share: lambda p: f"{p.of_one:.2f}", Quantity: lambda p: f"{p.number:.0f}",
            date: lambda p: f"{p:%a}", type(DANA): lambda p: p.name}  # fmt: skip
    return "".join(said.get(type(piece), str)(piece) for piece in text)


def facts_of(report: Report) -> dict[str, str]:
    return {label: plain(value) for part in report.parts if isinstance(part, Facts) for label, value in part.pairs}


def everything(value: object) -> Iterator[object]:
    """All values within *value*."""
    yield value
    if is_dataclass(value) and not isinstance(value, Money):
        for each in fields(value):
            yield from everything(getattr(value, each.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from everything(each)


def only(report: Report, kind: type) -> object:
    (part,) = (part for part in report.parts if isinstance(part, kind))
    return part


def test_finance_reads_the_amount_and_what_the_month_will_cost_more() -> None:
    report = shown(Audience.FINANCE)
    assert plain(report.verdict) == "support-prod cost 3.4× its usual on Mon: $340 instead of about $100."
    facts = facts_of(report)
    assert facts["Above usual so far"] == "$240"
    assert facts["Usual on a Monday"] == "$100 to $100"
    assert facts["More by month end if it goes on"] == "$1.68k"  # seven days are left of November
    assert facts["Model"] == "sonnet"


def test_engineering_reads_which_factor_moved() -> None:
    report = shown(Audience.ENGINEERING)
    assert plain(report.verdict) == (
        "support-prod sent 4.0× its usual tokens per call on Mon (4000 each); it cost 3.4× its usual, "
        "$240 above usual so far."
    )
    facts = facts_of(report)
    assert (facts["Calls"], facts["Tokens per call"]) == ("100 → 100", "1000 → 4000")
    assert facts["Cache hit rate"] == "0.50 → 0.50"


def test_engineering_reads_of_cost_where_tokens_per_call_did_not_move() -> None:
    report = shown(Audience.ENGINEERING, [*STORY, *used(1, 340, 340_000, calls=340)])
    assert plain(report.verdict).startswith("support-prod cost 3.4× its usual on Mon")
    assert facts_of(report)["Calls"] == "100 → 340"


def test_a_lost_cache_shows() -> None:
    assert facts_of(shown(Audience.ENGINEERING, [*STORY, *used(1, 340, 100_000, cached=0)]))["Cache hit rate"] == (
        "0.50 → 0.00"
    )


def test_security_reads_whether_a_key_or_model_is_new() -> None:
    old, new = shown(Audience.SECURITY), shown(Audience.SECURITY, [*STORY, *used(1, 340, 400_000, model="opus")])
    assert plain(old.verdict) == (
        "support-prod behaved unlike itself on Mon: it used 4.0× its usual tokens; no key and no model is new."
    )
    assert plain(new.verdict).endswith("first seen with it: opus.")
    assert facts_of(new)["Models not seen before"] == "opus"
    assert facts_of(new)["Keys"] == "k-support"


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("sight", [Sight.UP, Sight.DROP, Sight.NEWCOMER])
def test_security_never_sees_an_amount(stage: Stage, sight: Sight) -> None:
    report = shown(Audience.SECURITY, stage=stage, sight=sight, by=DANA, at=NOW)
    said = list(everything((report.verdict, report.parts, report.details)))
    assert not [piece for piece in said if isinstance(piece, Money)]
    assert not [piece for piece in said if isinstance(piece, str) and ("$" in piece or piece == "USD")]


@pytest.mark.parametrize("audience", EVERY)
def test_the_trend_has_the_usual_range_and_a_ring_on_the_day(audience: Audience) -> None:
    trend = only(shown(audience), Trend)
    assert isinstance(trend, Trend)
    assert [(mark.day, mark.ring) for mark in trend.marks] == [(YESTERDAY, True)]
    assert len(trend.band) == len(trend.days) == len(trend.lines[0].values) == 28
    assert trend.band[-1] == ((100, 100) if audience.sees_amounts else (100_000, 100_000))


@pytest.mark.parametrize("audience", EVERY)
def test_its_messages_are_kept_current_and_it_carries_its_stamp(audience: Audience) -> None:
    report = shown(audience)
    assert (report.subject, report.audience) == ("incident/i-20261123-support-prod", audience)
    assert report.stamp is not None


def test_buttons_carry_the_version_that_is_shown() -> None:
    choices = only(shown(Audience.FINANCE), Choices)
    assert isinstance(choices, Choices)
    acknowledge, planned, why = choices.options
    assert acknowledge.arguments == {"id": "i-20261123-support-prod", "action": "acknowledge", "seen": "1"}
    assert (planned.arguments["action"], planned.arguments["seen"], bool(planned.confirm)) == ("planned", "1", True)
    assert (why.command, why.arguments) == ("anomalies", {"id": "i-20261123-support-prod", "action": "why"})


def test_why_names_the_factor_and_what_each_key_and_model_used_before_and_now() -> None:
    incident, ledger = held([*STORY, *used(1, 340, 400_000, model="opus")])
    report = reasons(incident.state, ledger, Audience.SECURITY)
    assert plain(report.verdict) == (
        "Tokens per call moved most: 3.00; calls 0.00, against the same days of the weeks before."
    )
    assert facts_of(report)["Tokens per call"] == "1000 → 4000"
    tables = {part.columns[0]: [tuple(map(plain, row)) for row in part.rows] for part in report.parts
              if isinstance(part, Table)}  # fmt: skip
    assert tables["Key"] == [("k-support", "100000", "400000")]
    assert tables["Model"] == [("opus", "0", "400000"), ("sonnet", "100000", "0")]
    assert report.private
    assert not [piece for piece in everything((report.verdict, report.parts)) if isinstance(piece, Money)]


def test_a_card_told_anew_says_that_it_doubled_and_security_sees_no_amount_of_it() -> None:
    changed = {"doubled": YESTERDAY, "again": (TODAY,)}
    said = {each: plain(shown(each, **changed).verdict) for each in (Audience.FINANCE, Audience.SECURITY)}
    assert said[Audience.FINANCE].startswith("It doubled again on Mon: $340. support-prod cost 3.4× its usual")
    assert said[Audience.SECURITY].startswith("It doubled again on Mon. support-prod behaved unlike itself")
    assert "doubled" not in plain(shown(Audience.FINANCE, stage=Stage.RESOLVED, **changed).verdict)


class Calls(RowLedger):
    """A ledger whose answers say which one they were asked of, the calls if none."""

    def answer(self, question: Question) -> Answer:
        found = super().answer(question)
        return replace(found, stamp=replace(found.stamp, ledger=question.ledger or LedgerName.METERED))


@pytest.mark.parametrize("ledger", LedgerName)
def test_the_stamp_is_that_of_the_money_that_is_shown(ledger: LedgerName) -> None:
    incident, _ = held()
    report = card(replace(incident, state=replace(incident.state, ledger=ledger)), Calls(JUMP), Company("B"),
                  Audience.FINANCE)  # fmt: skip
    assert report.stamp
    assert report.stamp.ledger is ledger


def test_tokens_that_a_bill_does_not_count_are_those_of_the_calls() -> None:
    class Bill(Calls):
        def answer(self, question: Question) -> Answer:
            wordless = question.ledger is LedgerName.BILLED and question.measures == (Measure.TOKENS,)
            return Calls([] if wordless else self.facts).answer(question)

    incident, _ = held()
    report = card(incident, Bill(JUMP), Company("B"), Audience.SECURITY)
    assert "it used 4.0× its usual tokens" in plain(report.verdict)
    assert report.stamp
    assert report.stamp.ledger is LedgerName.METERED


def test_who_acknowledged_it_and_how_fast() -> None:
    report = shown(Audience.FINANCE, stage=Stage.ACKNOWLEDGED, by=DANA, at=NOW + timedelta(minutes=9))
    assert plain(report.verdict).startswith("Acknowledged by Dana after 9 minutes. support-prod cost 3.4×")
    choices = only(report, Choices)
    assert isinstance(choices, Choices)
    assert [choice.label for choice in choices.options] == ["Mark as planned", "Ask why"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "Back to normal since Tue. It cost $240 above expectation over 1 day. "),
        (3, "Back to normal since Thu. It cost $240 above expectation over 3 days. "),
        (6, "Back to normal since Sun. It cost $240 above expectation over 6 days. "),
        (7, "It has lasted 7 days and counts as usual from now on. It cost $240 above expectation over 7 days. "),
        (9, "It has lasted 9 days and counts as usual from now on. It cost $240 above expectation over 9 days. "),
    ],
)
def test_how_it_ended(days: int, said: str) -> None:
    last = YESTERDAY + timedelta(days=days - 1)
    report = shown(Audience.FINANCE, stage=Stage.RESOLVED, last_day=last, at=NOW)
    assert plain(report.verdict).startswith(said)
    assert report.tone is Tone.GOOD
    assert not [part for part in report.parts if isinstance(part, Choices)]


def test_planned_is_quiet() -> None:
    report = shown(Audience.ENGINEERING, stage=Stage.EXPECTED, by=DANA, at=NOW)
    assert plain(report.verdict).startswith("Marked as planned by Dana. ")
    assert report.tone is Tone.GOOD
    assert not [part for part in report.parts if isinstance(part, Choices)]


def test_a_drop_speaks_of_less() -> None:
    drop = [*STORY[: -len(used(2, 1, 1))], *used(2, 2, 2000, calls=2), *used(1, 2, 2000, calls=2)]
    report = shown(Audience.FINANCE, drop)
    assert plain(report.verdict) == "support-prod cost 0.02 of its usual on Mon: $2.00 instead of about $100."
    assert facts_of(report)["Below usual so far"] == "$98.0"
    assert "More by month end if it goes on" not in facts_of(report)


def test_the_thread_lists_the_days_exactly() -> None:
    (table,) = shown(Audience.FINANCE).details
    assert isinstance(table, Table)
    assert table.rows[0] == ((YESTERDAY,), ("$340.00",), ("$100.00",))
