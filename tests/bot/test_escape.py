"""Nothing that others wrote can mention, link, format, hide or turn the line around."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.escape import escaped


def test_the_usual_tricks_show_as_written() -> None:
    said = escaped("<!channel> *bold* <https://evil.example|bank> \u202eabc & @here")
    assert "<" not in said
    assert "*" not in said
    assert "\u202e" not in said
    assert "&lt;!channel&gt;" in said


def test_a_name_with_an_underscore_can_be_copied() -> None:
    assert escaped("input_tokens") == "input_tokens"


@given(st.text())
def test_no_text_does_anything(text: str) -> None:
    said = escaped(text)
    assert not re.search(r"[<>*~`]", said)
    assert not re.search(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", said)
    assert "@here" not in said
    assert all(unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp") for letter in said)
