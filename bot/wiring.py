"""Wiring: makes everything once, from the settings, and hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import commands
import finops.detectors
import finops.kpis
import sources
import targets
from bot.asking import Asking
from bot.config import located
from bot.counting import Counting
from bot.intake import Clock as Clock
from bot.intake import now as now
from bot.intake import opened
from bot.settings import Settings
from finops.allocation import Shared
from finops.budgets.budget import Budget
from finops.command import Command
from finops.company import Company
from finops.desk import Desk
from finops.detector import Detector
from finops.digest import sections
from finops.discovery import instances, subclasses
from finops.errors import BadConfig
from finops.exchange import NoRates
from finops.kpi import Kpi
from finops.money import Money
from finops.people import Audience, Member, People, Place, Role
from sources._base import AskedSource, Source
from storage.book import StoredBook
from storage.database import Engine
from storage.facts import Facts
from storage.failures import Failures
from storage.forecasts import StoredForecasts
from storage.ledger import StoredLedger
from storage.past import StoredPast
from storage.shelf import Shelf
from storage.states import States
from targets._base import Target


@dataclass(frozen=True)
class House:
    """Everything that does not need Slack. *engine* is the state's database."""

    settings: Settings
    engine: Engine
    clock: Clock
    key: bytes
    facts: Facts
    ledger: StoredLedger
    states: States
    book: StoredBook
    failures: Failures
    forecasts: StoredForecasts
    kpis: Mapping[str, Kpi]
    commands: Mapping[str, Command]
    channels: Mapping[Audience, Place]

    def desk(self, teams: tuple[str, ...] = (), everyone: frozenset[Role] | None = None) -> Desk:
        """The desk with all that can be read narrowed to *teams* (none named: all); *everyone* replaces what anybody
        may do."""
        people, states = _people(self.settings), self.states.narrowed(teams)
        return Desk(
            ledger=self.ledger.narrowed(teams),
            budgets=states,
            requests=states,
            incidents=states,
            book=self.book,
            people=people if everyone is None else replace(people, everyone=everyone),
            errors=self.failures,
            drivers=Counting(self.facts),
            kpis=self.kpis,
            company=_company(self.settings),
            teams=teams,
            whole=self.ledger,
            past=StoredPast(self.ledger.narrowed(teams)),
            prices=self.facts.prices,
            exchange=self.facts.exchange or NoRates(),
            forecasts=self.forecasts.narrowed(teams),
        )

    def desk_for(self, who: Member, place: Place) -> Desk:
        """The desk that *who* has: all teams, or those that the configuration names for them."""
        person = self.settings.people.get(who.id)
        return self.desk(person.teams if person else ())

    def asking(self) -> Asking:
        """The commands over that desk."""
        return Asking(self.commands, self.desk_for, self.clock)


def built(settings: Settings, clock: Clock = now) -> House:
    """The house of *settings*, its database migrated; BadConfig names what cannot be."""
    _examined()
    taken_in = opened(settings, clock)
    engine, key = taken_in.engine, taken_in.key
    budgets = tuple(_budget(team, settings) for team in sorted(settings.budgets))
    return House(
        settings=settings,
        engine=engine,
        clock=clock,
        key=key,
        facts=taken_in.facts,
        ledger=StoredLedger(Shelf(settings.home, engine, _shared(settings)), settings.company.currency, clock,
                            settles=_settles(), converts=settings.currency.rates is not None),
        states=States(engine, budgets),
        book=StoredBook(engine, key),
        failures=Failures(engine, settings.company.currency),
        forecasts=StoredForecasts(engine),
        kpis=instances(finops.kpis, Kpi),
        commands=instances(commands, Command),
        channels={a: Place(s.channel, s.zone, a) for a, s in settings.audiences.items()},
    )  # fmt: skip


def _shared(settings: Settings) -> tuple[Shared, ...]:
    return tuple(Shared(each.match, each.by, each.among) for each in settings.allocation.shared)


def _examined() -> None:
    """What is made later is looked at now, so that a plugin's file that is not one is refused at start."""
    sections()
    instances(finops.detectors, Detector)
    subclasses(sources, Source)
    subclasses(targets, Target)  # type: ignore[type-abstract]


def _settles() -> dict[str, int]:
    """How many days each source that is asked may still correct."""
    kinds = subclasses(sources, Source)
    return {name: kind.settles_after for name, kind in kinds.items() if issubclass(kind, AskedSource)}


def _people(settings: Settings) -> People:
    teams = {id: person.teams for id, person in settings.people.items()}
    return People({id: person.roles for id, person in settings.people.items()}, teams=teams)


def _company(settings: Settings) -> Company:
    said = settings.company
    return Company(said.name, said.currency, said.zone, said.command, said.tool_monthly)


def _budget(team: str, settings: Settings) -> Budget:
    said = settings.budgets[team]
    if said.target and said.target not in settings.targets:
        where = located(settings.home, "budgets", team, "target")
        raise BadConfig(f"{where}: no target called {said.target} is configured below targets.")
    return Budget(team, Money(said.monthly, settings.company.currency), said.target, said.id)
