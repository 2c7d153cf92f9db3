"""Adding a command, KPI, section, detector, source or target is one new file; a file that is not one is refused."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "commands", "docs", "finops", "sources", "storage", "targets", "web")
NEW = {
    "commands/whoami.py": '''
"""`/finops whoami`: who is asking."""

from finops.command import Nothing, command
from finops.desk import Ask
from finops.report import Report, say


@command("whoami", Nothing)
def whoami(ask: Ask, arguments: Nothing) -> Report:
    """Who you are to the bot."""
    return Report("You", say(ask.who.name))
''',
    "finops/kpis/cost_per_call.py": '''
"""Cost per call."""

from decimal import Decimal

from finops.kpi import Better, kpi
from finops.question import Measure, Values


@kpi("Cost per call", unit="USD", better=Better.LOWER, measures=(Measure.COST, Measure.REQUESTS))
def cost_per_call(sums: Values) -> Decimal | None:
    """Cost / AI requests."""
    return sums[Measure.COST] / sums[Measure.REQUESTS] if sums[Measure.REQUESTS] else None
''',
    "finops/sections/hello.py": '''
"""Everybody: a greeting."""

from collections.abc import Sequence

from finops.people import Audience
from finops.report import Note, Part, say
from finops.digests.section import Briefing, section


@section(99, *Audience)
def hello(briefing: Briefing) -> Sequence[Part]:
    """A greeting from one file."""
    return (Note(say(f"Hello, {briefing.audience}.")),)
''',
    "finops/detectors/daily_tokens.py": '''
"""Daily tokens by app."""

from finops.detector import Detector
from finops.detectors.daily_cost import question, sightings

daily_tokens = Detector("daily_tokens", "Jumps in daily tokens", question, sightings)
''',
    "sources/borg.py": '''
"""Borg: what the collective charges."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from finops.batch import Batch
from finops.period import Period
from sources._base import ApiSource
from web.client import Web


class Borg(ApiSource):
    """The collective. *cube* is which one."""

    name: ClassVar[str] = "Borg"
    cube: str

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """Nothing yet."""
        return iter(())
''',
    "targets/vault.py": '''
"""A vault that holds limits."""

from typing import ClassVar

from finops.money import Money
from targets._base import Target
from web.client import Web


class Vault(Target):
    """The vault. Ids are the numbers of its drawers."""

    name: ClassVar[str] = "Vault"

    def apply(self, web: Web, id: str, limit: Money) -> None:
        """Set it."""

    def read_back(self, web: Web, id: str) -> Money | None:
        """Nothing is held."""
        return None
''',
}
CONFIG = """
sources: {borg: {base_url: "http://127.0.0.1:1", key: k, cube: north}}
targets: {vault: {base_url: "http://127.0.0.1:1", key: k}}
budgets: {search: {monthly: 100, target: vault, id: drawer-7}}
"""
FOLDERS = ("commands", "finops/kpis", "finops/sections", "finops/detectors", "sources", "targets")
LINES = ("ask help", "ask whoami", "ask kpi", "digest security", "collect nobody", "doctor", "detect")
PROGRAM = """
import json, pathlib, sys
from click.testing import CliRunner
from bot.__main__ import main
from docs import generate

def said(line):
    return CliRunner().invoke(main, ["--home", "home", *line.split()]).output

def refused(folder, text, name="nothing"):
    file = pathlib.Path(folder, f"{name}.py")
    file.write_text(text)
    done = CliRunner().invoke(main, ["--home", "home", "ask", "help"])
    file.unlink()
    return [done.exit_code, done.output]

lines, folders, twins = json.load(sys.stdin)
print(json.dumps({
    "said": {line: said(line) for line in lines},
    "pages": generate.pages(),
    "none": {folder: refused(folder, '"Holds nothing."') for folder in folders},
    "two": refused("commands", twins, "twins"),
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, copied, with one new file of each kind and nothing else edited."""
    place = tmp_path_factory.mktemp("copy")
    for room in ROOMS:
        shutil.copytree(ROOT / room, place / room, ignore=shutil.ignore_patterns("__pycache__", "images"))
    for name, text in NEW.items():
        (place / name).write_text(text.lstrip())
    (place / "home").mkdir()
    (place / "home/config.yaml").write_text(CONFIG)
    return place


@pytest.fixture(scope="module")
def found(copy: Path) -> dict[str, dict[str, str]]:
    """What the bot over the copy says; one process, for starting is what takes long."""
    twins = NEW["commands/whoami.py"] + "\n\nwhoami_too = command('too', Nothing)(whoami.run)\n"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=copy, env=environment, capture_output=True, text=True,
                          input=json.dumps([LINES, FOLDERS, twins]))  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_command_answers_and_stands_in_the_help(found: dict[str, dict[str, str]]) -> None:
    assert "whoami" in found["said"]["ask help"]
    assert "the terminal" in found["said"]["ask whoami"]


def test_a_new_kpi_and_a_new_section_are_said(found: dict[str, dict[str, str]]) -> None:
    assert "Cost per call" in found["said"]["ask kpi"]
    assert "Hello, security." in found["said"]["digest security"]


def test_a_new_source_and_a_new_target_are_connected_and_a_new_detector_looks(found: dict[str, dict[str, str]]) -> None:
    assert "there are borg" in found["said"]["collect nobody"]
    assert "vault holds no limit for search" in found["said"]["doctor"]
    assert "0 incidents opened or resolved" in found["said"]["detect"]


@pytest.mark.parametrize("name", NEW)
def test_the_written_pages_take_it_in(found: dict[str, dict[str, str]], name: str) -> None:
    folder, new = Path(name).parent.name, Path(name).stem
    page = found["pages"][f"{'digests' if folder == 'sections' else folder}.md"]
    assert re.search(rf"^(## {new}$|.*`{new}`)", page, re.M)


def test_the_settings_of_a_new_source_are_written_down(found: dict[str, dict[str, str]]) -> None:
    assert "`sources.borg.cube`" in found["pages"]["sources.md"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_file_without_its_one_thing_is_refused_at_start_by_name(found: dict[str, dict[str, list[object]]],
                                                                  folder: str) -> None:  # fmt: skip
    code, output = found["none"][folder]
    assert code == 2
    assert f"{folder.replace('/', '.')}.nothing must hold exactly one" in str(output)
    assert "it holds 0." in str(output)


def test_a_file_with_two_things_is_refused_at_start_by_name(found: dict[str, list[object]]) -> None:
    code, output = found["two"]
    assert code == 2
    assert "commands.twins must hold exactly one Command, it holds 2." in str(output)
