"""`tuppence design-check`: lines and exit codes for CI, and files that cannot be read."""

from pathlib import Path

import pytest

from tests.bot.command_line.conftest import Terminal

EXAMPLE = Path(__file__).parents[3] / "docs" / "design.example.yml"


def test_the_example_passes_and_says_what_could_not_be_judged(tuppence: Terminal) -> None:
    said = tuppence("design-check", EXAMPLE)
    lines = said.out.splitlines()
    assert said.code == 0, said.out
    assert [line for line in lines if line.startswith("SKIP")] == [
        "SKIP ranker: growth: not judged: too little measured",
        "SKIP nightly-evals: growth: not judged: changes names no app",
        "SKIP search: budget: not judged: the team has no budget",
    ]
    assert len(lines) == 13


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("    max_output_tokens: 800\n", "", 1), ("model: gpt-4o-mini", "model: gpt-4o-mimi", 2),
     ('"gpt-4-32k*"', '"gpt-4o*"', 2), ("2099-12-31", "2020-12-31", 1)],
)  # fmt: skip
def test_the_worst_finding_is_the_exit_code(tuppence: Terminal, tmp_path: Path, old: str, new: str, code: int) -> None:
    file = tmp_path / "design.yml"
    file.write_text(EXAMPLE.read_text().replace(old, new))
    assert tuppence("design-check", file).code == code


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("model: gpt-4o-mini", "modell: gpt-4o-mini", "line 6: workloads.ranker.model: it is missing"),
        ("requests_per_day: 20000", "requests_per_day: many", "line 8: workloads.ranker.requests_per_day:"),
        ("max_growth: 5", "growth: 5", "line 4: growth: there is no such setting"),
        ("max_growth: 5", "max_growth: 0", "line 4: max_growth: it has to be above 0."),
        ("max_growth: 5", "team: support", "line 4: “team” is written twice."),
        ("    max_output_tokens: 800", "    max_output_tokens: 8.5", "line 11: workloads.ranker.max_output_tokens: a "),
        ("interactive: false", "interactive: perhaps", "interactive: true or false belongs here."),
        ("2099-12-31", "soon", "exemptions.0.until: a day belongs here, like 2027-01-31."),
        ("workload: nightly-evals", "workload: nightly", "“nightly”, which is not a workload that is planned here."),
        ("rule: not-batched", "rule: budget", "names “nightly-evals”, which is not the team."),
        ('["gpt-4-32k*"]', "gpt-4-32k*", "line 3: forbidden: a list belongs here."),
        ("rule: not-batched", "rule: not-boxed", "exemptions.0.rule"),
        ("team: search", "team: [", "this is not YAML"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_line_and_field(
    tuppence: Terminal, tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "design.yml"
    file.write_text(EXAMPLE.read_text().replace(old, new, 1))
    told = tuppence("design-check", file)
    assert told.code == 2
    assert "design.yml, line" in told.error
    assert said in told.error


def test_a_file_that_is_not_there_is_told(tuppence: Terminal, tmp_path: Path) -> None:
    told = tuppence("design-check", tmp_path / "none.yml")
    assert (told.code, "none.yml is not there" in told.error) == (2, True)
