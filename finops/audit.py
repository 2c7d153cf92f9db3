"""The audit chain: what was done, in canonical form, each entry bound to the one before by an HMAC."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """Who did what to which subject, and when (UTC); *details* hold ids and figures, never secrets or prompts."""

    at: datetime
    who: str
    what: str
    subject: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        """The one way to write the entry down: JSON with sorted keys and no spaces."""
        body = {"at": self.at.isoformat(), "details": dict(self.details), "subject": self.subject,
                "what": self.what, "who": self.who}  # fmt: skip
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


@dataclass(frozen=True)
class Sealed:
    """A written entry: its gap-free number, its canonical body, and the seal over it and the seal before."""

    number: int
    body: str
    seal: str


def seal(key: bytes, before: str, number: int, body: str) -> str:
    """The HMAC-SHA256, in hex, of entry *number* after the seal *before*."""
    return hmac.new(key, f"{before}\n{number}\n{body}".encode(), hashlib.sha256).hexdigest()


def broken_at(key: bytes, entries: Iterable[Sealed]) -> int | None:
    """The number of the first entry that does not fit the chain, or None when all do."""
    before, expected = GENESIS, 1
    for entry in entries:
        fits = hmac.compare_digest(entry.seal, seal(key, before, entry.number, entry.body))
        if entry.number != expected or not fits:
            return expected
        before, expected = entry.seal, expected + 1
    return None
