"""A company of two teams, of which one person may see the smaller one only."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings import AudienceSettings, BudgetSettings, PersonSettings, Settings
from bot.wiring import House, built
from finops.anomalies.incident import Incident, Stage, opened
from finops.detector import Sight
from finops.money import Money
from finops.people import Audience, Member, Place, Role
from finops.question import Dimension
from sources.requests import Requests

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIONA, RAJ, DANA, ERIK = Member("U0FIONA"), Member("U0RAJ"), Member("U0DANA"), Member("U0ERIK")
SECURITY = Place("C0SECURITY0", "UTC", Audience.SECURITY)
FINANCE = Place("C0FINANCE00", "UTC", Audience.FINANCE)
_COLUMNS = "request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,key,spend_usd"


def _calls(file: Path) -> Path:
    lines = [f"{day}-{team},2026-11-{day:02}T10:00:00Z,openai,gpt-5-nano,1000,10,{team},{team}-app,{team}-prod,{spend}"
             for day in range(1, 24) for team, spend in (("search", 300), ("support", 40))]  # fmt: skip
    file.write_text("\n".join([_COLUMNS, *lines]))
    return file


def incident(team: str) -> Incident:
    usd = Money(Decimal(777), "USD")
    return Incident(f"i-20261120-{team}-app", "daily_cost", Dimension.APP, f"{team}-app", Sight.UP, date(2026, 11, 20),
                    date(2026, 11, 22), usd, usd, usd, usd, usd, team, Stage.OPEN, NOW - timedelta(days=1))  # fmt: skip


def settings(home: Path) -> Settings:
    approver = frozenset({Role.APPROVER})
    return Settings(
        home=home,
        people={FIONA.id: PersonSettings(roles=approver), RAJ.id: PersonSettings(roles=approver),
                DANA.id: PersonSettings(roles=approver, teams=("support",))},
        budgets={team: BudgetSettings(monthly=Decimal(4000)) for team in ("search", "support")},
        audiences={Audience.SECURITY: AudienceSettings(channel=SECURITY.channel)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The company that the tests of one file ask."""
    folder = tmp_path_factory.mktemp("company")
    made = built(settings(folder / "home"), lambda: NOW)
    made.facts.publish(Requests().batch((_calls(folder / "calls.csv"),)), NOW)
    for team in ("search", "support"):
        made.book.keep(opened(incident(team), NOW))
        made.asking().filled("request", {"team": team, "amount": "5000", "reason": "tests"}, ERIK, FINANCE)
    yield made
    made.engine.dispose()


@pytest.fixture
def house(company: House, tmp_path: Path) -> Iterator[House]:
    """A copy of the company to decide in."""
    shutil.copytree(company.settings.home, tmp_path / "home")
    made = built(settings(tmp_path / "home"), lambda: NOW)
    yield made
    made.engine.dispose()
