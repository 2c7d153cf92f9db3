"""Columns: which columns of a file are ours, and the SQL that makes sound texts of what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from finops.batch import Batch, Format
from finops.errors import BadFile
from storage.quoting import literal, quoted

GUARDED = r"^'*([=+@\t\r\n-]|NULL$)"
_OWNING = frozenset({"team", "app", "application", "env", "environment", "key", "owner", "project", "cost_center"})

Present = Mapping[str, tuple[str, ...]]
"""What a file calls each of our columns that it has, the name that counts first before the others."""


def present(batch: Batch, file: str, header: Iterable[str]) -> Present:
    """Our columns that stand in *header*, in any case; BadFile names the mandatory ones that *file* lacks."""
    lower = {name.lower(): name for name in header}
    missing = [c.names[0] for c in batch.columns.values() if c.mandatory and not {*map(str.lower, c.names)} & {*lower}]
    if missing:
        names = f"column {missing[0]} is" if len(missing) == 1 else f"columns {', '.join(missing)} are"
        raise BadFile(f"{file}: the mandatory {names} missing; nothing of it was kept.")
    there = {ours: tuple(lower[name.lower()] for name in column.names if name.lower() in lower)
             for ours, column in batch.columns.items()}  # fmt: skip
    return {ours: names for ours, names in there.items() if names}


def ignored(header: Iterable[str], there: Present) -> set[str]:
    """The names in *header* that mean nothing to us."""
    return {name for name in _strange(header, there) if not _owns(name)}


Texts = tuple[list[str], dict[str, str]]
_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
            "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "DATE", "TIME")  # fmt: skip
"""Types whose texts have nothing that must be cut off."""


def texts(
    batch: Batch,
    header: Sequence[str],
    there: Present,
    kinds: Mapping[str, str] | None = None,
    guarded: AbstractSet[str] = frozenset(),
) -> Texts:
    """SQL: the sound text of each of our columns; and, by our name, what one column of the file alone writes. *kinds*
    are the types of its columns; without them all are texts. In those *guarded* a ' may stand before a text."""
    kinds = kinds or {}
    values = [value(batch, name, there.get(name, ()), kinds, guarded) for name in batch.columns]
    written = {ours: text(names[0], kinds) for ours, names in there.items()
               if len(names) == 1 and ours not in batch.constants}  # fmt: skip
    return _with_owners(batch, [name for name in _strange(header, there) if _owns(name)], values), written


def wanted(batch: Batch, header: Sequence[str], there: Present) -> list[str]:
    """The names in *header* that are read."""
    owners = [name for name in _strange(header, there) if _owns(name)] if "tags" in batch.columns else []
    return list(dict.fromkeys((*(name for names in there.values() for name in names), *owners)))


def text(name: str, kinds: Mapping[str, str]) -> str:
    """SQL: the text of the column *name* of a file; what is nested is JSON."""
    kind = kinds.get(name, "VARCHAR")
    if kind == "VARCHAR":
        return quoted(name)
    nested = kind.startswith(("MAP", "STRUCT")) or kind.endswith("[]")
    return f"to_json({quoted(name)})::VARCHAR" if nested else f"{quoted(name)}::VARCHAR"


def value(
    batch: Batch,
    ours: str,
    sources: Iterable[str],
    kinds: Mapping[str, str] | None = None,
    guarded: AbstractSet[str] = frozenset(),
) -> str:
    """SQL: the first of the columns *sources* that says anything, else the constant of the batch, without blanks around
    it."""
    kinds = kinds or {}
    said = [text(name, kinds) if kinds.get(name, "").startswith(_NUMERIC)
            else f"nullif(trim({_sound(batch, text(name, kinds), guarded=name in guarded)}), '')"
            for name in sources]  # fmt: skip
    if ours in batch.constants:
        said.append(f"nullif(trim({_sound(batch, literal(batch.constants[ours]), guarded=batch.guarded)}), '')")
    part = batch.columns[ours].part if ours in batch.columns else ""
    said = [f"nullif(regexp_extract({each}, {literal(part)}, 1), '')" for each in said] if part else said
    return f"coalesce({', '.join(said)})" if said else "NULL::VARCHAR"


def _sound(batch: Batch, text: str, *, guarded: bool) -> str:
    """*text* without zero letters, which no database keeps (a CSV file with one is refused), and without the guard."""
    if guarded:
        guard = f"starts_with({text}, chr(39)) AND regexp_matches({text}, {literal(GUARDED)})"
        return f"CASE WHEN {guard} THEN substr({text}, 2) ELSE {text} END"
    return text if batch.format is Format.CSV else f"replace({text}, chr(0), '')"


def _with_owners(batch: Batch, owners: Sequence[str], values: list[str]) -> list[str]:
    """*values*, with those of *owners*, columns of their own (`x_team`), as tags where the tags do not say it."""
    if not owners or "tags" not in batch.columns:
        return values
    pairs = ", ".join(f"{literal(_plain(name))}, {quoted(name)}" for name in owners)
    place = list(batch.columns).index("tags")
    tags = values[place]
    merged = (f"CASE WHEN json_valid({tags}) AND {tags} LIKE '{{%' THEN json_merge_patch(json_object({pairs}), {tags}) "
              f"WHEN {tags} IS NULL THEN json_object({pairs}) ELSE {tags} END::VARCHAR")  # fmt: skip
    return [*values[:place], merged, *values[place + 1 :]]


def _strange(header: Iterable[str], there: Present) -> list[str]:
    used = {name for names in there.values() for name in names}
    return [name for name in header if name not in used]


def _owns(name: str) -> bool:
    """Whether a column called so names an owner."""
    return _plain(name) in _OWNING


def _plain(name: str) -> str:
    return name.lower().removeprefix("x_")
