"""The examinations that every KPI, every detector and every section must pass; a new one is taken in by itself."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import finops.detectors
import finops.kpis
import finops.sections
from bot.settings import Settings
from bot.wiring import built
from finops.desk import Desk
from finops.detector import Detector
from finops.digest import composed
from finops.digests.section import Briefing, Section
from finops.discovery import instances
from finops.kpi import Kpi
from finops.people import Audience
from finops.question import Measure, Question, Series
from finops.report import Bars, Facts, Note, Progress, Table, Trend
from tests.finops.fakes_ledger import NOW, TODAY

KPIS = instances(finops.kpis, Kpi)
DETECTORS = instances(finops.detectors, Detector)
SECTIONS = instances(finops.sections, Section)
PRIMES = dict(zip(Measure, map(Decimal, (2, 3, 5, 31, 11, 13, 17, 19, 23, 29)), strict=True))
OTHERS = tuple(map(Decimal, (37, 59, 41, 43, 61, 47)))
SHARE, MILLION = Decimal(100), Decimal(1_000_000)
EXACT = {
    "alert_precision": Decimal(37) / 96 * SHARE,
    "allocation_coverage": Decimal(23) / 2 * SHARE,
    "anomaly_cost_share": Decimal(59) / 37 * SHARE,
    "budget_adherence": Decimal(37) / 59 * SHARE,
    "budget_burn": Decimal(37) / 59,
    "cache_hit_rate": Decimal(59) / 37 * SHARE,
    "commitment_utilisation": Decimal(37) / 96 * SHARE,
    "cost_per_active_seat": Decimal(37) / 59,
    "cost_per_driver": Decimal(2) / 19,
    "cost_per_million_tokens": Decimal(11) / (31 - 13) * MILLION,
    "cost_per_request": Decimal(11) / 17,
    "credit_burn": Decimal(59) / 37 * SHARE,
    "effective_input_price": Decimal(37) / (59 - 41) * MILLION,
    "error_cost_share": Decimal(37) / 41 * SHARE,
    "forecast_bias": Decimal(37 - 59) / 59 * SHARE,
    "forecast_error": Decimal(37) / 59 * SHARE,
    "gpu_utilisation": Decimal(37) / 96 * SHARE,
    "idle_cost": Decimal(59),
    "net_cache_value": Decimal((61 - 47) * 37) / (59 - 41) - 43,
    "provisioned_token_price": Decimal(37) / 59 * MILLION,
    "provisioned_utilisation": Decimal(59) / 37 * SHARE,
    "reasoning_ratio": Decimal(59) / 96 * SHARE,
    "seat_utilisation": Decimal(59) / 37 * SHARE,
    "self_hosted_cost_per_million_tokens": Decimal(37) / (59 - 41) * MILLION,
    "time_to_acknowledge": Decimal(59) / 37,
    "time_to_detect": Decimal(59) / 37,
    "time_to_resolve": Decimal(59) / 37,
    "tokens_per_driver": Decimal(31) / 19,
    "tool_cost_share": Decimal(100) / 37 * SHARE,
}


def primes(kpi: Kpi) -> dict[str, Decimal]:
    """A prime for each measure, and for its other inputs others, in their order."""
    others = [name for name in kpi.inputs if name not in kpi.measures]
    return {name: PRIMES[name] for name in kpi.measures} | dict(zip(others, OTHERS, strict=False))


@pytest.mark.parametrize("name", KPIS)
def test_a_kpi_is_named_by_its_file_and_says_its_formula(name: str) -> None:
    kpi = KPIS[name]
    assert kpi.name == name
    assert kpi.label
    first = kpi.about.partition(" (F")[0].partition(" (ours")[0]
    assert " / " in first or " - " in first, "the docstring begins with the formula: what / by what"
    assert kpi.inputs
    assert kpi.needs, "what gives it to a company that has no data for it yet"


@pytest.mark.parametrize("name", KPIS)
def test_a_kpi_is_nothing_where_there_is_nothing(name: str) -> None:
    assert KPIS[name].of(dict.fromkeys(KPIS[name].inputs, Decimal(0))) is None


@pytest.mark.parametrize("name", KPIS)
def test_a_kpi_is_exact_and_needs_no_more_than_it_asks_for(name: str) -> None:
    kpi = KPIS[name]
    assert name in EXACT, f"say in EXACT what {name} is for these sums: {primes(kpi)}"
    assert kpi.of(primes(kpi)) == EXACT[name]


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_says_what_it_sees_and_asks_for_complete_days(name: str) -> None:
    detector = DETECTORS[name]
    assert detector.name == name
    assert detector.about
    asked = detector.question(TODAY)
    assert isinstance(asked, Question)
    assert asked.by
    assert asked.period.end == TODAY


@pytest.mark.parametrize("level", [0.0, 0.5, 40.0, 10_000.0])
@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_sees_nothing_in_a_flat_series(name: str, level: float) -> None:
    period = DETECTORS[name].question(TODAY).period
    flat = np.full((2, period.days), level)
    assert DETECTORS[name].sightings(Series(("a", "b"), period, flat)) == ()


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_sees_a_thousandfold_day(name: str) -> None:
    period = DETECTORS[name].question(TODAY).period
    flat = np.full((1, period.days), 40.0)
    flat[0, -1] *= 1000
    (seen,) = DETECTORS[name].sightings(Series(("a",), period, flat))
    assert (seen.name, seen.day, seen.value) == ("a", period.last, 40_000.0)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return built(Settings(home=tmp_path_factory.mktemp("empty")), lambda: NOW).desk()


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_draws_nothing_of_an_empty_ledger(name: str, audience: Audience, empty: Desk) -> None:
    parts = SECTIONS[name].says(Briefing(empty, audience, TODAY, NOW, empty.reach(NOW)))
    assert not [part for part in parts if isinstance(part, Bars | Trend | Table | Progress)]
    assert all(isinstance(part, Facts | Note) for part in parts)


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_is_named_by_its_file_and_says_for_whom_it_is(name: str) -> None:
    section = SECTIONS[name]
    assert (section.name, bool(section.audiences)) == (name, True)
    assert section.about.endswith(".")


@pytest.mark.parametrize("audience", Audience)
def test_a_digest_of_an_empty_ledger_has_a_verdict_and_no_picture(audience: Audience, empty: Desk) -> None:
    report = composed(audience, empty, NOW)
    assert report.verdict
    assert not [part for part in (*report.parts, *report.details) if isinstance(part, Bars | Trend)]


@pytest.mark.parametrize("audience", Audience)
def test_a_digest_of_any_day_is_about_complete_days(audience: Audience, empty: Desk) -> None:
    late = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    assert [composed(audience, empty, late + timedelta(days=days)).audience for days in (0, 59, 364)] == [audience] * 3


def test_they_are_all_found() -> None:
    folders = {"kpis": KPIS, "detectors": DETECTORS, "sections": SECTIONS}
    for folder, found in folders.items():
        files = (Path(finops.kpis.__file__).parents[1] / folder).glob("[!_]*.py")
        assert {file.stem for file in files} == set(found)
