"""Speaking HTTP to a server that listens: what is tried again, how long is waited, and which error each failure is."""

import gzip
import socket
import traceback
from decimal import Decimal
from email.utils import formatdate

import pytest

from finops.errors import FinopsError, SourceAway, SourceChanged, SourceRefused
from tests.answering import Answering, Says
from tests.web.conftest import KEY, NOW, Side
from web.client import ATTEMPTS, NotThere, Web


def failing(status: int, code: object = None, kind: object = None, **headers: str) -> Says:
    return Says({"error": {"message": f"not with {KEY}", "type": kind, "code": code}}, status, headers)


def test_fractions_are_read_exact_to_the_digit(server: Answering, side: Side) -> None:
    server.says(Says(b'{"cost": 0.10000000000000000001, "tokens": 3}'))
    assert side.web.read("costs") == {"cost": Decimal("0.10000000000000000001"), "tokens": 3}


def test_the_key_and_lists_in_the_query_go_out(server: Answering, side: Side) -> None:
    side.web.read("/costs", {"group_by[]": ["a", "b"], "limit": 31})
    (asked,) = server.asked
    assert (asked.path, asked.query) == ("/costs", {"group_by[]": ["a", "b"], "limit": ["31"]})
    assert asked.headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
def test_a_read_is_tried_again_after_growing_waits_until_it_is_answered(
    server: Answering, side: Side, status: int
) -> None:
    server.says(*[failing(status)] * (ATTEMPTS - 1), Says({"found": 1}))
    assert side.web.read("x") == {"found": 1}
    assert side.waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_after_the_attempts_it_is_away(server: Answering, side: Side, status: int) -> None:
    server.says(failing(status))
    with pytest.raises(SourceAway, match=f"Acme is away \\({status}\\)"):
        side.web.read("x")
    assert len(server.asked) == ATTEMPTS


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (formatdate(NOW + 21, usegmt=True), 21.0),
        (formatdate(NOW - 500, usegmt=True), 0.0),
        ("soon", 1.0),
        ("", 1.0),
        ("-3", 1.0),
        ("Wed, 21 Oct 2026 07:28:00 99999999999999999999", 1.0),
    ],
)
def test_the_wait_that_is_asked_for_is_kept(server: Answering, side: Side, asked: str, wait: float) -> None:
    server.says(failing(429, **{"Retry-After": asked}), Says({}))
    side.web.read("x")
    assert side.waits == [wait]


@pytest.mark.parametrize("asked", ["3600", "9" * 400, formatdate(NOW + 3600)])
def test_who_asks_to_be_left_alone_for_long_is_left_alone(server: Answering, side: Side, asked: str) -> None:
    server.says(failing(503, **{"Retry-After": asked}))
    with pytest.raises(SourceAway, match="left alone"):
        side.web.read("x")
    assert (len(server.asked), side.waits) == (1, [])


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "soon"}, 1.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) + 21)}, 21.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) - 21)}, 0.0),
        ({"X-RateLimit-Remaining": "0"}, 1.0),
        ({"Retry-After": "3", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) + 21)}, 3.0),
    ],
)
def test_who_asks_for_patience_is_away_whether_it_says_403_or_429(
    server: Answering, side: Side, status: int, headers: dict[str, str], wait: float
) -> None:
    server.says(failing(status, **headers), Says({"found": 1}))
    assert side.web.read("x") == {"found": 1}
    assert side.waits == [wait]


def test_a_403_of_whoever_has_requests_left_is_refused(server: Answering, side: Side) -> None:
    server.says(failing(403, **{"X-RateLimit-Remaining": "4999", "X-RateLimit-Reset": str(int(NOW) + 9)}))
    with pytest.raises(SourceRefused):
        side.web.read("x")
    assert (len(server.asked), side.waits) == (1, [])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_write_is_never_tried_again(server: Answering, side: Side, status: int) -> None:
    server.says(failing(status, **{"Retry-After": "1"}))
    with pytest.raises(SourceAway):
        side.web.write("x", {"limit": 1})
    assert [(each.method, each.body) for each in server.asked] == [("POST", b'{"limit":1}')]
    assert side.waits == []


@pytest.mark.parametrize(
    "answer",
    [failing(401), failing(403), failing(429, code="insufficient_quota"), failing(429, kind="insufficient_quota")],
    ids=["401", "403", "quota by code", "quota by type"],
)
def test_what_only_a_person_can_mend_is_refused_at_once(server: Answering, side: Side, answer: Says) -> None:
    server.says(answer)
    with pytest.raises(SourceRefused):
        side.web.read("x")
    assert len(server.asked) == 1


def test_what_is_not_there_is_told_apart(server: Answering, side: Side) -> None:
    server.says(failing(404, kind="not_found"))
    with pytest.raises(NotThere, match=r"Acme answered 404 to /teams/x: not_found\."):
        side.web.read("teams/x", {"secret": KEY})


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": [1, 2',
        b"<html>Sign in</html>",
        b"",
        b"\xff\xfe{}",
        b"[" * 90_000,
    ],
    ids=["cut", "HTML", "nothing", "bytes", "deep"],
)
def test_what_is_no_json_has_changed(server: Answering, side: Side, body: bytes) -> None:
    server.says(Says(body))
    with pytest.raises(SourceChanged, match="not JSON, or was cut off"):
        side.web.read("x")


@pytest.mark.parametrize(
    ("odd", "read"),
    [
        (b"NaN", "NaN"),
        (b"-Infinity", "NaN"),
        (b"1e99999999999999999999", "NaN"),
        (b"9" * 5000, "NaN"),
        (b"[" * 40_000 + b"]" * 40_000, "["),
        (b'{"a": ' + b"[" * 40_000 + b"]" * 40_000 + b', "b": 1}', "{'a': ["),
        (b'"a\xff"', "a\udcff"),
        (b'"\\ud800"', "\ud800"),
    ],
    ids=["NaN", "Infinity", "exponent", "digits", "deep", "deep in an object", "bytes", "surrogate"],
)
def test_one_odd_value_leaves_the_rest_of_an_answer_readable(
    server: Answering, side: Side, odd: bytes, read: str
) -> None:
    server.says(
        Says(b'{"data": [{"cost": 0.1}, {"cost": ' + odd + b', "text": "] \\" ["}, {"cost": 2}], "more": false}')
    )
    told = side.web.read("x")
    assert (told["data"][0], told["data"][2], told["more"]) == ({"cost": Decimal("0.1")}, {"cost": 2}, False)
    assert told["data"][1]["text"] == '] " ['
    assert str(told["data"][1]["cost"]).startswith(read)


@pytest.mark.parametrize(
    "body", [b"[" * 90_000, b'"text"', b"[]", b'{"error": []}', b'{"error": {"type": 5}}', b"\xff"]
)
def test_an_error_of_any_shape_is_still_one_of_ours(server: Answering, side: Side, body: bytes) -> None:
    server.says(Says(body, 400))
    with pytest.raises(SourceChanged, match=r"Acme answered 400 to /x\."):
        side.web.read("x")


def test_a_body_that_does_not_end_is_cut_at_the_bound(server: Answering, side: Side) -> None:
    server.says(Says(b" " * 99_998 + b"{}"))
    assert side.web.read("x") == {}
    server.says(Says(b" " * 99_999 + b"{}"))
    with pytest.raises(SourceChanged, match="more than 100,000 bytes"):
        side.web.read("x")


def test_a_connection_that_breaks_is_tried_again_and_then_away(server: Answering, side: Side) -> None:
    server.says(Says({"a": 1}, cut=True))
    with pytest.raises(SourceAway, match="Acme does not answer"):
        side.web.read("x")
    assert len(server.asked) == ATTEMPTS


def test_an_answer_that_trickles_for_too_long_is_given_up(server: Answering) -> None:
    clock = iter(range(0, 10_000, 400))
    server.says(Says({"a": 1}))
    with pytest.raises(SourceAway, match="more than 300 seconds"):
        Web(server.address, "Acme", clock=lambda: float(next(clock))).read("x")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_so_the_key_does_not_travel(server: Answering, side: Side, status: int) -> None:
    server.says(Says({}, status, {"Location": f"{server.address}/elsewhere"}))
    with pytest.raises(SourceChanged, match=str(status)):
        side.web.read("x")
    assert [each.path for each in server.asked] == ["/x"]


def test_nobody_listening_is_away() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and never listening: whoever connects is refused
        alone = Side(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(SourceAway, match="Acme does not answer"):
            alone.web.read("x")
    assert alone.waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("answer", [
    failing(401), failing(404, code=KEY), failing(429), Says(KEY.encode()), Says({}, 302), failing(400, kind=KEY),
    Says({"a": 1}, cut=True), Says(b"x" * 200_000),
], ids=["401", "404", "429", "no JSON", "302", "400", "broken", "large"])  # fmt: skip
def test_no_error_shows_the_key(server: Answering, side: Side, answer: Says) -> None:
    server.says(answer)
    with pytest.raises(FinopsError) as raised:
        side.web.read("x")
    told = "".join(traceback.format_exception(raised.value))
    assert KEY not in f"{told}{raised.value!r}{side.web!r}{raised.value.__context__!r}"
    assert "Acme" in told


def test_a_packed_page_is_bounded_by_what_it_unpacks_to(server: Answering, side: Side) -> None:
    server.says(Says(gzip.compress(b" " * 20_000_000), headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceChanged, match="more than 100,000 bytes"):
        side.web.read("x")
