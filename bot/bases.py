"""Which Slack is spoken to: any address that answers as Slack does; tokens and answers have to fit it."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from bot.settings import SLACK, Settings
from finops.errors import BadConfig

log = logging.getLogger(__name__)

_OWN = ("slack.com", "slack-gov.com")
_HERE = ("127.0.0.1", "localhost", "::1")


def fitting(settings: Settings) -> None:
    """BadConfig if a token is missing, the address is none, or a sandbox's token would be shown to Slack itself."""
    slack = settings.slack
    needed = {"bot_token": "SLACK_BOT_TOKEN", **({"app_token": "SLACK_APP_TOKEN"} if slack.mode == "socket" else
              {"signing_secret": "SLACK_SIGNING_SECRET"})}  # fmt: skip
    for name, variable in needed.items():
        if not getattr(slack, name).get_secret_value():
            raise BadConfig(f"{variable} is not set; take it from your Slack app's page, or set {variable}_FILE.")
    scheme, host = _parts(slack.api_base)
    if "sandbox" in slack.bot_token.get_secret_value() and _is_slacks_own(host):
        raise BadConfig(f"SLACK_BOT_TOKEN is a sandbox's token, but {host} is to be spoken to; set SLACK_API_BASE.")
    if scheme == "http" and host not in _HERE:
        log.warning("SLACK_API_BASE is not encrypted: whoever is between here and %s can read the tokens.", host)


def hooks(api_base: str) -> tuple[str, ...]:
    """How addresses begin that answers may go to: Slack's hooks, and the Slack that is spoken to."""
    parts = urlsplit(api_base)
    return (*(f"https://hooks.{host}/" for host in _OWN), f"{parts.scheme}://{parts.netloc}/")


def _parts(api_base: str) -> tuple[str, str]:
    parts = urlsplit(api_base)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise BadConfig(f"SLACK_API_BASE must begin with https:// and name a host, as {SLACK} does.")
    return parts.scheme, parts.hostname


def _is_slacks_own(host: str) -> bool:
    return any(host == own or host.endswith(f".{own}") for own in _OWN)
