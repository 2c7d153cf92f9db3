"""Path rules, as facts: an AI request belongs to the team that its key or app fits."""

from dataclasses import replace
from pathlib import Path

from finops.normalise import Owners
from finops.question import Dimension, Measure, Question
from sources.requests import Requests
from tests.storage.facts.conftest import House
from tests.storage.facts.test_owned_cost import NOVEMBER

LOG = """request_id,ts_start,provider,model,key,app,input_tokens,output_tokens
r1,2026-11-23T08:00:00Z,openai,gpt-5,keys/search-1,,10,1
r2,2026-11-23T08:00:00Z,openai,gpt-5,k,chat/faq,10,1
r3,2026-11-23T08:00:00Z,openai,gpt-5,k,other,10,1
"""


def test_keys_and_apps_of_calls_are_fitted(house: House, tmp_path: Path) -> None:
    house.facts = replace(house.facts, owners=Owners(paths={"keys/search-*": "search", "chat/*": "support"}))
    (tmp_path / "calls.csv").write_text(LOG)
    house.publish(Requests().batch((tmp_path / "calls.csv",)))
    answer = house.ledger.answer(Question((Measure.REQUESTS,), NOVEMBER, by=(Dimension.TEAM,)))
    assert {row.key[Dimension.TEAM] for row in answer.rows} == {"search", "support", ""}
