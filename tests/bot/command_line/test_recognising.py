"""Every format has a sample in its vendor's shape: it is recognised without being named, and gives the right totals."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from bot.importing import kinds
from tests.bot.command_line.conftest import Terminal

IMPORTS = Path(__file__).parents[2] / "fixtures/imports"
SAMPLES: dict[str, tuple[str, str, dict[str, str]]] = {
    "requests.csv": ("requests", "a log of AI requests",
                     {"cost 2026-11-05": "0.75", "requests 2026-11-05": "2", "tokens 2026-11-05": "3060"}),
    "litellm_spend_logs.jsonl": ("requests", "a log of AI requests",
                                 {"cost 2026-11-05": "0.02", "requests 2026-11-05": "2", "tokens 2026-11-05": "1100"}),
    "litellm_spend_logs.csv": ("requests", "a log of AI requests",
                               {"cost 2026-11-05": "0.02", "requests 2026-11-05": "2", "tokens 2026-11-05": "1100"}),
    "litellm_usage.csv": ("litellm_usage", "LiteLLM's usage export",
                          {"cost 2026-11-05": "1234.5", "requests 2026-11": "50", "tokens 2026-11": "56000"}),
    "openai_usage.csv": ("openai_usage", "OpenAI's usage export",
                         {"requests 2026-11": "12", "tokens 2026-11": "70846"}),
    "openai_costs.csv": ("openai_costs", "OpenAI's cost export", {"cost 2026-11": "1"}),
    "anthropic_usage.csv": ("anthropic_usage", "Anthropic's usage export", {"tokens 2026-11": "6915"}),
    "anthropic_costs.csv": ("anthropic_costs", "Anthropic's cost export",
                            {"cost 2026-11": "1.5", "list cost 2026-11": "1.8"}),
    "openrouter_activity.csv": ("openrouter_activity", "OpenRouter's activity export",
                                {"cost 2026-11": "0.03", "requests 2026-11": "2", "tokens 2026-11": "700"}),
    "cursor_usage.csv": ("cursor_usage", "Cursor's usage export",
                         {"cost 2026-11": "0.12", "tokens 2026-11": "6610"}),
    "github_usage.csv": ("github_usage", "GitHub's metered usage report",
                         {"cost 2026-11": "19", "list cost 2026-11": "19.72"}),
    "copilot_ai_credits.csv": ("copilot_report", "GitHub Copilot's AI usage report",
                               {"cost 2026-11": "1.6", "tokens 2026-11": "207000"}),
    "claude_code_session.jsonl": ("claude_code", "a session of Claude Code",
                                  {"requests 2026-11": "2", "tokens 2026-11": "4920"}),
    "claude_code_events.json": ("claude_code_events", "OpenTelemetry events of Claude Code",
                                {"requests 2026-11": "2", "tokens 2026-11": "5000", "cost 2026-11": "0.24"}),
    **{
        f"langfuse_{name}": ("requests", "a log of AI requests",
                             {"requests 2026-11": "1", "tokens 2026-11": "1100", "cost 2026-11": "0.02"})
        for name in ("observations.jsonl", "observations.json", "observations.csv", "trace.json")
    },
    "otel_spans.jsonl": ("requests", "a log of AI requests", {"requests 2026-11": "1", "tokens 2026-11": "1100"}),
    "otlp_spans.json": ("otlp_spans", "OpenTelemetry spans (OTLP JSON)",
                        {"requests 2026-11": "1", "tokens 2026-11": "1100"}),
    "focus_snake_case.csv": ("focus", "a FOCUS export", {"cost 2026-11": "1.25", "billed cost 2026-11": "1.5"}),
    "aws_cur.csv": ("aws_cur", "an AWS cost and usage report (CUR 2.0)",
                    {"billed cost 2026-11": "3.6", "cost 2026-11": "3.6", "tokens 2026-11": "12000"}),
    "azure_costs.csv": ("azure_costs", "an Azure cost export", {"cost 2026-11": "4", "tokens 2026-11": "12000"}),
    "licences.csv": ("seats", "licences and contracts", {"cost 2026-11": "600"}),
    "drivers.csv": ("drivers", "business drivers", {}),
    "outcomes.csv": ("outcomes", "outcomes of AI requests", {}),
}  # fmt: skip


def answer(tuppence: Terminal, words: str) -> Decimal:
    return Decimal(json.loads(tuppence("ask", words, "--json").out)["total"] or 0)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_is_recognised_and_adds_up(tuppence: Terminal, name: str) -> None:
    _, title, totals = SAMPLES[name]
    said = tuppence("import", IMPORTS / name)
    assert (said.code, said.error) == (0, "")
    assert said.out.splitlines()[0] == f"{name}: {title}"
    assert " 0 quarantined" in said.out
    assert {words: answer(tuppence, words) for words in totals} == {w: Decimal(t) for w, t in totals.items()}


def test_every_kind_of_file_has_a_sample() -> None:
    assert {kind for kind, *_ in SAMPLES.values()} == {*kinds()}
    assert {file.name for file in IMPORTS.iterdir()} == {*SAMPLES}


def test_no_prompt_answer_or_address_is_kept(tuppence: Terminal) -> None:
    for name in SAMPLES:
        tuppence("import", IMPORTS / name)
    kept = b"".join(file.read_bytes() for file in tuppence.home.rglob("*") if file.is_file())
    assert b"a secret" not in kept
    assert b"ann@example.com" not in kept


def test_all_samples_at_once_are_one_delivery_a_kind(tuppence: Terminal) -> None:
    said = tuppence("import", *(IMPORTS / name for name in ("otlp_spans.json", "drivers.csv", "requests.csv")))
    assert said.code == 0
    assert [line for line in said.out.splitlines() if line.split(":")[0].endswith((".json", ".csv"))] == [
        "otlp_spans.json: OpenTelemetry spans (OTLP JSON)", "drivers.csv: business drivers",
        "requests.csv: a log of AI requests"]  # fmt: skip


def test_a_kind_that_is_named_reads_its_file_as_that_kind(tuppence: Terminal, tmp_path: Path) -> None:
    (tmp_path / "focus").write_text((IMPORTS / "focus_snake_case.csv").read_text())
    assert tuppence("import", tmp_path / "focus").out.startswith("focus: a FOCUS export")
    assert tuppence("import", "focus").code == 2  # the kind, without a file
