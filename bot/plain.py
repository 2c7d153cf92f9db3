"""A report in plain words: what the notification says, and what `tuppence ask` prints."""

from __future__ import annotations

from collections.abc import Iterator

from bot.figures import bar, lines_in_words, progress, tabled
from bot.shades import shaded
from bot.words import absent, mrkdwn, stamped
from bot.words import plain as said
from finops.report import Bars, Choices, Facts, Form, Heat, Note, Part, Progress, Report, Table, Trend

DETAILS = "Details"
_WIDEST = 90


def notification(report: Report, zone: str) -> str:
    """The verdict, escaped: it must make sense alone."""
    return mrkdwn(report.verdict, zone)[:2900] or "Tuppence"


def plain(report: Report, zone: str) -> str:
    """The whole report as text for a terminal."""
    lines = [said((report.title,), zone), said(report.verdict, zone)]
    for part in (*report.parts, *report.details):
        lines += ["", *_lines(part, zone)] if not isinstance(part, Choices | Form) else []
    if report.stamp:
        lines += ["", *_stamps(report, zone)]
    return "\n".join(lines)


def _stamps(report: Report, zone: str) -> Iterator[str]:
    for each in (report.stamp, report.beside):
        if each:
            yield stamped(each, zone)
            yield from [said(absent(each), zone)] if each.absent else []


def _lines(part: Part, zone: str) -> Iterator[str]:
    match part:
        case Facts():
            yield from (f"{said((label,), zone)}: {said(value, zone)}" for label, value in part.pairs)
        case Note():
            yield said(part.text, zone)
        case Table():
            yield from _unquoted(tabled(part, zone, _WIDEST))
        case Bars():
            yield from _unquoted(bar(part)) if part.rows else ()
        case Heat():
            yield from _unquoted(shaded(part))
        case Trend():
            yield from _unquoted(lines_in_words(part))
        case Progress():
            yield progress(part).replace("`", "")


def _unquoted(text: str) -> list[str]:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split("\n")
