"""`/finops digest`: an audience's digest, now."""

from collections.abc import Mapping
from dataclasses import replace

from finops.command import Arguments, command
from finops.desk import Ask
from finops.digest import composed
from finops.errors import Unclear
from finops.people import Audience
from finops.report import Report


class DigestArguments(Arguments):
    """Whose digest; bare, that of the channel."""

    audience: str = ""


def _amounts(ask: Ask, values: Mapping[str, str]) -> bool:
    name = values.get("audience") or ask.place.audience
    return name in list(Audience) and Audience(name).sees_amounts


@command("digest [finance|engineering|security]", DigestArguments, amounts=_amounts)
def digest(ask: Ask, arguments: DigestArguments) -> Report:
    """The digest of an audience, as of now, for you alone."""
    audience = _audience(arguments.audience or (ask.place.audience or ""))
    return replace(composed(audience, ask.desk, ask.now), private=True)


def _audience(name: str) -> Audience:
    if name not in list(Audience):
        raise Unclear("Whose digest: finance, engineering or security?", example="digest finance", field="audience")
    return Audience(name)
