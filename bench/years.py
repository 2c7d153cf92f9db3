"""Two years of a large company, 200 teams × 40 models a day, published month by month into a home that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import yaml

from bot.settings import loaded
from bot.wiring import Clock, House, built
from finops.period import Period, month_of
from sources.focus import Focus

TEAMS, MODELS, DAYS = 200, 40, 730
FINANCE, FIONA = "C0FINANCE00", "U0FIONA0000"
_CONFIG = {
    "audiences": {"finance": {"channel": FINANCE, "zone": "Europe/Berlin", "days": []}},
    "people": {FIONA: {"roles": ["approver"]}},
    "budgets": {f"team-{number:03}": {"monthly": 1000 + 40 * number} for number in range(0, TEAMS, 10)},
    "door": {"port": 0},
}
_MONTH = """COPY (
    SELECT strftime(day, '%Y-%m-%dT00:00:00Z') AS "ChargePeriodStart", 'USD' AS "BillingCurrency",
        ['OpenAI', 'Anthropic', 'Google', 'Mistral'][1 + m % 4] AS "ProviderName", 'org-bench' AS "BillingAccountId",
        'API' AS "ServiceName", 'AI and Machine Learning' AS "ServiceCategory", 'Usage' AS "ChargeCategory",
        printf('{{"team": "team-%03d", "app": "app-%02d"}}', t, t % 50) AS "Tags", printf('model-%02d', m) AS x_model,
        ['uncached_input', 'cache_read', 'output'][1 + (t + m) % 3] AS x_token_type,
        tokens::VARCHAR AS x_tokens, cost::VARCHAR AS "BilledCost", cost::VARCHAR AS "EffectiveCost"
    FROM (SELECT *, 1000 + hash(day, t, m) % 900000 AS tokens,
        (tokens * (1 + m) * CASE WHEN isodow(day) > 5 THEN 4 ELSE 10 END)::DECIMAL(18, 8) / 20000000 AS cost
        FROM (SELECT unnest(generate_series(DATE '{start}', DATE '{last}', INTERVAL 1 DAY))::DATE AS day)
        CROSS JOIN range({teams}) AS teams(t) CROSS JOIN range({models}) AS models(m)))
    TO '{file}' (FORMAT parquet)"""


def company(home: Path, clock: Clock, days: int = DAYS, teams: int = TEAMS, models: int = MODELS) -> House:
    """The house of *home*, which knows so many *days* up to yesterday; what it knows already is not published again."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yaml").write_text(yaml.safe_dump(_CONFIG))
    house = built(loaded(home, {}), clock)
    for month in _missing(house, clock().date(), days):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "charges.parquet"
            duckdb.execute(_MONTH.format(start=month.start, last=month.last, teams=teams, models=models, file=file))
            house.facts.publish(Focus().batch((file,)), clock())
    return house


def forgotten(house: House) -> None:
    """Forget which charts Slack has: the next workspace is a new one."""
    with house.engine.begin() as state:
        state.exec_driver_sql("DELETE FROM chart_file")


def _missing(house: House, today: date, days: int) -> Iterator[Period]:
    """The months, or what there is of them, that are not known yet; the last one known may have grown."""
    known = house.ledger.known().days
    start = known.end if known else today - timedelta(days=days)
    while start < today:
        end = min(month_of(start).end, today)
        yield Period(start, end)
        start = end
