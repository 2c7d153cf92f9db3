"""What a source is: its settings, and a way to batches; from files that are given, or from an API that is asked."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, SecretStr

from finops.batch import Batch
from finops.period import Period
from web.client import Web


class Source(BaseModel, ABC):
    """Who tells us. The fields are the settings below `sources:` in config.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FileSource(Source):
    """A source of files that somebody hands over."""

    @abstractmethod
    def batch(self, files: tuple[Path, ...]) -> Batch:
        """One delivery of *files*."""


class ApiSource(Source):
    """A source that is asked. *settles_after* is how many days a provider may still correct, so they are read again."""

    settles_after: ClassVar[int] = 3
    provider: ClassVar[str]
    base_url: str
    key: SecretStr

    def web(self) -> Web:
        """The way to speak to it."""
        return Web(self.base_url, self.provider, {"Authorization": f"Bearer {self.key.get_secret_value()}"})

    @abstractmethod
    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The batches of the days in *period*, their pages written to files below *into*; SourceError if it fails."""


def written(rows: Iterable[Mapping[str, Any]], file: Path) -> Path:
    """*file*, holding *rows* as JSON lines; it appears only when it is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row) + "\n")
    return unfinished.replace(file)
