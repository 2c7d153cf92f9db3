"""The pages say what the code does: the tables are written from it, the README names what there is."""

import re
from datetime import date
from pathlib import Path

import click
import pytest

import commands
from bot.__main__ import main
from docs import generate
from finops.command import Command
from finops.discovery import instances
from finops.question import Dimension, Known
from finops.wording.reading import Wording

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def _code(text: str) -> str:
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.S))


def typed(page: Path) -> list[str]:
    """What stands after `/finops` in a page's code, and in the README's table of commands; nothing optional."""
    text = page.read_text()
    found = re.findall(r"/finops ([^`\n…|]+)", _code(text))
    if page.name == "README.md":
        found += re.findall(r"`([^`]+)`", " ".join(re.findall(r"^\|([^|]*)\|", text, re.M)).replace("`/finops`", ""))
    return [line.strip() for line in found if "NAME" not in line]


@pytest.mark.parametrize("name", generate.pages())
def test_a_written_page_is_as_the_code_would_write_it(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == generate.pages()[name], "run `make docs`"


def test_the_readme_names_every_command_and_no_other() -> None:
    table = README.split("typed after `/finops`")[1].split("##")[0]
    typed = " ".join(re.findall(r"^\|([^|]*)\|", table, re.M))
    named = set(re.findall(r"`([a-z]+)", typed))
    assert named == {each.name for each in instances(commands, Command).values()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text())]
    assert [link for link in links if "://" not in link and link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_line_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"(?<![\w/.-])tuppence(?: --home \S+)? ([a-z]+(?:-[a-z]+)*)", _code(page.read_text()))
    assert set(named) <= set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_target_of_make_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"\bmake ([a-z-]+)", _code(page.read_text()))
    assert set(named) <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))


@pytest.mark.parametrize("text", sorted({line for page in PAGES for line in typed(page)}))
def test_whatever_is_shown_to_be_typed_after_the_slash_is_understood(text: str) -> None:
    name, *words = text.split()
    command = instances(commands, Command)[name]
    values = command.values(words)
    if command.form(values):
        return
    arguments = command.filled(values)
    if "words" in type(arguments).model_fields:
        known = Known({Dimension.TEAM: ("search",), Dimension.MODEL: ("claude-sonnet-4-5",)})
        there, figure = (known, "") if name == "ask" else (Known(), "cost")
        assert Wording(there, {}, date(2026, 11, 24)).asked(arguments.words, figure).question.period
