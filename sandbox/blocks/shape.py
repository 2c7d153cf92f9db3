"""Small checks that compose into the shape of a JSON value, and the problems they find."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Checked = Iterator["Problem"]
Check = Callable[[Any, str], Checked]


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse: where, and why."""

    pointer: str
    message: str
    constraint: Json | None = None

    def __str__(self) -> str:
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


def text(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, at: str) -> Checked:
        if not isinstance(value, str):
            yield Problem(at, "must provide a string")
        elif len(value) < least:
            yield Problem(at, f"must be more than {least - 1} characters")
        elif len(value) > most:
            yield Problem(at, f"must be less than {most + 1} characters", {"type": "max_length", "expected": most})

    return check


def flag(value: Any, at: str) -> Checked:
    """True or false."""
    if not isinstance(value, bool):
        yield Problem(at, "must provide a boolean")


def whole(least: int | None = None, most: int | None = None) -> Check:
    """A whole number within bounds."""

    def check(value: Any, at: str) -> Checked:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(at, "must provide an integer")
        elif (least is not None and value < least) or (most is not None and value > most):
            yield Problem(at, f"must be between {least} and {most}")

    return check


def number(value: Any, at: str) -> Checked:
    """Any number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield Problem(at, "must provide a number")


def positive(value: Any, at: str) -> Checked:
    """A number above zero."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield Problem(at, "must provide a number")
    elif value <= 0:
        yield Problem(at, "must be greater than 0")


def choice(*words: str) -> Check:
    """One of the given words."""

    def check(value: Any, at: str) -> Checked:
        if value not in words:
            yield Problem(at, f"unsupported value: {value}", {"type": "enum", "expected": list(words)})

    return check


def pattern(expression: str) -> Check:
    """A string that matches as a whole."""

    def check(value: Any, at: str) -> Checked:
        if not isinstance(value, str) or not re.fullmatch(expression, value):
            yield Problem(at, f"must match {expression}")

    return check


def many(check_one: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` things that each pass."""

    def check(value: Any, at: str) -> Checked:
        if not isinstance(value, list):
            yield Problem(at, "must provide an array")
            return
        if len(value) > most:
            yield Problem(at, f"no more than {most} items allowed", {"type": "max_items", "expected": most})
        if len(value) < least:
            yield Problem(at, f"must provide at least {least} items")
        for index, one in enumerate(value):
            yield from check_one(one, f"{at}/{index}")

    return check


def shape(needed: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Check) -> Check:
    """An object with exactly these keys; the rules are asked only once every key fits."""
    known = {**needed, **(optional or {})}

    def check(value: Any, at: str) -> Checked:
        if not isinstance(value, dict):
            yield Problem(at, "must provide an object")
            return
        problems = [*_keys(value, at, needed, known), *_values(value, at, known)]
        yield from problems or (problem for rule in rules for problem in rule(value, at))

    return check


def _keys(value: Json, at: str, needed: Iterable[str], known: Iterable[str]) -> Checked:
    for key in needed:
        if key not in value:
            yield Problem(at, f"missing required field: {key}")
    for key in value:
        if key not in known:
            yield Problem(at, f"invalid additional property: {key}")


def _values(value: Json, at: str, known: Mapping[str, Check]) -> Checked:
    for key, check in known.items():
        if key in value:
            yield from check(value[key], f"{at}/{key}")


def kinds(table: Mapping[str, Check]) -> Check:
    """An object whose `type` says which shape the rest of it has."""

    def check(value: Any, at: str) -> Checked:
        if not isinstance(value, dict):
            yield Problem(at, "must provide an object")
        elif "type" not in value:
            yield Problem(at, "missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in table:
            expected: Json = {"type": "enum", "expected": sorted(table)}
            yield Problem(f"{at}/type", f"unsupported type: {value['type']}", expected)
        else:
            yield from table[value["type"]]({key: one for key, one in value.items() if key != "type"}, at)

    return check


def exactly_one(*keys: str) -> Check:
    """A rule: one of the keys, and no second."""

    def check(value: Any, at: str) -> Checked:
        if sum(key in value for key in keys) != 1:
            yield Problem(at, f"must provide exactly one of: {', '.join(keys)}")

    return check


def at_least_one(*keys: str) -> Check:
    """A rule: one or more of the keys."""

    def check(value: Any, at: str) -> Checked:
        if not any(key in value for key in keys):
            yield Problem(at, f"must provide at least one of: {', '.join(keys)}")

    return check
