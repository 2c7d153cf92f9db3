"""`/finops digest`: an audience's digest, now."""

from dataclasses import replace

from finops.command import Arguments, command
from finops.desk import Ask
from finops.digest import composed
from finops.errors import NotAllowed, Unclear
from finops.people import Audience
from finops.report import Report


class DigestArguments(Arguments):
    """Whose digest; bare, that of the channel."""

    audience: str = ""


@command("digest [finance|engineering|security]", DigestArguments)
def digest(ask: Ask, arguments: DigestArguments) -> Report:
    """The digest of an audience, as of now, for you alone."""
    audience = _audience(arguments.audience or (ask.place.audience or ""))
    if ask.place.audience and ask.place.audience.sees_amounts < audience.sees_amounts:
        raise NotAllowed("Team amounts are not shown in this channel; ask for it in the audience's own.")
    return replace(composed(audience, ask.desk, ask.now), private=True)


def _audience(name: str) -> Audience:
    if name not in list(Audience):
        raise Unclear("Whose digest: finance, engineering or security?", example="digest finance", field="audience")
    return Audience(name)
