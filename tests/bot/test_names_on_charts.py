"""Names on charts fit beside them whatever they are made of, and stay apart."""

import pytest

from bot.ink import called, short


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("search", "search"),
        ("customer-success-emea", "customer-…emea"),
        ("WWWWWWWWWWWWWWWWWWWW", "WWWWWW…WW"),
        ("🚀 growth", "growth"),
        ("🚀🚀", ":rocket:"),
        ("$x$", r"\$x\$"),
        ("", ""),
    ],
)
def test_a_name_is_cut_in_its_middle_and_never_empty(name: str, said: str) -> None:
    assert called(name, 16) == said


def test_long_names_that_differ_at_their_ends_stay_apart() -> None:
    names = [f"a-service-with-a-very-long-name-in-{region}" for region in ("eu-1", "us-1", "us-2")]
    assert len({called(name, 16) for name in names}) == 3


def test_a_title_is_cut_at_its_end() -> None:
    assert short("what search spent on it", 12) == "what searc…"
