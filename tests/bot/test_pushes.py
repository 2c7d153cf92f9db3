"""Pushes: who has the token is heard, within bounds; whatever else comes is refused with one sentence, never a 500."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from bot.door import door, opened
from bot.gate import Gate, Pace
from bot.pushes import heard
from bot.settings import DoorSettings
from bot.spool import Spool
from finops.period import Period
from finops.question import Measure, Question
from tests import plain
from tests.storage.facts.conftest import NOW, House

TOKEN = "planted-0123456789-abcdef"
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
SOLVED = {"date": "2026-11-02", "app": "desk", "driver": "tickets solved", "count": 120, "team": "support"}


class Door:
    """A real door before facts of its own."""

    def __init__(self, home: Path) -> None:
        self.house, self.seconds = House(home), 0.0
        self.pace, self.spool = Pace(seconds=lambda: self.seconds), Spool(self.house.facts)
        pushes = heard(Gate(TOKEN, self.pace), self.house.facts, self.spool, lambda: NOW)
        self.open = opened(door(lambda: {"ok": True}, None, pushes), "127.0.0.1", 0)

    def push(self, content: Any, path: str = "/v1/drivers", method: str = "POST", **headers: str) -> httpx.Response:
        said = {"Authorization": f"Bearer {TOKEN}"} | {name.replace("_", "-"): text for name, text in headers.items()}
        sent = content if isinstance(content, bytes) else json.dumps(content).encode()
        return plain.request(method, f"http://127.0.0.1:{self.open.port}{path}", content=sent, headers=said, timeout=30)

    def drivers(self) -> Decimal:
        return self.house.ledger.answer(Question((Measure.DRIVERS,), NOVEMBER)).total[Measure.DRIVERS]


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door at which nothing may be taken in the end."""
    made = Door(tmp_path_factory.mktemp("refusing"))
    made.pace.most = 1_000
    yield made
    made.open.close()
    assert made.house.ledger.freshness() == ()


@pytest.fixture
def pushed(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path)
    yield made
    made.open.close()


def test_an_array_lines_and_gzip_say_the_same(pushed: Door) -> None:
    rows = [SOLVED, SOLVED | {"date": "2026-11-05", "count": "80.000001"}]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    for content, packed in ((json.dumps(rows).encode(), ""), (lines, ""), (gzip.compress(lines), "gzip")):
        answer = pushed.push(content, Content_Encoding=packed)
        assert (answer.status_code, answer.json()) == (200, {"taken": 2})
    assert pushed.drivers() == Decimal("200.000001")
    [feed] = pushed.house.ledger.freshness()
    assert (feed.feed, feed.dataset, feed.rows) == ("push/desk/tickets solved/support", "drivers", 2)


def test_a_push_replaces_the_days_that_it_names_and_no_others(pushed: Door) -> None:
    for day in (2, 3, 4):
        pushed.push([SOLVED | {"date": f"2026-11-0{day}", "count": 10}])
    pushed.push([SOLVED | {"date": f"2026-11-0{day}", "count": 1} for day in (2, 4)])
    pushed.push([SOLVED | {"team": "sales", "count": 100}])
    assert pushed.drivers() == 112


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", TOKEN, f"bearer {TOKEN}", f"Bearer {TOKEN}x"])
def test_without_the_token_nothing_is_heard(refusing: Door, given: str) -> None:
    answer = refusing.push([SOLVED], Authorization=given)
    assert answer.status_code == 401
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is no row in it."),
        (b"[]", "There is no row in it."),
        (b"{", "Row 1: is not JSON in UTF-8."),
        (b"[" * 100_000, "The body is not JSON in UTF-8."),
        (b"\xff\xfe", "Row 1: is not JSON in UTF-8."),
        (b'[{"count": NaN, "driver": "x", "date": "2026-11-02"}]', "Row 1: count: is not a number."),
        (b'[{"count": 1' + b"0" * 5000 + b', "driver": "x", "date": "2026-11-02"}]', "Row 1: count: is not a number."),
        ([3], "Row 1: is not a JSON object."),
        ([SOLVED | {"count": -1}], "Row 1: count: Input should be greater than or equal to 0."),
        ([SOLVED | {"count": "1e400"}], "Row 1: count:"),
        ([SOLVED | {"count": "Infinity"}], "Row 1: count:"),
        ([SOLVED | {"date": "soon"}], "Row 1: date:"),
        ([SOLVED | {"date": "1999-01-01"}], "Row 1: date: is a day outside the years 2000 to 2099."),
        ([SOLVED | {"driver": " "}], "Row 1: driver:"),
        ([SOLVED | {"driver": "\0"}], "Row 1: driver"),
        (b'[{"date": "2026-11-02", "driver": "\\ud800", "count": 1}]', "Row 1: driver:"),
        ([SOLVED | {"app": "x" * 201}], "Row 1: app:"),
        ([SOLVED | {"teem": "x"}], "Row 1: teem: there is no such field."),
        ([{"date": "2026-11-02", "count": 1}], "Row 1: driver: is missing."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_nonsense_is_refused_with_a_sentence_and_nothing_is_kept(refusing: Door, content: Any, sentence: str) -> None:
    answer = refusing.push(content)
    assert (answer.status_code, answer.json()["error"][: len(sentence)]) == (400, sentence)


@pytest.mark.parametrize("lines", [False, True], ids=["array", "lines"])
def test_odd_rows_are_rejected_by_number_and_twenty_sound_ones_are_taken(
    pushed: Door, caplog: pytest.LogCaptureFixture, *, lines: bool
) -> None:
    secret = "what a customer wrote"
    sound = [json.dumps(SOLVED | {"count": number, "team": f"t{number}"}) for number in range(20)]
    odd = ["null", "[]", "5", "true", "{}", json.dumps(secret), '{"a": ' + "[" * 5000 + "]" * 5000 + "}"]
    odd += [json.dumps(SOLVED | {name: None}) for name in ("date", "driver", "count")]
    odd += [json.dumps(SOLVED | {"count": each}) for each in (
        secret, True, -1, "1,5", "1_000", 1e300, float("nan"), float("inf"), {"a": secret}, 0.00000001)]  # fmt: skip
    odd += [json.dumps(SOLVED | {"date": each}) for each in (secret, "1900-01-01", "2026-02-31", 10**30, True)]
    odd += [json.dumps(SOLVED | {"driver": each}) for each in ("\ud800", "", "x" * 1_000, 5, [secret])]
    odd += [json.dumps(SOLVED | {"teem": secret}), *(["{", f'{{"a": "{secret}'] if lines else [])]
    rows = [*sound[:10], *odd, *sound[10:]]
    answer = pushed.push("\n".join(rows).encode() if lines else f"[{','.join(rows)}]".encode())
    told = answer.json()
    assert (answer.status_code, told["taken"], told["rejected"]) == (200, 20, len(odd))
    assert [each.partition(":")[0] for each in told["errors"]] == [f"Row {number}" for number in range(11, 31)]
    assert pushed.drivers() == sum(range(20))
    assert pushed.house.ledger.freshness()[0].quarantined == len(odd)
    assert secret not in f"{answer.text}{caplog.text}"
    assert f"{len(odd)} rows of a push were rejected" in caplog.text


def test_numbers_that_are_written_as_texts_are_taken(pushed: Door) -> None:
    rows = [SOLVED | {"team": str(number), "count": each} for number, each in enumerate(["12", "1e3", 12.0, "0.5"])]
    assert pushed.push(rows).json() == {"taken": 4}
    assert pushed.drivers() == Decimal("1024.5")


@pytest.mark.parametrize(
    ("content", "packed", "status"),
    [
        (b" " * 2_000_000, "", 413),
        (gzip.compress(b" " * 200_000_000, 9), "gzip", 413),
        (gzip.compress(b"{}\n" * 20_000), "gzip", 413),
        (json.dumps([{}] * 20_000).encode(), "", 413),
        (gzip.compress(b"[]")[:-4], "gzip", 400),
        (gzip.compress(b"[") + gzip.compress(b"]"), "gzip", 400),
        (b"[]", "gzip", 400),
        (b"[]", "br", 415),
    ],
    ids=["body", "bomb", "lines", "rows", "cut", "two", "no gzip", "br"],
)
def test_what_is_too_large_or_badly_packed_is_refused(refusing: Door, content: bytes, packed: str, status: int) -> None:
    assert refusing.push(content, Content_Encoding=packed).status_code == status


def test_other_methods_and_paths_are_refused(refusing: Door) -> None:
    assert refusing.push(b"", method="GET").status_code == 405
    assert refusing.push([SOLVED], path="/v1/other").status_code == 404


def test_more_than_so_many_a_minute_wait(pushed: Door) -> None:
    pushed.pace.most = 3
    assert [pushed.push(b"[]").status_code for _ in range(4)] == [400, 400, 400, 429]
    assert pushed.push(b"[]").headers["Retry-After"] == "61"
    pushed.seconds = 60.5
    assert pushed.push(b"[]").status_code == 400


def test_a_push_that_cannot_be_kept_is_to_be_sent_again(pushed: Door) -> None:
    (pushed.house.home / "pages").write_text("a file where a folder should be")
    answer = pushed.push([SOLVED])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Traceback" not in answer.text
    assert pushed.house.ledger.freshness() == ()


def test_without_a_token_configured_there_is_nothing_to_push_to(tmp_path: Path) -> None:
    assert not DoorSettings().token.get_secret_value()
    closed = opened(door(lambda: {"ok": True}, None), "127.0.0.1", 0)
    answer = plain.post(f"http://127.0.0.1:{closed.port}/v1/drivers", headers={"Authorization": "Bearer"})
    closed.close()
    assert answer.status_code == 404


def test_a_short_token_is_refused_at_start() -> None:
    with pytest.raises(ValidationError, match="at least 24"):
        DoorSettings.model_validate({"token": "short"})
