"""Typed text in the form Slack hands on: escaped, with mentions by id."""

import re

from sandbox import people

_MENTION = re.compile(r"(?<!\S)([@#])([\w.-]+)")


def escaped(text: str) -> str:
    """The text with Slack's three control characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_mentions(text: str, bot_names: tuple[str, ...] = (), named: bool = True) -> str:
    """Escaped text in which @people, @groups and #channels stand by id, with their name if `named`."""

    def mention(found: re.Match[str]) -> str:
        sign, word = found.group(1), found.group(2)
        return _by_id(sign, word, bot_names, named) or found.group(0)

    return _MENTION.sub(mention, escaped(text))


def _by_id(sign: str, word: str, bot_names: tuple[str, ...], named: bool) -> str | None:
    for group in people.GROUPS:
        if sign == "@" and word == group.handle:
            return f"<!subteam^{group.id}|@{group.handle}>" if named else f"<!subteam^{group.id}>"
    known = {"#": [(one.name, one.id) for one in people.CHANNELS]}
    known["@"] = [(one.name, one.id) for one in people.PEOPLE]
    known["@"] += [(name.lower(), people.BOT_USER) for name in bot_names]
    found = dict(known[sign]).get(word.lower())
    if found is None:
        return None
    return f"<{sign}{found}|{word}>" if named else f"<{sign}{found}>"
