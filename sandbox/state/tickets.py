"""Tickets for Socket Mode connections: each opens one, once."""

import secrets


class Tickets:
    """All tickets not used yet."""

    def __init__(self) -> None:
        self._open: set[str] = set()

    def give(self) -> str:
        """A new ticket."""
        ticket = secrets.token_urlsafe(24)
        self._open.add(ticket)
        return ticket

    def use(self, ticket: str) -> bool:
        """Whether the ticket was good; it is not any more."""
        good = ticket in self._open
        self._open.discard(ticket)
        return good
