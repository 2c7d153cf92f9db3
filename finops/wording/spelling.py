"""Words as people shorten and spell them, made whole: `yday`, `last wk`, `w/o`, `top five`, `jan '26`."""

from __future__ import annotations

import re

from finops.naming import split

FILTER = re.compile(r"-?[A-Za-z_-]+:.")
DASHES = ("-", "–", "—")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WHOLE = {
    "yday": "yesterday", "yest": "yesterday", "wk": "week", "wks": "weeks", "mo": "month", "mos": "months",
    "mth": "month", "mths": "months", "qtr": "quarter", "qtrs": "quarters", "yr": "year", "yrs": "years",
    "hrs": "hours", "reqs": "requests", "toks": "tokens", "prev": "previous", "w/o": "without", "w/": "with",
    "whats": "what", "w/w": "wow", "m/m": "mom", "y/y": "yoy", "+": "and", "pls": "please", "plz": "please",
    "avg": "average", **{word: str(number) for number, word in enumerate(_NUMBERS, 1)},
}  # fmt: skip
_MARKS, _POSSESSIVE, _YEAR = "?!;:.()[]*_\"'’", re.compile(r"['’]s$"), re.compile(r"^['’](\d\d)\W*$")


def spelled(text: str) -> list[str]:
    """The words without their marks; commas are words, filters stay as they are."""
    found = []
    for word in split(text):
        if FILTER.match(word):
            found.append(word)
            continue
        for part in re.split(r"(,)", word.lower()):
            plain = _YEAR.sub(r"20\1", _POSSESSIVE.sub("", part.strip())).strip(_MARKS)
            found += [_POSSESSIVE.sub("", plain)] if plain else []
    return found


def whole(word: str) -> str:
    """What *word* is short for, in the spelling that figures have here; itself if it is whole."""
    return _WHOLE.get(word) or re.sub(r"ization(?=s?$)", "isation", word)
