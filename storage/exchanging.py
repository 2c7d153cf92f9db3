"""Exchanging: what one unit of each foreign currency of a batch is worth on each of its days, and exact products."""

from __future__ import annotations

from datetime import date

import duckdb

from finops.batch import Batch, Dataset
from finops.exchange import Exchange
from storage.moments import moment

PRICED_IN = "USD"
"""What price lists and gateways tell AI requests in."""
UNKNOWN = "name a file of rates as `currency.rates`"
_TABLE = "CREATE TEMP TABLE exchange (sold VARCHAR, on_day DATE, rate DECIMAL(38,18))"
_E9, _E18 = "1000000000::HUGEINT", "1000000000000000000::HUGEINT"
_MACROS = f"""
    CREATE TEMP MACRO units(n) AS trunc(n)::HUGEINT * {_E18}
        + ((n - trunc(n))::DECIMAL(18,18) * 1000000000000000000::DECIMAL(19,0))::HUGEINT;
    CREATE TEMP MACRO of_units(u) AS (u // {_E18})::DECIMAL(38,18)
        + (u % {_E18})::DECIMAL(18,0) * 0.000000000000000001::DECIMAL(18,18);
    CREATE TEMP MACRO halves(a1, a0, r1, r0) AS a1 * r1 + (a1 * r0 + a0 * r1) // {_E9}
        + ((a1 * r0 + a0 * r1) % {_E9} * {_E9} + a0 * r0 + {_E18} // 2) // {_E18};
    CREATE TEMP MACRO product(a, r) AS halves(a // {_E9}, a % {_E9}, r // {_E9}, r % {_E9});
    CREATE TEMP MACRO converted(n, rate) AS
        CASE WHEN rate IS NULL THEN n ELSE sign(n) * of_units(product(units(abs(n)), units(rate))) END
"""
"""Of two numbers with 18 places the product with 18 places, rounded half away from zero: each is parted into its
upper and lower nine digits, since no number of DuckDB holds 36 places. What is beyond its bounds raises."""


def exchanged(db: duckdb.DuckDBPyConnection, batch: Batch, currency: str, exchange: Exchange | None) -> None:
    """Fill `exchange` with what the foreign currencies in `raw` are worth in *currency*, where that is known."""
    db.execute(_TABLE)
    db.execute(_MACROS)
    if exchange is None:
        return
    told = [(sold, day, exchange.rate(sold, currency, day)) for sold, day in _asked(db, batch, currency)]
    known = [each for each in told if each[2] is not None]
    if known:
        columns = [list(column) for column in zip(*known, strict=True)]
        db.execute("INSERT INTO exchange SELECT unnest(?), unnest(?), unnest(?)", columns)


def _asked(db: duckdb.DuckDBPyConnection, batch: Batch, currency: str) -> list[tuple[str, date]]:
    sold, day = {
        Dataset.CHARGES: ("upper(currency)", moment("day_start")),
        Dataset.REQUESTS: (f"'{PRICED_IN}'", moment("started_at")),
    }.get(batch.dataset, ("NULL", "NULL"))
    found = f"SELECT DISTINCT {sold} AS sold, ({day})::DATE AS day FROM raw"
    return db.execute(f"SELECT * FROM ({found}) WHERE sold <> '{currency}' AND day IS NOT NULL").fetchall()


def unpriced(db: duckdb.DuckDBPyConnection, currency: str, exchange: Exchange | None) -> list[str]:
    """What is to be said of the AI requests in `good` whose prices cannot be told in *currency*."""
    if currency == PRICED_IN:
        return []
    count, days, first = db.execute(
        "SELECT count(*), count(DISTINCT day), min(day) FROM good WHERE day NOT IN (SELECT on_day FROM exchange)"
    ).fetchall()[0]
    if not count:
        return []
    calls = "1 AI request is" if count == 1 else f"{count} AI requests are"
    if exchange is None:
        return [f"{calls} unpriced: prices are in {PRICED_IN}, the reporting currency is {currency}; {UNKNOWN}."]
    more = f" and {days - 1} more {'day' if days == 2 else 'days'}" if days > 1 else ""
    return [f"{calls} unpriced: no rate for {PRICED_IN} on {first}{more}."]
