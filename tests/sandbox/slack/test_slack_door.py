"""Only this page on this machine gets in, nothing leaks, and a restart shows the same workspace."""

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests import plain
from tests.sandbox.slack.listening import Listening

FINANCE, FIONA = "C0FINANCE00", "U0FIONA0000"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def listening_addresses(port: int) -> set[str]:
    """The local addresses on which somebody listens at this port, as the kernel writes them."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = [row.split() for row in Path(table).read_text().splitlines()[1:]]
        found |= {row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}
    return found


def test_it_listens_on_loopback_only(slack: Any) -> None:
    for address in (slack.base, slack.told["gateway"]):
        port = int(address.rpartition(":")[2])
        assert listening_addresses(port) == {f"0100007F:{port:04X}"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:1", ""])
@pytest.mark.parametrize("path", ["/", "/api/auth.test", "/ui/workspace", "/link/", "/files/F0"])
def test_another_host_name_is_turned_away(slack: Any, host: str, path: str) -> None:
    headers = {"Host": host, "X-Sandbox-Key": slack.key, "Authorization": f"Bearer {slack.told['bot_token']}"}
    assert plain.get(f"{slack.base}{path}", headers=headers).status_code in (400, 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1"])
def test_another_origin_is_turned_away(slack: Any, origin: str) -> None:
    headers = {"Origin": origin, "X-Sandbox-Key": slack.key}
    assert plain.get(f"{slack.base}/ui/workspace", headers=headers).status_code == 403
    assert plain.get(f"{slack.base}/ui/workspace", headers={**headers, "Origin": slack.base}).status_code == 200


@pytest.mark.parametrize("path", ["/ui/workspace", "/ui/events", "/ui/messages", "/control/log", "/files/F0"])
def test_without_the_key_the_page_sees_nothing(slack: Any, path: str) -> None:
    assert plain.get(f"{slack.base}{path}").status_code == 403
    assert plain.get(f"{slack.base}{path}", headers={"X-Sandbox-Key": "wrong"}).status_code == 403
    assert plain.get(f"{slack.base}{path}", params={"key": "wrong"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/ui/workspace", "/api/auth.test", "/nowhere"])
def test_every_answer_carries_the_safety_headers(slack: Any, path: str) -> None:
    headers = plain.get(f"{slack.base}{path}").headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers


def test_static_files_stay_in_their_folder(slack: Any) -> None:
    for path in ("/static/../__main__.py", "/static/%2e%2e/__main__.py", "/static/..%2f__main__.py"):
        assert plain.get(f"{slack.base}{path}").status_code in (403, 404)


def test_what_is_no_picture_is_a_download(slack: Any, bot: WebClient) -> None:
    file = bot.files_upload_v2(filename="page.html", content="<script>alert(1)</script>")["file"]["id"]
    answer = plain.get(f"{slack.base}/files/{file}", params={"key": slack.key})
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"


def test_a_malformed_call_of_the_page_is_a_bad_request(slack: Any) -> None:
    headers = {"X-Sandbox-Key": slack.key}
    for body in ("not json", "[]", "{}", '{"as": "U0FIONA0000"}'):
        assert plain.post(f"{slack.base}/ui/command", content=body, headers=headers).status_code == 400
    assert plain.post(f"{slack.base}/control/faults", json={"typo": 1}, headers=headers).status_code == 400


def test_what_is_told_is_written_for_its_owner_only(starts: Any, tmp_path: Path) -> None:
    running = starts(tmp_path)
    kept = tmp_path / "sandbox.json"
    assert json.loads(kept.read_text()) == running.told
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert set(running.told) == {
        "page", "api", "bot_token", "app_token", "signing_secret",
        "gateway", "gateway_key", "team_id", "app_id", "bot_user",
    }  # fmt: skip


def test_a_restart_shows_the_same_workspace(starts: Any, tmp_path: Path) -> None:
    first = starts(tmp_path)
    first.act("/control/faults", mime_delay=0)
    bot = first.client()
    file = bot.files_upload_v2(filename="chart.png", content=PNG, alt_txt="a chart")["file"]["id"]
    picture = {"type": "image", "alt_text": "a chart", "slack_file": {"id": file}}
    card = bot.chat_postMessage(channel=FINANCE, text="card", blocks=[picture])
    home = bot.views_publish(user_id=FIONA, view={"type": "home", "blocks": []})["view"]
    assert first.stop() == 0
    second = starts(tmp_path)
    assert second.key == first.key
    assert second.told["bot_token"] == first.told["bot_token"]
    (shown,) = second.messages(FINANCE)
    assert (shown["ts"], shown["text"]) == (card["ts"], "card")
    assert plain.get(f"{second.base}{shown['blocks'][0]['image_url']}").content == PNG
    assert second.look("/ui/home", **{"as": FIONA})["view"]["id"] == home["id"]
    assert second.client().chat_update(channel=FINANCE, ts=card["ts"], text="changed")["ok"]
    assert second.client().chat_postMessage(channel=FINANCE, text="later")["ts"] > card["ts"]


def test_a_killed_workspace_has_forgotten_nothing(starts: Any, tmp_path: Path) -> None:
    first = starts(tmp_path)
    first.client().chat_postMessage(channel=FINANCE, text="kept")
    first.process.send_signal(signal.SIGKILL)
    first.process.wait(10)
    first.stop()
    assert [one["text"] for one in starts(tmp_path).messages(FINANCE)] == ["kept"]


def test_with_its_parent_it_goes(starts: Any, tmp_path: Path) -> None:
    running = starts(tmp_path, "--with-parent")
    running.process.stdin.close()
    assert running.process.wait(10) == 0


def test_told_to_stop_it_goes_though_its_parent_stays(starts: Any, tmp_path: Path) -> None:
    assert starts(tmp_path, "--with-parent").stop() == 0


def test_open_modals_survive_a_restart(starts: Any, tmp_path: Path) -> None:
    first = starts(tmp_path)
    app = Listening(first.told)
    first.act("/ui/command", channel=FINANCE, text="/finops", **{"as": FIONA})
    title = {"type": "plain_text", "text": "Loading"}
    view = {"type": "modal", "title": title, "blocks": [{"type": "divider"}]}
    opened = first.client().views_open(trigger_id=app.last()["trigger_id"], view=view)["view"]
    app.close()
    first.stop()
    second = starts(tmp_path)
    assert [one["id"] for one in second.look("/ui/views", **{"as": FIONA})["stack"]] == [opened["id"]]
    assert second.client().views_update(view_id=opened["id"], hash=opened["hash"], view=view)["ok"]


def test_a_taken_port_is_replaced_by_a_free_one(slack: Any, starts: Any, tmp_path: Path) -> None:
    taken = slack.base.rpartition(":")[2]
    other = starts(tmp_path, "--port", taken)
    assert other.base != slack.base
    assert other.client().auth_test()["ok"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("features: {slash_commands: [{command: finops, description: x}]}", "finops must be 2 to 32 characters"),
        ("features: {bot_user: {}}", "missing or misplaced 'oauth_config'"),
        ("features: {", "while parsing a flow"),
    ],
)
def test_a_manifest_slack_would_refuse_stops_the_start(tmp_path: Path, content: str, words: str) -> None:
    wrong = tmp_path / "manifest.yaml"
    scopes = "" if "bot_user" in content else "oauth_config: {scopes: {bot: [commands]}}\n"
    wrong.write_text(f"display_information: {{name: x}}\n{scopes}{content}\n")
    start = [sys.executable, "-m", "sandbox", "--home", str(tmp_path / "home"), "--manifest", str(wrong)]
    ended = subprocess.run(start, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_scopes_are_those_of_the_manifest(starts: Any, tmp_path: Path) -> None:
    narrow = tmp_path / "manifest.yaml"
    narrow.write_text("display_information: {name: Narrow}\noauth_config: {scopes: {bot: [chat:write]}}\n")
    bot = starts(tmp_path / "home", manifest=narrow).client()
    calls = {
        "channels:read": lambda: bot.conversations_info(channel=FINANCE),
        "users:read": lambda: bot.users_info(user=FIONA),
        "files:read": lambda: bot.files_info(file="F0"),
        "files:write": lambda: bot.files_getUploadURLExternal(filename="a.png", length=1),
        "usergroups:read": bot.usergroups_list,
        "im:write": lambda: bot.conversations_open(users=FIONA),
    }
    for scope, call in calls.items():
        with pytest.raises(SlackApiError) as caught:
            call()
        assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", scope)
    with pytest.raises(SlackApiError, match="not_enabled"):
        bot.views_publish(user_id=FIONA, view={"type": "home", "blocks": []})
    with pytest.raises(SlackApiError, match="messages_tab_disabled"):
        bot.chat_postMessage(channel=FIONA, text="x")
