"""What questions can name: the values that the ledger holds, and of a narrowed ledger those of its teams only."""

from pathlib import Path

from finops.question import Dimension
from sources.requests import Requests
from tests.storage.facts.conftest import NOW, House

LOG = """request_id,ts_start,provider,model,team,key,input_tokens,output_tokens
r1,2026-11-23T08:00:00Z,openai,gpt-5,search,search-a,1000,10
r2,2026-11-23T09:00:00Z,openai,gpt-4o,support,support-a,2000,20
"""


def test_a_narrowed_ledger_names_nothing_of_other_teams(house: House, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    house.publish(Requests().batch((log,)))
    everything, narrowed = house.ledger.known().values, house.ledger.narrowed(("search",)).known().values
    assert set(everything[Dimension.KEY]) == {"search-a", "support-a"}
    assert (narrowed[Dimension.TEAM], narrowed[Dimension.KEY]) == (("search",), ("search-a",))


def test_days_to_come_hide_nothing_that_is_known_today(house: House, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(f"{LOG}r3,2027-06-01T09:00:00Z,openai,gpt-9,later,later-a,1,1\n")
    house.publish(Requests().batch((log,)))
    known = house.ledger.known()
    assert set(known.values[Dimension.KEY]) == {"search-a", "support-a"}
    assert known.days
    assert known.days.last == NOW.date()


def test_names_of_long_ago_are_known_when_all_days_are_asked_for(house: House, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(f"{LOG}r3,2026-08-24T09:00:00Z,openai,gpt-3,old,old-a,1,1\n")
    house.publish(Requests().batch((log,)))
    late, ever = house.ledger.known(), house.ledger.known(ever=True)
    assert set(late.values[Dimension.KEY]) == {"search-a", "support-a"}
    assert set(ever.values[Dimension.KEY]) == {"search-a", "support-a", "old-a"}
    assert late.days == ever.days


def test_where_all_days_are_of_late_they_are_looked_through_once(house: House, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG)
    house.publish(Requests().batch((log,)))
    assert house.ledger.known(ever=True) is house.ledger.known()
