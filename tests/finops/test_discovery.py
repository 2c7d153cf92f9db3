"""What lies in a plugin folder is found by its file's name; a file that does not say what it is, is refused by name."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from finops.command import Command
from finops.discovery import instances
from finops.errors import BadConfig

COMMAND = """
from finops.command import Nothing, command
from finops.report import Report, say


@command("hello", Nothing)
def says_hello(ask, arguments):
    {about}
    return Report("Hello", say("Hello."))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ModuleType]:
    (tmp_path / "greetings").mkdir()
    (tmp_path / "greetings" / "__init__.py").touch()
    sys.path.insert(0, str(tmp_path))
    yield import_module("greetings")
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "greetings"]:
        del sys.modules[name]


def written(folder: ModuleType, about: str) -> None:
    (Path(folder.__path__[0]) / "hello.py").write_text(COMMAND.format(about=about))


def test_a_command_is_called_as_its_file_is(folder: ModuleType) -> None:
    written(folder, '"""Say hello."""')
    found = instances(folder, Command)
    assert {name: each.name for name, each in found.items()} == {"hello": "hello"}


def test_a_command_that_does_not_say_what_it_is_about_is_refused_by_name(folder: ModuleType) -> None:
    written(folder, "")
    with pytest.raises(BadConfig, match=r"greetings\.hello must say in a docstring"):
        instances(folder, Command)
