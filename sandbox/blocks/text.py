"""Composition objects: text, options, confirmation, pictures."""

from sandbox.blocks.shape import Check, choice, exactly_one, flag, kinds, many, pattern, shape, text

ID = text(255)
URL = text(3000)


def plain(most: int) -> Check:
    """A plain_text object."""
    return kinds({"plain_text": shape({"text": text(most)}, {"emoji": flag})})


def worded(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    mrkdwn = shape({"text": text(most)}, {"verbatim": flag})
    return kinds({"plain_text": shape({"text": text(most)}, {"emoji": flag}), "mrkdwn": mrkdwn})


PLACEHOLDER = plain(150)
CONFIRM = shape(
    {"title": plain(100), "text": worded(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
OPTION = shape({"text": plain(75), "value": text(150)}, {"description": plain(75)})
MARKED_OPTION = shape({"text": worded(75), "value": text(150)}, {"description": worded(75)})
LINKED_OPTION = shape({"text": plain(75), "value": text(150)}, {"description": plain(75), "url": URL})
OPTION_GROUP = shape({"label": plain(75), "options": many(OPTION, 100)})
FILTER = shape(
    {},
    {
        "include": many(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
DISPATCH = shape({}, {"trigger_actions_on": many(choice("on_enter_pressed", "on_character_entered"), 2)})
SLACK_FILE = shape({}, {"id": pattern("F[A-Z0-9]{8,}"), "url": URL}, exactly_one("id", "url"))
PICTURE = {"image_url": URL, "slack_file": SLACK_FILE}
PICTURE_ELEMENT = shape({"alt_text": text(2000)}, PICTURE, exactly_one("image_url", "slack_file"))
