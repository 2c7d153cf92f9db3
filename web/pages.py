"""Pages: follow a provider's cursor or page numbers to the end, and notice when there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from finops.errors import SourceChanged
from web.client import Web

_MOST = 10_000


def by_cursor(web: Web, path: str, query: Mapping[str, Any], *, asks: str = "page", tells: str = "next_page"
              ) -> Iterator[Mapping[str, Any]]:  # fmt: skip
    """The pages from *path*, each asked with the cursor that the page before *tells*; until it tells none."""
    seen: set[str] = set()
    cursor = ""
    for _ in range(_MOST):
        page = _object(web, web.read(path, {**query, **({asks: cursor} if cursor else {})}))
        yield page
        cursor = str(page.get(tells) or "")
        if not cursor:
            return
        if cursor in seen:
            raise SourceChanged(f"{web.name} repeats its pages; nothing more was read.")
        seen.add(cursor)
    raise SourceChanged(f"{web.name} does not stop giving pages.")


def by_number(web: Web, path: str, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The pages 1 … n from *path*; each says in `total_pages` how many there are, or in `has_more` whether."""
    for number in range(1, _MOST + 1):
        page = _object(web, web.read(path, {**query, "page": number}))
        yield page
        if _is_last(web, page, number):
            return
    raise SourceChanged(f"{web.name} does not stop giving pages.")


def _is_last(web: Web, page: Mapping[str, Any], number: int) -> bool:
    told = page["metadata"] if isinstance(page.get("metadata"), dict) else page
    if isinstance(told.get("total_pages"), int):
        return number >= int(told["total_pages"])
    if isinstance(told.get("has_more"), bool):
        return not told["has_more"]
    raise SourceChanged(f"{web.name} does not say how many pages there are.")


def _object(web: Web, page: Any) -> Mapping[str, Any]:
    if not isinstance(page, dict):
        raise SourceChanged(f"{web.name} answered with a page of another shape.")
    return page
