"""OpenAI, as recorded: the bill to the last digit, cached tokens apart from those that were not."""

import json
from decimal import Decimal
from pathlib import Path

from finops.question import Dimension, Grain, Measure, Question
from finops.stamp import LedgerName
from tests.answering import Answering, Says
from tests.sources.conftest import Reading, Recording, recordings
from tests.storage.facts.conftest import House

(RECORDING,) = (each for each in recordings() if each.name == "openai-organization")
PERIOD = RECORDING.period


def sums(house: House, measure: Measure, *by: Dimension, ledger: LedgerName | None = None) -> dict[str, str]:
    rows = house.ledger.answer(Question((measure,), PERIOD, by=by, ledger=ledger)).rows
    return {row.name: format(row.values[measure].normalize(), "f") for row in rows}


def test_the_bill_is_exact_to_the_last_digit(full: House) -> None:
    answer = full.ledger.answer(Question((Measure.COST, Measure.BILLED_COST), PERIOD, grain=Grain.DAY))
    assert answer.stamp.ledger is LedgerName.BILLED
    assert [row.values[Measure.COST] for row in answer.rows] == [Decimal("4.7901234567890123"), Decimal("4.6")]
    assert set(answer.total.values()) == {Decimal("9.3901234567890123")}


def test_a_line_item_names_the_model_and_the_class_of_token(full: House) -> None:
    assert sums(full, Measure.COST, Dimension.MODEL, Dimension.TOKEN_CLASS) == {
        "gpt-x-1 · uncached_input": "10.25", "gpt-x-1 · output": "1.5", "gpt-x-1 · cache_read": "0.0401234567890123",
        "no model · no token class": "-2.4"}  # fmt: skip
    assert sums(full, Measure.TOKENS, Dimension.TOKEN_CLASS) == {
        "uncached_input": "4100000", "cache_read": "400000", "output": "100000", "no token class": "0"}  # fmt: skip


def test_all_of_it_is_ai_of_openai_and_keys_have_names(full: House) -> None:
    assert sums(full, Measure.COST, Dimension.PROVIDER, Dimension.SCOPE) == {"OpenAI · ai": "9.3901234567890123"}
    assert sums(full, Measure.COST, Dimension.KEY) == {"key_1": "4.7901234567890123", "no key": "4.6"}


def test_cached_input_is_metered_apart_and_cheaper(full: House) -> None:
    metered = LedgerName.METERED
    assert sums(full, Measure.TOKENS, Dimension.TOKEN_CLASS, ledger=metered) == {
        "uncached_input": "53100", "cache_read": "300", "cache_write": "100", "output": "255",
        "no token class": "0"}  # fmt: skip
    # gpt-4o: 2600 input at $2.5, 300 from the cache at $1.25, 100 into the cache at $2.5, 250 output at $10 a million
    assert sums(full, Measure.COST, Dimension.MODEL, ledger=metered)["gpt-4o-2024-08-06"] == "0.009625"
    assert sums(full, Measure.REQUESTS, Dimension.MODEL) == {
        "text-embedding-3-small": "20", "gpt-4o-2024-08-06": "5", "gpt-unheard-of": "1"}  # fmt: skip


def test_a_model_without_a_price_is_unpriced_and_not_free(full: House) -> None:
    assert sums(full, Measure.UNPRICED_TOKENS, Dimension.MODEL)["gpt-unheard-of"] == "505"


def test_the_days_asked_for_are_whole_utc_days_cut_by_all_that_we_keep(reading: Reading) -> None:
    list(reading.batches())
    first = reading.server.asked[0]
    assert (first.path, first.query) == ("/organization/costs", {
        "start_time": ["1795305600"], "end_time": ["1795478400"], "bucket_width": ["1d"], "limit": ["31"],
        "group_by[]": ["project_id", "line_item", "api_key_id"]})  # fmt: skip


def used_instead(server: Answering, house: House, pages: Path, **usage: object) -> None:
    """Publish the recorded days with *usage* in place of what gpt-4o used, and nothing else."""
    told = json.loads(json.dumps(RECORDING.exchanges))
    for each in told:
        for bucket in each["answer"]["data"]:
            bucket["results"] = [u | usage for u in bucket["results"] if u.get("model") == "gpt-4o-2024-08-06"]
    reading = Reading(Recording("openai", RECORDING.kind, {}, PERIOD, told, []), server, pages)
    for batch in reading.batches():
        house.publish(batch)


def test_many_short_requests_are_not_priced_as_one_long_one(server: Answering, house: House, tmp_path: Path) -> None:
    used_instead(server, house, tmp_path / "pages", model="gpt-5.4", input_tokens=1_000_000, input_cached_tokens=0,
                 input_cache_write_tokens=0, output_tokens=0, num_model_requests=1000)  # fmt: skip
    assert sums(house, Measure.COST, Dimension.MODEL) == {
        "gpt-5.4": "5"
    }  # $2.5 a million, twice; above 272k it is more


def test_a_batch_is_metered_at_its_own_price(server: Answering, house: House, tmp_path: Path) -> None:
    used_instead(server, house, tmp_path / "pages", input_tokens=1_000_000, input_cached_tokens=0,
                 input_cache_write_tokens=0, output_tokens=0, batch=True, service_tier="default")  # fmt: skip
    assert sums(house, Measure.COST, Dimension.MODEL) == {"gpt-4o-2024-08-06": "2.5"}  # half of $2.5, on two days


def test_sound_and_pictures_are_metered_apart(server: Answering, house: House, tmp_path: Path) -> None:
    used_instead(server, house, tmp_path / "pages", input_tokens=1000, input_cached_tokens=300,
                 input_cache_write_tokens=0, input_audio_tokens=200, input_image_tokens=100, output_tokens=50,
                 output_audio_tokens=20, output_image_tokens=10)  # fmt: skip
    assert sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS) == {  # on two days
        "uncached_input": "800", "cache_read": "600", "audio_input": "400", "image_input": "200", "output": "40",
        "audio_output": "40", "image_output": "20", "no token class": "0"}  # fmt: skip


def test_a_provider_that_gives_nothing_is_no_failure(server: Answering, house: House, reading: Reading) -> None:
    server.says(Says({"data": [], "has_more": False, "next_page": None}))
    assert [house.publish(batch).kept for batch in reading.batches()] == [0, 0]
