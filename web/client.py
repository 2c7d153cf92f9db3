"""One way to speak HTTP: retries for reads, Retry-After heard, bodies bounded; every failure becomes one of ours."""

from __future__ import annotations

import json
import ssl
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NoReturn

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from finops.errors import SourceAway, SourceChanged, SourceError, SourceRefused
from web.json_text import parsed

ATTEMPTS = 5
LONGEST_WAIT = 60.0
LARGEST_BODY = 64 * 1024 * 1024
LONGEST_ANSWER = 300.0
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_QUOTA = "insufficient_quota"


class NotThere(SourceChanged):
    """What was asked for is not known there (404)."""


class _TryAgain(SourceAway):
    """Away for now; *wait* is how many seconds the other side asked for."""

    def __init__(self, text: str, wait: float | None = None) -> None:
        super().__init__(text)
        self.wait = wait


class Web:
    """Speaks to the address *base*, as whoever *headers* say; errors call it *name*, and never tell the headers.
    Redirects are not followed, so a key never travels to another host. *clock* is in seconds since 1970. *signs* puts
    to each request what the other side knows us by; *words* are the kinds of error that mean something else there than
    their status says. *asked* counts the requests, and *spent* (USD) is what a source reads in answers was charged."""

    def __init__(
        self,
        base: str,
        name: str,
        headers: Mapping[str, str] | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        largest: int = LARGEST_BODY,
        attempts: int = ATTEMPTS,
        signs: httpx.Auth | None = None,
        words: Mapping[str, type[SourceError]] | None = None,
    ) -> None:
        self.base, self.name, self.asked, self.spent = base.rstrip("/"), name, 0, Decimal(0)
        self._words = words or {}
        self._sleep, self._clock, self._largest, self._attempts = sleep, clock, largest, attempts
        self._client = httpx.Client(
            headers=dict(headers or {}), timeout=_TIMEOUT, follow_redirects=False, verify=_trusted(), auth=signs
        )
        weakref.finalize(self, self._client.close)

    def read(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON at *path* (fractions as Decimal), tried again while the other side is away; else a SourceError."""
        return self._patiently("GET", path, query)

    def ask(self, path: str, body: Mapping[str, Any], query: Mapping[str, Any] | None = None) -> Any:
        """The JSON answer to a question that is posted and changes nothing; tried again as `read` is."""
        return self._patiently("POST", path, query, body)

    def write(self, path: str, body: Mapping[str, Any] | Sequence[Any]) -> Any:
        """The JSON answer to posting *body*; never tried again, for whoever writes owns the retry."""
        return self._said("POST", path, None, body)

    def _patiently(self, method: str, path: str, query: Mapping[str, Any] | None, body: object = None) -> Any:
        trying = Retrying(
            stop=stop_after_attempt(self._attempts),
            retry=retry_if_exception_type(_TryAgain),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return trying(self._said, method, path, query, body)

    def _said(self, method: str, path: str, query: Mapping[str, Any] | None, body: object = None) -> Any:
        url = f"{self.base}/{path.lstrip('/')}"
        self.asked += 1
        try:
            with self._client.stream(method, url, params=query, json=body) as answer:
                text = self._bounded(answer)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise _TryAgain(f"{self.name} does not answer ({type(error).__name__}).") from None
        if not answer.is_success:
            self._refuse(answer, _reason(text))
        return self._parsed(text)

    def _bounded(self, answer: httpx.Response) -> bytes:
        read, until = bytearray(), self._clock() + LONGEST_ANSWER
        for chunk in answer.iter_bytes():
            read += chunk
            if len(read) > self._largest:
                raise SourceChanged(f"{self.name} answered with more than {self._largest:,} bytes for one page.")
            if self._clock() > until:
                raise SourceAway(f"{self.name} takes more than {LONGEST_ANSWER:.0f} seconds for one answer.")
        return bytes(read)

    def _refuse(self, answer: httpx.Response, reason: str) -> NoReturn:
        status, meant, limited = answer.status_code, self._words.get(reason), _limited(answer)
        if meant is SourceRefused or status == 401 or (status == 403 and meant is not SourceAway and not limited):
            said = f"{status}, {reason}" if meant else str(status)
            raise SourceRefused(f"{self.name} refuses the key ({said}); give it one with the permission it needs.")
        if status == 429 and reason == _QUOTA:
            raise SourceRefused(f"{self.name} says that the quota of this key is used up; a person must raise it.")
        if status in (403, 429) or status >= 500 or meant is SourceAway:
            self._away(status, self._patience(answer.headers))
        kind = NotThere if status == 404 else SourceChanged
        raise kind(f"{self.name} answered {status} to {answer.request.url.path}{f': {reason}' if reason else ''}.")

    def _away(self, status: int, asked: float | None) -> NoReturn:
        if asked is not None and asked > LONGEST_WAIT:
            raise SourceAway(f"{self.name} is away ({status}) and asks to be left alone for {asked:,.0f} seconds.")
        raise _TryAgain(f"{self.name} is away ({status}).", asked)

    def _parsed(self, text: bytes) -> Any:
        try:
            return parsed(text)
        except (ValueError, RecursionError):
            raise SourceChanged(f"{self.name} answered with something that is not JSON, or was cut off.") from None

    def _patience(self, headers: httpx.Headers) -> float | None:
        """The seconds that it asks to be left alone for, in either of two ways; None if it does not say."""
        reset = headers.get("X-RateLimit-Reset", "")
        if "Retry-After" not in headers and headers.get("X-RateLimit-Remaining") == "0" and reset.isdecimal():
            return max(0.0, float(reset) - self._clock())
        return self._asked(headers.get("Retry-After", ""))

    def _asked(self, header: str) -> float | None:
        """The seconds that a Retry-After (seconds, or a date) asks for; None if it asks for nothing we know."""
        if header.strip().isdecimal():
            return float(header)
        try:
            return max(0.0, parsedate_to_datetime(header).timestamp() - self._clock())
        except (ValueError, OverflowError):
            return None


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are trusted, read from disk once."""
    return httpx.create_ssl_context()


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _TryAgain) else None
    return asked if asked is not None else 2.0 ** (state.attempt_number - 1)


def _limited(answer: httpx.Response) -> bool:
    """Whether it asks for patience: some say so with 403, where others say 429."""
    return "Retry-After" in answer.headers or answer.headers.get("X-RateLimit-Remaining") == "0"


def _reason(text: bytes) -> str:
    """The kind of error that the body names; its message is left out, for it may repeat what we sent."""
    try:
        told = json.loads(text)
        said = str(told["__type"]).rpartition("#")[2] if "__type" in told else _kind(told["error"])
    except (ValueError, RecursionError, AttributeError, LookupError, TypeError):
        return ""
    return said[:60] if isinstance(said, str) and said.isidentifier() else ""


def _kind(error: Mapping[str, Any]) -> object:
    """As most name it; in Google's answers it is the reason of the first of several errors."""
    if error.get("code") == _QUOTA:
        return _QUOTA
    return error["errors"][0]["reason"] if error.get("errors") else error.get("type") or error.get("code")
