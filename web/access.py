"""Access: the address of whoever is spoken to, and the key, which sources and targets have in common."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from finops.errors import SourceError
from web.client import ATTEMPTS, Web


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError("an address begins with http:// or https://, names a host and holds no password")
    return text


def _key(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().strip()
    if not text.isascii() or not text.isprintable() or not text or " " in text:
        raise ValueError("a key is one word of plain letters, digits and signs")
    return SecretStr(text)


Address = Annotated[str, AfterValidator(_address)]
Key = Annotated[SecretStr, AfterValidator(_key)]


class Reached(BaseModel):
    """Whoever answers at *base_url*, to anybody; *name* is what people call it, *words* are the kinds of error that
    mean something else there than their status says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    words: ClassVar[Mapping[str, type[SourceError]]] = {}
    base_url: Address

    @property
    def headers(self) -> Mapping[str, str]:
        """What is said with everything that is asked."""
        return {}

    def signs(self, clock: Callable[[], float]) -> httpx.Auth | None:
        """What is put to each request, where whoever it is wants more than headers that stay the same."""
        return None

    def web(
        self,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        attempts: int = ATTEMPTS,
    ) -> Web:
        """The way to speak to it; *sleep* waits seconds, *clock* tells those since 1970; reads get *attempts*."""
        return Web(self.base_url, self.name, self.headers, sleep=sleep, clock=clock, attempts=attempts,
                   signs=self.signs(clock), words=self.words)  # fmt: skip


class Access(Reached):
    """Whoever answers at *base_url* to the bearer of *key*."""

    key: Key

    @property
    def headers(self) -> Mapping[str, str]:
        """The key, as whoever it is wants it."""
        return {"Authorization": f"Bearer {self.key.get_secret_value()}"}
