"""Delivery: charts go up, reports go out as messages, and messages that show a subject are kept current."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot import charts, plain, render
from bot.refusals import refusal
from bot.sheet import sheet
from finops.report import Drawn, Report
from finops.stamp import Stamp

log = logging.getLogger(__name__)

_LONGEST = 15.0
_WAITS = (0.3, 0.5, 0.8, 1.2, 2.0, 2.0, 2.0)


class Files(Protocol):
    """Which charts Slack has already, by the hash of their picture."""

    def file_id(self, sha: str) -> str | None:
        """Slack's id of the file, if it was uploaded before."""
        ...

    def keep(self, sha: str, file_id: str) -> None:
        """Remember it."""
        ...


@dataclass(frozen=True)
class Delivery:
    """Says reports in Slack. Posts are never retried here: whoever asked for one owns its retry."""

    posts: WebClient
    reads: WebClient
    files: Files
    renderer: charts.Renderer
    sleep: Callable[[float], None] = time.sleep

    def post(self, report: Report, channel: str, zone: str, posted: Callable[[str], None] = lambda ts: None) -> str:
        """The `ts` of the new message in *channel*; *posted* is told it at once. The details follow in its thread;
        one that cannot be said is left out, for the message must not be said again."""
        ts = self._posted(report, channel, zone, self.blocks(report, zone))
        posted(ts)
        self._followed(report, channel, ts, zone)
        return ts

    def answer(self, report: Report, channel: str, zone: str) -> None:
        """Say *report* in *channel* at once, in words; charts take the place of theirs as soon as Slack has them."""
        words = render.render(report, zone, {})
        ts = self._posted(report, channel, zone, words)
        self._illustrated(report, channel, ts, zone, words)
        self._followed(report, channel, ts, zone)

    def _posted(self, report: Report, channel: str, zone: str, blocks: list[render.Block]) -> str:
        text = plain.notification(report, zone)
        answer = self._with_fallback(
            lambda shown: self.posts.chat_postMessage(
                channel=channel, text=text, blocks=shown, unfurl_links=False, unfurl_media=False, link_names=False
            ),
            blocks,
        )
        return str(answer["ts"])

    def _illustrated(self, report: Report, channel: str, ts: str, zone: str, words: list[render.Block]) -> None:
        """Put the charts into the message at *ts*, which says *words*; if that fails, it goes on saying them."""
        blocks = self.blocks(report, zone)
        if blocks == words:
            return
        try:
            self.posts.chat_update(channel=channel, ts=ts, text=plain.notification(report, zone), blocks=blocks)
        except (SlackClientError, HTTPException, OSError) as error:
            log.error("The charts are not in the message %s of %s, as far as is known: %s", ts, channel, error)

    def _followed(self, report: Report, channel: str, ts: str, zone: str) -> None:
        for part in render.details(report, zone):
            self._detail(channel, ts, part)
        self._sheet(report, channel, ts)

    def _sheet(self, report: Report, channel: str, ts: str) -> None:
        """The figures of the chart as a CSV file in the thread of *ts*; one that cannot be uploaded is left out."""
        written = sheet(report)
        if written is None:
            return
        try:
            self.posts.files_upload_v2(
                channel=channel, thread_ts=ts, content=written.encode(), filename="figures.csv", title="Figures as CSV"
            )
        except (SlackClientError, HTTPException, OSError) as error:
            log.error("The figures are not in the thread %s of %s as a file: %s", ts, channel, error)

    def _detail(self, channel: str, ts: str, part: list[render.Block]) -> None:
        for left in (2, 1, 0):
            try:
                self.posts.chat_postMessage(channel=channel, thread_ts=ts, text=plain.DETAILS, blocks=part)
                return
            except (SlackClientError, HTTPException, OSError) as error:
                wait = _asked(error)
                if not left or wait is None or wait > _LONGEST:
                    log.error("A detail is not in the thread %s of %s, as far as is known: %s", ts, channel, error)
                    return
                self.sleep(wait)

    def update(self, report: Report, channel: str, ts: str, zone: str) -> None:
        """The message at *ts* says *report* now."""
        text = plain.notification(report, zone)
        self._with_fallback(
            lambda shown: self.posts.chat_update(channel=channel, ts=ts, text=text, blocks=shown),
            self.blocks(report, zone),
        )

    def blocks(self, report: Report, zone: str) -> list[render.Block]:
        """The report as blocks, its charts uploaded; a chart that cannot be uploaded is left to its figures."""
        drawn = {n: part for n, part in enumerate(report.parts) if isinstance(part, Drawn)}
        stamp = charts.footed(report)
        pictures = {n: self._picture(part, stamp, zone) for n, part in drawn.items()}
        return render.render(report, zone, {n: picture for n, picture in pictures.items() if picture})

    def _picture(self, part: Drawn, stamp: Stamp | None, zone: str) -> render.Picture | None:
        image = self.renderer.drawn(part, stamp, zone)
        sha = hashlib.sha256(image).hexdigest()
        try:
            file_id = self.files.file_id(sha) or self._uploaded(image, sha, charts.alt(part))
        except (SlackClientError, HTTPException, OSError):
            log.warning("A chart could not be uploaded; its figures are sent as text.", exc_info=True)
            return None
        return render.Picture(file_id, charts.alt(part)) if file_id else None

    def _uploaded(self, image: bytes, sha: str, alt: str) -> str | None:
        answer = self.posts.files_upload_v2(
            content=image, filename=f"{sha[:12]}.png", title="Chart", alt_txt=alt[:1000]
        )
        file_id = str(answer["file"]["id"])
        for wait in _WAITS:
            if self.reads.files_info(file=file_id)["file"].get("mimetype"):
                self.files.keep(sha, file_id)
                return file_id
            self.sleep(wait)
        return None

    def _with_fallback(
        self, say: Callable[[list[render.Block]], SlackResponse], blocks: list[render.Block]
    ) -> SlackResponse:
        try:
            return say(blocks)
        except SlackApiError as error:
            if refusal(error) != "invalid_blocks":
                raise
            log.error("Slack refused blocks: %s", error.response.get("response_metadata", {}).get("messages"))
            return say(render.without_pictures(blocks))


def _asked(error: Exception) -> float | None:
    """The seconds after which Slack would hear the same again, if it says that it was too much; else None."""
    if not isinstance(error, SlackApiError) or refusal(error) not in ("ratelimited", "rate_limited"):
        return None
    return float(error.response.headers.get("Retry-After", 1))
