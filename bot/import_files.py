"""Imports: the files of one command are recognised, joined by kind, published, and each told what became of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from bot.escape import clean
from bot.intake import Intake
from bot.printed import delivered
from bot.redaction import blotted
from bot.terminal import intake, person
from finops.batch import Batch, Delivery, Format
from finops.errors import BadFile, FinopsError, Unclear
from sources._base import FileSource
from sources._files.reading import pieces, unfolded
from sources._files.recognition import Kinds, Recognised, best_layout, recognised
from sources.focus import MIXED
from storage.parquet_files import columns_of


@dataclass(frozen=True)
class Choices:
    """The options of one import, see `tuppence import --help`."""

    strict: bool = False
    replace: bool = False
    add: bool = False
    dates: str = ""
    source: str = ""
    dry_run: bool = False

    def applied(self, batch: Batch) -> Batch:
        """*batch* as these choices say; what the vendor always writes alike stays so unless told otherwise."""
        return replace(batch, replace=self.replace, add=self.add, dates=self.dates or batch.dates,
                       source=self.source or batch.source)  # fmt: skip


@dataclass
class _Group:
    """The pieces of one kind that make one delivery: plain files by what each is called."""

    kind: str
    source: FileSource
    form: Format
    files: dict[str, Path] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class _Outcome:
    """What became of the files of a command: lines to print, problems by file, and whether rows were held back."""

    problems: dict[str, str] = field(default_factory=dict)
    held: bool = False
    kept: bool = False


def import_files(
    home: Path, files: Sequence[Path], kinds: Kinds, choices: Choices, kind: str, settings: Mapping[str, Any]
) -> None:
    """Take *files* in, as *kind* or, where it is empty, each as it is recognised; exit with 2 if one failed, with 1 if
    strictness kept nothing because of a row."""
    if choices.replace and choices.add:
        raise Unclear("--replace and --add contradict each other; choose one of them.")
    at_home, outcome = intake(home), _Outcome()
    with TemporaryDirectory(prefix="tuppence-") as folder:
        named = kinds[kind](**settings) if kind else None
        groups = _groups(files, Path(folder), kinds, kind, named, outcome)
        if choices.strict and outcome.problems:
            groups = []
        if choices.strict and len(groups) > 1:
            _tried(at_home, groups, choices, outcome)
            groups = [] if outcome.problems or outcome.held else groups
        for group in groups:
            _publish(at_home, group, choices, outcome, told=not kind or len(groups) > 1)
    _finish(outcome, choices, one=bool(kind) and len(files) == 1)


def _groups(
    files: Sequence[Path], folder: Path, kinds: Kinds, kind: str, named: FileSource | None, outcome: _Outcome
) -> list[_Group]:
    groups: dict[tuple[object, ...], _Group] = {}
    for number, (name, file) in enumerate(_named(files).items()):
        into = folder / str(number)
        into.mkdir()
        for found in pieces(file, name, into, columns_of):
            try:
                piece = _as_named(found, kind, named) if named else recognised(found, kinds)
                _join(groups, piece, into)
            except BadFile as error:
                outcome.problems[found.name] = str(error)
    return [group for group in groups.values() if not _is_mixed(group, groups.values(), outcome)]


def _is_mixed(group: _Group, groups: Iterable[_Group], outcome: _Outcome) -> bool:
    """Whether the files of an export that is one delivery are written in several ways."""
    forms = {each.form for each in groups if each.kind == group.kind}
    if not group.source.one_export or len(forms) == 1:
        return False
    outcome.problems |= dict.fromkeys(group.files, MIXED)
    return True


def _as_named(found: Any, kind: str, source: FileSource) -> Recognised:
    columns = source.batch(()).columns.values()
    layout = best_layout(found, [name for column in columns for name in column.names])
    return Recognised(found.name, kind, source, layout)


def _join(groups: dict[tuple[object, ...], _Group], piece: Recognised, folder: Path) -> None:
    file, form = piece.layout.write(folder), piece.layout.form
    if piece.source.unfolds(form):
        file, form = unfolded(piece.source, file, form, piece.name, folder), Format.JSONL
    key = (piece.kind, tuple(piece.source.model_dump().items()), form)
    group = groups.setdefault(key, _Group(piece.kind, piece.source, form))
    group.files[piece.name] = file
    group.notes += piece.layout.notes


def _named(files: Sequence[Path]) -> dict[str, Path]:
    """What each file is called: by its name alone, unless another has the same."""
    apart = list(dict.fromkeys(files))
    short = [file.name for file in apart]
    return {_printable(file.name if short.count(file.name) == 1 else str(file)): file for file in apart}


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _tried(at_home: Intake, groups: Sequence[_Group], choices: Choices, outcome: _Outcome) -> None:
    """Where all is kept or nothing, every delivery is tried before the first is kept."""
    for group in groups:
        try:
            deliveries = [_delivered(at_home, batch, choices, dry=True) for batch in _batches(group, choices)]
        except FinopsError as error:
            outcome.problems |= dict.fromkeys(group.files, str(error))
            continue
        outcome.held |= any(each.quarantined for each in deliveries)


def _batches(group: _Group, choices: Choices) -> Iterator[Batch]:
    for batch in group.source.batches(tuple(group.files.values()), group.form):
        yield choices.applied(batch)


def _delivered(at_home: Intake, batch: Batch, choices: Choices, *, dry: bool) -> Delivery:
    """What became of *batch*, or (*dry*) what would."""
    return at_home.facts.publish(batch, at_home.clock(), choices.strict, dry_run=dry, who=person())


def _publish(at_home: Intake, group: _Group, choices: Choices, outcome: _Outcome, *, told: bool) -> None:
    """Publish what is good of *group*: a file that is refused is left out, and the others are tried again."""
    while group.files:
        try:
            batches = list(_batches(group, choices))
            deliveries = [_delivered(at_home, batch, choices, dry=choices.dry_run) for batch in batches]
        except FinopsError as error:
            _leave_out(group, str(error), outcome)
            continue
        for name in group.files if told else ():
            click.echo(clean(f"{name}: {group.source.title or group.kind}"))
        for batch, delivery in zip(batches, deliveries, strict=True):
            _tell(group, batch, delivery, outcome, at_home.settings.company.currency, several=len(batches) > 1)
        return


def _leave_out(group: _Group, problem: str, outcome: _Outcome) -> None:
    """The file that *problem* names, or all of *group* where it names none."""
    naming = [name for name, file in group.files.items() if problem.startswith((name, file.name))]
    for name in [max(naming, key=len)] if naming else list(group.files):
        outcome.problems[name] = problem
        del group.files[name]


def _tell(group: _Group, batch: Batch, delivery: Delivery, outcome: _Outcome, currency: str, *, several: bool) -> None:
    notes = (*dict.fromkeys(group.notes), *delivery.notes)
    said = delivered(replace(delivery, notes=notes), currency)
    click.echo(f"{batch.dataset}: {said}" if several else said)
    outcome.held |= bool(delivery.quarantined)
    outcome.kept |= delivery.published
    if delivery.useless:
        outcome.problems[", ".join(group.files)] = ""


def _finish(outcome: _Outcome, choices: Choices, *, one: bool) -> None:
    said = [problem for problem in dict.fromkeys(outcome.problems.values()) if problem]
    if said and not one:
        failed = sum(bool(problem) for problem in outcome.problems.values())
        click.echo(f"{failed} {'file' if failed == 1 else 'files'} could not be imported:", err=True)
    for problem in said:
        click.echo(blotted(clean(problem) if one else f"  {clean(problem)}"), err=True)
    if said and choices.strict and not outcome.kept and not one:
        click.echo("Nothing was kept (--strict).", err=True)
    if choices.strict and outcome.held and not said:
        sys.exit(1)
    if outcome.problems:
        sys.exit(2)
