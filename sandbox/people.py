"""Who works at the made-up company, where they talk, and which groups they form."""

from dataclasses import dataclass

TEAM_ID = "T0BRIGHT000"
TEAM_DOMAIN = "brightwater"
WORKSPACE = "Brightwater"
APP_ID = "A0TUPPENCE0"
BOT_ID = "B0TUPPENCE0"
BOT_USER = "U0TUPPENCE0"
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Person:
    """Somebody with an account in the workspace."""

    id: str
    name: str
    real_name: str
    title: str
    color: str
    guest: bool = False
    bot: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@brightwater.example"

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.real_name.split())[:2]

    @property
    def direct(self) -> str:
        """The id of this person's direct messages with the app."""
        return f"D{self.id[1:]}"


@dataclass(frozen=True)
class Channel:
    """A place to talk: public, or the direct messages of one person with the app."""

    id: str
    name: str
    topic: str
    members: tuple[str, ...]

    @property
    def is_direct(self) -> bool:
        return self.id.startswith("D")


@dataclass(frozen=True)
class Group:
    """A user group that can be mentioned as one."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]


_FIONA, _ERIK, _SANA = "U0FIONA0000", "U0ERIK00000", "U0SANA00000"
_RAJ, _DANA, _GUEST = "U0RAJ000000", "U0DANA00000", "U0GUEST0000"
_STAFF = (_FIONA, _ERIK, _SANA, _RAJ, _DANA)

PEOPLE = (
    Person(_FIONA, "fiona", "Fiona Marsh", "Finance lead", "#0072b2"),
    Person(_ERIK, "erik", "Erik Lund", "Engineering, owns team search", "#009e73"),
    Person(_SANA, "sana", "Sana Idris", "Security", "#cc79a7"),
    Person(_RAJ, "raj", "Raj Patel", "Finance, approver", "#d55e00"),
    Person(_DANA, "dana", "Dana Kim", "Support, owns team support", "#56b4e9"),
    Person(_GUEST, "gus", "Gus Guest", "Guest", "#777777", guest=True),
)
CHANNELS = (
    Channel("C0FINANCE00", "finops-finance", "What AI costs us", (*_STAFF, _GUEST, BOT_USER)),
    Channel("C0ENGINEER0", "finops-engineering", "What our calls cost and why", (*_STAFF, BOT_USER)),
    Channel("C0SECURITY0", "finops-security", "Keys, models and oddities", (*_STAFF, BOT_USER)),
    Channel("C0GENERAL00", "general", "Everything else", (*_STAFF, _GUEST)),
)
GROUPS = (Group("S0APPROVERS", "finops-approvers", "FinOps approvers", (_FIONA, _RAJ)),)


def person(user: str) -> Person | None:
    """The person with this id, if there is one."""
    return next((one for one in PEOPLE if one.id == user), None)


def channel(place: str) -> Channel | None:
    """The channel with this id; a person's id means their direct messages with the app."""
    for one in PEOPLE:
        if place in (one.id, one.direct):
            return Channel(one.direct, "directmessage", "", (one.id, BOT_USER))
    return next((one for one in CHANNELS if one.id == place), None)
