"""A wrong setting is told with file, line and name, never with what is written there; a fresh home needs none."""

from pathlib import Path

import pytest

from bot.settings import loaded
from bot.terminal import house
from finops.errors import BadConfig

KEY = "sk-planted-secret-1"
WRONG = [
    ("companie: {name: x}", "line 1: companie: there is no such setting."),
    (
        "company:\n  name: X\n  zone: Mars/Olympus",
        "line 3: company.zone: “Mars/Olympus” is no time zone;",
    ),
    ("company:\n  - a", "line 1: company: settings by name belong below it."),
    (f"slack: {KEY}", "line 1: slack: settings by name belong below it."),
    (f"slack:\n  bot_token: [{KEY}]", "line 2: slack.bot_token: "),
    (f"slack:\n  bot_tokn: {KEY}", "line 2: slack.bot_tokn: there is no such setting."),
    (f"a: b: {KEY}", "line 1: this is not YAML: "),
    ("- a", "must hold settings by name."),
    ("home: /elsewhere", "line 1: home: there is no such setting; use --home or TUPPENCE_HOME."),
    ("people:\n  U1: {roles: [boss]}", "line 2: people.U1.roles.0: "),
    ("budgets:\n  search: {monthly: 1e40}", "line 2: budgets.search.monthly: "),
    ("budgets:\n  search: {monthly: 0}", "line 2: budgets.search.monthly: "),
    ("audiences:\n  finance: {channel: C0FINANCE00, days: [7]}", "line 2: audiences.finance.days.0: "),
    ("audiences:\n  finance: {channel: '#finance'}", "line 2: audiences.finance.channel: "),
    ("sources:\n  openai: {key: 'env:NO_SUCH_KEY'}", "NO_SUCH_KEY is named in the configuration, but neither"),
    ("door: {port: 99999}", "line 1: door.port: "),
    ("company: {name: a}\ncompany: {name: b}", "line 2: “company” is written twice."),
    ("budgets:\n  search: {monthly: 5}\n  search: {monthly: 6}", "line 3: “search” is written twice."),
    ("budgets: {search: {monthly: many}}", "line 1: budgets.search.monthly: a number belongs here."),
    ("budgets: {search: {target: litellm}}", "line 1: budgets.search.monthly: it is missing."),
    ("company: {currency: euro}", "company.currency: it has to match ^[A-Z]{3}$."),
    ("people: [a]", "line 1: people: settings by name belong below it."),
]


def complaint(home: Path, text: str) -> str:
    (home / "config.yaml").write_text(text)
    with pytest.raises(BadConfig) as told:
        loaded(home, {})
    return str(told.value)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_setting_is_told_by_file_line_and_name(tmp_path: Path, text: str, said: str) -> None:
    told = complaint(tmp_path, text)
    assert said in told
    assert KEY not in told
    assert "\n" not in told
    assert told.startswith((str(tmp_path / "config.yaml"), "NO_SUCH_KEY"))


def test_a_budget_that_names_no_target_is_told_where(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("budgets:\n  search:\n    monthly: 5\n    target: nowhere\n")
    with pytest.raises(BadConfig, match=r"config.yaml, line 4: budgets.search.target: no target called nowhere"):
        house(tmp_path)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfig, match="is no text in UTF-8"):
        loaded(tmp_path, {})
    (tmp_path / "a").write_text("")
    with pytest.raises(BadConfig, match="cannot be used"):
        house(tmp_path / "a")


def test_a_secret_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("xoxb-planted\n")
    secret.chmod(0o640)
    environment = {"SLACK_BOT_TOKEN_FILE": str(secret)}
    with pytest.raises(BadConfig, match="can be read by others; run chmod 600") as told:
        loaded(tmp_path, environment)
    assert "planted" not in str(told.value)
    secret.chmod(0o600)
    settings = loaded(tmp_path, environment)
    assert settings.slack.bot_token.get_secret_value() == "xoxb-planted"
    assert "planted" not in repr(settings)


def test_what_an_anchor_says_may_be_said_otherwise_below_it(tmp_path: Path) -> None:
    text = "budgets:\n  a: &usual {monthly: 5}\n  b: &more {<<: *usual, monthly: 6}\n  c: {<<: *more}\n"
    (tmp_path / "config.yaml").write_text(text)
    found = {team: said.monthly for team, said in loaded(tmp_path, {}).budgets.items()}
    assert found == {"a": 5, "b": 6, "c": 6}


def test_sections_that_are_left_empty_are_as_if_not_there(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("company:\nslack:\nbudgets:\n")
    assert loaded(tmp_path, {}) == loaded(tmp_path / "fresh", {}).model_copy(update={"home": tmp_path})
