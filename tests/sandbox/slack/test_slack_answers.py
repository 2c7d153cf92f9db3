"""An answer is said at once, in words; its chart comes into the same message when Slack has it, or not at all."""

from decimal import Decimal
from typing import Any

from bot.delivery import Delivery
from finops.report import Bars, Note, Report, say

FINANCE = "C0FINANCE00"
REPORT = Report("Cost by team", say("Cost was $9.00."), (Bars("Cost", (("support", Decimal(9)),), "USD"),),
                details=(Note(say("the details")),))  # fmt: skip


def calls(slack: Any) -> list[str]:
    return [each["method"] for each in slack.look("/control/log")]


def told(slack: Any, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen = {each["ts"] for each in before}
    return [each for each in slack.messages(FINANCE) if each["ts"] not in seen]


def kinds(message: dict[str, Any]) -> list[str]:
    return [block["type"] for block in message["blocks"]]


def test_the_words_stand_before_the_chart_is_sent_and_the_details_follow(slack: Any, delivery: Delivery) -> None:
    before, begun = slack.messages(FINANCE), len(calls(slack))
    delivery.answer(REPORT, FINANCE, "UTC")
    since = [each for each in calls(slack)[begun:] if each.startswith("chat") or each == "files.getUploadURLExternal"]
    assert since == ["chat.postMessage", "files.getUploadURLExternal", "chat.update", "chat.postMessage"]
    message, detail = told(slack, before)
    assert kinds(message) == ["header", "section", "image"]
    assert detail["thread_ts"] == message["ts"]


def test_the_figures_stay_as_words_where_slack_does_not_look_at_the_chart(slack: Any, delivery: Delivery) -> None:
    before = slack.messages(FINANCE)
    slack.act("/control/faults", rate_limit={"method": "files.getUploadURLExternal", "count": 1, "retry_after": 1})
    delivery.answer(REPORT, FINANCE, "UTC")
    message, _ = told(slack, before)
    assert (kinds(message), message["edited"]) == (["header", "section", "section"], False)
    assert "support" in message["blocks"][2]["text"]["text"]


def test_a_chart_that_slack_does_not_take_leaves_the_words_and_the_details(slack: Any, delivery: Delivery) -> None:
    before = slack.messages(FINANCE)
    slack.act("/control/faults", rate_limit={"method": "chat.update", "count": 1, "retry_after": 1})
    delivery.answer(REPORT, FINANCE, "UTC")
    message, detail = told(slack, before)
    assert (kinds(message), detail["thread_ts"]) == (["header", "section", "section"], message["ts"])


def test_an_answer_without_a_chart_is_said_once(slack: Any, delivery: Delivery) -> None:
    begun = len(calls(slack))
    delivery.answer(Report("Budget", say("It lasts.")), FINANCE, "UTC")
    assert calls(slack)[begun:] == ["chat.postMessage"]
