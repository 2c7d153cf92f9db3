"""A request file adds: an id that is known replaces its row, and a call that several sources tell counts once."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from finops.batch import Change
from finops.period import Period
from finops.question import Measure
from tests.storage.facts.conftest import NOW
from tests.storage.ingest.conftest import Calls, call

LATE, EARLY = "2026-11-02T23:58:00Z", "2026-11-03T00:01:00Z"
ANSWER = {"response_id": "chatcmpl-1"}


def test_a_known_id_replaces_its_row_and_others_are_added(calls: Calls) -> None:
    assert calls.tell("litellm", call("a"), call("b")).changes.added == Change(2, Decimal(2))
    delivery = calls.tell("litellm", call("a", spend="3"), call("c"))
    assert calls.total() == (3, 5)
    changes = delivery.changes
    assert (changes.added, changes.previous, changes.replaced) == (Change(1, Decimal(1)), Change(1, Decimal(1)),
                                                                   Change(1, Decimal(3)))  # fmt: skip
    assert (changes.unchanged, changes.removed) == (Change(), Change())


def test_the_same_file_again_changes_nothing(calls: Calls) -> None:
    calls.tell("litellm", call("a"), call("b", EARLY))
    before = calls.row_files, calls.sums()
    delivery = calls.tell("litellm", call("a"), call("b", EARLY))
    assert (calls.row_files, calls.sums()) == before
    assert (delivery.changed, delivery.changes.unchanged, delivery.changes.added) == (
        0,
        Change(2, Decimal(2)),
        Change(),
    )


def test_a_column_that_says_nothing_is_no_new_version(calls: Calls) -> None:
    calls.tell("litellm", call("a"))
    assert calls.tell("litellm", call("a", latency_ms="", tags="", reasoning_tokens="0")).changed == 0
    assert calls.tell("litellm", call("a", latency_ms="7")).changed == 1


@pytest.mark.parametrize(("source", "requests"), [("csv", 2), ("litellm", 1), ("otel", 1)])
def test_an_id_of_ones_own_counts_within_its_day_and_that_of_a_gateway_across_days(
    calls: Calls, source: str, requests: int
) -> None:
    calls.tell(source, call("1", LATE))
    calls.tell(source, call("1", EARLY))
    assert calls.total() == (requests, requests)
    assert calls.tell(source, call("1", EARLY)).changed == 0


@pytest.mark.parametrize("source", ["csv", "litellm"])
def test_within_a_file_the_same_holds_and_the_last_row_counts(calls: Calls, source: str) -> None:
    delivery = calls.tell(source, call("1", spend="1"), call("1", spend="2"))
    assert (delivery.kept, calls.total()) == (1, (1, 2))
    assert delivery.notes == ("1 row names an AI request again; the last of each was kept.",)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    "other",
    [call("1", model="another"), call("1", "2026-11-03T10:00:01Z")],
    ids=["another model", "more than a day later"],
)
def test_an_id_with_another_model_or_a_day_later_is_another_call(
    calls: Calls, other: dict[str, Any], *, at_once: bool
) -> None:
    if at_once:
        notes = calls.tell("litellm", call("1"), other).notes
        assert notes == ("1 row repeats an id with another model or more than a day apart; each counts as a call of "
                         "its own.",)  # fmt: skip
    else:
        calls.tell("litellm", call("1"))
        calls.tell("litellm", other)
    assert calls.total() == (2, 2)


def test_an_id_a_whole_day_later_is_still_the_same_call(calls: Calls) -> None:
    calls.tell("litellm", call("1"))
    calls.tell("litellm", call("1", "2026-11-03T10:00:00Z"))
    assert calls.days == ["litellm/openai 2026-11-03"]


@pytest.mark.parametrize("at_once", [True, False])
def test_two_spans_of_one_answer_count_once(calls: Calls, *, at_once: bool) -> None:
    spans = [call(name, trace_id="t", span_id=name, **ANSWER) for name in ("outer", "inner")]
    notes = [calls.tell("otel", *spans).notes] if at_once else [calls.tell("otel", each).notes for each in spans]
    assert notes[-1] == ("1 row describes a call that another row or source describes too; each call counts once.",)
    assert calls.total(Measure.REQUESTS, Measure.COST, Measure.TOKENS) == (1, 1, 110)


def test_an_answer_of_another_provider_is_another_call(calls: Calls) -> None:
    calls.tell("otel", call("a", **ANSWER), call("b", provider="mistral", **ANSWER))
    assert calls.total() == (2, 2)


def test_a_cache_hit_that_repeats_an_answer_is_a_call_of_its_own(calls: Calls) -> None:
    calls.tell("litellm", call("a", cache_hit="False", **ANSWER))
    calls.tell(
        "litellm", call("b", cache_hit="True", spend="0", **ANSWER), call("c", cache_hit="True", spend="0", **ANSWER)
    )
    assert calls.total() == (3, 1)


def test_a_trace_alone_is_no_call(calls: Calls) -> None:
    calls.tell("otel", call("a", trace_id="t"), call("b", trace_id="t"), call("c", trace_id="t", span_id="1"))
    calls.tell("litellm", call("d", trace_id="t"), call("e", trace_id="t", span_id="2"))
    assert calls.total() == (5, 5)


@pytest.mark.parametrize(
    ("gateway", "span"),
    [
        (call("g", spend="2", **ANSWER), call("s", "2026-11-02T10:20:00Z", model="alias", **ANSWER)),
        (call("g", spend="2"), call("g", "2026-11-02T10:04:59Z")),
        (call("g", "2026-11-02T10:04:59Z", spend="2"), call("g")),
        (call("g", spend="2", trace_id="t", span_id="1"), call("s", "2026-11-02T10:20:00Z", trace_id="t", span_id="1")),
    ],
    ids=["answer", "id", "id of a later call", "trace and span"],
)
def test_a_gateway_and_a_trace_tell_the_same_call(calls: Calls, gateway: dict[str, Any], span: dict[str, Any]) -> None:
    for first, second in (("litellm", "otel"), ("otel", "litellm")):
        house = calls.another(first)
        for source in (first, second):
            house.tell(source, gateway if source == "litellm" else span)
        assert house.total() == (1, 2), first
        assert house.rows("source", "request_id") == [("litellm", "g")]


@pytest.mark.parametrize(
    "span",
    [call("g", "2026-11-02T10:05:00Z"), call("g", model="alias"), call("other"), call("g", "2026-11-02T09:55:00Z")],
    ids=["five minutes later", "another model", "another id", "five minutes before"],
)
def test_what_is_not_the_same_call_counts_beside_it(calls: Calls, span: dict[str, Any]) -> None:
    calls.tell("litellm", call("g", spend="2"))
    calls.tell("otel", span)
    assert calls.total() == (2, 3)


COSTS = {"litellm": "3", "csv": "5", "otel": "7"}


@pytest.mark.parametrize("order", list(permutations(COSTS)), ids="-".join)
def test_the_cost_of_the_gateway_counts_then_that_of_a_log_then_that_of_a_trace(
    calls: Calls, order: tuple[str, ...]
) -> None:
    known = set[str]()
    for source in order:
        calls.tell(source, call("a", spend=COSTS[source], **ANSWER))
        known.add(source)
        first = next(name for name in COSTS if name in known)
        assert calls.total() == (1, Decimal(COSTS[first]))


def test_where_the_gateway_tells_no_cost_the_next_one_does_and_the_list_last(calls: Calls) -> None:
    said = {"model": "gpt-4o", "input_tokens": 1_000_000, "output_tokens": 0}
    calls.tell("litellm", call("a", spend="", **said, **ANSWER))
    assert calls.total() == (1, Decimal("2.5"))
    calls.tell("otel", call("b", spend="7", **said, **ANSWER))
    assert calls.total() == (1, 7)
    calls.tell("csv", call("c", spend="5", **said, **ANSWER))
    assert calls.total() == (1, 5)


def test_what_one_does_not_say_the_next_one_says(calls: Calls) -> None:
    gateway = call("g", key="k-1", finish_reason="", latency_ms="", input_tokens=100, cached_tokens="", **ANSWER)
    log = call("l", team="search", finish_reason="", latency_ms="40", cached_tokens="", key="k-2", **ANSWER)
    span = call("s", team="lab", finish_reason="stop", latency_ms="50", cached_tokens="60", **ANSWER)
    wanted = [("g", "k-1", "search", "stop", 40, 60)]
    for order in permutations((("litellm", gateway), ("csv", log), ("otel", span))):
        house = calls.another("-".join(source for source, _ in order))
        for source, row in order:
            house.tell(source, row)
        assert house.rows("request_id", "key", "team", "finish_reason", "latency_ms", "cached_tokens") == wanted


def test_a_better_source_that_comes_late_moves_the_call_to_its_day(calls: Calls) -> None:
    calls.tell("otel", call("s", LATE, **ANSWER), call("before", LATE), call("after", EARLY))
    assert calls.by_day() == {"2026-11-02": (2, 2), "2026-11-03": (1, 1)}
    calls.tell("litellm", call("g", EARLY, spend="4", **ANSWER))
    assert calls.by_day() == {"2026-11-02": (1, 1), "2026-11-03": (2, 5)}


def test_a_call_that_leaves_a_day_empty_leaves_no_sums_there(calls: Calls) -> None:
    calls.tell("otel", call("s", LATE, **ANSWER))
    calls.tell("litellm", call("g", EARLY, spend="4", **ANSWER))
    assert calls.days == ["litellm/openai 2026-11-03"]
    assert calls.total() == (1, 4)


def test_replace_says_all_of_its_days_and_leaves_other_days_and_sources(calls: Calls) -> None:
    day = "2026-11-{:02}T10:00:00Z".format
    calls.tell("litellm", *(call(f"g{n}", day(n)) for n in (1, 2, 3, 4, 5)), call("g2b", day(2), **ANSWER))
    calls.tell("otel", call("s", day(2), spend="9", **ANSWER), call("s3", day(3)))
    assert calls.total() == (7, 7)
    changes = calls.tell("litellm", call("g2", day(2)), call("new", day(4)), replace=True).changes
    assert calls.by_day() == {"2026-11-01": (1, 1), "2026-11-02": (2, 10), "2026-11-03": (1, 1), "2026-11-04": (1, 1),
                              "2026-11-05": (1, 1)}  # fmt: skip
    assert {name for (name,) in calls.rows("request_id")} == {"g1", "g2", "s", "s3", "new", "g5"}
    assert (changes.unchanged.rows, changes.added.rows, changes.removed.rows) == (1, 1, 2)


def test_what_a_source_covers_and_no_longer_tells_is_gone(calls: Calls) -> None:
    covers = Period(date(2026, 11, 2), date(2026, 11, 3))
    calls.tell("langfuse", call("a"), call("b"), covers=covers)
    calls.tell("langfuse", call("next", "2026-11-03T10:00:00Z"))
    calls.tell("otel", call("s"))
    changes = calls.tell("langfuse", call("b"), covers=covers).changes
    assert {name for (name,) in calls.rows("request_id")} == {"b", "next", "s"}
    assert changes.removed == Change(1, Decimal(1))
    assert calls.total() == (3, 3)


CHAIN = {
    "otel": call("a", **ANSWER),
    "langfuse": call("b", trace_id="t", span_id="1", **ANSWER),
    "csv": call("c", trace_id="t", span_id="1", spend="2"),
}


@pytest.mark.parametrize("order", list(permutations(CHAIN)), ids="-".join)
def test_what_is_the_same_as_one_that_is_the_same_is_the_same(calls: Calls, order: tuple[str, ...]) -> None:
    for source in order:
        calls.tell(source, CHAIN[source])
    assert calls.total() == (1, 2)
    assert calls.rows("count(*)", where="telling") == [(3,)]


def test_a_new_version_that_no_longer_names_the_answer_is_a_call_of_its_own(calls: Calls) -> None:
    calls.tell("litellm", call("g", spend="2", **ANSWER))
    calls.tell("otel", call("s", **ANSWER))
    assert calls.total() == (1, 2)
    calls.tell("litellm", call("g", spend="2", response_id="chatcmpl-2"))
    assert calls.total() == (2, 3)
    calls.tell("litellm", call("g", spend="2", **ANSWER))
    assert calls.total() == (1, 2)


def test_of_rows_whose_last_one_is_final_the_latest_counts_in_whatever_order_they_come(calls: Calls) -> None:
    first, last = call("m", spend="1"), call("m", "2026-11-02T10:00:09Z", spend="6")
    for order in ((first, last), (last, first)):
        house = calls.another(f"first-{order[0]['spend']}")
        for row in order:
            house.tell("otel", row, last_wins=True)
        assert house.total() == (1, 6)


def test_a_source_may_have_a_dash_in_its_name(calls: Calls) -> None:
    calls.tell("my-own-gateway", call("a"))
    calls.tell("my-own-gateway", call("a", spend="2"), call("b"))
    assert calls.days == ["my-own-gateway/openai 2026-11-02"]
    assert calls.total() == (2, 3)


def test_a_small_file_that_takes_nothing_away_is_not_doubted(calls: Calls) -> None:
    calls.tell("otel", *(call(f"c{n}") for n in range(20)))
    assert not calls.facts.publish(calls.batch("otel", call("late")), NOW, doubting=True).doubted
    assert calls.total() == (21, 21)
    covers = Period(date(2026, 11, 2), date(2026, 11, 3))
    assert calls.facts.publish(calls.batch("otel", call("late"), covers=covers), NOW, doubting=True).doubted
    assert calls.total() == (21, 21)
