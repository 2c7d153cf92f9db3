"""Forms as modals, and what Slack sends back as the values of a command's arguments."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.escape import clean
from finops.errors import Unclear
from finops.report import Blank, Form

_NAMED = re.compile(r"<([#@!])([^|>]*)(?:\|([^>]*))?>")
_LINK = re.compile(r"<(?:https?://|mailto:)[^|>]*(?:\|([^>]*))?>")
_SHORT, _LONG = 150, 500


def modal(form: Form, *, private: Mapping[str, Any]) -> dict[str, Any]:
    """*form* as a view; *private* travels along unseen."""
    return {
        "type": "modal",
        "callback_id": form.command,
        "private_metadata": json.dumps(dict(private)),
        "title": _plain(form.title, 24),
        "submit": _plain(form.submit, 24),
        "close": _plain("Cancel", 24),
        "blocks": [_input(blank) for blank in form.blanks],
    }


def waiting() -> dict[str, Any]:
    """What is open until the form, or the answer, is known."""
    return told("One moment…")


def told(text: str) -> dict[str, Any]:
    """A modal that says *text*, which is Slack's own mark-up."""
    return answer("Tuppence", [{"type": "section", "text": {"type": "mrkdwn", "text": text[:3000], "verbatim": True}}])


def answer(title: str, blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A modal that only shows something."""
    return {"type": "modal", "title": _plain(clean(title), 24), "close": _plain("Close", 24), "blocks": list(blocks)}


def values(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by argument."""
    state = view["state"]["values"]
    return {block: unescaped(_said(next(iter(inputs.values())))) for block, inputs in state.items()}


def errors(view: Mapping[str, Any], unclear: Unclear) -> dict[str, str]:
    """The sentence of *unclear* at the field it is about, or at the first."""
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return {unclear.field if unclear.field in fields else fields[0]: str(unclear)[:1900]}


def command_of(action_id: str) -> str:
    """The command that a button types: `approve` of `approve#0`."""
    return action_id.partition("#")[0]


def unescaped(text: str) -> str:
    """What a person typed, from what Slack made of it: `<@U1|ann>` is `@ann`, `&amp;` is `&`."""
    linked = _LINK.sub(lambda found: found[1] or found[0].strip("<>"), text)
    named = _NAMED.sub(lambda found: f"{found[1]}{found[3] or found[2]}", linked)
    return html.unescape(named).strip()


def _input(blank: Blank) -> dict[str, Any]:
    block = {"type": "input", "block_id": blank.argument, "label": _plain(blank.label, 200),
             "optional": blank.optional, "element": _select(blank) if blank.options else _text(blank)}  # fmt: skip
    return block | ({"hint": _plain(blank.hint, 200)} if blank.hint else {})


def _text(blank: Blank) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": blank.argument, "multiline": blank.long,
               "max_length": _LONG if blank.long else _SHORT}  # fmt: skip
    return element | ({"initial_value": blank.value} if blank.value else {})


def _select(blank: Blank) -> dict[str, Any]:
    options = {name: {"text": _plain(name, 75), "value": name[:150]} for name in blank.options[:100]}
    element = {"type": "static_select", "action_id": blank.argument, "options": list(options.values())}
    return element | ({"initial_option": options[blank.value]} if blank.value in options else {})


def _said(element: Mapping[str, Any]) -> str:
    if element["type"] == "static_select":
        return str((element.get("selected_option") or {}).get("value", ""))
    return str(element.get("value") or "")


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": text[:limit], "emoji": False}
