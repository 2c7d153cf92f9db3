"""Pages are followed to the end, by cursor or by number, and a provider that has no end is noticed."""

from typing import Any

import pytest

from finops.errors import SourceAway, SourceChanged
from tests.answering import Answering, Asked, Says
from tests.web.conftest import Side
from web.pages import by_asking, by_cursor, by_number


def row(number: int) -> dict[str, int]:
    return {"n": number}


def test_cursors_are_followed_to_the_end(server: Answering, side: Side) -> None:
    server.says(Says({"data": [row(1), row(2)], "has_more": True, "next_page": "p2"}),
                Says({"data": [], "has_more": True, "next_page": "p3"}),
                Says({"data": [row(3)], "has_more": False, "next_page": None}))  # fmt: skip
    assert list(by_cursor(side.web, "costs", {"limit": 2})) == [row(1), row(2), row(3)]
    assert [each.query for each in server.asked] == [
        {"limit": ["2"]}, {"limit": ["2"], "page": ["p2"]}, {"limit": ["2"], "page": ["p3"]}]  # fmt: skip


def test_a_cursor_after_the_last_page_is_not_followed(server: Answering, side: Side) -> None:
    server.says(Says({"data": [row(1)], "has_more": False, "next_page": "p2"}))
    assert list(by_cursor(side.web, "costs", {})) == [row(1)]
    assert len(server.asked) == 1


def test_an_empty_next_page_alone_is_an_end(server: Answering, side: Side) -> None:
    server.says(Says({"data": [row(1)], "next_page": None}))
    assert list(by_cursor(side.web, "costs", {})) == [row(1)]


@pytest.mark.parametrize("again", [["p2", "p2"], ["p2", "p3", "p2"]])
def test_a_cursor_that_comes_again_is_noticed(server: Answering, side: Side, again: list[str]) -> None:
    server.says(*(Says({"data": [row(1)], "has_more": True, "next_page": cursor}) for cursor in again))
    with pytest.raises(SourceChanged, match="repeats its pages"):
        list(by_cursor(side.web, "costs", {}))
    assert len(server.asked) == len(again)


def test_cursors_without_end_are_noticed(server: Answering, side: Side) -> None:
    server.chosen = lambda asked: Says({"data": [], "has_more": True, "next_page": f"p{len(server.asked)}"})
    with pytest.raises(SourceChanged, match="does not stop giving pages; 30 were read"):
        list(by_cursor(side.web, "costs", {}, most=30))
    assert len(server.asked) == 30


NO_END: list[dict[str, Any]] = [{}, {"has_more": True}, {"has_more": True, "next_page": None},
                                {"has_more": True, "next_page": 7}, {"next_page": ""}]  # fmt: skip


@pytest.mark.parametrize("told", NO_END)
def test_a_page_that_hides_where_the_next_one_is_has_changed(
    server: Answering, side: Side, told: dict[str, Any]
) -> None:
    server.says(Says({"data": [], **told}))
    with pytest.raises(SourceChanged, match="does not say where its next page is"):
        list(by_cursor(side.web, "costs", {}))


@pytest.mark.parametrize("page", [[], "data", None, {}, {"data": None}, {"data": {}}, {"data": "x"}])
def test_a_page_of_another_shape_has_changed(server: Answering, side: Side, page: object) -> None:
    for pages in (by_cursor, by_number):
        server.says(Says({**page, "has_more": False} if isinstance(page, dict) else page))
        with pytest.raises(SourceChanged, match=r"another shape|without a list of data"):
            list(pages(side.web, "costs", {}))


def numbered(total: int, asked: Asked) -> Says:
    page = int(asked.query["page"][0])
    return Says({"data": [row(page)] if total else [], "page": page, "total_pages": total})


@pytest.mark.parametrize("total", [0, 1, 3])
def test_numbers_are_followed_to_the_last(server: Answering, side: Side, total: int) -> None:
    server.chosen = lambda asked: numbered(total, asked)
    assert list(by_number(side.web, "logs", {"size": 1})) == [row(n + 1) for n in range(total)]
    assert [each.query["page"] for each in server.asked] == [[str(n + 1)] for n in range(max(1, total))]


def test_more_may_be_told_below_metadata(server: Answering, side: Side) -> None:
    server.says(Says({"results": [row(1)], "metadata": {"page": 1, "has_more": True}}),
                Says({"results": [row(2)], "metadata": {"page": 2, "has_more": False}}))  # fmt: skip
    assert list(by_number(side.web, "daily", {}, holds="results")) == [row(1), row(2)]


def test_a_number_that_is_not_heard_is_noticed(server: Answering, side: Side) -> None:
    server.says(Says({"data": [row(1)], "total_pages": 9}))
    with pytest.raises(SourceChanged, match="repeats its pages"):
        list(by_number(side.web, "logs", {}))
    assert len(server.asked) == 2


def test_numbers_without_end_are_noticed(server: Answering, side: Side) -> None:
    server.chosen = lambda asked: Says({"data": [row(len(server.asked))], "has_more": True})
    with pytest.raises(SourceChanged, match="does not stop giving pages; 20 were read"):
        list(by_number(side.web, "logs", {}, most=20))


@pytest.mark.parametrize("told", [{}, {"has_more": "yes"}, {"total_pages": "2"}, {"metadata": {}}, {"metadata": []}])
def test_a_page_that_hides_how_many_there_are_has_changed(server: Answering, side: Side, told: dict[str, Any]) -> None:
    server.says(Says({"data": [], **told}))
    with pytest.raises(SourceChanged, match="does not say how many pages"):
        list(by_number(side.web, "logs", {}))


def test_rows_come_before_the_next_page_is_asked_for(server: Answering, side: Side) -> None:
    server.says(Says({"data": [row(1)], "has_more": True, "next_page": "p2"}), Says({}, 503))
    rows = by_cursor(side.web, "costs", {})
    assert (next(rows), len(server.asked)) == (row(1), 1)
    with pytest.raises(SourceAway):
        next(rows)


def told(*numbers: int, more: object) -> Says:
    return Says({"rows": [row(number) for number in numbers], "pagination": {"hasNextPage": more}})


def test_pages_that_are_asked_for_are_followed_to_the_end(server: Answering, side: Side) -> None:
    server.says(told(1, 2, more=True), told(more=True), told(more=True), told(3, more=False))
    assert list(by_asking(side.web, "usage", {"size": 2}, holds="rows")) == [row(1), row(2), row(3)]
    assert [each.body for each in server.asked] == [b'{"size":2,"page":%d}' % number for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("more", [None, 1, "true"])
def test_a_page_that_is_asked_for_and_hides_whether_one_follows_has_changed(
    server: Answering, side: Side, more: object
) -> None:
    server.says(told(1, more=more))
    with pytest.raises(SourceChanged, match="does not say whether there is a next page"):
        list(by_asking(side.web, "usage", {}, holds="rows"))


def test_pages_that_are_asked_for_and_repeat_or_do_not_end_are_noticed(server: Answering, side: Side) -> None:
    server.says(told(1, more=True))
    with pytest.raises(SourceChanged, match="repeats its pages"):
        list(by_asking(side.web, "usage", {}, holds="rows"))
    server.chosen = lambda asked: told(len(server.asked), more=True)
    with pytest.raises(SourceChanged, match="does not stop giving pages; 30 were read"):
        list(by_asking(side.web, "usage", {}, holds="rows", most=30))
