"""Writes the tables of these pages from the code: whatever is found in a plugin folder gets its row by itself."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

import commands
import finops.detectors
import finops.kpis
import sources
import targets
from bot.settings import Settings
from finops.command import Command
from finops.detector import Detector
from finops.digest import sections
from finops.digests.section import Section
from finops.discovery import instances, subclasses
from finops.forecasting import run_out as out
from finops.kpi import Kpi
from finops.moving import cost as moving
from finops.people import Audience
from finops.reconciling import merit as both
from sources._base import AskedSource, Source
from targets._base import Target

HERE = Path(__file__).parent
_EACH = "each"
_WRITTEN = "<!-- `make docs` writes this page from the code. -->"

Row = Sequence[str]


def main() -> None:
    """Write every page."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


def pages() -> Mapping[str, str]:
    """The pages by their file's name."""
    made = {
        "commands": _commands(),
        "kpis": _kpis(),
        "digests": _digests(),
        "detectors": _detectors(),
        "sources": _sources(),
        "targets": _targets(),
        "settings": _settings(),
    }
    return {f"{name}.md": f"{_WRITTEN}\n{text}\n" for name, text in made.items()}


def _commands() -> str:
    known = sorted(instances(commands, Command).values(), key=lambda each: each.name)
    rows = [(_code(each.usage), _line(each.about), _how(each)) for each in known]
    return _page("Commands", "Typed after `/finops`, or asked on the machine itself with `tuppence ask`, which decides "
                 "nothing.", _table(("usage", "does", "besides"), rows))  # fmt: skip


def _how(each: Command) -> str:
    said = ["opens a form for what is missing"] if each.opens else []
    return "; ".join([*said, *(["its buttons decide"] if each.decides else [])])


def _kpis() -> str:
    rows = [(_code(name), each.label, each.unit, each.better.value, _inputs(each), _line(each.about),
             each.needs) for name, each in instances(finops.kpis, Kpi).items()]  # fmt: skip
    head = ("name", "KPI", "unit", "better", "sums of", "formula, source, pitfall", "no data? it needs")
    apart = [f"* `{each.NAME}`: {each.ABOUT}" for each in (moving, out, both)]
    return _page("KPIs", "`/finops kpi NAME` and then any question: sums are made first, the KPI of each row after. "
                 "Its name may be said in words: `kpi cache hit rate by team`, `what is our cache hit rate`.",
                 _table(head, rows), "\n".join(["Three are more than one figure of sums:", *apart]))  # fmt: skip


def _inputs(each: Kpi) -> str:
    parts = (
        " ".join((_code(part.measure), *(_code(kept) for kept in part.where), part.ledger or "")).strip()
        for part in each.parts.values()
    )
    kept = (_code(name).replace("_", " ") for name in each.kept)
    return ", ".join([*map(_code, each.measures), *parts, *kept])


def _digests() -> str:
    said = [part for audience in Audience for part in (f"## {audience}", _sections(audience))]
    return _page("Digests", "Each begins with one sentence; a section without news is left out. *Thread*: it follows "
                 "below the message.", *said)  # fmt: skip


def _sections(audience: Audience) -> str:
    mine: list[Section] = [each for each in sections() if audience in each.audiences]
    rows = [(str(n), _code(each.name), _line(each.about), "thread" if each.detail else "message")
            for n, each in enumerate(sorted(mine, key=lambda each: each.detail), 1)]  # fmt: skip
    return _table(("", "section", "says", "where"), rows)


def _detectors() -> str:
    rows = [(_code(name), each.about, _line(inspect.getdoc(each.question) or ""))
            for name, each in instances(finops.detectors, Detector).items()]  # fmt: skip
    return _page("Detectors", "They look once an hour, after sources were asked, and at `tuppence detect`.",
                 _table(("name", "sees", "looks at"), rows))  # fmt: skip


def _sources() -> str:
    said = [part for name, each in subclasses(sources, Source).items() for part in _connected("sources", name, each)]
    return _page("Sources", "Files are taken in with `tuppence import`; the others are asked once an hour, and at "
                 "`tuppence collect`, if they are named below `sources:` in config.yaml.", *said)  # fmt: skip


def _targets() -> str:
    known = subclasses(targets, Target)  # type: ignore[type-abstract]
    said = [part for name, each in known.items() for part in _connected("targets", name, each)]
    return _page("Targets", "Where a limit is set and read back; named below `targets:` in config.yaml, and by a "
                 "budget's `target`.", *said)  # fmt: skip


def _connected(room: str, name: str, kind: type[BaseModel]) -> Iterator[str]:
    yield f"## {name}"
    yield _line(inspect.getdoc(inspect.getmodule(kind)) or "")
    yield _line(inspect.getdoc(kind) or "")
    if issubclass(kind, AskedSource):
        yield f"Delay: the last {kind.settles_after} day(s) may still be corrected, so they are read again each time."
    rows = [row[:3] for row in _fields(kind, f"{room}.{name}.")]
    if rows and (room == "targets" or issubclass(kind, AskedSource)):
        yield _table(("setting", "is", "default"), rows)


def _settings() -> str:
    return _page("Settings", "Everything in `config.yaml`, which lies in the home and may be left out. A value "
                 "`env:NAME` is taken from the variable NAME, or from the file that NAME_FILE names; `file:/path` from "
                 "that file, which must be readable by its owner alone.",
                 _table(("setting", "is", "default", "means"), list(_fields(Settings, ""))))  # fmt: skip


def _fields(model: type[BaseModel], above: str) -> Iterator[Row]:
    for name, info in model.model_fields.items():
        inner, key = _inner(info)
        path = f"{above}{name}"
        if path == "home":
            continue  # says where the file lies, so it cannot be written there
        if inner is None:
            yield _code(path), _kind(info), _default(info), _line(info.description or "")
        else:
            yield f"**{path}**", {"": "", _EACH: "list"}.get(key, "by name"), "", _line(inspect.getdoc(inner) or "")
            yield from _fields(inner, f"{path}.{f'<{key}>.' if key else ''}")


def _inner(info: FieldInfo) -> tuple[type[BaseModel] | None, str]:
    """The settings that a field holds, and how their key is called if it holds many."""
    kind, args = info.annotation, get_args(info.annotation)
    if get_origin(kind) is types.UnionType and args[1:] == (types.NoneType,):
        kind = args[0]
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return kind, ""
    if get_origin(kind) is dict and inspect.isclass(args[1]) and issubclass(args[1], BaseModel):
        return args[1], args[0].__name__.lower() if inspect.isclass(args[0]) and args[0] is not str else "name"
    if get_origin(kind) is tuple and inspect.isclass(args[0]) and issubclass(args[0], BaseModel):
        return args[0], _EACH
    return None, ""


def _kind(info: FieldInfo) -> str:
    return _called(info.annotation)


def _called(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        return _called(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return " or ".join(_called(each) for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is not None and get_origin(kind).__name__ == "Literal":
        return " or ".join(map(_code, get_args(kind)))
    if get_origin(kind) is not None and get_origin(kind) is not dict:
        return f"list of {_called(get_args(kind)[0])}"
    if get_origin(kind) is dict:
        return "by name"
    if issubclass(kind, StrEnum):
        return " or ".join(map(_code, kind))
    names = {str: "text", int: "whole number", bool: "yes or no", SecretStr: "secret"}
    return names.get(kind, str(kind.__name__).lower())


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**needed**"
    found = info.get_default(call_default_factory=True)
    if isinstance(found, SecretStr) or found in ("", None) or not (found or isinstance(found, bool | int)):
        return ""
    if isinstance(found, tuple):
        return _code(f"[{', '.join(map(str, found))}]")
    return _code({True: "true", False: "false"}[found] if isinstance(found, bool) else str(found))


def _page(title: str, says: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", says, *parts])


def _table(head: Row, rows: Sequence[Row]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _code(text: object) -> str:
    return f"`{text}`"


if __name__ == "__main__":
    main()
