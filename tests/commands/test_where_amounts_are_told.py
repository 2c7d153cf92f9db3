"""Where no amounts are shown, no command tells any, and each refusal has an example that works there."""

import pytest

from bot import render
from bot.plain import plain
from bot.wiring import House
from finops.errors import NotAllowed
from finops.report import Choices
from tests.commands.conftest import FINANCE, FIONA, SECURITY


@pytest.mark.parametrize(
    "line",
    ["cost mtd", "cost by model last 7d", "budget", "budget search", "request search 6k why not", "approve n1",
     "approve n1 seen:1", "deny n1", "kpi cost_per_million_tokens", "kpi Cost-Per-Million-Tokens by key",
     "digest finance", "digest engineering", "reconcile 2026-10", "why cost"],
)  # fmt: skip
def test_amounts_are_refused_with_an_example_that_works_there(company: House, line: str) -> None:
    with pytest.raises(NotAllowed) as told:
        company.asking().typed(line, FIONA, SECURITY)
    assert "$" not in plain(company.asking().typed(told.value.example, FIONA, SECURITY), "UTC")


@pytest.mark.parametrize(
    "line",
    ["tokens by key last 7d", "anomalies", "anomalies i-20261120-search-app", "kpi", "kpi reconciliation_gap 2026-11",
     "kpi tokens_per_driver by app",
     "digest", "digest security", "help", "sources", "anomalies i-20261120-search-app acknowledge 1"],
)  # fmt: skip
def test_everything_else_is_answered_there_without_amounts(company: House, line: str) -> None:
    report = company.asking().typed(line, FIONA, SECURITY)
    assert "$" not in plain(report, "UTC")
    assert "USD" not in str(report.parts)


def test_every_button_of_a_card_there_works_there(company: House) -> None:
    card = company.asking().typed("anomalies i-20261120-search-app", FIONA, SECURITY)
    options = [each for part in card.parts if isinstance(part, Choices) for each in part.options]
    assert "Ask why" in {each.label for each in options}
    for each in options[-1:] + options[:1]:
        assert "$" not in plain(company.asking().filled(each.command, each.arguments, FIONA, SECURITY), "UTC")


def test_a_form_about_amounts_does_not_open_there(company: House) -> None:
    known, values = company.asking().read("request")
    opens = known.form(values)
    assert opens
    with pytest.raises(NotAllowed):
        company.asking().form(opens, known, values, FIONA, SECURITY)


@pytest.mark.parametrize("place", [FINANCE, SECURITY])
def test_help_has_examples_that_work_where_it_is_asked_each_on_its_line(company: House, place: object) -> None:
    where = SECURITY if place is SECURITY else FINANCE
    report = company.asking().typed("help", FIONA, where)
    lines = [line for line in plain(report, "UTC").split("\n") if line.startswith("/finops ")]
    assert len(lines) > 3
    for line in lines:
        company.asking().typed(line.removeprefix("/finops "), FIONA, where)
    (examples,) = [block["text"]["text"] for block in render.render(report, "UTC", {})
                   if block.get("text", {}).get("text", "").startswith("`/finops")]  # fmt: skip
    assert examples.split("\n") == [f"`{line}`" for line in lines]
