"""The rates that count for the requests of one delivery, of the price lists in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest

import duckdb

from finops.prices import NOTICED, Offer, Prices, agree
from storage.ingest.request_sums import KINDS, listed, tokens

_KEYS = ("provider", "told_model", "tier", "price_list")


def reach(columns: Collection[str]) -> str:
    """SQL: how large the input of a row with these *columns* is, by which steps in a price are reached."""
    times = "greatest(requests, 1)" if "requests" in columns else "1"
    largest = f"CASE WHEN largest_input > 0 THEN largest_input * {times} ELSE input_tokens END"
    return f"{largest if 'largest_input' in columns else 'input_tokens'} AS reach"


def fits(columns: Collection[str]) -> str:
    """SQL: whether the rates r are those of the call c, a row with these *columns*."""
    times = " * greatest(requests, 1)" if "requests" in columns else ""
    return f"""c.provider = r.provider AND c.told_model = r.told_model AND c.tier = r.tier AND c.day = r.day
        AND above{times} <= reach AND (below IS NULL OR below{times} > reach)"""


def fill_rates(db: duckdb.DuckDBPyConnection, prices: Prices, columns: Collection[str]) -> None:
    """Fill `counting`: USD per token by provider, told model, tier, day and size of the input (from `above` to before
    `below` tokens). Where lists disagree on a model, the list counts that most of the costs told in `typed` agree with;
    where none is told, the first."""
    texts = ", ".join(f"{name} VARCHAR" for name in _KEYS)
    rates = ", ".join(f"{kind} DECIMAL(38,18)" for kind in KINDS)
    db.execute(f"CREATE TEMP TABLE rates ({texts}, day DATE, place BIGINT, above DECIMAL(38,6), below DECIMAL(38,6), "
               f"{rates})")  # fmt: skip
    asked = db.execute("""SELECT DISTINCT m.provider, t.told_model, m.model, day FROM asked t JOIN models m
        ON m.told_provider = t.provider AND m.told_model = t.told_model ORDER BY ALL""").fetchall()
    rows = [each for provider, told, model, day in asked for each in _rates(prices, provider, told, model, day)]
    rivals = any(place > 1 for place, _ in rows)
    if rows:
        lists = [list(column) for column in zip(*(each for _, each in rows), strict=True)]
        db.execute(f"INSERT INTO rates SELECT {', '.join('unnest(?)' for _ in lists)}", lists)
    db.execute(f"CREATE TEMP TABLE counting AS {_counting(columns) if rivals else 'FROM rates'}")


def _rates(prices: Prices, provider: str, told: str, model: str, day: date) -> Iterable[tuple[int, tuple[object, ...]]]:
    offers = prices.offers(provider, tuple(dict.fromkeys((told, model))), day)
    for tier in dict.fromkeys(rate.tier for offer in offers for rate in offer):
        for place, offer in enumerate(_rivals(offers, tier), 1):
            for rate, above in zip_longest(offer, offer[1:]):
                until = Decimal(above.above) if above else None
                keys = (provider, told, tier, rate.origin, day, place, Decimal(rate.above), until)
                yield place, (*keys, *(rate.per_token.get(kind) for kind in KINDS))


def _rivals(offers: Sequence[Offer], tier: str) -> list[Offer]:
    """What the list that counts says of *tier*, and what those say that disagree with it."""
    found = [tuple(rate for rate in offer if rate.tier == tier) for offer in offers]
    said = [offer for offer in found if offer]
    return [offer for offer in said if offer is said[0] or not agree(offer, said[0])]


def _counting(columns: Collection[str]) -> str:
    calls = f"""SELECT t.* REPLACE (m.provider AS provider), {reach(columns)} FROM typed t
        ANTI JOIN repeated USING (_file, _row)
        JOIN models m ON m.told_provider = t.provider AND m.told_model = t.told_model
        WHERE {"priced AND " if "priced" in columns else ""}told > 0 AND NOT m.provisioned
        AND (m.provider, t.told_model, t.tier) IN (SELECT (provider, told_model, tier) FROM rates WHERE place > 1)"""
    rates = ", ".join(f"r.{kind} AS rate_{kind}" for kind in KINDS)
    agreed = f"count_if(abs(told - listed) <= listed * {NOTICED}) AS agreed"
    tried = f"""SELECT provider, told_model, tier, price_list, {agreed}
        FROM (SELECT *, {listed(tokens(columns))} AS listed FROM (
            SELECT c.*, r.price_list, {rates} FROM ({calls}) c JOIN rates r ON {fits(columns)})) GROUP BY ALL"""
    place = "place" if "told" not in columns else "coalesce(agreed, 0) DESC, place"
    found = "FROM rates" if "told" not in columns else (
        f"SELECT rates.* FROM rates LEFT JOIN ({tried}) USING (provider, told_model, tier, price_list)")  # fmt: skip
    return f"""{found} QUALIFY dense_rank() OVER (PARTITION BY provider, told_model, tier, day ORDER BY {place}) = 1"""
