"""The rules of the house that a machine can keep."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.test_rules import called, walked

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "commands", "storage", "sources", "targets", "web", "finops", "sandbox", "bench", "docs")
FILES = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")) if "versions" not in file.parts]


def test_files_stay_small() -> None:
    assert [called(file) for file in FILES if len(file.read_text().splitlines()) > 400] == []


def test_functions_stay_small() -> None:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    found = ((file, n) for file in FILES for n in walked(file) if isinstance(n, kinds))
    assert [f"{called(file)}: {n.name}" for file, n in found if (n.end_lineno or 0) - n.lineno >= 60] == []


def test_every_file_opens_with_what_it_holds() -> None:
    assert [called(file) for file in FILES if not ast.get_docstring(ast.parse(file.read_text()))] == []


def test_only_settings_reads_the_environment() -> None:
    rest = [file for file in FILES if file.name != "settings.py"]
    assert [called(file) for file in rest if re.search("os.environ|getenv", file.read_text())] == []


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
