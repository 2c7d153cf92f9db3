"""One way to speak HTTP: retries for reads, Retry-After heard, bodies bounded; every failure becomes one of ours."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from finops.errors import SourceAway, SourceChanged, SourceRefused

_ATTEMPTS = 5
_LONGEST_WAIT = 60.0
_LARGEST_BODY = 64 * 1024 * 1024
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)


class _TryAgain(SourceAway):
    """Away for now; *wait* is how many seconds the other side asked for."""

    def __init__(self, text: str, wait: float | None = None) -> None:
        super().__init__(text)
        self.wait = wait


@dataclass(frozen=True)
class Web:
    """Speaks to the address *base*, as whoever *headers* say; errors call it *name*. Redirects are not followed."""

    base: str
    name: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    attempts: int = _ATTEMPTS

    def read(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON at *path*, tried again while the other side is away; SourceError says what went wrong."""
        trying = Retrying(
            stop=stop_after_attempt(self.attempts),
            retry=retry_if_exception_type(_TryAgain),
            wait=self._wait,
            sleep=self.sleep,
            reraise=True,
        )
        return trying(self._said, "GET", path, dict(query or {}), None)

    def write(self, path: str, body: Mapping[str, Any] | Sequence[Any]) -> Any:
        """The JSON answer to posting *body*; never tried again, for whoever writes owns the retry."""
        return self._said("POST", path, {}, body)

    def _said(self, method: str, path: str, query: dict[str, Any], body: object) -> Any:
        url = f"{self.base.rstrip('/')}/{path.lstrip('/')}"
        client = httpx.Client(headers=dict(self.headers), timeout=_TIMEOUT, follow_redirects=False)
        try:
            with client, client.stream(method, url, params=query or None, json=body) as answer:
                text = self._bounded(answer)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise _TryAgain(f"{self.name} does not answer ({type(error).__name__}).") from None
        self._checked(answer, text)
        return self._parsed(text)

    def _bounded(self, answer: httpx.Response) -> bytes:
        read = bytearray()
        for chunk in answer.iter_bytes():
            read += chunk
            if len(read) > _LARGEST_BODY:
                raise SourceChanged(f"{self.name} answered with more than 64 MB for one page.")
        return bytes(read)

    def _checked(self, answer: httpx.Response, text: bytes) -> None:
        status = answer.status_code
        if status in (401, 403):
            raise SourceRefused(f"{self.name} refuses the key ({status}); give it one with the permission it needs.")
        if status == 429 or status >= 500:
            raise _TryAgain(f"{self.name} is away ({status}).", self._asked(answer.headers.get("Retry-After", "")))
        if status != 200 and status != 201:
            raise SourceChanged(f"{self.name} answered {status} to {answer.request.url.path}{_reason(text)}.")

    def _parsed(self, text: bytes) -> Any:
        try:
            return json.loads(text, parse_float=str)
        except ValueError:
            raise SourceChanged(f"{self.name} answered with something that is not JSON, or was cut off.") from None

    def _asked(self, header: str) -> float | None:
        if header.strip().isdigit():
            return float(header)
        try:
            return max(0.0, parsedate_to_datetime(header).timestamp() - self.clock())
        except ValueError:
            return None

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, _TryAgain) else None
        return min(asked if asked is not None else 2.0 ** (state.attempt_number - 1), _LONGEST_WAIT)


def _reason(text: bytes) -> str:
    try:
        error = json.loads(text).get("error", "")
    except (ValueError, AttributeError):
        return ""
    said = error.get("type") or error.get("code") if isinstance(error, dict) else ""
    return f": {said}" if said else ""
