"""config.yaml as it is written: what it holds, and in which line a setting stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from finops.errors import BadConfig

_SAID = {
    "it is missing": ("missing",),
    "there is no such setting": ("extra_forbidden",),
    "settings by name belong below it": ("model_type", "mapping_type", "dict_type", "model_attributes_type"),
    "a list belongs here": ("tuple_type", "list_type", "set_type", "frozen_set_type"),
    "a text belongs here": ("string_type",),
    "a number belongs here": ("decimal_parsing", "decimal_type", "float_parsing", "float_type", "finite_number"),
    "a whole number belongs here": ("int_type", "int_parsing", "int_from_float"),
    "true or false belongs here": ("bool_parsing", "bool_type"),
    "a day belongs here, like 2027-01-31": ("date_parsing", "date_type", "date_from_datetime_parsing",
                                            "date_from_datetime_inexact"),
    "it has to be {expected}": ("literal_error", "enum"),
    "it has to be above {gt}": ("greater_than",),
    "it has to be {ge} or more": ("greater_than_equal",),
    "it has to be below {lt}": ("less_than",),
    "it has to be {le} or less": ("less_than_equal",),
    "it has to match {pattern}": ("string_pattern_mismatch",),
    "it needs {min_length} characters or more": ("string_too_short",),
    "it may have {max_length} characters at most": ("string_too_long",),
    "it needs {min_length} or more": ("too_short",),
}  # fmt: skip
"""What is wrong, and what pydantic calls that; what is written there may be a secret and is not shown."""


class _WrittenTwice(yaml.MarkedYAMLError):
    """A setting that is written twice: one of them would not count."""


class _Once(yaml.SafeLoader):
    """Reads YAML in which every setting is written once."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """The settings that are written below one; _WrittenTwice where the second of a name stands."""
        node = super().compose_mapping_node(anchor)
        names = [(key.value, key.start_mark) for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for place, (name, mark) in enumerate(names):
            if name in (each for each, _ in names[:place]):
                raise _WrittenTwice(problem=f"“{name[:40]}” is written twice", problem_mark=mark)
        return node


def parsed(file: Path) -> dict[str, Any]:
    """The settings that *file* holds, those that say nothing left out; none if it is not there."""
    text = _text(file)
    try:
        found = _Once(text).get_single_data() or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)  # what is written there may be a secret and is not shown
        where = f"{file}, line {mark.line + 1}" if mark else str(file)
        problem, twice = getattr(error, "problem", ""), isinstance(error, _WrittenTwice)
        raise BadConfig(f"{where}: {problem if twice else f'this is not YAML: {problem}'}.") from None
    if not isinstance(found, dict):
        raise BadConfig(f"{file} must hold settings by name.")
    if "home" in found:
        raise BadConfig(f"{_place(file, text, ['home'])}: there is no such setting; use --home or TUPPENCE_HOME.")
    return {name: value for name, value in found.items() if value is not None}


def complaint(file: Path, error: ValidationError) -> str:
    """The first thing that is wrong with what *file* holds, and in which line."""
    first = error.errors()[0]
    ours = next((said for said, kinds in _SAID.items() if first["type"] in kinds), "")
    said = ours.format(**first.get("ctx", {})) if ours else first["msg"].removeprefix("Value error, ")
    path = [str(step) for step in first["loc"]]
    return f"{_place(file, _text(file), path) if path else file}: {said}."


def located(home: Path, *path: str) -> str:
    """Where the setting *path* is written: `…/config.yaml, line 7: budgets.search.target`."""
    file = home / "config.yaml"
    return _place(file, _text(file), list(path))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except UnicodeDecodeError:
        raise BadConfig(f"{file} is no text in UTF-8.") from None
    except OSError as error:
        raise BadConfig(f"{file} cannot be read: {error.strerror}.") from None


def _place(file: Path, text: str, path: list[str]) -> str:
    line = _line(yaml.compose(text) if text.strip() else None, path)
    return f"{file}{f', line {line}' if line else ''}: {'.'.join(path)}"


def _line(node: yaml.Node | None, path: list[str]) -> int | None:
    line = None
    for step in path:
        found = next(((key, value) for key, value in _held(node) if step == str(getattr(key, "value", key))), None)
        if found is None:
            break
        line, node = (found[1] if isinstance(found[0], int) else found[0]).start_mark.line + 1, found[1]
    return line


def _held(node: yaml.Node | None) -> list[tuple[Any, yaml.Node]]:
    """What lies below *node*: by key, or by place in a list."""
    if isinstance(node, yaml.SequenceNode):
        return list(enumerate(node.value))
    return node.value if isinstance(node, yaml.MappingNode) else []
