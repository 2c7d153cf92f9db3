"""What people call OpenAI's projects and keys; who may read the bill need not be allowed to read these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from finops.errors import SourceChanged, SourceRefused
from sources._fields import Id, Text
from sources._row_check import RowCheck
from web.client import NotThere, Web
from web.pages import Page, rows
from web.tokens import by_token


class Names:
    """The names in an organization; each is asked for when it is first wanted, and empty where nobody tells it. Rows
    that tell no name are counted by *check*, that of the batch which is read now."""

    def __init__(self, web: Web, check: RowCheck) -> None:
        self._web, self.check = web, check
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
            return {each.id: each.name or "" for each in self._listed(path, query or {})}
        except (SourceRefused, NotThere):
            return {}

    def _listed(self, path: str, query: dict[str, str]) -> Iterator[_Named]:
        """All that is listed at *path*; each page ends with the id that the next one is asked for after."""

        def asked(after: str) -> Any:
            return self._web.read(path, {**query, "limit": 100, **({"after": after} if after else {})})

        answer = path.rpartition("/")[2]
        for page in by_token(self._web, asked, self._last):
            yield from self.check.fitting(_Named, rows(self._web, page, "data"), answer)

    def _last(self, page: Page) -> str:
        """The last id of *page* if another page follows."""
        if page.get("has_more") is not True:
            return ""
        ids = [row.get("id") for row in rows(self._web, page, "data") if isinstance(row, dict)]
        last = next((id for id in reversed(ids) if isinstance(id, str) and id), "")
        if not last:
            raise SourceChanged(f"{self._web.name} does not say where its next page is.")
        return last


class _Named(BaseModel):
    id: Id
    name: Text | None = None


def _alone(names: dict[str, str]) -> dict[str, str]:
    times = Counter(names.values())
    return {key: name for key, name in names.items() if times[name] == 1}
