"""Names on charts fit beside them whatever they are made of, and stay apart."""

import pytest

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
