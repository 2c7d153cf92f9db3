"""What a command is: arguments that words, buttons and forms fill, and a function that answers with a report."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from finops.desk import Ask
from finops.errors import Unclear
from finops.report import Form, Report

_CHOICE, _OPTIONAL = re.compile(r" \[(\w+)\|[^]]*]"), re.compile(r" \[[^]]*]")


class Arguments(BaseModel):
    """The arguments of a command: its fields in typing order. A field marked `Rest` takes all words that are left."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Nothing(Arguments):
    """For a command that takes no arguments."""


class Rest:
    """Marks the field that takes all words that are left: `Annotated[str, Rest]`."""


class Words(Arguments):
    """For a command whose arguments are a question in words."""

    words: Annotated[str, Rest] = ""


Run = Callable[[Ask, Any], Report]
Opens = Callable[[Ask, Mapping[str, str]], Form]
Lacks = Callable[[Mapping[str, str]], bool]
Tells = Callable[[Ask, Mapping[str, str]], bool]


def always(ask: Ask, values: Mapping[str, str]) -> bool:
    """For a command whose answers tell amounts."""
    return True


def never(ask: Ask, values: Mapping[str, str]) -> bool:
    """For a command whose answers tell no amounts, or none where the place shows none."""
    return False


@dataclass(frozen=True)
class Command:
    """One sub-command of /finops, called as its file is. Where *lacks* says that values are missing, *opens* gives the
    form for them. *amounts* says whether the answer to values tells amounts; that is refused where none are shown."""

    name: str
    usage: str
    about: str
    arguments: type[Arguments]
    run: Run
    amounts: Tells = always
    lacks: Lacks | None = None
    opens: Opens | None = None
    decides: bool = False

    @property
    def example(self) -> str:
        """Words that work when typed: of a choice the first, nothing that may be left out."""
        return _OPTIONAL.sub("", _CHOICE.sub(r" \1", self.usage))

    def form(self, values: Mapping[str, str]) -> Opens | None:
        """What gives the form for what *values* lack; None if they lack nothing, or there is no form."""
        return self.opens if self.lacks and self.lacks(values) else None

    def filled(self, values: Mapping[str, str]) -> Arguments:
        """The arguments that *values* give by name; Unclear names the first that is wrong."""
        try:
            return self.arguments(**{name: value for name, value in values.items() if value != ""})
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0]) if first["loc"] else ""
            raise Unclear(self._complaint(field, first), example=self.example, field=field) from None

    def values(self, words: list[str]) -> dict[str, str]:
        """The values by name that *words* give in order (or by name, as `seen:3`)."""
        fields = self.arguments.model_fields
        named = dict(
            w.split(":", 1) for w in words if w.split(":", 1)[0] in fields and ":" in w and _is_plain(fields, w)
        )
        loose = [w for w in words if not (":" in w and w.split(":", 1)[0] in named)]
        return _in_order(fields, named, loose, self)

    def _complaint(self, field: str, error: Any) -> str:
        what = field.replace("_", " ")
        if error["type"] == "missing":
            return f"The {what} is missing."
        if error["type"] == "value_error":
            return str(error["ctx"]["error"])
        return f"“{str(error['input'])[:30]}” does not fit as {what}: {error['msg']}."


def command(usage: str, arguments: type[Arguments] = Nothing, *, amounts: Tells = always, lacks: Lacks | None = None,
            opens: Opens | None = None, decides: bool = False) -> Callable[[Run], Command]:  # fmt: skip
    """Label a function as the command of its file; its docstring is its line in the help."""

    def labelled(run: Run) -> Command:
        name = run.__module__.rpartition(".")[2]
        return Command(name, usage, inspect.getdoc(run) or "", arguments, run, amounts, lacks, opens, decides)

    return labelled


def _is_plain(fields: Mapping[str, Any], word: str) -> bool:
    return Rest not in fields[word.split(":", 1)[0]].metadata


def _in_order(fields: Mapping[str, Any], named: dict[str, str], loose: list[str], known: Command) -> dict[str, str]:
    values = dict(named)
    for name, field in fields.items():
        if name in values or not loose:
            continue
        if Rest in field.metadata:
            values[name], loose = " ".join(loose), []
        else:
            values[name] = loose.pop(0)
    if loose:
        raise Unclear(f"I don't know what to do with “{loose[0]}”.", example=known.example)
    return values
