"""An answer with a chart has its figures as a CSV file in its thread, in a Slack that takes files as Slack does."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.delivery import Delivery
from finops.period import Period
from finops.question import Measure, Question
from finops.report import Bars, Figures, Report, say
from tests import plain

FINANCE = "C0FINANCE00"
QUESTION = Question((Measure.COST,), Period(date(2026, 10, 1), date(2026, 11, 1)))
ROWS = (({"team": "=1+1"}, Decimal("12.000000000000000001")), ({"team": "support"}, Decimal(-3)))
REPORT = Report(
    "Cost by team", say("Cost was $9.00."), (Bars("Cost", (("support", Decimal(9)),), "USD"),),
    figures=Figures(QUESTION, ROWS, Decimal(9), "USD"),
)  # fmt: skip


def test_the_figures_of_a_chart_are_a_file_in_its_thread(slack: Any, delivery: Delivery) -> None:
    ts = delivery.post(REPORT, FINANCE, "UTC")
    [said] = [each for each in slack.messages(FINANCE) if each.get("thread_ts") == ts]
    assert said["files"][0]["name"] == "Figures as CSV"
    written = plain.get(f"{slack.base}{said['files'][0]['url']}").text
    assert written == "team,value,unit\r\n'=1+1,12.000000000000000001,USD\r\nsupport,-3,USD\r\n"


def test_the_answer_stands_where_its_file_cannot_be_sent(slack: Any, delivery: Delivery) -> None:
    delivery.blocks(REPORT, "UTC")  # the chart is there already
    slack.act("/control/faults", rate_limit={"method": "files.getUploadURLExternal", "count": 1, "retry_after": 1})
    ts = delivery.post(REPORT, FINANCE, "UTC")
    assert [each["ts"] for each in slack.messages(FINANCE) if ts in (each["ts"], each.get("thread_ts"))] == [ts]
