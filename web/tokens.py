"""Tokens: follow pages that each hold a token for the next one, wherever that lies and however it is asked with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from finops.errors import SourceChanged
from web.client import Web
from web.pages import MOST, Page, page_of


def by_token(
    web: Web, asked: Callable[[str], Any], following: Callable[[Page], object], *, most: int = MOST
) -> Iterator[Page]:
    """The pages that *asked* gives for a token, empty for the first; *following* finds the next one's in a page."""
    seen, token = {""}, ""
    for _ in range(most):
        page = page_of(web, asked(token))
        yield page
        found = following(page)
        if found is None or found == "":
            return
        if not isinstance(found, str):
            raise SourceChanged(f"{web.name} does not say where its next page is.")
        if found in seen:
            raise SourceChanged(f"{web.name} repeats its pages; nothing more was read.")
        seen.add(found)
        token = found
    raise SourceChanged(f"{web.name} does not stop giving pages; {most:,} were read.")
