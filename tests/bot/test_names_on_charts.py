"""Names on charts fit beside them whatever they are made of, and stay apart."""

from decimal import Decimal

import pytest

from bot.charts import parted, wrapped
from bot.figures import stepped
from bot.ink import COLOURS, GROUND, OTHER, as_letters, called, short
from bot.trends import apart


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


def _light(colour: str) -> float:
    """How much light it sends, as the Web Content Accessibility Guidelines reckon."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [*COLOURS, OTHER])
def test_names_in_the_colours_of_their_lines_can_be_read(colour: str) -> None:
    assert (_light(GROUND) + 0.05) / (_light(as_letters(colour)) + 0.05) >= 3


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([], []),
        ([10, 50, 90], [10, 50, 90]),
        ([0, 1, 2], [0, 10, 20]),
        ([95, 97, 99], [80, 90, 100]),
        ([50, 99, 100], [50, 90, 100]),
    ],
)
def test_names_beside_lines_are_moved_apart_and_stay_in_the_picture(places: list[float], told: list[float]) -> None:
    assert apart(places, 10, 100) == told


def test_a_long_title_leaves_its_last_clauses_to_the_line_below() -> None:
    title = "Cost per request by day and team, 30 Oct to 28 Nov 2026, team:search, top 3"
    assert parted(title) == ("Cost per request by day and team, 30 Oct to 28 Nov 2026", ["team:search, top 3"])
    assert parted("Cost, October 2026") == ("Cost, October 2026", [])
    assert parted("x" * 90) == ("x" * 90, [])


def test_what_is_shown_takes_two_lines_at_most_and_nothing_is_cut_that_fits_into_them() -> None:
    about = "Cost by hour and weekday, 30 Oct to 28 Nov 2026, team:search"
    total, rest = "total $2.93k", "the more, the darker"
    assert wrapped([about, total, rest]) == [f"{about} · total \\$2.93k", rest]
    assert wrapped([total, rest]) == [f"total \\$2.93k · {rest}"]
    assert [len(line) for line in wrapped(["x" * 200, "y" * 50, "z" * 50])] == [82, 82]


@pytest.mark.parametrize(
    ("a", "b", "step", "said"),
    [("1", "1.5", True, "+$0.5"), ("1", "0.5", True, "−$0.5"), ("0", "1.5", False, "$1.50"), ("1", "1", True, "$0"),
     ("0.07", "0.0699999999", True, "about $0")],
)  # fmt: skip
def test_a_step_says_its_sign_and_what_is_next_to_nothing_has_no_digits(a: str, b: str, step: bool, said: str) -> None:
    assert stepped(Decimal(a), Decimal(b), "USD", step) == said
