"""Whoever mentions the bot asks as after the slash command, and is answered once."""

from tests.bot.office import ERIK, FINANCE, Office, said, until


def mention(office: Office, words: str) -> None:
    office.slack.act("/ui/say", channel=FINANCE, text=f"@tuppence {words}", **{"as": ERIK})


def test_a_question_beside_a_mention_is_answered_in_the_channel_of_an_audience(office: Office) -> None:
    mention(office, "how much did we spend last week?")
    found = until(lambda: [one for one in office.seen(FINANCE, ERIK) if "No cost from 16 Nov" in said(one)])
    assert [one["ephemeral"] for one in found] == [False]


def test_what_is_not_understood_and_what_needs_a_form_is_told_to_whoever_asked_only(office: Office) -> None:
    mention(office, "how much did we spend on borscht?")
    assert "I don't understand “borscht”" in said(office.private(ERIK, "borscht"))
    mention(office, "request")
    assert "/finops request" in said(office.private(ERIK, "needs a form"))
