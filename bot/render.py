"""A report as Slack blocks: pure, and always within Slack's limits; what does not fit is said to be left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.figures import bar, listed, progress, tabled, trend_in_words
from bot.shades import shaded
from bot.words import absent, mrkdwn, plain, stamped
from finops.report import (
    Bars,
    Choice,
    Choices,
    Drawn,
    Facts,
    Form,
    Heat,
    Note,
    Part,
    Progress,
    Report,
    Table,
    Text,
    Tone,
)

Block = dict[str, Any]

_TEXT, _HEADER, _FIELDS, _BUTTONS, _BLOCKS, _VALUE = 2900, 150, 10, 25, 48, 2000
_SIGNS = {Tone.PLAIN: "", Tone.GOOD: ":large_green_circle: ", Tone.WARNING: ":large_yellow_circle: ",
          Tone.ALARM: ":red_circle: "}  # fmt: skip
_STYLES = {Tone.GOOD: "primary", Tone.ALARM: "danger"}


@dataclass(frozen=True)
class Picture:
    """A chart that was uploaded: Slack's id of the file, and its figures in words."""

    file_id: str
    alt: str


def render(report: Report, zone: str, pictures: Mapping[int, Picture]) -> list[Block]:
    """The report's blocks; *pictures* are its drawn parts by number, the others are said in words."""
    blocks = [_header(report.title), _section(_SIGNS[report.tone] + mrkdwn(report.verdict, zone))]
    for number, part in enumerate(report.parts):
        blocks += _picture(pictures[number]) if number in pictures else _part(part, zone, number)
    if report.stamp:
        blocks.append(_context("\n".join(_stamps(report, zone))))
    return _bounded(blocks)


def details(report: Report, zone: str) -> Iterator[list[Block]]:
    """The blocks of each message that follows in the thread: one for each part of the details."""
    for number, part in enumerate(report.details):
        blocks = _part(part, zone, number)
        if blocks:
            yield _bounded(blocks)


def without_pictures(blocks: list[Block]) -> list[Block]:
    """*blocks* with the words of their pictures instead."""
    return [_section(_cut(block["alt_text"])) if block["type"] == "image" else block for block in blocks]


def _stamps(report: Report, zone: str) -> Iterator[str]:
    for each in (report.stamp, report.beside):
        if each:
            yield stamped(each, zone)
            yield from [mrkdwn(absent(each), zone)] if each.absent else []


def _part(part: Part, zone: str, number: int) -> list[Block]:
    match part:
        case Facts():
            return [_fields(part, zone, start) for start in range(0, len(part.pairs), _FIELDS)]
        case Note():
            return _note(part.text, zone, quoted=part.quoted)
        case Choices():
            return [_actions(part.options, number)] if part.options else []
        case Form():
            return [_section(f"*{listed(part.title)}*")]
    return _in_words(part, zone)


def _in_words(part: Drawn | Table | Progress, zone: str) -> list[Block]:
    match part:
        case Bars():
            return [_section(_fenced(bar(part)))] if part.rows else []
        case Heat():
            return [_section(_fenced(shaded(part)))]
        case Table():
            return [_section(_fenced(tabled(part, zone)))] if part.rows else []
        case Progress():
            return [_section(progress(part))]
    return [_section(_cut(trend_in_words(part)))]


def _note(text: Text, zone: str, *, quoted: bool) -> list[Block]:
    said = mrkdwn(text, zone)
    return [_section(f"> {said}" if quoted else said)] if said.strip() else []


def _header(title: str) -> Block:
    said = plain((title,), "UTC") or "Tuppence"
    shown = said if len(said) <= _HEADER else said[: _HEADER - 1] + "…"
    return {"type": "header", "text": {"type": "plain_text", "text": shown, "emoji": False}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text), "verbatim": True}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _fields(part: Facts, zone: str, start: int) -> Block:
    pairs = part.pairs[start : start + _FIELDS]
    texts = [f"{listed(label)}\n*{mrkdwn(value, zone)}*" for label, value in pairs]
    fields = [{"type": "mrkdwn", "text": _cut(text, 1900), "verbatim": True} for text in texts]
    return {"type": "section", "fields": fields}


def _picture(picture: Picture) -> list[Block]:
    return [{"type": "image", "slack_file": {"id": picture.file_id}, "alt_text": picture.alt[:1900]}]


def _actions(options: tuple[Choice, ...], number: int) -> Block:
    shown = options[:_BUTTONS]
    return {"type": "actions", "elements": [_button(each, number * 100 + n) for n, each in enumerate(shown)]}


def _button(choice: Choice, number: int) -> Block:
    button: Block = {"type": "button", "action_id": f"{choice.command}#{number}",
                     "text": {"type": "plain_text", "text": choice.label[:75], "emoji": False},
                     "value": json.dumps(dict(choice.arguments), separators=(",", ":"))[:_VALUE]}  # fmt: skip
    if choice.style in _STYLES:
        button["style"] = _STYLES[choice.style]
    if choice.confirm:
        button["confirm"] = _confirmation(choice)
    return button


def _confirmation(choice: Choice) -> Block:
    def text(said: str, limit: int) -> Block:
        return {"type": "plain_text", "text": said[:limit], "emoji": False}

    return {"title": text(f"{choice.label}?", 100), "text": text(choice.confirm, 300),
            "confirm": text(choice.label, 30), "deny": text("Not now", 30)}  # fmt: skip


def _fenced(text: str) -> str:
    return f"```\n{_cut(text)}\n```"


def _cut(text: str, limit: int = _TEXT) -> str:
    if len(text) <= limit:
        return text
    lines = text[: limit - 40].rsplit("\n", 1)[0]
    return f"{lines}\n… the rest is left out here"


def _bounded(blocks: list[Block]) -> list[Block]:
    if len(blocks) <= _BLOCKS:
        return blocks
    return [*blocks[: _BLOCKS - 1], _context(f"{len(blocks) - _BLOCKS + 1} more parts are left out here")]
