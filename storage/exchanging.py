"""Exchanging: what one unit of each foreign currency of a batch is worth on each of its days, and exact products."""

from __future__ import annotations

import duckdb

from finops.batch import Batch, Dataset
from finops.exchange import Exchange
from storage.moments import moment

PRICED_IN = "USD"
"""What price lists and gateways tell AI requests in."""
UNKNOWN = "name a file of rates as `currency.rates`"
_TABLE = "CREATE TEMP TABLE exchange (sold VARCHAR, on_day DATE, rate DECIMAL(38,18))"
_WHOLE, _REST = "trunc({0})::DECIMAL({1},0)", "({0} - trunc({0}))::DECIMAL(18,18)"
_N, _F, _R, _S = _WHOLE.format("n", 19), _REST.format("n"), _WHOLE.format("rate", 13), _REST.format("rate")
MACROS = f"""
    CREATE TEMP MACRO times(n, rate) AS ({_N} * {_R})::DECIMAL(38,18) + ({_N} * {_S})::DECIMAL(38,18)
        + ({_F} * {_R})::DECIMAL(38,18) + ({_F} * {_S})::DECIMAL(38,18);
    CREATE TEMP MACRO converted(n, rate) AS CASE WHEN rate IS NULL THEN n ELSE times(n, rate) END
"""
"""Of two numbers with 18 places the product with 18 places, rounded half away from zero. No number of DuckDB holds
36 places beside the whole ones, so the whole parts and the rests are multiplied each by each: only the last product
has more than 18 places. What is beyond all bounds raises."""


def exchanged(db: duckdb.DuckDBPyConnection, batch: Batch, currency: str, exchange: Exchange | None) -> None:
    """Fill `exchange` with what the foreign currencies in `raw` are worth in *currency*, where that is known."""
    sold, day = {
        Dataset.CHARGES: ("upper(currency)", moment("day_start")),
        Dataset.REQUESTS: (f"'{PRICED_IN}'", moment("started_at")),
    }.get(batch.dataset, ("NULL", "NULL"))
    exchange_table(db, f"SELECT DISTINCT {sold} AS sold, ({day})::DATE AS day FROM raw", currency, exchange)


def exchange_table(db: duckdb.DuckDBPyConnection, asked: str, currency: str, exchange: Exchange | None) -> None:
    """Fill `exchange` with what a unit of each currency `sold` on each `day` that the query *asked* finds is worth in
    *currency*, where that is known."""
    db.execute(_TABLE)
    db.execute(MACROS)
    if exchange is None:
        return
    found = db.execute(f"SELECT * FROM ({asked}) WHERE sold <> '{currency}' AND day IS NOT NULL").fetchall()
    told = [(sold, day, exchange.rate(sold, currency, day)) for sold, day in found]
    known = [each for each in told if each[2] is not None]
    if known:
        columns = [list(column) for column in zip(*known, strict=True)]
        db.execute("INSERT INTO exchange SELECT unnest(?), unnest(?), unnest(?)", columns)


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
