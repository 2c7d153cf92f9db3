"""Intake: what taking files in needs of the home, and no more; a command that only does that starts sooner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.keys import audit_key
from bot.settings import Settings
from finops.errors import BadConfig
from finops.normalise import Owners
from sources._exchange import RatesFile
from sources._prices import PriceLists
from storage.chain import verified
from storage.database import Engine, database
from storage.facts import Facts

Clock = Callable[[], datetime]


def now() -> datetime:
    """The wall clock, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Intake:
    """The facts of a home and what they stand on. *engine* is the state's database, *key* seals its audit chain."""

    settings: Settings
    engine: Engine
    clock: Clock
    key: bytes
    facts: Facts


def opened(settings: Settings, clock: Clock = now) -> Intake:
    """The intake of *settings*, its database migrated; BadConfig names what cannot be."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadConfig(f"The home {settings.home} cannot be used: {error.strerror}.") from None
    engine = database(settings.database_url)
    key = audit_key(settings.audit_key_file or settings.home / "audit.key", begun=verified(engine, b"").entries > 0)
    owners = Owners(settings.owners.teams, settings.owners.models, paths=settings.owners.paths,
                    provisioned=settings.owners.provisioned)  # fmt: skip
    prices = PriceLists(settings.prices.contract, settings.prices.lists)
    rates = settings.currency.rates
    facts = Facts(settings.home, engine, key, prices, owners, settings.company.currency,
                  RatesFile(settings.home / rates) if rates else None,
                  named_users=settings.requests.users == "names")  # fmt: skip
    return Intake(settings, engine, clock, key, facts)
