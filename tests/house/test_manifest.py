"""The app's manifest is one that Slack takes, and asks for what the code uses: no more, no less."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from slack_sdk import WebClient

from bot.doctor import SCOPES
from bot.settings import CompanySettings

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yaml").read_text())
SCHEMA = json.loads((ROOT / "tests/fixtures/slack_manifest.schema.2.0.0.json").read_text())
EVENTS = ["app_home_opened", "app_mention"]
NEEDS: dict[str, set[str]] = {
    "auth_test": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_info": {"channels:read", "groups:read"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted((ROOT / "bot").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield node.func.attr, node


def taught(listener: str) -> list[object]:
    """What the app is taught to hear with `app.<listener>(…)`; None where it is no constant."""
    mine = [call for name, call in calls() if name == listener and ast.unparse(call.func) == f"app.{listener}"]
    return [call.args[0].value if isinstance(call.args[0], ast.Constant) else None for call in mine]


def test_it_is_valid_against_slacks_own_schema() -> None:
    jsonschema.Draft7Validator(SCHEMA).validate(MANIFEST)


@pytest.mark.parametrize("wrong", [{"features": {"slash_commands": [{"command": "finops", "description": "x"}]}},
                                   {"settings": {"socket_mode": True}}])  # fmt: skip
def test_the_schema_refuses_what_is_wrong(wrong: dict[str, object]) -> None:
    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(MANIFEST | wrong)


def test_every_method_that_is_called_is_in_the_table_and_no_other() -> None:
    assert {name for name, _ in calls() if name in vars(WebClient)} == set(NEEDS)


def test_the_scopes_are_those_that_the_methods_need() -> None:
    asked = MANIFEST["oauth_config"]["scopes"]
    assert set(asked["bot"]) == {"commands", "app_mentions:read"}.union(*NEEDS.values())
    assert set(asked) == {"bot"}


def test_the_doctor_looks_for_the_same_scopes() -> None:
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_the_events_are_those_that_the_bot_hears() -> None:
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == taught("event") == EVENTS
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"]


def test_buttons_and_forms_reach_the_bot() -> None:
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert taught("action")
    assert taught("view")


def test_there_is_the_one_slash_command_and_names_arrive_as_ids() -> None:
    [command] = MANIFEST["features"]["slash_commands"]
    assert command["command"] == CompanySettings().command
    assert command["should_escape"]
    assert taught("command") == [None]
