"""Where a reply is said: in the channel that was asked in, or in a modal, where a Home or a modal was pressed in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import forms, render
from bot.answering import Answering, Where, broken, refusal_of, whole
from bot.refusals import refusal
from finops.errors import FinopsError
from finops.people import Place
from finops.report import Report

log = logging.getLogger(__name__)

_MODAL_BLOCKS, _TITLE = 100, 24


class Reply(Protocol):
    """Says reports, refusals and apologies to whoever asked."""

    def say(self, report: Report, place: Place) -> None:
        """The report."""
        ...

    def refuse(self, error: FinopsError) -> None:
        """What is wrong, with an example that works."""
        ...

    def apologise(self, reference: str) -> None:
        """It is our fault, and under which reference it was logged."""
        ...


@dataclass(frozen=True)
class InChannel:
    """A reply where the question was asked."""

    answering: Answering
    where: Where

    def say(self, report: Report, place: Place) -> None:
        """The report, to the channel or to the asker only."""
        self.answering.say(report, place, self.where)

    def refuse(self, error: FinopsError) -> None:
        """One sentence, to the asker only."""
        self.answering.refuse(error, self.where)

    def apologise(self, reference: str) -> None:
        """To the asker only."""
        self.answering.apologise(reference, self.where)


@dataclass(frozen=True)
class InView:
    """A reply in the open modal *view*; closed meanwhile, it is not missed."""

    answering: Answering
    view: str

    def say(self, report: Report, place: Place) -> None:
        """The report in words at once; its charts take the place of theirs as soon as Slack has them."""
        words = render.render(whole(report), place.zone, {})
        if not self._update(shown(report, words)):
            return
        blocks = self.answering.delivery.blocks(whole(report), place.zone)
        if blocks != words and not self._update(shown(report, blocks)):
            log.warning("A modal does not take charts; it goes on saying them in words.")

    def refuse(self, error: FinopsError) -> None:
        """One sentence in place of what was there."""
        self._update(forms.told(refusal_of(error, self.answering.command)))

    def apologise(self, reference: str) -> None:
        """In place of what was there."""
        self._update(forms.told(broken(reference)))

    def _update(self, view: dict[str, Any]) -> bool:
        """Whether Slack took it: a modal may have been closed before."""
        client: WebClient = self.answering.client
        try:
            client.views_update(view_id=self.view, view=view)
        except SlackApiError as error:
            log.info("A modal was not filled: %s", refusal(error))
            return False
        return True


def shown(report: Report, blocks: Sequence[render.Block]) -> dict[str, Any]:
    """The report's *blocks* as a modal; a title that fits into the modal's own is not said twice."""
    title = report.title
    fits = len(title) <= _TITLE
    return forms.answer(title if fits else "Tuppence", list(blocks[1:] if fits else blocks)[:_MODAL_BLOCKS])
