"""config.yaml as it is written: what it holds, and in which line a setting stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from finops.errors import BadConfig

_SAID = {"extra_forbidden": "there is no such setting", "model_type": "settings by name belong below it"}


def parsed(file: Path) -> dict[str, Any]:
    """The settings that *file* holds, those that say nothing left out; none if it is not there."""
    text = _text(file)
    try:
        found = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)  # what is written there may be a secret and is not shown
        where = f"{file}, line {mark.line + 1}" if mark else str(file)
        raise BadConfig(f"{where}: this is not YAML: {getattr(error, 'problem', '')}.") from None
    if not isinstance(found, dict):
        raise BadConfig(f"{file} must hold settings by name.")
    if "home" in found:
        raise BadConfig(f"{_place(file, text, ['home'])}: there is no such setting; use --home or TUPPENCE_HOME.")
    return {name: value for name, value in found.items() if value is not None}


def complaint(file: Path, error: ValidationError) -> str:
    """The first thing that is wrong with what *file* holds, and in which line."""
    first = error.errors()[0]
    said = _SAID.get(first["type"], first["msg"].removeprefix("Value error, "))
    return f"{_place(file, _text(file), [str(step) for step in first['loc']])}: {said}."


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
