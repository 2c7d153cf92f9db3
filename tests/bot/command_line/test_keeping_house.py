"""Verify finds the entry that was changed, the doctor says what to mend, digests print, collect names what it lacks."""

import sqlite3

from tests.bot.command_line.conftest import SAMPLE, Terminal

TARGET = """
budgets:
  search: {monthly: 4000, target: litellm, id: team/search}
targets:
  litellm: {base_url: "http://127.0.0.1:9", key: sk-planted-secret-1}
sources:
  openai: {key: sk-planted-secret-2, base_url: "http://127.0.0.1:9"}
"""


def test_verify_names_the_entry_that_was_changed(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    tuppence("import", "focus", SAMPLE)
    assert tuppence("audit", "verify").out == "2 entries, all as they were written"
    with sqlite3.connect(tuppence.home / "tuppence.sqlite") as state:
        for (guard,) in state.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            state.execute(f"DROP TRIGGER {guard}")
        state.execute("UPDATE audit SET body = replace(body, '125', '126') WHERE number = 2")
    state.close()
    said = tuppence("audit", "verify")
    assert (said.code, said.out.partition(" does")[0]) == (1, "Entry 2")
    doctor = tuppence("doctor")
    assert "FIX  Entry 2 of the audit chain does not fit; restore the database from a backup." in doctor.out


def test_a_lost_key_is_not_made_anew(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    (tuppence.home / "audit.key").unlink()
    said = tuppence("ask", "cost")
    assert (said.code, said.error.partition(" its key")[0]) == (2, "The audit chain cannot go on without")


def test_the_doctor_says_each_thing_in_a_sentence_with_its_fix(tuppence: Terminal) -> None:
    tuppence.configured(TARGET)
    said = tuppence("doctor", SLACK_BOT_TOKEN="xoxb-planted-3", SLACK_API_BASE="http://127.0.0.1:9/api/")
    lines = said.out.splitlines()
    assert said.code == 1
    assert lines[0].startswith("ok   The configuration of ")
    wrong = [line.removeprefix("FIX  ") for line in lines if line.startswith("FIX ")]
    assert [line.split(" ")[0] for line in wrong] == ["Fewer", "Slack", "openai:", "Nothing", "No", "The"]
    assert all(line.endswith(".") for line in wrong)
    assert "planted" not in said.out + said.error


def test_the_doctor_counts_what_was_given_up(tuppence: Terminal) -> None:
    tuppence("import", "focus", SAMPLE)
    with sqlite3.connect(tuppence.home / "tuppence.sqlite") as state:
        state.execute("INSERT INTO effect (must, subject, fence, attempts, parked_at) "
                      "VALUES ('show', 'request/n1', 300, 300, '2026-11-24 09:00:00')")  # fmt: skip
    state.close()
    assert "FIX  1 thing that was decided could not be done in a day; mend what the log says" in tuppence("doctor").out


def test_no_price_waits_in_a_fresh_home(tuppence: Terminal) -> None:
    said, accepted = tuppence("prices", "waiting"), tuppence("prices", "accept", "gpt-5")
    assert (said.code, said.out) == (0, "")
    assert (accepted.code, accepted.error.partition(";")[0]) == (2, "No price of gpt-5 waits")


def test_digest_detect_and_collect_answer(tuppence: Terminal) -> None:
    tuppence.configured(TARGET)
    tuppence("import", "focus", SAMPLE)
    assert tuppence("digest", "finance", "--print").out.startswith("AI cost, week to ")
    assert tuppence("detect").out == "0 incidents opened or resolved"
    unposted = tuppence("digest", "finance", "--post")
    assert unposted.error == "audiences.finance is not configured, so there is no channel to post to."
    unknown = tuppence("collect", "nobody")
    assert (unknown.code, unknown.error) == (2, "No source called nobody is configured; there are openai.")
    assert tuppence("digest", "nobody").code == 2
