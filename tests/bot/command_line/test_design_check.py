"""`tuppence design-check` as CI runs it, over a home with a budget, its forecast and its use."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.settings import loaded
from bot.wiring import built
from sources.requests import Requests
from tests.bot.command_line.conftest import Terminal

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "engineering.md"
COLUMNS = "request_id,ts_start,provider,model,input_tokens,output_tokens,requests,spend_usd,team,app,key"
PLAN = {"model": "gpt-4o-mini", "requests_per_day": 100, "input_tokens": 1_000_000, "output_tokens": 0,
        "max_output_tokens": 10}  # fmt: skip
Design = Callable[..., Path]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Team search has $1,000 a month and spends $10 a day, 100 calls of the app ranker; so some $700 are left."""
    home = tmp_path_factory.mktemp("design") / "home"
    home.mkdir()
    (home / "config.yaml").write_text("budgets: {search: {monthly: 1000}}\n")
    now = datetime.now(UTC)
    days = [now.date() - timedelta(days=ago) for ago in range(90)]
    lines = [f"{day},{day}T00:00:01Z,openai,gpt-4o,1000000,100,100,10,search,ranker,k" for day in days]
    (home / "calls.csv").write_text("\n".join([COLUMNS, *lines]))
    house = built(loaded(home, {}))
    house.facts.publish(Requests().batch((home / "calls.csv",)), now)
    house.engine.dispose()
    return home


@pytest.fixture
def design(tmp_path: Path) -> Design:
    """Writes a design with these settings beside its workloads."""

    def written(**settings: object) -> Path:
        (tmp_path / "design.yml").write_text(yaml.safe_dump({"team": "search"} | settings))
        return tmp_path / "design.yml"

    return written


def process(command: list[str], home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(command, env=dict(os.environ) | {"TUPPENCE_HOME": str(home), "PATH": path}, cwd=folder,
                          capture_output=True, text=True, timeout=120)  # fmt: skip


@pytest.mark.parametrize(("calls", "level", "code"), [(100, "PASS", 0), (140, "WARN", 1), (200, "FAIL", 2)])
def test_what_is_planned_fits_is_tight_or_is_too_much_for_what_the_forecast_leaves(
    tuppence: Terminal, home: Path, design: Design, calls: int, level: str, code: int
) -> None:
    done = replace(tuppence, home=home)("design-check", design(workloads={"w": PLAN | {"requests_per_day": calls}}))
    assert done.code == code, done.out + done.error
    added = calls * 0.15 * 365 / 12
    told = next(each for each in done.out.splitlines() if ": budget: " in each)
    assert told.startswith(f"{level} search: budget: adds ${added:,.2f} a month (CONFIGURED) where $")
    assert 685 <= float(re.findall(r"where \$([\d.]+) of", told)[0]) <= 725  # of $1,000, less 28 to 31 days of $10


def test_every_rule_is_told_by_the_real_process_and_the_worst_is_its_exit_code(
    home: Path, tmp_path: Path, design: Design
) -> None:
    today = datetime.now(UTC).date()
    ended = (today - timedelta(days=2)).isoformat()
    design(
        forbidden=["gpt-4-turbo*"],
        workloads={
            "grown": PLAN | {"input_tokens": 4_000_000, "changes": "ranker", "requests_per_day": 1},
            "shut": PLAN | {"model": "gpt-4-turbo", "requests_per_day": 0},
            "open": {name: PLAN[name] for name in PLAN if name != "max_output_tokens"} | {"requests_per_day": 0},
            "nightly": PLAN | {"interactive": False, "requests_per_day": 0},
            "leaving": PLAN | {"model": "claude-sonnet-4-5", "requests_per_day": 0},
            "unheard": PLAN | {"model": "gpt-4o-mimi"},
        },
        exemptions=[{"workload": "nightly", "rule": "not-batched", "until": ended, "reason": "a gate"}],
    )
    done = process([str(Path(sys.executable).parent / "tuppence"), "design-check", "design.yml"], home, tmp_path)
    assert done.returncode == 2
    gone = "FAIL" if today >= date(2026, 11, 30) else "WARN"
    for said in ("FAIL shut: forbidden-model: gpt-4-turbo is forbidden by “gpt-4-turbo*”",
                 "WARN open: no-output-cap: set max_output_tokens",
                 f"in batch it costs about half (the exemption ended on {ended})",
                 f"{gone} leaving: retiring-model: claude-sonnet-4-5 is served until 2026-11-30",
                 "FAIL unheard: unknown-model: no price list knows gpt-4o-mimi",
                 "FAIL grown: growth: a call costs 6.0 times what it does now ($0.600000 CONFIGURED, $0.100000 M",
                 "SKIP search: budget: not judged: a workload has no price, or its app is not measured"):  # fmt: skip
        assert said in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("team: search\nworkloads:\n  w: {model: a}\n  w: {model: b}\n", "design.yml, line 4: “w” is written twice."),
        ("workloads: {w: {model: a}}\n", "line 1: workloads.w.requests_per_day: it is missing."),
        ("workloads: {w: {model: gpt-4o, requests_per_day: 1, input_tokens: 1, output_tokens: 1}}\nexemptions:\n"
         "- {workload: v, rule: growth, until: 2099-01-01, reason: for a test}\n",
         "design.yml, line 2: exemptions: the exemption from growth names “v”, which is not a workload that is"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_one_sentence_with_its_line_and_code_2(
    tuppence: Terminal, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "design.yml").write_text(text)
    done = tuppence("design-check", tmp_path / "design.yml")
    assert (done.code, done.out) == (2, "")
    assert said in done.error
    assert len([each for each in done.error.splitlines() if "design.yml" in each]) == 1


@pytest.mark.parametrize(("calls", "code"), [(140, 0), (200, 1)])
def test_the_step_for_ci_in_the_docs_lets_a_warning_pass_and_stops_at_a_fail(
    home: Path, tmp_path: Path, design: Design, calls: int, code: int
) -> None:
    step = next(each for each in re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.DOTALL) if "design-check" in each)
    design(workloads={"w": PLAN | {"requests_per_day": calls}})
    done = process(["sh", "-e", "-c", step], home, tmp_path)
    assert done.returncode == code, done.stderr
