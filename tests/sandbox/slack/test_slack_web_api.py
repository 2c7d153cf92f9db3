"""The Web API refuses what Slack refuses, asked by Slack's own client."""

import json
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests import plain

FINANCE, GENERAL = "C0FINANCE00", "C0GENERAL00"
FIONA, GUS = "U0FIONA0000", "U0GUEST0000"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def refusal(call: Any, *args: Any, **kwargs: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response


def test_the_token_names_the_bot(bot: WebClient) -> None:
    assert bot.auth_test()["user_id"] == "U0TUPPENCE0"


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_without_the_right_token_nobody_gets_in(slack: Any, token: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = plain.post(f"{slack.told['api']}auth.test", headers=headers).json()
    assert answer == {"ok": False, "error": error}


def test_app_and_bot_tokens_are_not_interchangeable(slack: Any) -> None:
    as_app = slack.client(slack.told["app_token"])
    assert refusal(as_app.chat_postMessage, channel=FINANCE, text="x")["error"] == "not_allowed_token_type"
    as_bot = slack.client()
    assert refusal(as_bot.apps_connections_open, app_token=slack.told["bot_token"])["error"] == "not_allowed_token_type"


def test_a_call_outside_the_manifest_says_which_scope_it_needs(bot: WebClient) -> None:
    answer = refusal(bot.users_lookupByEmail, email="fiona@brightwater.example")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read.email")
    assert "chat:write" in answer["provided"].split(",")


def test_an_unknown_method_is_named_so(bot: WebClient) -> None:
    assert refusal(bot.api_call, "chat.shout")["error"] == "unknown_method"


def test_a_message_is_posted_threaded_updated_and_taken_back(slack: Any, bot: WebClient) -> None:
    said = bot.chat_postMessage(channel=FINANCE, text="first", blocks=[{"type": "divider"}])
    assert said["message"]["blocks"][0]["block_id"]
    reply = bot.chat_postMessage(channel=FINANCE, text="below", thread_ts=said["ts"])
    bot.chat_update(channel=FINANCE, ts=said["ts"], text="second")
    shown = {one["ts"]: one for one in slack.messages(FINANCE)}
    parent = shown[said["ts"]]
    assert (parent["text"], parent["blocks"], parent["edited"], parent["reply_count"]) == ("second", None, True, 1)
    bot.chat_delete(channel=FINANCE, ts=reply["ts"])
    assert reply["ts"] not in {one["ts"] for one in slack.messages(FINANCE)}


def test_an_ephemeral_message_is_for_one_person(slack: Any, bot: WebClient) -> None:
    ts = bot.chat_postEphemeral(channel=FINANCE, user=FIONA, text="psst")["message_ts"]
    assert ts in {one["ts"] for one in slack.messages(FINANCE, FIONA)}
    assert ts not in {one["ts"] for one in slack.messages(FINANCE, GUS)}
    assert refusal(bot.chat_update, channel=FINANCE, ts=ts, text="x")["error"] == "message_not_found"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "C0NOWHERE00", "text": "x"}, "channel_not_found"),
        ({"channel": GENERAL, "text": "x"}, "not_in_channel"),
        ({"channel": FINANCE}, "no_text"),
        ({"channel": FINANCE, "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"channel": FINANCE, "blocks": "{not json"}, "invalid_blocks_format"),
        ({"channel": FINANCE, "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_schema"),
        ({"channel": FINANCE, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": FINANCE, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ],
)
def test_a_post_is_refused_in_slacks_words(bot: WebClient, given: dict[str, Any], error: str) -> None:
    assert refusal(bot.api_call, "chat.postMessage", json=given)["error"] == error


def test_an_outsider_gets_no_ephemeral_message(bot: WebClient) -> None:
    answer = refusal(bot.chat_postEphemeral, channel="C0SECURITY0", user=GUS, text="x")
    assert answer["error"] == "user_not_in_channel"


def test_an_update_above_four_thousand_characters_is_refused(bot: WebClient) -> None:
    said = bot.chat_postMessage(channel=FINANCE, text="x" * 4001)
    assert refusal(bot.chat_update, channel=FINANCE, ts=said["ts"], text="x" * 4001)["error"] == "msg_too_long"


def test_a_post_above_forty_thousand_characters_is_cut(bot: WebClient) -> None:
    said = bot.chat_postMessage(channel=FINANCE, text="x" * 40_001)
    assert len(said["message"]["text"]) == 40_000
    assert said["warning"] == "message_truncated"


def test_invalid_blocks_are_refused_with_their_place(bot: WebClient) -> None:
    blocks = [{"type": "divider"}, {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = refusal(bot.chat_postMessage, channel=FINANCE, text="x", blocks=blocks)
    assert answer["error"] == "invalid_blocks"
    words = "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    assert answer["response_metadata"]["messages"] == [words]


def test_a_person_is_told_by_their_id(slack: Any, bot: WebClient) -> None:
    said = bot.chat_postMessage(channel=FIONA, text="only you")
    assert said["channel"] == "D0FIONA0000"
    assert slack.messages("D0FIONA0000", FIONA)[-1]["text"] == "only you"


def test_people_groups_and_channels_can_be_read(bot: WebClient) -> None:
    assert bot.users_info(user=GUS)["user"]["is_restricted"] is True
    assert bot.users_info(user="U0TUPPENCE0")["user"]["is_bot"] is True
    assert bot.usergroups_users_list(usergroup="S0APPROVERS")["users"] == [FIONA, "U0RAJ000000"]
    assert bot.conversations_info(channel=GENERAL)["channel"]["is_member"] is False
    assert FIONA in bot.conversations_members(channel=FINANCE)["members"]


def test_a_list_is_read_page_by_page(bot: WebClient) -> None:
    names = [one["name"] for answer in bot.users_list(limit=3) for one in answer["members"]]
    assert names == ["fiona", "erik", "sana", "raj", "dana", "gus", "tuppence"]


def test_a_picture_is_refused_until_it_is_scanned(slack: Any, bot: WebClient) -> None:
    slack.act("/control/faults", mime_delay=0.4)
    file = bot.files_upload_v2(filename="chart.png", content=PNG, alt_txt="a chart")["file"]["id"]
    blocks = [{"type": "image", "alt_text": "a chart", "slack_file": {"id": file}}]
    answer = refusal(bot.chat_postMessage, channel=FINANCE, text="x", blocks=blocks)
    words = "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
    assert answer["response_metadata"]["messages"] == [words]
    while not bot.files_info(file=file)["file"]["mimetype"]:
        pass
    bot.chat_postMessage(channel=FINANCE, text="x", blocks=blocks)
    picture = slack.messages(FINANCE)[-1]["blocks"][0]["image_url"]
    assert plain.get(f"{slack.base}{picture}").content == PNG


def test_what_is_no_picture_never_stands_in_an_image_block(slack: Any, bot: WebClient) -> None:
    slack.act("/control/faults", mime_delay=0)
    file = bot.files_upload_v2(filename="table.csv", content="a,b")["file"]["id"]
    blocks = [{"type": "image", "alt_text": "x", "slack_file": {"id": file}}]
    assert refusal(bot.chat_postMessage, channel=FINANCE, text="x", blocks=blocks)["error"] == "invalid_blocks"


def test_a_file_is_shared_with_its_comment(slack: Any, bot: WebClient) -> None:
    bot.files_upload_v2(channel=FINANCE, filename="chart.png", content=PNG, title="A chart", initial_comment="see")
    said = slack.messages(FINANCE)[-1]
    assert (said["text"], said["files"][0]["name"]) == ("see", "A chart")


def test_too_many_calls_must_wait(slack: Any, bot: WebClient) -> None:
    slack.act("/control/faults", rate_limit={"method": "chat.postMessage", "count": 1, "retry_after": 7})
    answer = refusal(bot.chat_postMessage, channel=FINANCE, text="x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert bot.chat_postMessage(channel=FINANCE, text="x")["ok"]


def test_a_post_whose_answer_is_lost_is_posted_all_the_same(slack: Any) -> None:
    slack.act("/control/faults", drop_posts=1)
    headers = {"Authorization": f"Bearer {slack.told['bot_token']}"}
    with pytest.raises(httpx.TransportError):
        plain.post(
            f"{slack.told['api']}chat.postMessage", json={"channel": FINANCE, "text": "doubtful"}, headers=headers
        )
    assert slack.messages(FINANCE)[-1]["text"] == "doubtful"


def test_blocks_are_validated_without_a_token(slack: Any) -> None:
    blocks = json.dumps([{"type": "section", "text": {"type": "html", "text": "x"}}])
    answer = plain.post(f"{slack.told['api']}blocks.validate", data={"blocks": blocks}).json()
    assert (answer["ok"], answer["error"]) == (False, "invalid_blocks")
    assert answer["errors"][0]["pointer"] == "/0/text/type"
    good = json.dumps([{"type": "divider"}])
    assert plain.post(f"{slack.told['api']}blocks.validate", data={"blocks": good}).json() == {"ok": True}


def test_the_log_names_calls_and_keeps_no_tokens(slack: Any, bot: WebClient) -> None:
    bot.chat_postMessage(channel=FINANCE, text="noted")
    log = slack.look("/control/log")
    assert (log[-1]["method"], log[-1]["ok"], log[-1]["error"]) == ("chat.postMessage", True, None)
    assert slack.told["bot_token"] not in json.dumps(log)
