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
_FITS = """c.provider = r.provider AND c.told_model = r.told_model AND c.tier = r.tier AND c.day = r.day
    AND above * greatest(requests, 1) <= reach AND (below IS NULL OR below * greatest(requests, 1) > reach)"""


def fill_rates(db: duckdb.DuckDBPyConnection, prices: Prices, counts: Collection[str]) -> None:
    """Fill `counting`: USD per token by provider, told model, tier, day and size of the input (from `above` to before
    `below` tokens). Where lists disagree on a model, the list counts that most of the costs told in `typed` agree with;
    where none is told, the first."""
    texts = ", ".join(f"{name} VARCHAR" for name in _KEYS)
    rates = ", ".join(f"{kind} DECIMAL(38,18)" for kind in KINDS)
    db.execute(f"CREATE TEMP TABLE rates ({texts}, day DATE, place BIGINT, above DECIMAL(38,6), below DECIMAL(38,6), "
               f"{rates})")  # fmt: skip
    asked = db.execute("""SELECT DISTINCT m.provider, t.told_model, m.model, day FROM typed t JOIN models m
        ON m.told_provider = t.provider AND m.told_model = t.told_model ORDER BY ALL""").fetchall()
    rows = [each for provider, told, model, day in asked for each in _rates(prices, provider, told, model, day)]
    rivals = any(place > 1 for place, _ in rows)
    if rows:
        lists = [list(column) for column in zip(*(each for _, each in rows), strict=True)]
        db.execute(f"INSERT INTO rates SELECT {', '.join('unnest(?)' for _ in lists)}", lists)
    db.execute(f"CREATE TEMP TABLE counting AS {_counting(counts) if rivals else 'FROM rates'}")


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


def _counting(counts: Collection[str]) -> str:
    reach = "CASE WHEN largest_input > 0 THEN largest_input * greatest(requests, 1) ELSE input_tokens END AS reach"
    calls = f"""SELECT t.* REPLACE (m.provider AS provider), {reach} FROM typed t ANTI JOIN repeated USING (_file, _row)
        JOIN models m ON m.told_provider = t.provider AND m.told_model = t.told_model
        WHERE priced AND told > 0 AND (m.provider, t.told_model, t.tier) IN (
            SELECT (provider, told_model, tier) FROM rates WHERE place > 1)"""
    rates = ", ".join(f"r.{kind} AS rate_{kind}" for kind in KINDS)
    tried = f"""SELECT provider, told_model, tier, price_list, count_if(abs(told - listed) <= listed * {NOTICED}) AS agreed
        FROM (SELECT *, {listed(tokens(counts))} AS listed FROM (
            SELECT c.*, r.price_list, {rates} FROM ({calls}) c JOIN rates r ON {_FITS})) GROUP BY ALL"""
    return f"""SELECT rates.* FROM rates LEFT JOIN ({tried}) USING (provider, told_model, tier, price_list)
        QUALIFY dense_rank() OVER (PARTITION BY provider, told_model, tier, day
            ORDER BY coalesce(agreed, 0) DESC, place) = 1"""
