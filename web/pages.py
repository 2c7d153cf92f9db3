"""Pages: follow a provider's cursor or page numbers to the end, row by row, and notice when there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from finops.errors import SourceChanged
from web.client import Web

MOST = 10_000
Row = Any
"""What stands where a row belongs; whoever reads it checks it."""
Page = Mapping[str, Any]


def by_cursor(web: Web, path: str, query: Mapping[str, Any], *, holds: str = "data", most: int = MOST) -> Iterator[Row]:
    """The rows that the pages at *path* hold; each page names the next one in `next_page` until there is none."""
    for page in whole_by_cursor(web, path, query, most=most):
        yield from rows(web, page, holds)


def whole_by_cursor(web: Web, path: str, query: Mapping[str, Any], *, most: int = MOST) -> Iterator[Page]:
    """Those pages as they are, for who wants what they say beside their rows."""
    seen, cursor = {""}, ""
    for _ in range(most):
        page = page_of(web, web.read(path, {**query, **({"page": cursor} if cursor else {})}))
        yield page
        cursor = _next(web, page)
        if not cursor:
            return
        if cursor in seen:
            raise SourceChanged(f"{web.name} repeats its pages; nothing more was read.")
        seen.add(cursor)
    raise SourceChanged(f"{web.name} does not stop giving pages; {most:,} were read.")


def by_number(web: Web, path: str, query: Mapping[str, Any], *, holds: str = "data", most: int = MOST) -> Iterator[Row]:
    """The rows of the pages 1 … n at *path*; each tells `total_pages`, or `has_more`."""
    before: list[Row] | None = None
    for number in range(1, most + 1):
        page = page_of(web, web.read(path, {**query, "page": number}))
        found = rows(web, page, holds)
        if found == before:
            raise SourceChanged(f"{web.name} repeats its pages; nothing more was read.")
        yield from found
        if _is_last(web, page, number):
            return
        before = found
    raise SourceChanged(f"{web.name} does not stop giving pages; {most:,} were read.")


def by_asking(web: Web, path: str, body: Mapping[str, Any], *, holds: str, most: int = MOST) -> Iterator[Row]:
    """The rows of the pages 1 … n of what is asked at *path*; each tells in its `pagination` whether one follows."""
    before: list[Row] | None = None
    for number in range(1, most + 1):
        page = page_of(web, web.ask(path, {**body, "page": number}))
        found = rows(web, page, holds)
        if found and found == before:
            raise SourceChanged(f"{web.name} repeats its pages; nothing more was read.")
        yield from found
        told = page.get("pagination")
        more = told.get("hasNextPage") if isinstance(told, dict) else None
        if not isinstance(more, bool):
            raise SourceChanged(f"{web.name} does not say whether there is a next page.")
        if not more:
            return
        before = found
    raise SourceChanged(f"{web.name} does not stop giving pages; {most:,} were read.")


def rows(web: Web, page: Mapping[str, Any], name: str) -> list[Row]:
    """What *page* lists under *name*; SourceChanged if there is no list."""
    found = page.get(name)
    if not isinstance(found, list):
        raise SourceChanged(f"{web.name} answered without a list of {name}.")
    return found


def _next(web: Web, page: Mapping[str, Any]) -> str:
    """The cursor of the page after *page*, empty after the last one."""
    cursor, more = page.get("next_page"), page.get("has_more")
    if more is False or (more is None and "next_page" in page and cursor is None):
        return ""
    if isinstance(cursor, str) and cursor:
        return cursor
    raise SourceChanged(f"{web.name} does not say where its next page is.")


def _is_last(web: Web, page: Mapping[str, Any], number: int) -> bool:
    told = page["metadata"] if isinstance(page.get("metadata"), dict) else page
    if isinstance(told.get("total_pages"), int):
        return number >= int(told["total_pages"])
    if isinstance(told.get("has_more"), bool):
        return not told["has_more"]
    raise SourceChanged(f"{web.name} does not say how many pages there are.")


def page_of(web: Web, page: Any) -> Page:
    """*page*, if it is an object; SourceChanged if it is something else."""
    if not isinstance(page, dict):
        raise SourceChanged(f"{web.name} answered with a page of another shape.")
    return page
