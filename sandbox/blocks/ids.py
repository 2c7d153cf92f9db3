"""Gives blocks and elements the ids Slack makes up when the app gave none."""

import secrets
from typing import Any

_PASSIVE = {"image", "plain_text", "mrkdwn"}
_HOLDERS = ("elements", "actions")


def identified(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks with a block_id each, and an action_id on everything that can be pressed or filled."""
    return [_block(block) for block in blocks]


def _block(block: dict[str, Any]) -> dict[str, Any]:
    named = {"block_id": _made(), **block}
    if block["type"] in ("rich_text", "carousel", "context"):
        return named
    for key in _HOLDERS:
        if key in block:
            named[key] = [_element(one) for one in block[key]]
    for key in ("accessory", "element"):
        if key in block:
            named[key] = _element(block[key])
    if "child_blocks" in block:
        named["child_blocks"] = identified(block["child_blocks"])
    return named


def _element(element: dict[str, Any]) -> dict[str, Any]:
    return element if element["type"] in _PASSIVE else {"action_id": _made(), **element}


def _made() -> str:
    return secrets.token_urlsafe(4)[:5]
