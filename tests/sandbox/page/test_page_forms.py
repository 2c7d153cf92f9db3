"""Modals on the page: checked, corrected, sent, updated and closed."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from slack_sdk import WebClient

from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.samples import ERIK, FIONA, HOSTILE, MODAL, section
from tests.sandbox.slack.conftest import Running
from tests.sandbox.slack.listening import Listening

pytestmark = pytest.mark.browser
REFUSAL = {"response_action": "errors", "errors": {"amount": "At most $6,500.00."}}


@pytest.fixture
def form(visit: Visit, app: Listening, bot: WebClient) -> Locator:
    """A form that the app opened at Fiona's command."""

    def open_it(request: Any) -> None:
        bot.views_open(trigger_id=request.payload["trigger_id"], view=MODAL)

    app.answer = open_it
    visit.type("/finops request")
    expect(visit.one("modal")).to_be_visible()
    app.answer = lambda request: None
    app.heard.clear()
    return visit.one("modal")


def test_a_form_is_checked_corrected_and_sent(form: Locator, app: Listening) -> None:
    form.get_by_test_id("modal-submit").click()
    expect(form.locator("[data-error-for=reason]")).to_have_text("Please complete this required field.")
    expect(form.get_by_label("Amount")).to_be_focused()
    assert app.heard == []
    app.answer = lambda request: REFUSAL
    form.get_by_label("Amount").fill("9000.50")
    form.get_by_label("Reason").fill(HOSTILE)
    form.get_by_label("Reason").press("Tab")
    form.get_by_test_id("modal-submit").click()
    expect(form.locator("[data-error-for=amount]")).to_have_text("At most $6,500.00.")
    app.answer = lambda request: None
    form.get_by_label("Amount").fill("6500")
    form.get_by_label("Amount").press("Enter")
    expect(form).to_have_count(0)
    values = app.last("view_submission")["view"]["state"]["values"]
    assert values["amount"]["amount_value"]["value"] == "6500"
    assert values["reason"]["reason_value"]["value"] == HOSTILE


def test_every_field_of_a_form_carries_its_value(form: Locator, app: Listening) -> None:
    fill = {
        "Amount": "1",
        "Reason": "Why",
        "Email": "a@example.com",
        "Link": "https://example.com",
        "Datepicker": "2026-12-01",
    }
    for label, value in fill.items():
        form.get_by_label(label).fill(value)
    form.get_by_label("Evidence").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"42"})
    form.get_by_role("radio", name="Marketing").check()
    form.get_by_role("checkbox", name="Search").first.check()
    form.get_by_label("Multi_users_select").click()
    people = form.locator("[data-block-id=multi_users_select]")
    for name in ("Erik Lund", "Fiona Marsh"):
        people.get_by_role("checkbox", name=name).check()
    form.get_by_test_id("modal-submit").click()
    expect(form).to_have_count(0)
    values = app.last("view_submission")["view"]["state"]["values"]
    assert values["email"]["email_value"]["value"] == "a@example.com"
    assert values["datepicker"]["datepicker"]["selected_date"] == "2026-12-01"
    assert values["kind"]["kind_value"]["selected_option"]["value"] == "marketing"
    assert [one["value"] for one in values["parts"]["parts_value"]["selected_options"]] == ["search", "support"]
    assert set(values["multi_users_select"]["multi_users_select"]["selected_users"]) == {ERIK, FIONA}


def test_an_update_keeps_what_was_typed_and_escape_closes(form: Locator, slack: Running, bot: WebClient) -> None:
    form.get_by_label("Reason").fill("Half a sentence")
    (view,) = slack.look("/ui/views", **{"as": FIONA})["stack"]
    fresh = {**MODAL, "blocks": [section("Fresh figures"), *MODAL["blocks"]]}
    bot.views_update(view_id=view["id"], view=fresh)
    expect(form).to_contain_text("Fresh figures")
    expect(form.get_by_label("Reason")).to_have_value("Half a sentence")
    form.page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(form.page.get_by_test_id("composer")).to_be_focused()
