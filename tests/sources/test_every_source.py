"""The examination that every source which is asked must pass; a new one brings a recording and is taken in."""

import copy
import gzip
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from finops.batch import Batch, Dataset, Quarantined
from finops.errors import SourceAway, SourceChanged, SourceError, SourceRefused
from finops.question import Dimension, Grain, Measure, Question
from finops.stamp import LedgerName
from sources._base import AskedSource
from storage.staging import stage
from storage.workbench import workbench
from tests.answering import Answering, Asked, Says
from tests.sources.conftest import API_SOURCES, KEY, RECORDED, Reading, Recording, recordings
from tests.sources.odd_rows import CONTENT, Place, all_odd, places
from tests.storage.facts.conftest import House
from web.client import ATTEMPTS

OTHER_SHAPES: tuple[object, ...] = ([], {}, None, "x", 0.5)
Way = tuple[str | int, ...]


@pytest.fixture(params=recordings(), ids=lambda each: each.name)
def reading(request: pytest.FixtureRequest, server: Answering, tmp_path: Path) -> Reading:
    return Reading(request.param, server, tmp_path / "pages")


@pytest.mark.parametrize("name", API_SOURCES)
def test_it_brings_a_recording(name: str) -> None:
    assert list((RECORDED / name).glob("*.json")), f"put what {name} answers into {RECORDED.name}/{name}/<case>.json"


def test_it_asks_for_all_that_was_recorded_and_for_nothing_else(reading: Reading) -> None:
    list(reading.batches())
    answers = [reading.recording.answer(asked) for asked in reading.server.asked]
    assert [answer.body for answer in answers] == [each["answer"] for each in _in_turn(reading)]
    assert {id(answer.body) for answer in answers} == {id(each["answer"]) for each in reading.recording.exchanges}
    assert {asked.method for asked in reading.server.asked} <= {"GET", "POST"}


def test_its_rows_land_in_the_period_and_none_is_held_back(reading: Reading, house: House) -> None:
    days, rows = set(), 0
    for batch in reading.batches():
        assert batch.covers
        delivery = house.publish(batch)
        assert (delivery.quarantined, delivery.read) == (0, delivery.kept)
        days |= set(batch.covers)
        rows += delivery.kept
    assert rows
    assert days == set(reading.recording.period)
    fresh = house.ledger.freshness()
    assert {each.feed.split("/")[0] for each in fresh} == {reading.recording.name.split("-")[0]}
    assert all(each.first_day in days and each.last_day in days for each in fresh)


def test_the_same_answers_again_change_nothing(reading: Reading, house: House) -> None:
    def published() -> list[object]:
        for batch in reading.batches():
            house.publish(batch)
        asked = Question((Measure.COST, Measure.TOKENS, Measure.REQUESTS), reading.recording.period, grain=Grain.DAY)
        answer = house.ledger.answer(asked)
        return [answer.rows, answer.total, [(f.feed, f.rows, f.read_at) for f in house.ledger.freshness()]]

    assert published() == published()


@pytest.mark.parametrize(
    ("says", "error", "asked"),
    [
        (Says({}, 401), SourceRefused, 1),
        (Says({}, 403), SourceRefused, 1),
        (Says({"error": {"code": "insufficient_quota"}}, 429), SourceRefused, 1),
        (Says({}, 429, {"Retry-After": "7"}), SourceAway, ATTEMPTS),
        (Says({}, 500), SourceAway, ATTEMPTS),
        (Says({}, 503), SourceAway, ATTEMPTS),
        (Says(b'{"data": [{"a": 1'), SourceChanged, 1),
        (Says(b"<html>"), SourceChanged, 1),
    ],
    ids=["401", "403", "quota", "429", "500", "503", "cut", "HTML"],
)
def test_failures_are_our_own_errors_without_the_key(
    reading: Reading, says: Says, error: type[SourceError], asked: int
) -> None:
    reading.server.says(says)
    with pytest.raises(error) as raised:
        list(reading.batches())
    told = "".join(traceback.format_exception(raised.value))
    assert KEY not in f"{told}{raised.value!r}{reading.source!r}{reading.source.model_dump_json()}{reading.web!r}"
    assert len(reading.server.asked) == asked
    assert reading.waits == ([7.0] * 4 if "Retry-After" in says.headers else [1.0, 2.0, 4.0, 8.0][: asked - 1])


def test_its_check_asks_each_address_once_without_patience_or_says_that_it_asks_nothing(reading: Reading) -> None:
    reading.server.says(Says({}, 401))
    if reading.source.charged or type(reading.source).check is not AskedSource.check:
        assert reading.source.check(reading.web, reading.recording.period.start, reading.into)
        assert not reading.server.asked
        return
    for status, error in ((401, SourceRefused), (503, SourceAway)):
        reading.server.asked.clear()
        reading.server.says(Says({}, status))
        with pytest.raises(error):
            reading.source.check(reading.web, reading.recording.period.start, reading.into)
        assert len(reading.server.asked) == 1
    assert not reading.waits
    assert not reading.files


def test_a_file_of_pages_appears_only_when_it_is_whole(reading: Reading) -> None:
    list(reading.batches())
    every = len(reading.server.asked)
    for failing in range(every):
        _emptied(reading)
        reading.server.chosen = lambda _, at=failing: (
            Says({}, 403) if len(reading.server.asked) > at else reading.recording.answer(reading.server.asked[-1])
        )
        given: list[Batch] = []
        with pytest.raises(SourceRefused):
            given.extend(_each(reading, given))
        assert reading.files == {file for batch in given for file in batch.files}


def test_an_answer_of_another_shape_is_told_and_nothing_else_breaks(reading: Reading) -> None:
    for asked, path in _places(reading.recording):
        for other in OTHER_SHAPES:
            _tried(reading, asked, _with(reading.recording.exchanges[asked]["answer"], path, other))


def test_it_does_without_no_field_that_it_needs(reading: Reading) -> None:
    recorded = reading.recording
    places = [(asked, path) for asked, path in _places(recorded) if _dotted(path) in recorded.needed]
    assert {_dotted(path) for _, path in places} == set(recorded.needed)
    for asked, path in places:
        answer = recorded.exchanges[asked]["answer"]
        assert _tried(reading, asked, _renamed(answer, path)), f"{_dotted(path)} renamed"
        assert _tried(reading, asked, _with(answer, path, [[]])), f"{_dotted(path)} of another shape"


def test_what_customers_write_is_never_kept(reading: Reading) -> None:
    got_through = 0
    for asked, path in [(asked, path) for asked, path in _places(reading.recording, objects=True)]:
        _emptied(reading)
        got_through += not _tried(reading, asked, _told(reading.recording.exchanges[asked]["answer"], path))
        kept = b"".join(gzip.decompress(file.read_bytes()) for file in reading.files)
        assert CONTENT.encode() not in kept, f"written into {_dotted(path)}"
    assert got_through
    assert KEY.encode() not in kept


def test_what_it_names_as_columns_is_what_it_wrote(reading: Reading, tmp_path: Path) -> None:
    for batch in reading.batches():
        with workbench(tmp_path) as db:
            stage(db, batch)
            empty = [name for name in batch.columns if not _filled(db, name)]
        assert not [name for name in empty if batch.columns[name].mandatory], batch.dataset
        assert batch.dataset in list(Dataset)


def test_a_period_of_one_day_is_asked_for_as_one(reading: Reading) -> None:
    list(reading.batches())
    asked = str([(each.path, dict(each.query), each.body) for each in reading.server.asked])
    late = date.fromordinal(reading.recording.period.end.toordinal() + 1)
    assert str(late) not in asked


def test_its_recording_says_where_rows_are(reading: Reading) -> None:
    assert places(reading.recording), 'name the places of rows in the recording below "rows"'
    for place in places(reading.recording):
        assert place.sound is not None


def test_twenty_sound_rows_stay_beside_each_kind_of_odd_one(reading: Reading) -> None:
    for place in places(reading.recording):
        sound, none = _read(reading, place, place.answer())
        assert not none, place.label
        for odd in place.odd():
            kept, rejected = _read(reading, place, place.answer(odd))
            assert len(rejected) == 1, f"{place.label} {odd.label}: {rejected}"
            (held,) = rejected
            assert kept == sound, f"{place.label} {odd.label}"
            assert held.row > 0
            assert held.reason
            names = [step for step in odd.field.split(".") if not step.isdigit()]
            assert not names or "." not in place.at or any(name in held.field for name in names), held
            assert CONTENT not in f"{held}{kept}", f"{place.label} {odd.label}"


def test_a_row_that_a_source_may_know_what_to_do_with_leaves_the_others_alone(reading: Reading) -> None:
    for place in places(reading.recording):
        sound, _ = _read(reading, place, place.answer())
        for odd in place.maybe():
            kept, rejected = _read(reading, place, place.answer(odd))
            assert len(rejected) <= 1, f"{place.label} {odd.label}: {rejected}"
            for file, lines in sound.items():
                missing = Counter(lines) - Counter(kept[file])
                assert len(missing) <= 1, f"{place.label} {odd.label}: {missing}"  # sums of an answer are one line


def test_all_odd_rows_together_are_counted_and_twenty_sound_rows_keep_their_total(
    reading: Reading, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number, place in enumerate(places(reading.recording)):
        odd, homes = [*place.odd()], [tmp_path / f"{number}-{each}" for each in ("sound", "odd")]
        sound, mixed = (_published(reading, place, home, said) for home, said in zip(
            homes, (place.answer(), place.answer(*odd)), strict=True))  # fmt: skip
        assert mixed[0] == sound[0], place.label
        assert mixed[1] - sound[1] >= len(odd), place.label
        assert mixed[2] == mixed[1], place.label
        for file in [each for home in homes for each in home.rglob("*") if each.is_file()]:
            read = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            assert CONTENT.encode() not in read, f"{place.label} {file.name}"
    assert CONTENT not in caplog.text


def test_numbers_that_are_written_as_texts_are_the_same_numbers(reading: Reading) -> None:
    for place in places(reading.recording):
        sound, _ = _read(reading, place, place.answer())
        kept, rejected = _read(reading, place, place.as_texts())
        assert not rejected, f"{place.label}: {rejected}"
        assert kept == sound, place.label


def test_where_no_row_fits_nothing_is_published_and_what_was_known_stays(reading: Reading, tmp_path: Path) -> None:
    house = _house(tmp_path / "home")
    for batch in reading.batches():
        house.publish(batch)
    known = _totals(reading, house)
    recorded = reading.recording
    numbers = {id(each["answer"]): number for number, each in enumerate(recorded.exchanges)}

    def chosen(asked: Asked) -> Says:
        said = recorded.answer(asked)
        return Says(all_odd(recorded, numbers[id(said.body)]), said.status) if id(said.body) in numbers else said

    reading.server.chosen = chosen
    told = [(batch, house.publish(batch)) for batch in reading.batches()]
    assert _totals(reading, house) == known
    assert any(delivery.quarantined for batch, delivery in told)
    assert all(delivery.useless for batch, delivery in told if batch.rejected and not delivery.kept)


def _house(home: Path) -> House:
    home.mkdir()
    return House(home)


def _read(reading: Reading, place: Place, said: bytes) -> tuple[dict[str, list[str]], list[Quarantined]]:
    """The lines of the files that are written if *said* is the answer in *place*, in order, and the rejected rows."""
    recorded = reading.recording

    def chosen(asked: Asked) -> Says:
        answer = recorded.answer(asked)
        return Says(said) if answer.body is recorded.exchanges[place.exchange]["answer"] else answer

    reading.replay.answer = chosen
    batches = list(reading.batches(reading.replay))
    lines = {file.name: sorted(gzip.decompress(file.read_bytes()).decode().splitlines())
             for batch in batches for file in batch.files}  # fmt: skip
    own = {file.name for batch in batches for file in batch.files}
    rejected = {(each.row, each.field, each.reason): each for batch in batches for each in batch.rejected}
    assert {each.file for each in rejected.values()} <= own
    return lines, list(rejected.values())


def _published(reading: Reading, place: Place, home: Path, said: bytes) -> tuple[object, int, int]:
    """What is known, how many rows were rejected, and how many are quarantined, if *said* is what the server answers
    in *place*."""
    recorded, house = reading.recording, _house(home)
    reading.server.chosen = lambda asked: (
        Says(said) if recorded.answer(asked).body is recorded.exchanges[place.exchange]["answer"]
        else recorded.answer(asked))  # fmt: skip
    into, reading.into = reading.into, home / "pages"
    batches = list(reading.batches())
    reading.into = into
    held = [house.publish(batch).quarantined for batch in batches]
    return _totals(reading, house), sum(len(batch.rejected) for batch in batches), sum(held)


def _totals(reading: Reading, house: House) -> object:
    asked = [Question((Measure.COST, Measure.TOKENS, Measure.REQUESTS), reading.recording.period, ledger=each)
             for each in LedgerName]  # fmt: skip
    drivers = Question((Measure.DRIVERS,), reading.recording.period, by=(Dimension.DRIVER,))
    return [house.ledger.answer(each).total for each in asked], house.ledger.answer(drivers).rows


def _each(reading: Reading, given: list[Batch]) -> Iterator[Batch]:
    for batch in reading.batches():
        given.append(batch)
        yield from ()


def _in_turn(reading: Reading) -> list[dict[str, Any]]:
    """The exchanges in the order in which they were asked for."""
    told = [reading.recording.answer(asked).body for asked in reading.server.asked]
    return [next(each for each in reading.recording.exchanges if each["answer"] is body) for body in told]


def _emptied(reading: Reading) -> None:
    reading.server.asked.clear()
    for file in reading.files:
        file.unlink()


def _tried(reading: Reading, place: int, answer: object) -> bool:
    """Whether *answer* at *place* is refused, or a row of it rejected; any error that is not ours is a failure of the
    test."""
    recorded = reading.recording

    def chosen(asked: Asked) -> Says:
        said = recorded.answer(asked)
        return Says(answer) if said.body is recorded.exchanges[place]["answer"] else said

    reading.replay.answer = chosen
    try:
        return any(batch.rejected for batch in reading.batches(reading.replay))
    except SourceChanged:
        return True


def _places(recording: Recording, *, objects: bool = False) -> Iterator[tuple[int, Way]]:
    """Where something lies in an answer: the number of the exchange and the path; or only the objects."""
    for number, each in enumerate(recording.exchanges):
        for path, value in _walked(each["answer"], ()):
            if isinstance(value, dict) or (path and not objects):
                yield number, path


def _walked(value: Any, path: Way) -> Iterator[tuple[Way, Any]]:
    yield path, value
    inside = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for step, held in inside:
        yield from _walked(held, (*path, step))


def _held(answer: Any, path: Way) -> tuple[Any, Any]:
    """A copy of *answer*, and what in it holds the last step of *path*."""
    whole = copy.deepcopy(answer)
    place = whole
    for step in path[:-1]:
        place = place[step]
    return whole, place


def _with(answer: Any, path: Way, other: object) -> Any:
    if not path:
        return other
    whole, place = _held(answer, path)
    place[path[-1]] = other
    return whole


def _renamed(answer: Any, path: Way) -> Any:
    whole, place = _held(answer, path)
    place[f"new_{path[-1]}"] = place.pop(path[-1])
    return whole


def _told(answer: Any, path: Way) -> Any:
    """*answer* with what a customer wrote in the object at *path*, under the names that providers use for it."""
    whole, place = _held(answer, (*path, ""))
    written = {"messages": [{"role": "user", "content": CONTENT}], "prompt": CONTENT, "input": [CONTENT],
               "response": {"choices": [{"message": {"content": CONTENT}}]}, "proxy_server_request": {"body": CONTENT},
               "text": CONTENT, "arguments": CONTENT, "error_message": CONTENT}  # fmt: skip
    place.update(written)
    return whole


def _dotted(path: Way) -> str:
    return ".".join(map(str, path))


def _filled(db: duckdb.DuckDBPyConnection, name: str) -> bool:
    return bool(db.execute(f'SELECT count(*) FROM raw WHERE "{name}" IS NOT NULL').fetchall()[0][0])
