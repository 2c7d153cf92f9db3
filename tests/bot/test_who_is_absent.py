"""Who is not in the figures is said once below them: in Slack, in words and on the picture of an answer."""

from datetime import UTC, date, datetime
from decimal import Decimal

from bot.charts import drawn, footed
from bot.plain import plain
from bot.printed import as_json
from bot.render import render
from bot.words import absent
from bot.words import plain as said
from finops.people import Audience
from finops.report import Bars, Report, say
from finops.stamp import Absent, Finality, LedgerName, Stamp

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
WHOLE = Stamp(AT, Finality.FINAL, LedgerName.BILLED, "USD", until=date(2026, 11, 23))


def stamp(*others: tuple[str, object]) -> Stamp:
    told = tuple(Absent(name, Decimal(str(amount))) for name, amount in others)
    return Stamp(AT, Finality.FINAL, LedgerName.BILLED, "USD", until=date(2026, 11, 23), absent=told)


def test_the_dearest_are_named_and_the_rest_is_summed() -> None:
    assert said(absent(WHOLE), "UTC") == ""
    assert said(absent(stamp(("anthropic", 1091))), "UTC") == "Not in it: anthropic $1.09k (metered only)."
    five = stamp(("a", 50), ("b", 40), ("c", 30), ("d", 20), ("e", 10))
    assert said(absent(five), "UTC") == "Not in it: a $50.0, b $40.0, c $30.0, 2 more $30.0 (metered only)."


def test_foreign_names_stay_words_in_slack_and_one_line_follows_the_stamp() -> None:
    report = Report("Cost", say("It was."), stamp=stamp(("<!channel> & co", 5)))
    (context,) = render(report, "UTC", {})[-1]["elements"]
    first, second = context["text"].split("\n")
    assert first.startswith("billed to 23 Nov")
    assert second == "Not in it: &lt;!channel&gt; &amp; co $5.00 (metered only)."
    assert plain(report, "UTC").splitlines()[-1] == "Not in it: <!channel> & co $5.00 (metered only)."
    assert '"absent": [{"provider": "<!channel> & co", "ledger": "metered", "amount": "5"}]' in as_json(report)


def test_a_picture_says_it_too_even_of_two_amounts() -> None:
    part = Bars("Cost", (("openai", Decimal(5)), ("acme", Decimal(3))), "USD")
    told = stamp(("anthropic", 5), ("groq", 3))
    assert drawn(part, told) != drawn(part, WHOLE)
    answer, digest = Report("Cost", (), stamp=told), Report("Digest", (), stamp=told, audience=Audience.FINANCE)
    assert (footed(answer), footed(digest)) == (told, WHOLE)
