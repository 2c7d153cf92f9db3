"""The rules of the house that a machine can keep."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "commands", "storage", "sources", "targets", "web", "finops", "sandbox", "bench", "docs")
FILES = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")) if "versions" not in file.parts]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_stay_small(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 250


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_functions_stay_small(file: Path) -> None:
    functions = [
        n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= 40] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_opens_with_what_it_holds(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text()))


@pytest.mark.parametrize("file", [f for f in FILES if f.name != "settings.py"], ids=lambda f: str(f.relative_to(ROOT)))
def test_only_settings_reads_the_environment(file: Path) -> None:
    assert "os.environ" not in file.read_text()
    assert "getenv" not in file.read_text()


def test_importing_does_nothing() -> None:
    names = [str(f.relative_to(ROOT).with_suffix("")).replace("/", ".") for f in FILES if f.stem != "env"]
    code = f"import importlib; [importlib.import_module(n.removesuffix('.__init__')) for n in {names!r}]"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": "/usr/bin"}, capture_output=True, text=True, cwd="/"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_locks_name_no_host(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()
