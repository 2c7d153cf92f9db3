"""Recognition: which format a piece has, by its columns; and what to say of one that has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from finops.errors import BadFile
from sources._base import FileSource, Signature
from sources._files.found import Found, Layout

_NAMED = 8
Kinds = Mapping[str, type[FileSource]]


@dataclass(frozen=True)
class Recognised:
    """A piece whose format is known: the *kind*, its source, and the *layout* to read it by."""

    name: str
    kind: str
    source: FileSource
    layout: Layout


def recognised(found: Found, kinds: Kinds) -> Recognised:
    """What *found* is among *kinds*: of several the one that needs most columns. BadFile says what it looks like, which
    columns are missing, and what to do."""
    if found.problem:
        raise BadFile(found.problem)
    fitting = [
        (len(signature.columns), -place, kind, signature, layout)
        for place, layout in enumerate(found.layouts)
        for kind, signature in _signatures(kinds)
        if not signature.missing(layout.columns) and not signature.excluded(layout.columns)
    ]
    if not fitting:
        raise BadFile(_unknown(found, kinds))
    *_, kind, signature, layout = max(fitting, key=lambda each: each[:2])
    return Recognised(found.name, kind, kinds[kind](**signature.settings), layout)


def best_layout(found: Found, names: Sequence[str]) -> Layout:
    """The layout of *found* that has most of *names*, for a kind that was named; BadFile if there is none."""
    if found.problem:
        raise BadFile(found.problem)
    wanted = {name.lower() for name in names}
    return max(found.layouts, key=lambda each: len(wanted & {column.lower() for column in each.columns}))


def _signatures(kinds: Kinds) -> Iterator[tuple[str, Signature]]:
    return ((name, signature) for name, kind in kinds.items() for signature in kind.signatures)


def _unknown(found: Found, kinds: Kinds) -> str:
    near = [
        (1 - len(missing) / len(signature.columns), -len(missing), kind, missing)
        for layout in found.layouts
        for kind, signature in _signatures(kinds)
        if (missing := signature.missing(layout.columns)) and not signature.excluded(layout.columns)
    ]
    share, _, kind, missing = max(near, default=(0, 0, "", []), key=lambda each: each[:2])
    if share >= 0.5:
        columns = f"column {missing[0]} is" if len(missing) == 1 else f"columns {', '.join(missing)} are"
        return (f"{found.name} looks like {kinds[kind].title}, but the {columns} missing; export it again with "
                f"{'it' if len(missing) == 1 else 'them'}, or rename what your file calls so.")  # fmt: skip
    names = max((layout.columns for layout in found.layouts), key=len)
    shown = ", ".join(name[:40] for name in names[:_NAMED] if name) + (" …" if len(names) > _NAMED else "")
    return (f"{found.name} is in none of the formats that are recognised; its columns are {shown}. Name a format, as "
            "in “tuppence import requests FILE”, to see what it lacks; docs/import.md lists all.")  # fmt: skip
