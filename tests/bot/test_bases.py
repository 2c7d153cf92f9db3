"""Any Slack Web API base may be spoken to; what is missing or would be sent astray is refused at start."""

from pathlib import Path

import pytest

from bot.bases import fitting, hooks
from bot.settings import Settings, SlackSettings, loaded
from finops.errors import BadConfig


def settings(base: str, bot: str = "xoxb-1-2-abc", app: str = "xapp-1-abc", mode: str = "socket") -> Settings:
    return Settings(slack=SlackSettings.model_validate(
        {"api_base": base, "bot_token": bot, "app_token": app, "mode": mode}))  # fmt: skip


@pytest.mark.parametrize(
    "base",
    [
        "https://slack.com/api/",
        "https://slack-gov.com/api/",
        "https://slack.proxy.example/api/",
        "https://egress.example:8443/slack/api",
        "http://127.0.0.1:9000/api/",
        "http://localhost:3128/api/",
        "http://[::1]:3128/api/",
        "http://slack-proxy:8080/api/",
    ],
)
def test_a_real_token_may_go_wherever_the_operator_says(base: str) -> None:
    fitting(settings(base))


@pytest.mark.parametrize("base", ["https://slack.com/api/", "https://api.slack.com/", "https://slack-gov.com/api/"])
def test_a_sandbox_token_is_never_shown_to_slack(base: str) -> None:
    with pytest.raises(BadConfig, match="sandbox's token"):
        fitting(settings(base, bot="xoxb-sandbox-1"))


def test_a_sandbox_token_goes_to_any_other_address() -> None:
    fitting(settings("http://127.0.0.1:8765/api/", bot="xoxb-sandbox-1"))
    fitting(settings("https://notslack.com/api/", bot="xoxb-sandbox-1"))


@pytest.mark.parametrize("base", ["slack.com/api/", "ftp://slack.com/", "https:///api/", "https://me:secret@host/api/"])
def test_what_is_no_address_is_refused_and_not_repeated(base: str) -> None:
    with pytest.raises(BadConfig, match="SLACK_API_BASE") as refused:
        fitting(settings(base))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (settings("https://slack.com/api/", bot=""), "SLACK_BOT_TOKEN"),
        (settings("https://slack.com/api/", app=""), "SLACK_APP_TOKEN"),
        (settings("https://slack.com/api/", mode="http"), "SLACK_SIGNING_SECRET"),
    ],
)
def test_a_token_that_is_missing_is_named(said: Settings, missing: str) -> None:
    with pytest.raises(BadConfig, match=missing):
        fitting(said)


def test_answers_go_to_slack_and_to_whom_we_speak() -> None:
    behind_a_proxy = hooks("https://slack.proxy.example/api/")
    assert "https://hooks.slack.com/commands/T1/2/x".startswith(behind_a_proxy)
    assert "https://slack.proxy.example/respond/x".startswith(behind_a_proxy)
    assert "http://127.0.0.1:9000/respond/x".startswith(hooks("http://127.0.0.1:9000/api/"))


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "http://hooks.slack.com/x",
        "http://127.0.0.1:90001/x",
        "",
    ],
)
def test_answers_go_nowhere_else(address: str) -> None:
    assert not address.startswith(hooks("http://127.0.0.1:9000/api/"))


def test_a_config_that_is_no_yaml_is_not_printed(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("targets:\n  litellm:\n    key: sk-planted: 'x\n")
    with pytest.raises(BadConfig, match="line 3") as refused:
        loaded(tmp_path, {})
    assert "planted" not in str(refused.value)
