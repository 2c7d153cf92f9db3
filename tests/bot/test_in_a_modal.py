"""An answer in a modal stands in words at once; its chart takes their place, unless Slack refuses."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import render
from bot.answering import Answering
from bot.delivery import Delivery
from bot.replying import InView
from finops.people import Place
from finops.report import Bars, Note, Report, say

BARS = Bars("By team", (("search", Decimal(3)), ("lab", Decimal(1))), "USD")
CHARTED = Report("Cost by team", say("Search costs most."), (BARS,))


@dataclass
class Modal:
    """A Slack with one modal, and the uploads of a bot; it notes what came in which order."""

    open: bool = True
    takes_charts: bool = True
    came: list[str] = field(default_factory=list)

    def views_update(self, *, view_id: str, view: dict[str, Any]) -> None:
        drawn = any(block["type"] == "image" for block in view["blocks"])
        if not self.open or (drawn and not self.takes_charts):
            raise SlackApiError("no", {"error": "invalid_blocks" if self.open else "not_found"})
        self.came.append("chart" if drawn else "words")

    def blocks(self, report: Report, zone: str) -> list[render.Block]:
        drawn = {n: render.Picture("F0CHART0001", "alt") for n, each in enumerate(report.parts) if each == BARS}
        self.came += ["upload"] if drawn else []
        return render.render(report, zone, drawn)


def came(modal: Modal, report: Report) -> list[str]:
    slack = Answering(cast(Delivery, modal), cast(WebClient, modal), (), "/finops")
    InView(slack, "V1").say(report, Place("", "UTC"))
    return modal.came


def test_words_come_before_the_chart_is_uploaded_which_then_takes_their_place() -> None:
    assert came(Modal(), CHARTED) == ["words", "upload", "chart"]


def test_a_chart_that_slack_does_not_take_leaves_the_words(caplog: pytest.LogCaptureFixture) -> None:
    assert came(Modal(takes_charts=False), CHARTED) == ["words", "upload"]
    assert "goes on saying them in words" in caplog.text


def test_for_a_modal_that_was_closed_nothing_is_drawn() -> None:
    assert came(Modal(open=False), CHARTED) == []


def test_an_answer_without_a_chart_is_said_once() -> None:
    assert came(Modal(), Report("Nothing", say("No cost."), (Note(say("none")),))) == ["words"]
