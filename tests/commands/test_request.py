"""What a request for a budget change says about amounts and words that do not fit."""

import pytest

from bot.wiring import House
from finops.errors import Unclear
from tests.commands.conftest import ERIK, FINANCE


def refused(company: House, line: str) -> Unclear:
    with pytest.raises(Unclear) as told:
        company.asking().typed(line, ERIK, FINANCE)
    return told.value


@pytest.mark.parametrize(
    ("line", "said", "field"),
    [
        (
            "request search 1,5k more tests",
            "“1,5k” can be read in two ways; write it like 6500, 6,500 or 6.5k.",
            "amount",
        ),
        (
            "request search €4.2k more tests",
            "The budget of search is in USD, not in €; nothing is converted.",
            "amount",
        ),
        ("request search 6.5k", "The reason is missing.", "reason"),
        ("request search 6.5k no", "Say why in 3 to 500 characters.", "reason"),
        ("approve n1 seen:soon", "“soon” does not fit as seen", "seen"),
    ],
)
def test_it_is_one_sentence_about_one_field_with_an_example(company: House, line: str, said: str, field: str) -> None:
    told = refused(company, line)
    assert str(told).startswith(said)
    assert told.field == field
    assert told.example.startswith(line.split()[0])
