"""Modals open by trigger, stack, change and are submitted, with the errors Slack shows."""

import time
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox.slack.listening import Listening, until

FINANCE, FIONA, RAJ = "C0FINANCE00", "U0FIONA0000", "U0RAJ000000"


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def field(name: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": words(name.title()), "element": element}


def modal(title: str = "Request", **more: Any) -> dict[str, Any]:
    blocks = [field("team"), field("amount", initial_value="100")]
    return {
        "type": "modal",
        "callback_id": "request",
        "title": words(title),
        "submit": words("Ask"),
        "blocks": blocks,
        **more,
    }


def trigger(slack: Any, app: Listening) -> str:
    heard = len(app.heard)
    slack.act("/ui/command", channel=FINANCE, text="/finops request", **{"as": FIONA})
    until(lambda: len(app.heard) > heard)
    return str(app.heard[-1].payload["trigger_id"])


def stack(slack: Any, who: str = FIONA) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = slack.look("/ui/views", **{"as": who})["stack"]
    return shown


def submitted(slack: Any, view_id: str, **filled: str) -> dict[str, Any]:
    values = {name: {name: {"value": value}} for name, value in filled.items()}
    answer: dict[str, Any] = slack.act("/ui/submit", view_id=view_id, values=values, **{"as": FIONA})
    return answer


@pytest.fixture
def opened(slack: Any, app: Listening, bot: WebClient) -> dict[str, Any]:
    view: dict[str, Any] = bot.views_open(trigger_id=trigger(slack, app), view=modal(private_metadata="n7"))["view"]
    return view


def test_a_modal_opens_before_whoever_pulled_the_trigger(slack: Any, opened: dict[str, Any]) -> None:
    (shown,) = stack(slack)
    assert (shown["id"], shown["title"]["text"], shown["state"]) == (opened["id"], "Request", {"values": {}})
    assert (shown["root_view_id"], shown["previous_view_id"], shown["app_id"]) == (opened["id"], None, "A0TUPPENCE0")
    assert stack(slack, RAJ) == []


def test_a_trigger_works_once(slack: Any, app: Listening, bot: WebClient) -> None:
    pulled = trigger(slack, app)
    bot.views_open(trigger_id=pulled, view=modal())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        bot.views_open(trigger_id=pulled, view=modal())
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        bot.views_open(trigger_id="12.34.made-up", view=modal())


def test_a_trigger_is_too_old_after_three_seconds(slack: Any, app: Listening, bot: WebClient) -> None:
    pulled = trigger(slack, app)
    time.sleep(3.05)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        bot.views_open(trigger_id=pulled, view=modal())


def test_a_refused_view_leaves_the_trigger_usable(slack: Any, app: Listening, bot: WebClient) -> None:
    pulled = trigger(slack, app)
    with pytest.raises(SlackApiError, match="invalid_arguments") as caught:
        bot.views_open(trigger_id=pulled, view=modal("t" * 25))
    pointers = caught.value.response["response_metadata"]["messages"]
    assert pointers == ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]
    assert bot.views_open(trigger_id=pulled, view=modal())["ok"]


def test_a_submission_carries_what_was_filled_in(slack: Any, app: Listening, opened: dict[str, Any]) -> None:
    assert submitted(slack, opened["id"], team="search") == {"ok": True}
    told = app.last("view_submission")
    values = told["view"]["state"]["values"]
    assert values["team"] == {"team": {"type": "plain_text_input", "value": "search"}}
    assert values["amount"]["amount"]["value"] == "100"
    assert (told["view"]["callback_id"], told["view"]["private_metadata"]) == ("request", "n7")
    assert (told["user"]["id"], told["response_urls"]) == (FIONA, [])
    assert stack(slack) == []


def test_an_empty_required_field_never_leaves_the_client(slack: Any, app: Listening, opened: dict[str, Any]) -> None:
    answer = submitted(slack, opened["id"], amount="5")
    assert answer == {"ok": False, "errors": {"team": "Please complete this required field."}}
    assert "view_submission" not in {one.payload.get("type") for one in app.heard}


def test_errors_of_the_app_stand_at_their_fields(slack: Any, app: Listening, opened: dict[str, Any]) -> None:
    app.answer = lambda request: {"response_action": "errors", "errors": {"amount": "Too much."}}
    assert submitted(slack, opened["id"], team="search") == {"ok": False, "errors": {"amount": "Too much."}}
    assert len(stack(slack)) == 1


def test_errors_for_fields_that_do_not_exist_are_refused(slack: Any, app: Listening, opened: dict[str, Any]) -> None:
    app.answer = lambda request: {"response_action": "errors", "errors": {"colour": "Too red."}}
    assert submitted(slack, opened["id"], team="search")["error"] == "invalid_response_errors"


def test_an_answer_may_update_push_or_clear(slack: Any, app: Listening, opened: dict[str, Any]) -> None:
    app.answer = lambda request: {"response_action": "update", "view": modal("Changed")}
    assert submitted(slack, opened["id"], team="search") == {"ok": True}
    assert [view["title"]["text"] for view in stack(slack)] == ["Changed"]
    app.answer = lambda request: {"response_action": "push", "view": modal("On top")}
    submitted(slack, opened["id"], team="search")
    assert [view["title"]["text"] for view in stack(slack)] == ["Changed", "On top"]
    app.answer = lambda request: {"response_action": "clear"}
    submitted(slack, stack(slack)[-1]["id"], team="search")
    assert stack(slack) == []


def test_an_unknown_answer_is_refused(slack: Any, app: Listening, opened: dict[str, Any]) -> None:
    app.answer = lambda request: {"response_action": "explode"}
    assert submitted(slack, opened["id"], team="search")["error"] == "invalid_response_action"


def test_a_submission_nobody_acknowledges_keeps_the_modal(slack: Any, app: Listening, opened: dict[str, Any]) -> None:
    app.answer = None
    assert submitted(slack, opened["id"], team="search") == {"ok": False, "error": "operation_timeout"}
    assert len(stack(slack)) == 1


def test_a_fourth_view_does_not_fit(slack: Any, app: Listening, bot: WebClient, opened: dict[str, Any]) -> None:
    app.answer = lambda request: {"response_action": "push", "view": modal("Next")}
    submitted(slack, opened["id"], team="x")
    submitted(slack, stack(slack)[-1]["id"], team="x")
    assert len(stack(slack)) == 3
    assert submitted(slack, stack(slack)[-1]["id"], team="x")["error"] == "push_limit_reached"
    pulled = app.last("view_submission")["trigger_id"]
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        bot.views_push(trigger_id=pulled, view=modal())


def test_a_view_is_pushed_only_from_inside_a_modal(slack: Any, app: Listening, bot: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        bot.views_push(trigger_id=trigger(slack, app), view=modal())


def test_a_button_in_a_modal_may_push(slack: Any, app: Listening, bot: WebClient) -> None:
    press = {
        "type": "actions",
        "block_id": "more",
        "elements": [{"type": "button", "action_id": "go", "text": words("More")}],
    }
    view = bot.views_open(trigger_id=trigger(slack, app), view=modal(blocks=[press]))["view"]
    slack.act("/ui/press", view_id=view["id"], block_id="more", action_id="go", **{"as": FIONA})
    pushed = bot.views_push(trigger_id=app.last("block_actions")["trigger_id"], view=modal("More"))["view"]
    assert (pushed["previous_view_id"], pushed["root_view_id"]) == (view["id"], view["id"])


def test_an_update_needs_the_hash_that_was_seen(bot: WebClient, opened: dict[str, Any]) -> None:
    fresh = bot.views_update(view_id=opened["id"], hash=opened["hash"], view=modal("Loaded"))["view"]
    assert fresh["id"] == opened["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        bot.views_update(view_id=opened["id"], hash=opened["hash"], view=modal("Too late"))
    with pytest.raises(SlackApiError, match="not_found"):
        bot.views_update(view_id="V0GONE", view=modal())


def test_an_external_id_names_one_view(slack: Any, app: Listening, bot: WebClient) -> None:
    bot.views_open(trigger_id=trigger(slack, app), view=modal(external_id="budget-7"))
    assert bot.views_update(external_id="budget-7", view=modal("By name", external_id="budget-7"))["ok"]
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        bot.views_publish(user_id=RAJ, view={"type": "home", "blocks": [], "external_id": "budget-7"})


def test_the_app_hears_of_a_closed_modal_only_if_it_wants_to(slack: Any, app: Listening, bot: WebClient) -> None:
    quiet = bot.views_open(trigger_id=trigger(slack, app), view=modal())["view"]
    assert slack.act("/ui/close", view_id=quiet["id"], **{"as": FIONA}) == {"ok": True}
    assert "view_closed" not in {one.payload.get("type") for one in app.heard}
    curious = bot.views_open(trigger_id=trigger(slack, app), view=modal(notify_on_close=True))["view"]
    slack.act("/ui/close", view_id=curious["id"], **{"as": FIONA})
    assert app.last("view_closed")["is_cleared"] is False
    assert stack(slack) == []


def test_a_view_above_250_kilobytes_is_too_large(slack: Any, app: Listening, bot: WebClient) -> None:
    section = {"type": "section", "text": words("x" * 3000)}
    with pytest.raises(SlackApiError, match="view_too_large"):
        bot.views_open(trigger_id=trigger(slack, app), view=modal(blocks=[section] * 90))
