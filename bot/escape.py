"""Foreign text is made harmless in one place: nothing in it can mention, link, format, hide or turn the line around."""

from __future__ import annotations

import re
import unicodedata

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKS = {"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_INSIDE = re.compile(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")
_LONG = re.compile(r"(\S{40})\S{20,}?([”.,;:?!]*)(?=\s|$)")
_SENTENCE = 400
_APART = "\u2060"  # WORD JOINER: parts `@` from a name without showing


def clean(text: str) -> str:
    """*text* without control, direction and zero-width characters; breaks of line become spaces."""
    spaced = " ".join(text.split())
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in _INVISIBLE)


def brief(text: str) -> str:
    """*text* with its longest words and its end cut, for a sentence that repeats what somebody typed."""
    words = _LONG.sub(r"\1…\2", clean(text))
    return words if len(words) <= _SENTENCE else f"{words[: _SENTENCE - 1]}…"


def escaped(text: str) -> str:
    """*text* as it may stand in mrkdwn: it shows what was written, and does nothing."""
    inside = _INSIDE.sub("\0", clean(text))  # an underscore inside a word formats nothing and may stay
    shown = "".join(_ENTITIES.get(letter) or _MARKS.get(letter, letter) for letter in inside).replace("\0", "_")
    return shown.replace("@", f"@{_APART}").replace("://", f":{_APART}//")
