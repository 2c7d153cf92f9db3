"""Whatever goes wrong, no token and no key is found in what the bot prints or keeps."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

from tests.bot.office import until
from tests.processes.conftest import ROOT, Console
from tests.sandbox.slack.conftest import Running, start

PLANTED = {
    "page_key": "planted-page-key-0001",
    "bot_token": "xoxb-sandbox-PLANTED0002",
    "app_token": "xapp-sandbox-PLANTED0003",
    "signing_secret": "planted0004planted0004planted000",
    "verification_token": "planted0005",
    "gateway_key": "planted-gateway-key-0006",
}
WRONG, ADMIN = "planted-wrong-key-0007", "sk-admin-PLANTED0008"


def planted(home: Path) -> Running:
    """A workspace whose tokens would be recognised anywhere."""
    home.mkdir(mode=0o700)
    (home / "keys.json").write_text(json.dumps(PLANTED))
    return start(home, manifest=ROOT / "manifest.yaml")


def found(home: Path) -> list[str]:
    """The secrets that stand in the log or in the database."""
    places = [file.read_bytes().lower() for file in (home / "log", home / "tuppence.sqlite") if file.exists()]
    secrets = [*PLANTED.values(), WRONG, ADMIN]
    return [secret for secret in secrets if any(secret.lower().encode() in there for there in places)]


def test_no_secret_is_printed_or_kept_whatever_fails(tmp_path: Path, consoles: Callable[..., Console]) -> None:
    slack = planted(tmp_path / "slack")
    gateway = {"base_url": slack.told["gateway"]}
    console = consoles(slack=slack, targets={"litellm": {**gateway, "key": WRONG}},
                       sources={"openai": {**gateway, "key": ADMIN}, "litellm": {**gateway, "key": WRONG}})  # fmt: skip
    console.run()
    console.approved()
    until(lambda: console.kind() == "failed", "the gateway to refuse the key")
    until(lambda: "openai: " in console.log and "litellm: " in console.log, "the sources to be refused")
    slack.stop()
    until(lambda: "Failed to check the current session" in console.log, "Slack to be missed")
    assert console.end(signal.SIGTERM) == 0
    assert "refuses the key" in console.log
    console.begin()
    assert console.process
    assert console.process.wait(30) == 2
    assert f"Slack does not answer at {slack.told['api']}" in console.log
    assert "Traceback (most recent call last)" not in console.log.rsplit("\n", 3)[-2]
    assert found(console.home) == []
