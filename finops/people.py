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

    @property
    def sees_amounts(self) -> bool:
        """Whether team amounts may be told there; where no audience reads along, only the asker does."""
        return self.audience is None or self.audience.sees_amounts


def covers(teams: tuple[str, ...], team: str) -> bool:
    """Whether *team* is one of *teams* (none named: all are), however it is capitalised."""
    return not teams or team.lower() in [each.lower() for each in teams]


@dataclass(frozen=True)
class People:
    """Who holds which role, and who may see which *teams* only (nobody named: all); both come from the configuration
    and are looked up when somebody decides."""

    roles: dict[str, frozenset[Role]] = field(default_factory=dict)
    everyone: frozenset[Role] = frozenset({Role.VIEWER, Role.REQUESTER})
    teams: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def may(self, who: Member, role: Role) -> bool:
        """Whether *who* holds *role*."""
        return role in self.everyone or role in self.roles.get(who.id, frozenset())

    def sees(self, who: Member, team: str) -> bool:
        """Whether *who* may see *team*."""
        return covers(self.teams.get(who.id, ()), team)

    def holders(self, role: Role, team: str) -> tuple[Member, ...]:
        """Everybody named for *role* who may see *team*, in the order of their ids."""
        named = [Member(id) for id in sorted(self.roles) if role in self.roles[id]]
        return tuple(each for each in named if self.sees(each, team))
