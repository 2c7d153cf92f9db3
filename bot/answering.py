"""Answering the asker directly: in the channel where an audience reads along, else for their eyes only."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot import plain, render
from bot.delivery import Delivery
from bot.escape import brief, escaped
from bot.refusals import refusal
from finops.errors import FinopsError, NotAllowed
from finops.people import Place
from finops.report import Report

log = logging.getLogger(__name__)

_UNINVITED = ("not_in_channel", "channel_not_found")


@dataclass(frozen=True)
class Where:
    """Who asked, in which channel, and the address that Slack gave for the answer."""

    user: str
    channel: str
    response_url: str


def whole(report: Report) -> Report:
    """The report with its details, where no thread can follow."""
    return replace(report, parts=(*report.parts, *report.details), details=())


def broken(reference: str) -> str:
    """It is our fault, and under which *reference* it was logged."""
    return f"Something broke on our side. The operators find it under {reference}."


def refusal_of(error: FinopsError, command: str) -> str:
    """What is wrong, in Slack's words: whom it waits for, and an example that works, where there are any."""
    text = escaped(brief(str(error)))
    if isinstance(error, NotAllowed) and error.waiting:
        text += f" Waiting for: {', '.join(f'<@{each}>' for each in error.waiting)}."
    return f"{text} Try `{command} {escaped(brief(error.example))}`." if error.example else text


@dataclass(frozen=True)
class Answering:
    """Says reports and refusals to whoever asked. *hooks* is the only address prefix that answers may go to."""

    delivery: Delivery
    client: WebClient
    hooks: tuple[str, ...]
    command: str

    def say(self, report: Report, place: Place, where: Where) -> None:
        """The report, in the channel if it is an audience's and the report is not private, else to the asker only."""
        if place.audience and place.audience.sees_amounts and not report.private:
            self._post(report, place, where)
            return
        blocks = self.delivery.blocks(whole(report), place.zone)
        self._whisper(where, plain.notification(report, place.zone), blocks)

    def refuse(self, error: FinopsError, where: Where) -> None:
        """One sentence on what is wrong and, where there is one, an example that works."""
        self._whisper(where, refusal_of(error, self.command), None)

    def apologise(self, reference: str, where: Where) -> None:
        """It is our fault, and under which reference it was logged."""
        self._whisper(where, broken(reference), None)

    def _post(self, report: Report, place: Place, where: Where) -> None:
        try:
            self.delivery.answer(report, place.channel, place.zone)
        except SlackApiError as error:
            if error.response["error"] not in _UNINVITED:
                raise
            self.refuse(NotAllowed("I am not in this channel; type /invite @Tuppence here, then ask again."), where)

    def _whisper(self, where: Where, text: str, blocks: list[render.Block] | None) -> None:
        if where.response_url.startswith(self.hooks):
            hook = WebhookClient(where.response_url, timeout=10)
            answer = hook.send(text=text, blocks=blocks, response_type="ephemeral", replace_original=False)
            if answer.status_code == 200:
                return
            log.warning("Slack refused an answer: %s %s", answer.status_code, answer.body[:200])
        self._ephemeral(where, text, blocks)

    def _ephemeral(self, where: Where, text: str, blocks: list[render.Block] | None) -> None:
        try:
            self.client.chat_postEphemeral(channel=where.channel, user=where.user, text=text, blocks=blocks)
        except SlackApiError as error:
            log.warning("An answer could not be delivered: %s", refusal(error))
