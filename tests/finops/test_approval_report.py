"""The face of a budget request in each state of its life."""

from dataclasses import replace
from decimal import Decimal

import pytest

from finops.budgets.approval import Applied, Approved, BudgetRequest, Change, Denied, Failed, Proposed, Seen
from finops.budgets.budget import Budget, Standing
from finops.budgets.card import card
from finops.company import Company
from finops.decision import Held
from finops.money import Money
from finops.people import Member
from finops.report import Choices, Code, Facts, Moment, Note, Progress, Report, Text, Tone
from tests.finops.fakes_ledger import ERIK, FIONA, NOW, TODAY


def usd(amount: int) -> Money:
    return Money(Decimal(amount))


OLD, NEW = usd(4000), usd(6500)
ASKED = Proposed("n7", Change("search", OLD, NEW, "evals <!channel> *now*"), ERIK, NOW, Seen(OLD, usd(1), usd(1), NOW))
APPROVED = Approved(ASKED, FIONA, NOW)


def shown(state: BudgetRequest, target: str = "litellm", spent: int = 3610) -> Report:
    stands = Standing(Budget("search", OLD, target, "team/search"), usd(spent), TODAY, usd(200))
    return card(Held(state, 3), stands, Company("Brightwater"))


def plain(text: Text) -> str:
    said = {Money: lambda p: p.short, Member: lambda p: f"@{p.name}", Moment: lambda p: f"{p.at:%H:%M}",
            Code: lambda p: p.text}  # fmt: skip
    return "".join(said.get(type(piece), str)(piece) for piece in text)


def part(report: Report, kind: type) -> object:
    return next(part for part in report.parts if isinstance(part, kind))


@pytest.mark.parametrize(
    ("state", "tone", "verdict"),
    [
        (ASKED, Tone.WARNING, "search asks for $6.50k a month instead of $4.00k, from now on (+$30.0k a year)."),
        (APPROVED, Tone.PLAIN, "Approved by @Fiona; the limit of $6,500.00 is being set."),
        (Applied(APPROVED, NEW, NOW), Tone.GOOD,
         "Approved by @Fiona; the limit is $6,500.00, read back 09:00."),
        (Applied(APPROVED, None, NOW), Tone.GOOD,
         "Approved by @Fiona. $6,500.00 a month is in force, but no gateway holds this budget; it only alerts."),
        (Failed(APPROVED, OLD, "the target holds another limit", NOW), Tone.ALARM,
         "Approved by @Fiona for $6,500.00, but the gateway says $4,000.00. An operator has to look; "
         "$4,000.00 was before."),
        (Failed(APPROVED, OLD, "LiteLLM did not take it.", NOW), Tone.ALARM,
         "Approved by @Fiona for $6,500.00, but not in force: LiteLLM did not take it. The gateway says $4,000.00. "
         "Ask again when that is mended."),
        (Failed(APPROVED, None, "LiteLLM does not answer.", NOW), Tone.ALARM,
         "Approved by @Fiona for $6,500.00, but not known to be in force: LiteLLM does not answer. "
         "The gateway may hold $4,000.00 or $6,500.00. An operator has to look."),
        (Failed(APPROVED, None, "n8 was approved after it.", NOW, "n8"), Tone.ALARM,
         "Approved by @Fiona for $6,500.00, but not set: n8 of the same budget was approved later, and counts."),
        (Applied(APPROVED, NEW, NOW, usd(5000)), Tone.GOOD,
         "Approved by @Fiona; the limit is $6,500.00, read back 09:00. Until then $5,000.00 was in force, "
         "not $4,000.00."),
        (Denied(ASKED, FIONA, NOW, "wait for the audit"), Tone.PLAIN, "Denied by @Fiona: wait for the audit"),
        (Denied(ASKED, None, NOW, "Nobody decided within 72 hours."), Tone.PLAIN,
         "Expired: Nobody decided within 72 hours. search keeps $4,000.00 a month."),
    ],
)  # fmt: skip
def test_each_state_has_its_sentence(state: BudgetRequest, tone: Tone, verdict: str) -> None:
    report = shown(state)
    assert (plain(report.verdict), report.tone, report.subject) == (verdict, tone, "request/n7")
    assert bool([each for each in report.parts if isinstance(each, Choices)]) is isinstance(state, Proposed)


def test_a_decrease_says_what_it_saves_a_year_without_calling_it_saved() -> None:
    less = Proposed("n8", Change("search", NEW, OLD, "why"), ERIK, NOW, ASKED.seen)
    assert plain(shown(less).verdict).endswith("(−$30.0k a year).")


def test_buttons_carry_the_version_that_is_shown_and_the_consequence() -> None:
    choices = part(shown(ASKED), Choices)
    assert isinstance(choices, Choices)
    approve, deny = choices.options
    assert (approve.command, approve.arguments) == ("approve", {"id": "n7", "seen": "3"})
    assert approve.confirm == "search may spend $6,500.00 a month instead of $4,000.00; litellm is told at once."
    assert (deny.command, deny.arguments, deny.confirm) == ("deny", {"id": "n7", "seen": "3"}, "")


def test_the_consequence_warns_where_it_stops_a_team_at_once_and_where_nothing_is_held() -> None:
    choices = part(shown(ASKED, target="", spent=7000), Choices)
    assert isinstance(choices, Choices)
    assert choices.options[0].confirm.endswith("no gateway holds it to that. $7,000.00 is already spent.")


@pytest.mark.parametrize(
    ("new", "spent", "target", "said", "sure"),
    [
        (6500, 3610, "litellm", "it lasts the month", "is told at once."),
        (4500, 3610, "litellm", "runs out 2026-11-28", "is told at once."),
        (3000, 3610, "litellm", "already spent: calls are refused at once",
         "told at once. $3,610.00 is already spent: calls are refused at once."),
        (3610, 3610, "litellm", "already spent: calls are refused at once",
         "told at once. $3,610.00 is already spent: calls are refused at once."),
        (3000, 3610, "", "already spent: no gateway holds it to that",
         "no gateway holds it to that. $3,610.00 is already spent."),
    ],
)  # fmt: skip
def test_it_says_what_comes_of_it_if_it_is_approved(new: int, spent: int, target: str, said: str, sure: str) -> None:
    asked = replace(ASKED, change=replace(ASKED.change, new=usd(new)))
    report = shown(asked, target, spent)
    facts, choices = part(report, Facts), part(report, Choices)
    assert isinstance(facts, Facts)
    assert plain(dict(facts.pairs)["If approved"]) == said
    assert isinstance(choices, Choices)
    assert choices.options[0].confirm.endswith(sure)


def test_what_is_decided_is_not_spoken_of_as_if_it_were_not() -> None:
    facts = part(shown(APPROVED), Facts)
    assert isinstance(facts, Facts)
    assert "If approved" not in dict(facts.pairs)


def test_the_reason_is_quoted_as_it_was_written() -> None:
    note = part(shown(ASKED), Note)
    assert isinstance(note, Note)
    assert (note.text, note.quoted) == (("evals <!channel> *now*",), True)


def test_the_facts_are_those_to_decide_on() -> None:
    facts = part(shown(ASKED), Facts)
    assert isinstance(facts, Facts)
    said = {
        label: plain(text)
        for label, text in facts.pairs
        if label not in ("Change", "Spent in November", "Runs out", "If approved")
    }
    assert said == {"Budget a month": "$4,000.00 → $6,500.00", "Month end at this pace": "$5.01k",
                    "Asked by": "@Erik, 09:00"}  # fmt: skip
    assert dict(facts.pairs)["Runs out"] == (TODAY.replace(day=25),)


def test_it_says_until_when_and_how_else_to_decide() -> None:
    last = [each for each in shown(ASKED).parts if isinstance(each, Note)][-1]
    assert plain(last.text) == "A second person has to decide by 09:00, here or with /finops approve n7."
    assert Moment(ASKED.expires_at) in last.text


def test_where_it_is_not_known_what_is_in_force_nothing_rests_on_it() -> None:
    report = shown(Failed(APPROVED, None, "LiteLLM does not answer.", NOW))
    facts = part(report, Facts)
    assert isinstance(facts, Facts)
    assert "Runs out" not in dict(facts.pairs)
    assert dict(facts.pairs)["Spent in November"] == (usd(3610),)
    assert not [each for each in report.parts if isinstance(each, Progress)]


def test_progress_shows_the_month_against_its_pace() -> None:
    progress = part(shown(ASKED), Progress)
    assert isinstance(progress, Progress)
    assert (progress.used, progress.limit, progress.pace) == (3610, 4000, Decimal(23) / 30)
