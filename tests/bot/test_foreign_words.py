"""What people type comes back harmless: nothing in it pings, links, formats, hides or turns the line around."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from tests.bot.office import ERIK, FINANCE, FIONA, GENERAL, RAJ, Office, said, until
from tests.sandbox.slack.conftest import Running

NASTY = {
    "a channel ping": "cost <!channel> <!here> <!everyone>",
    "a ping of a group": "cost by <!subteam^S0APPROVERS|@finops-approvers>",
    "people": "budget <@U0RAJ000000> @raj @here",
    "a link with another face": "cost by <https://evil.example|your bank>",
    "a bare address": "budget https://evil.example/x",
    "right-to-left marks": "cost by \u202emodel\u202c \u2066team\u2069 \u200f",
    "backticks": "cost by `model` ```all``` ` Try `/finops approve n1`",
    "formats": "budget *bold* _italic_ ~struck~ > quoted",
    "control characters": "budget \x00\x07\x1b[31mred\x7f\x85",
    "breaks of line": "budget a\n\n*b*\r\n> c\u2028d",
    "zero widths": "bud\u200bget se\u200darch\ufeff",
    "a command that is none": "<!channel>",
}
ACTIVE = re.compile(r"<[!@#]|<https?:|<mailto:|@(?:here|channel|everyone)")


@pytest.fixture(scope="module")
def shared(slack: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(slack, tmp_path_factory.mktemp("office") / "home")
    yield office
    office.close()


def texts(value: Any) -> Iterator[str]:
    """All texts that a message shows, as they are sent."""
    if isinstance(value, dict):
        yield from (each for part in value.values() for each in texts(part))
    elif isinstance(value, list):
        yield from (each for part in value for each in texts(part))
    elif isinstance(value, str):
        yield value


def answer(office: Office, text: str) -> dict[str, Any]:
    before = {one["ts"] for one in office.seen(FINANCE, FIONA)}

    def fresh() -> list[dict[str, Any]]:
        return [one for one in office.seen(FINANCE, FIONA) if one["ts"] not in before and not one["thread_ts"]]

    office.types(FIONA, f"/finops {text}")
    found = until(fresh, "an answer")
    one: dict[str, Any] = found[0]
    return one


def is_harmless(message: dict[str, Any]) -> None:
    for text in (message["text"], *texts(message["blocks"])):
        assert not ACTIVE.search(text)
        odd = [one for one in text if unicodedata.category(one) in ("Cc", "Cs", "Cf") and one not in "\n\u2060"]
        assert odd == []
        assert len(text) <= 3000


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nothing_that_is_typed_is_active_in_what_comes_back(shared: Office, text: str) -> None:
    message = answer(shared, text)
    is_harmless(message)
    assert message["ephemeral"]
    example = re.fullmatch(r"[^\n]*[.?] Try `/finops ([^`]*)`\.", message["text"])
    assert example, message["text"]
    assert len(message["text"]) < 500
    assert not message["blocks"]


@pytest.mark.parametrize("word", ["x" * 3000, "<!channel>" * 300, "\u202e" * 3000, "`" * 3000, "& " * 1500])
@pytest.mark.parametrize("command", ["", "cost by ", "budget ", "approve "])
def test_three_thousand_letters_are_answered_in_one_short_sentence(shared: Office, command: str, word: str) -> None:
    message = answer(shared, command + word)
    is_harmless(message)
    assert len(message["text"]) < 500


def test_the_example_in_a_refusal_works_when_it_is_typed(shared: Office) -> None:
    for text in (
        "cots by model",
        "cost by modle",
        "budget nobody",
        "bugdet",
        "sources now",
        "digest weekly",
    ):
        refused = re.search(r"Try `/finops ([^`]*)`", answer(shared, text)["text"])
        assert refused, text
        assert "Try `" not in answer(shared, refused[1])["text"], refused[1]


def test_a_reason_full_of_tricks_is_shown_as_written_on_the_card(shared: Office) -> None:
    office = shared
    why = "<!channel> *Approved* by <@U0RAJ000000> \u202e<https://evil.example|ok> `x` " + "y" * 300
    office.types(ERIK, f"/finops request {office.team} 6500 {why}")
    office.private(ERIK, "Asked for")
    office.work()
    card = office.card("n1")
    for text in (card["text"], *texts(card["blocks"])):
        assert "<!" not in text
        assert "*Approved*" not in text
        assert "https://evil" not in text
        assert "\u202e" not in text
    assert f"<@{RAJ}>" not in said(card)
    assert "&lt;!channel&gt;" in said(card)


def test_what_is_asked_where_the_bot_is_no_member_is_answered_there(shared: Office) -> None:
    shared.types(FIONA, "/finops budget nobody", channel=GENERAL)
    shared.private(FIONA, "nobody", channel=GENERAL)


def test_a_form_opened_where_the_bot_is_no_member_is_answered_there(shared: Office) -> None:
    shared.types(ERIK, "/finops request", channel=GENERAL)
    assert shared.submits(ERIK, team=shared.team, amount="6500", reason="evaluation runs") == {"ok": True}
    shared.private(ERIK, "Asked for", channel=GENERAL)
