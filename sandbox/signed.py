"""HTTP mode: requests to the app's own address, signed as Slack signs them."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.carrier import ACK_SECONDS, Envelope, Sort, Undelivered


def signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's v0 signature of a request body."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class Signed:
    """Carries envelopes to one request URL."""

    connected = True

    def __init__(self, url: str, secret: str, clock: Callable[[], float]) -> None:
        self._url, self._secret, self._clock = url, secret, clock
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, envelope: Envelope) -> dict[str, Any]:
        """Post the envelope; raises Undelivered unless the answer is 200 within three seconds."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ACK_SECONDS))
        body, kind = _body(envelope)
        try:
            headers = self._headers(envelope, body, kind)
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as sent:
                words = await sent.text()
        except TimeoutError as late:
            raise Undelivered("http_timeout") from late
        except aiohttp.ClientError as broken:
            raise Undelivered("connection_failed") from broken
        if sent.status != 200:
            raise Undelivered("http_error")
        return _answer(words)

    async def disconnect(self) -> None:
        """Nothing to do: every request is a connection of its own."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _headers(self, envelope: Envelope, body: str, kind: str) -> dict[str, str]:
        now = str(int(self._clock()))
        headers = {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature(self._secret, now, body),
        }
        if envelope.attempt:
            headers |= {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": envelope.reason}
        return headers


def _body(envelope: Envelope) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    match envelope.sort:
        case Sort.EVENT:
            return json.dumps(envelope.payload), "application/json"
        case Sort.COMMAND:
            fields = {key: str(value).lower() if value is False else value for key, value in envelope.payload.items()}
            return urlencode(fields), form
        case Sort.INTERACTIVE:
            return urlencode({"payload": json.dumps(envelope.payload)}), form


def _answer(words: str) -> dict[str, Any]:
    if not words.strip():
        return {}
    try:
        answer = json.loads(words)
    except ValueError:
        return {"text": words}
    return answer if isinstance(answer, dict) else {"text": words}
