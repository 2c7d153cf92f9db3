"""People, teams, roles and audiences, and what each may see or decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Audience(StrEnum):
    """A channel and a way of speaking."""

    FINANCE = "finance"
    ENGINEERING = "engineering"
    SECURITY = "security"

    @property
    def sees_amounts(self) -> bool:
        """Whether team amounts may be shown there."""
        return self is not Audience.SECURITY


class Role(StrEnum):
    """What a person may do; nobody may do anything that no role allows."""

    VIEWER = "viewer"
    REQUESTER = "requester"
    APPROVER = "approver"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Member:
    """A person by the id Slack knows them by."""

    id: str
    name: str = ""


@dataclass(frozen=True)
class Place:
    """Where something is asked or said: a channel, its zone, and the audience it serves (None: any other place)."""

    channel: str
    zone: str = "UTC"
    audience: Audience | None = None
    shared: bool = False


@dataclass(frozen=True)
class People:
    """Who holds which role; the roles come from the configuration and are looked up when somebody decides."""

    roles: dict[str, frozenset[Role]] = field(default_factory=dict)
    everyone: frozenset[Role] = frozenset({Role.VIEWER, Role.REQUESTER})

    def may(self, who: Member, role: Role) -> bool:
        """Whether *who* holds *role*."""
        return role in self.everyone or role in self.roles.get(who.id, frozenset())

    def holders(self, role: Role) -> tuple[Member, ...]:
        """Everybody named for *role*, in the order of their ids."""
        return tuple(Member(id) for id in sorted(self.roles) if role in self.roles[id])
