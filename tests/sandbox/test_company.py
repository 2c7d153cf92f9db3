"""The made-up company's files: the same every time, and a week later only the week is new."""

from datetime import date
from pathlib import Path

import pytest

from sandbox.company import write

NOW, LATER = date(2026, 11, 10), date(2026, 11, 17)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    write(folder, NOW, months=1)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_written_twice_it_is_the_same(first: Path, tmp_path: Path) -> None:
    write(tmp_path, NOW, months=1)
    assert files(tmp_path) == files(first)


def test_a_week_later_only_the_week_is_new(first: Path) -> None:
    before = files(first)
    write(first, LATER, months=1)
    after = files(first)
    assert {name for name in after if name not in before} == {
        f"requests/litellm-{date(2026, 11, day)}.jsonl.gz" for day in range(11, 18)
    }
    assert all(after[name] == before[name] for name in before if name.startswith("requests/"))
    assert all(set(before[name].splitlines()) <= set(after[name].splitlines()) for name in before)
