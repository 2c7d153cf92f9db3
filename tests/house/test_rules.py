"""The rules of the craft: what is handed in, what is never used, what things are called."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

Kind = TypeVar("Kind", bound=ast.AST)

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["uv"]["build-backend"]["module-name"]
BESIDE = ("bench", "docs", "tests")
WHOLE = [file for folder in (*PACKAGES, *BESIDE) for file in sorted((ROOT / folder).rglob("*.py"))]
PRODUCT = [file for file in WHOLE if file.relative_to(ROOT).parts[0] in PACKAGES]
CLOCKS = {
    "bot/intake.py": "makes the clock that is handed to everything else",
    "bot/schedule.py": "APScheduler ticks by the wall clock, and is told to begin now",
}
TELLS_TIME = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|monotonic|perf_counter)(_ns)?)$")


def called(file: Path) -> str:
    return str(file.relative_to(ROOT))


def nodes(file: Path, kind: type[Kind]) -> Iterator[Kind]:
    return (node for node in walked(file) if isinstance(node, kind))


@cache
def walked(file: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(file.read_text())))


def brought() -> list[tuple[str, str]]:
    """Each file with each name that it imports."""
    return [(called(file), name) for file in WHOLE for name in imported(file)]


def imported(file: Path) -> set[str]:
    names = {alias.name for node in nodes(file, ast.Import) for alias in node.names}
    return names | {f"{node.module}.{alias.name}" for node in nodes(file, ast.ImportFrom) for alias in node.names}


def test_now_is_handed_in() -> None:
    told = [file for file in PRODUCT if "sandbox" not in file.parts and called(file) not in CLOCKS]
    asked = [(called(file), ast.unparse(node.func)) for file in told for node in nodes(file, ast.Call)]
    assert [each for each in asked if TELLS_TIME.search(each[1])] == []


@pytest.mark.parametrize("file", CLOCKS)
def test_an_exception_is_one_still(file: str) -> None:
    assert [node for node in nodes(ROOT / file, ast.Call) if TELLS_TIME.search(ast.unparse(node.func))]


def test_charts_do_without_pyplot() -> None:
    assert [each for each in brought() if "pyplot" in each[1] or "pylab" in each[1]] == []


def test_stand_ins_work_instead_of_pretending() -> None:
    assert [each for each in brought() if re.search(r"\bmock\b", each[1])] == []
    named = [(called(file), ast.unparse(node)) for file in WHOLE for node in nodes(file, ast.Attribute)]
    assert [each for each in named if each[1] in ("monkeypatch.setattr", "mocker.patch")] == []


def test_only_errors_that_are_known_are_caught() -> None:
    caught = [(called(file), "" if node.type is None else ast.unparse(node.type))
              for file in WHOLE for node in nodes(file, ast.ExceptHandler)]  # fmt: skip
    assert [each for each in caught if re.search(r"^$|\b(Base)?Exception\b", each[1])] == []


def test_files_are_called_by_what_they_hold() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "handler"}
    empty = ("base", "data", "common", "misc")
    assert [called(file) for file in WHOLE if {*file.stem.split("_")} & vague or file.stem in empty] == []


def test_what_is_installed_is_every_package_there_is() -> None:
    there = {file.parent.name for file in ROOT.glob("*/__init__.py")} - set(BESIDE)
    assert sorted(PACKAGES) == sorted(there)


def test_what_is_type_checked_is_what_is_installed_and_what_is_beside_it() -> None:
    assert set(PROJECT["tool"]["mypy"]["packages"]) == {*PACKAGES, "bench", "docs"}


def test_every_library_has_earned_its_place_in_the_decisions() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs/decisions/0001-libraries.md").read_text(), re.M)
    named = {name for row in rows for name in row.split(", ")} - {"library", "---"}
    used = {re.split(r"[\[<>=]", each)[0] for each in PROJECT["project"]["dependencies"]}
    assert named == used


def test_nothing_names_a_path_of_the_machine_it_was_written_on() -> None:
    foreign = re.compile(r"(?<![\w.}])/" + r"(?:wor" + r"k|far" + r"m)(?:/|\b(?=[\"'`]))")
    assert [called(file) for file in texts() if foreign.search(file.read_text(errors="ignore"))] == []


def texts() -> Iterator[Path]:
    kinds = {".py", ".md", ".toml", ".yaml", ".js", ".css", ".html", ".mako", ".csv", ".json", ".lock", ".ini", ""}
    tops = [top for top in ROOT.iterdir() if not top.name.startswith(".") or top.name in (".ci", ".importlinter")]
    for top in tops:
        files = [top] if top.is_file() else top.rglob("*")
        yield from (file for file in files if file.is_file() and file.suffix in kinds)
