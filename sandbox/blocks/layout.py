"""Layout blocks, and which of them may stand in a message, a modal and a Home tab."""

from collections.abc import Mapping

from sandbox.blocks import elements
from sandbox.blocks.figures import DATA_TABLE, DATA_VISUALIZATION, TABLE
from sandbox.blocks.rich import RICH_TEXT
from sandbox.blocks.shape import (
    Check,
    Checked,
    Json,
    Problem,
    at_least_one,
    choice,
    exactly_one,
    flag,
    kinds,
    many,
    shape,
    text,
)
from sandbox.blocks.text import ID, PICTURE, PICTURE_ELEMENT, URL, plain, worded


def _ids_differ(value: Json, at: str) -> Checked:
    ids = [element["action_id"] for element in value["elements"] if "action_id" in element]
    if len(set(ids)) < len(ids):
        yield Problem(f"{at}/elements", "action_id must be unique within a block")


def _collapsible(value: Json, at: str) -> Checked:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield Problem(f"{at}/default_collapsed", "requires is_collapsible")


def _words_only(most: int) -> Mapping[str, Check]:
    return {"plain_text": _sized(most, "emoji"), "mrkdwn": _sized(most, "verbatim")}


def _sized(most: int, option: str) -> Check:
    return shape({"text": text(most)}, {option: flag})


_EVERYWHERE: Mapping[str, Check] = {
    "section": shape(
        {},
        {
            "text": worded(3000),
            "fields": many(worded(2000), 10),
            "accessory": kinds(elements.SECTION),
            "expand": flag,
            "block_id": ID,
        },
        at_least_one("text", "fields"),
    ),
    "header": shape({"text": plain(150)}, {"block_id": ID}),
    "divider": shape({}, {"block_id": ID}),
    "context": shape({"elements": many(kinds({**_words_only(3000), "image": PICTURE_ELEMENT}), 10)}, {"block_id": ID}),
    "actions": shape({"elements": many(kinds(elements.ACTIONS), 25)}, {"block_id": ID}, _ids_differ),
    "context_actions": shape({"elements": many(kinds(elements.CONTEXT_ACTIONS), 5)}, {"block_id": ID}, _ids_differ),
    "image": shape(
        {"alt_text": text(2000)},
        {**PICTURE, "title": plain(2000), "block_id": ID},
        exactly_one("image_url", "slack_file"),
    ),
    "input": shape(
        {"label": plain(2000), "element": kinds(elements.INPUT)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag, "block_id": ID},
    ),
    "rich_text": RICH_TEXT,
    "video": shape(
        {"alt_text": text(2000), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
        {
            "title_url": URL,
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": text(100),
            "author_name": text(49),
            "block_id": ID,
        },
    ),
}

_CARD = shape(
    {},
    {
        "hero_image": kinds({"image": PICTURE_ELEMENT}),
        "icon": kinds({"image": PICTURE_ELEMENT}),
        "title": worded(150),
        "subtitle": worded(150),
        "body": worded(200),
        "actions": many(kinds({"button": elements.BUTTON}), 25),
        "block_id": ID,
    },
    at_least_one("hero_image", "title", "body", "actions"),
)
_INSIDE = {name: _EVERYWHERE[name] for name in ("section", "context", "divider", "image", "actions")}
_CONTAINER = shape(
    {"child_blocks": many(kinds({**_INSIDE, "table": TABLE}), 10)},
    {
        "title": plain(150),
        "rich_text_title": kinds({"rich_text": RICH_TEXT}),
        "subtitle": worded(150),
        "width": choice("narrow", "standard", "wide", "full"),
        "icon": kinds({"image": PICTURE_ELEMENT}),
        "is_collapsible": flag,
        "default_collapsed": flag,
        "has_header_divider": flag,
        "block_id": ID,
    },
    at_least_one("title", "rich_text_title"),
    _collapsible,
)
_SOURCE = kinds({"url": shape({"url": URL, "text": text(3000)})})
_TASK = shape(
    {
        "task_id": ID,
        "title": text(3000),
        "status": choice("pending", "in_progress", "complete", "error"),
    },
    {
        "details": kinds({"rich_text": RICH_TEXT}),
        "output": kinds({"rich_text": RICH_TEXT}),
        "sources": many(_SOURCE, 50),
        "block_id": ID,
    },
)

IN_VIEW: Mapping[str, Check] = _EVERYWHERE
IN_MESSAGE: Mapping[str, Check] = {
    **_EVERYWHERE,
    "markdown": shape({"text": text(12_000)}, {"block_id": ID}),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "card": _CARD,
    "carousel": shape({"elements": many(kinds({"card": _CARD}), 10)}, {"block_id": ID}),
    "container": _CONTAINER,
    "task_card": _TASK,
    "plan": shape({"title": text(3000)}, {"tasks": many(kinds({"task_card": _TASK}), 50), "block_id": ID}),
}
