"""What people call OpenAI's projects and keys; who may read the bill need not be allowed to read these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from finops.errors import SourceRefused
from sources._base import shaped
from web.client import NotThere, Web
from web.pages import Page, rows
from web.tokens import by_token


class Names:
    """The names in an organization; each is asked for when it is first wanted, and empty where nobody tells it."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._keys: dict[str, dict[str, str]] = {}

    def project(self, project: str | None) -> str:
        """The name of the project with that id."""
        return self._projects.get(project, "") if project else ""

    def key(self, project: str | None, key: str | None) -> str:
        """The name of the key with that id, in that project; of two keys with one name neither has it."""
        if not project or not key or project not in self._projects:
            return ""
        if project not in self._keys:
            self._keys[project] = _alone(self._told(f"organization/projects/{quote(project, safe='')}/api_keys"))
        return self._keys[project].get(key, "")

    def label(self, project: str | None, key: str | None) -> str:
        """What to call a key: its project and its name, else its id."""
        name = self.key(project, key)
        return f"{self.project(project) or project}/{name}" if name else key or ""

    @cached_property
    def _projects(self) -> dict[str, str]:
        return self._told("organization/projects", {"include_archived": "true"})

    def _told(self, path: str, query: dict[str, str] | None = None) -> dict[str, str]:
        """The names at *path* by their ids; none where we may not ask, or where there is no such thing to ask."""
        try:
            return {each.id: each.name or "" for each in _listed(self._web, path, query or {})}
        except (SourceRefused, NotThere):
            return {}


class _Named(BaseModel):
    id: str
    name: str | None = None


def _alone(names: dict[str, str]) -> dict[str, str]:
    times = Counter(names.values())
    return {key: name for key, name in names.items() if times[name] == 1}


def _listed(web: Web, path: str, query: dict[str, str]) -> Iterator[_Named]:
    """All that is listed at *path*; each page ends with the id that the next one is asked for after."""

    def asked(after: str) -> Any:
        return web.read(path, {**query, "limit": 100, **({"after": after} if after else {})})

    for page in by_token(web, asked, lambda page: _last(web, page)):
        yield from (shaped(_Named, web, row) for row in rows(web, page, "data"))


def _last(web: Web, page: Page) -> str:
    found = rows(web, page, "data") if page.get("has_more") is True else []
    return shaped(_Named, web, found[-1]).id if found else ""
