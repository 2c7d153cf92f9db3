"""Pages that are followed by a token: to the end, and no further where there is none."""

from collections.abc import Mapping
from typing import Any

import pytest

from finops.errors import SourceChanged
from tests.web.conftest import Side
from web.tokens import by_token


def pages(side: Side, *told: Any, most: int = 10) -> list[Any]:
    given = iter(told)
    asked: list[str] = []

    def page(token: str) -> Any:
        asked.append(token)
        return next(given)

    def following(page: Mapping[str, Any]) -> object:
        return page.get("next")

    found = list(by_token(side.web, page, following, most=most))
    assert asked == ["", *(each["next"] for each in found[:-1])]
    return found


@pytest.mark.parametrize("last", [{}, {"next": None}, {"next": ""}])
def test_pages_are_followed_to_the_one_that_names_no_other(side: Side, last: dict[str, Any]) -> None:
    told = [{"next": "a"}, {"next": "b"}, last]
    assert pages(side, *told) == told


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ([{"next": "a"}, {"next": "b"}, {"next": "a"}], "repeats its pages"),
        ([{"next": str(number)} for number in range(20)], "does not stop giving pages; 10"),
        ([{"next": 3}], "does not say where its next page is"),
        ([{"next": ["a"]}], "does not say where its next page is"),
        ([[]], "a page of another shape"),
        ([{"next": "a"}, None], "a page of another shape"),
    ],
)
def test_pages_without_an_end_are_noticed(side: Side, told: list[Any], sentence: str) -> None:
    with pytest.raises(SourceChanged, match=sentence):
        pages(side, *told)
