"""OpenAI, as recorded: calls that have no tokens, and what people call projects and keys."""

from collections.abc import Callable
from pathlib import Path

import pytest

from finops.errors import SourceAway, SourceChanged
from finops.normalise import Owners
from finops.question import Dimension, Measure
from finops.stamp import LedgerName
from sources._prices import PriceLists
from storage.database import database
from storage.facts import Facts
from tests.answering import Asked, Says
from tests.sources.conftest import Reading, recordings
from tests.sources.summing import sums
from tests.storage.facts.conftest import House

(RECORDING,) = (each for each in recordings() if each.name == "openai-tools")
PERIOD = RECORDING.period
BILLED, METERED = LedgerName.BILLED, LedgerName.METERED
PROJECTS = "/organization/projects"


def instead(reading: Reading, says: Says, of: Callable[[str], bool]) -> None:
    """Answer with *says* where the path is one *of* those."""

    def chosen(asked: Asked) -> Says:
        return says if of(asked.path) else RECORDING.answer(asked)

    reading.server.chosen = chosen


def test_what_has_no_tokens_is_counted_as_calls_by_what_was_called(full: House) -> None:
    assert sums(full, PERIOD, Measure.REQUESTS, Dimension.MODEL, ledger=METERED) == {
        "omni-moderation-latest": "30", "web-search": "30", "dall-e-3": "20", "code-interpreter": "17",
        "whisper-1": "12", "file-search": "8", "tts-1-hd": "6", "gpt-4o-2024-08-06": "4"}  # fmt: skip


def test_what_has_no_tokens_is_not_tokens_without_a_price(full: House) -> None:
    assert sums(full, PERIOD, Measure.UNPRICED_TOKENS, ledger=METERED) == {"total": "400000"}  # those of flex
    assert sums(full, PERIOD, Measure.TOKENS, ledger=METERED) == {"total": "1000000"}


def test_what_it_cost_is_on_the_bill_alone(full: House) -> None:
    assert sums(full, PERIOD, Measure.COST, ledger=BILLED) == {"total": "4.62"}
    assert sums(full, PERIOD, Measure.COST, ledger=METERED) == {
        "total": "0.75"
    }  # 0.6 M in a batch, at half of 2.50; flex has no price


def test_keys_are_called_by_project_and_name_and_two_of_one_name_by_their_ids(full: House) -> None:
    assert sums(full, PERIOD, Measure.COST, Dimension.KEY, ledger=BILLED) == {
        "key_3": "2.5", "Search/indexer": "1.25", "no key": "0.57", "Search/reader": "0.3"}  # fmt: skip
    assert sums(full, PERIOD, Measure.REQUESTS, Dimension.KEY, ledger=METERED) == {
        "Search/indexer": "50", "Search/reader": "48", "no key": "17", "key_3": "12"}  # fmt: skip


@pytest.mark.parametrize("ruled", ["proj_a", "Search"], ids=["id", "name"])
def test_a_project_belongs_to_a_team_by_id_or_name(ruled: str, reading: Reading, house: House, tmp_path: Path) -> None:
    owned(house, tmp_path, {ruled: "search"})
    for batch in reading.batches():
        house.publish(batch)
    assert sums(house, PERIOD, Measure.COST, Dimension.TEAM, ledger=BILLED) == {"no team": "3.07", "search": "1.55"}
    assert sums(house, PERIOD, Measure.REQUESTS, Dimension.TEAM, ledger=METERED)["search"] == "98"


@pytest.mark.parametrize("ruled", ["key_1", "indexer", "Search/indexer"], ids=["id", "name", "both"])
def test_a_key_belongs_to_a_team_by_id_or_name(ruled: str, reading: Reading, house: House, tmp_path: Path) -> None:
    owned(house, tmp_path, {ruled: "search"})
    for batch in reading.batches():
        house.publish(batch)
    assert sums(house, PERIOD, Measure.COST, Dimension.TEAM, ledger=BILLED)["search"] == "1.25"
    assert sums(house, PERIOD, Measure.REQUESTS, Dimension.TEAM, ledger=METERED)["search"] == "50"


def test_a_batch_belongs_to_whoever_runs_them(reading: Reading, house: House, tmp_path: Path) -> None:
    owned(house, tmp_path, {"batch": "nights", "flex": "idle"})
    for batch in reading.batches():
        house.publish(batch)
    assert sums(house, PERIOD, Measure.TOKENS, Dimension.TEAM, ledger=METERED) == {
        "nights": "600000", "idle": "400000", "no team": "0"}  # fmt: skip


@pytest.mark.parametrize("status", [403, 404])
def test_without_the_names_no_money_is_lost(status: int, reading: Reading, house: House) -> None:
    instead(reading, Says({}, status), lambda path: path.startswith(PROJECTS))
    for batch in reading.batches():
        house.publish(batch)
    assert sums(house, PERIOD, Measure.COST, Dimension.KEY, ledger=BILLED) == {
        "key_3": "2.5", "key_1": "1.25", "no key": "0.57", "key_2": "0.3"}  # fmt: skip
    assert sums(house, PERIOD, Measure.TOKENS, ledger=METERED) == {"total": "1000000"}
    assert [each.path for each in reading.server.asked].count(PROJECTS) == 1


def test_where_only_keys_may_not_be_asked_for_projects_keep_their_names(
    reading: Reading, house: House, tmp_path: Path
) -> None:
    owned(house, tmp_path, {"Search": "search"})
    instead(reading, Says({}, 403), lambda path: path.endswith("/api_keys"))
    for batch in reading.batches():
        house.publish(batch)
    assert sums(house, PERIOD, Measure.COST, Dimension.TEAM, ledger=BILLED)["search"] == "1.55"


def test_names_that_cannot_be_told_now_are_waited_for(reading: Reading) -> None:
    instead(reading, Says({}, 503), lambda path: path.startswith(PROJECTS))
    with pytest.raises(SourceAway):
        list(reading.batches())


def test_names_that_go_in_circles_are_told(reading: Reading) -> None:
    circle = Says({"data": [{"id": "proj_a", "name": "Search"}], "has_more": True})
    instead(reading, circle, lambda path: path == PROJECTS)
    with pytest.raises(SourceChanged, match="repeats its pages"):
        list(reading.batches())


def owned(house: House, home: Path, teams: dict[str, str]) -> None:
    """Let *house* publish by these rules."""
    engine = database(f"sqlite:///{home}/state.sqlite")
    house.facts = Facts(home, engine, b"k" * 32, PriceLists(), Owners(teams=teams))
