"""The life of an incident over a real ledger: opened once, exact, brought up to date, resolved, its cards with it."""

import csv
import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.charts import Renderer
from bot.delivery import Delivery
from bot.jobs import Jobs
from bot.limits import Limits
from bot.settings import AudienceSettings, Settings
from bot.showing import Showing
from bot.subjects import shown
from bot.wiring import House, built
from bot.worker import Worker
from finops.anomalies.incident import Incident, Stage
from finops.anomalies.judging import Judge
from finops.detector import Sight
from finops.detectors.daily_cost import daily_cost
from finops.errors import Late
from finops.people import Audience
from finops.stamp import LedgerName
from sources.focus import Focus
from sources.requests import Requests
from storage.chain import verified
from storage.chart_files import ChartFiles
from storage.effects import Effects
from storage.places import Places
from storage.tables import AuditRow
from tests.sandbox.slack.conftest import Running, start

TODAY = date(2026, 11, 24)
USUAL = Decimal("1234567.000000001")
ODD = Decimal("9876543.210987654321")  # neither this nor the usual is a float
FINANCE = "C0FINANCE00"
_BILL = ("ChargePeriodStart", "ProviderName", "BillingAccountId", "ServiceName", "ServiceCategory", "ChargeCategory",
         "BilledCost", "EffectiveCost", "BillingCurrency", "Tags")  # fmt: skip


@dataclass
class Company:
    """A company whose bill comes every morning, and the replicas that look at it."""

    home: Path
    database: str
    now: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    houses: list[House] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.opened()

    @property
    def house(self) -> House:
        return self.houses[0]

    def opened(self) -> House:
        """One replica more."""
        audiences = {Audience.FINANCE: AudienceSettings(channel=FINANCE)}
        settings = Settings(home=self.home, database=self.database, audiences=audiences)
        self.houses.append(built(settings, lambda: self.now))
        return self.houses[-1]

    def billed(self, *last: Decimal, later: int = 0) -> None:
        """Days at the usual cost, then these; the bill reaches to yesterday, so many days *later*."""
        self.now = datetime(2026, 11, 24, 9, tzinfo=UTC) + timedelta(days=later)
        days = 70 + later
        costs = [USUAL] * (days - len(last)) + list(last)
        begun = self.now.date() - timedelta(days=days)
        file = self.home / "bill.csv"
        with file.open("w", newline="") as out:
            sheet = csv.writer(out)
            sheet.writerow(_BILL)
            sheet.writerows(_line(begun + timedelta(days=number), cost) for number, cost in enumerate(costs))
        delivery = self.house.facts.publish(Focus().batch((file,)), self.now)
        assert (delivery.kept, delivery.quarantined) == (days, 0)

    def detected(self, house: House | None = None) -> int:
        """How many decisions were kept."""
        return Jobs(house or self.house, {}, lambda said: pytest.fail(said)).detect()

    @property
    def incident(self) -> Incident:
        (held,) = self.house.states.incidents()
        return held.state

    def audited(self) -> list[str]:
        """What was done to incidents, in order."""
        with Session(self.house.engine) as session:
            bodies = [json.loads(row.body) for row in session.exec(select(AuditRow).order_by(col(AuditRow.number)))]
        return [body["what"] for body in bodies if str(body["subject"]).startswith("incident/")]


def _line(day: date, cost: Decimal) -> tuple[object, ...]:
    tags = json.dumps({"app": "support-prod", "team": "support"})
    return (f"{day}T00:00:00Z", "OpenAI", "org-1", "API", "AI and Machine Learning", "Usage", cost, cost, "USD", tags)


@pytest.fixture
def company(tmp_path: Path, state_url: str) -> Iterator[Company]:
    made = Company(tmp_path, state_url)
    yield made
    for house in made.houses:
        house.engine.dispose()


def test_an_incident_is_opened_with_the_ledgers_own_figures(company: Company) -> None:
    company.billed(ODD)
    assert company.detected() == 1
    incident = company.incident
    assert (incident.name, incident.team, incident.sight, incident.stage) == ("support-prod", "support", Sight.UP,
                                                                             Stage.OPEN)  # fmt: skip
    assert incident.actual.amount == Decimal("9876543.210987654")  # to the billionth
    assert incident.expected.amount == incident.low.amount == incident.high.amount == USUAL
    assert incident.excess.amount == Decimal("8641976.210987653")


def test_looking_twice_on_the_same_day_changes_nothing(company: Company) -> None:
    company.billed(ODD)
    company.detected()
    before, waiting = company.house.states.incidents(), Effects(company.house.engine).waiting()
    assert (company.detected(), company.detected(company.opened())) == (0, 0)
    assert company.house.states.incidents() == before
    assert Effects(company.house.engine).waiting() == waiting == 1
    assert company.audited() == ["open"]


def test_replicas_that_look_at_once_open_one_incident(company: Company) -> None:
    company.billed(ODD)
    houses = [company.house, company.opened(), company.opened()]
    together = Barrier(len(houses))

    def detected(house: House) -> int:
        together.wait(20)
        return company.detected(house)

    with ThreadPoolExecutor(len(houses)) as threads:
        assert sorted(threads.map(detected, houses)) == [0, 0, 1]
    assert Effects(company.house.engine).waiting() == 1
    assert company.audited() == ["open"]
    assert verified(company.house.engine, company.house.key).broken_at is None


def test_a_replica_that_saw_the_same_a_moment_later_is_late(company: Company) -> None:
    company.billed(ODD)
    seen = [list(Judge(daily_cost, h.ledger, h.states, TODAY, company.now).decisions())
            for h in (company.house, company.opened())]  # fmt: skip
    company.house.book.keep(seen[0][0])
    with pytest.raises(Late):
        company.houses[1].book.keep(seen[1][0])
    assert company.incident.stage is Stage.OPEN


def test_it_goes_on_then_ends_and_comes_to_the_exact_sum(company: Company) -> None:
    company.billed(ODD)
    company.detected()
    company.billed(ODD, ODD, later=1)
    assert company.detected() == 1
    assert (company.incident.stage, company.incident.last_day) == (Stage.OPEN, TODAY)
    company.billed(ODD, ODD, USUAL, later=2)
    company.detected()
    assert company.incident.stage is Stage.OPEN, "one calm day is not the end"
    company.billed(ODD, ODD, USUAL, USUAL, later=3)
    assert company.detected() == 1
    incident = company.incident
    assert (incident.stage, incident.day, incident.last_day) == (Stage.RESOLVED, TODAY - timedelta(days=1), TODAY)
    assert incident.excess.amount == Decimal("17283952.421975307")  # 2 × (9876543.210987654321 − 1234567.000000001)
    assert company.audited() == ["open", "go on", "go on", "resolve"]


def test_a_correction_of_the_bill_corrects_the_incident(company: Company) -> None:
    company.billed(ODD)
    company.detected()
    company.billed(ODD - 1, ODD, later=1)
    company.detected()
    assert company.incident.excess.amount == Decimal("17283951.421975307")


def test_detected_and_told_figures_come_from_one_ledger(company: Company) -> None:
    """The calls are known for all weeks that the detector looks at, the bill for the last six: it says less."""
    calls, begun = company.home / "calls.csv", TODAY - timedelta(days=112)
    spent = [100] * 111 + [900]
    lines = [f"{n},{begun + timedelta(days=n)}T10:00:00Z,openai,gpt-5-nano,1000,10,support,support-prod,k,{cost}"
             for n, cost in enumerate(spent)]  # fmt: skip
    columns = "request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,key,spend_usd"
    calls.write_text("\n".join([columns, *lines]))
    company.house.facts.publish(Requests().batch((calls,)), company.now)
    bill = company.home / "short.csv"
    with bill.open("w", newline="") as out:
        rows = [_line(TODAY - timedelta(days=ago), Decimal(540 if ago == 1 else 60)) for ago in range(40, 0, -1)]
        csv.writer(out).writerows([_BILL, *rows])
    company.house.facts.publish(Focus().batch((bill,)), company.now)
    assert company.detected() == 1
    incident = company.incident
    assert (incident.ledger, incident.actual.amount, incident.expected.amount) == (LedgerName.METERED, 900, 100)
    assert incident.excess.amount == 800
    card = shown("incident/" + incident.id, company.house.desk(), Audience.FINANCE, company.now)
    assert card.stamp
    assert card.stamp.ledger is LedgerName.METERED


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("slack"))
    yield running
    running.stop()


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    drawing = Renderer()
    yield drawing
    drawing.close()


@dataclass
class Desk:
    """A company, and the worker that shows its incidents to finance."""

    company: Company
    slack: Running
    worker: Worker
    begun: str

    def after(self, *last: Decimal, later: int) -> list[Mapping[str, Any]]:
        """The cards in finance's channel after these days, oldest first."""
        self.company.billed(*last, later=later)
        self.company.detected()
        self.worker.work()
        cards = [each for each in self.slack.messages(FINANCE) if not each["thread_ts"] and each["ts"] > self.begun]
        return sorted(cards, key=lambda each: str(each["ts"]))


@pytest.fixture
def desk(tmp_path: Path, slack: Running, renderer: Renderer) -> Iterator[Desk]:
    company = Company(tmp_path, f"sqlite:///{tmp_path}/state.db")
    house, client = company.house, slack.client()
    showing = Showing(Delivery(client, client, ChartFiles(house.engine), renderer), Places(house.engine),
                      house.channels, house.desk, lambda place: False, house.clock)  # fmt: skip
    worker = Worker(Effects(house.engine), showing, Limits(house.states, house.states, house.book, {}, house.clock),
                    house.clock)  # fmt: skip
    yield Desk(company, slack, worker, f"{time.time():.6f}")
    house.engine.dispose()


def read(card: Mapping[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False)


def test_its_card_says_how_it_stands(desk: Desk) -> None:
    story = ((0, [ODD]), (1, [ODD, ODD]), (3, [ODD, ODD, USUAL, USUAL]))
    ((first,), (second,), (third,)) = (desk.after(*last, later=later) for later, last in story)
    assert len({card["ts"] for card in (first, second, third)}) == 1
    assert "8.0× its usual" in read(first)
    assert "Acknowledge" in read(second)
    assert "Back to normal" in read(third)
    assert "Acknowledge" not in read(third)


def test_one_that_doubles_again_is_posted_anew_once_and_both_cards_are_kept_current(desk: Desk) -> None:
    (first,) = desk.after(ODD, later=0)
    old, new = desk.after(ODD, 3 * ODD, later=1)
    assert (old["ts"], "Worse: support-prod" in read(new), "Worse" in read(old)) == (first["ts"], True, False)
    assert "It doubled again on Tue 24 Nov: $29.6M." in new["text"]
    assert len(desk.after(ODD, 3 * ODD, 3 * ODD, later=2)) == 2
    over = desk.after(ODD, 3 * ODD, 3 * ODD, USUAL, USUAL, later=4)
    assert [card["ts"] for card in over] == [old["ts"], new["ts"]]
    assert all("Back to normal" in read(card) for card in over)
