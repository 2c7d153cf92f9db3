"""Labelling: the distinct combinations of texts are normalised and priced in plain Python, and joined back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest

import duckdb

from finops.charge import Labels, Scope, TokenClass
from finops.normalise import Owners, Raw, labels, model_name, provider_name
from finops.prices import Offer, Prices, agree
from finops.tiers import PROVISIONED, is_provisioned

REQUEST_TEXTS = ("provider", "model", "team", "app", "key", "tags")
RATED = ("provider", "model", "tier", "price_list")
LABELS = ("model", "token_class", "team", "app", "env", "key", "scope")
PRICED = tuple(TokenClass)
_MORE = {TokenClass.CACHE_READ: "cached_tokens", TokenClass.CACHE_WRITE: "cache_write_tokens",
         TokenClass.CACHE_WRITE_1H: "cache_write_1h_tokens", TokenClass.REASONING: "reasoning_tokens",
         **{each: f"{each}_tokens" for each in (TokenClass.AUDIO_INPUT, TokenClass.IMAGE_INPUT,
                                                TokenClass.AUDIO_OUTPUT, TokenClass.IMAGE_OUTPUT)}}  # fmt: skip
_SAID = tuple(f"said_{name}" for name in LABELS)
_SOME = 50_000


def label_requests(db: duckdb.DuckDBPyConnection, owners: Owners, prices: Prices) -> None:
    """Fill `labelled` for AI requests, and `rates`: USD per token by provider, model, tier, day and size of the input,
    of the list that counts (place 1) and of those that disagree with it."""
    _name_providers(db, owners)
    _tell_provisioned(db, owners)
    _table(db, "labelled", [*REQUEST_TEXTS, *_SAID])
    known: dict[tuple[str, str], str] = {}
    for some in _distinct(db, REQUEST_TEXTS):
        found = [(texts, _of_request(texts, owners)) for texts in some]
        known |= {(texts[0], texts[1]): each.model for texts, each in found}
        filled(db, "labelled", [(*texts, *astuple(each)) for texts, each in found])
    days = db.execute("SELECT DISTINCT provider, model, day FROM good").fetchall()
    rates = [row for provider, model, day in days for row in _rates(prices, provider, model, known, day)]
    _table(db, "rates", RATED, ("day DATE", "place BIGINT", "above DECIMAL(38,6)", "below DECIMAL(38,6)", *(
        f"{kind} DECIMAL(38,18)" for kind in PRICED)))  # fmt: skip
    filled(db, "rates", rates)


def told_classes(db: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The classes of tokens that AI requests in `good` may tell of: plain input and output, and what any has more."""
    some = ", ".join(f"coalesce(bool_or({column} > 0), false)" for column in _MORE.values())
    told = db.execute(f"SELECT {some} FROM good").fetchall()[0]
    missing = {kind for kind, there in zip(_MORE, told, strict=True) if not there}
    return tuple(kind for kind in PRICED if kind not in missing)


def _name_providers(db: duckdb.DuckDBPyConnection, owners: Owners) -> None:
    """The same calls, told of by several sources, have the same provider, so that they are never added."""
    told = db.execute("SELECT DISTINCT provider, model FROM good").fetchall()
    named = [(provider, model, provider_name(provider, model_name(model, owners))) for provider, model in told]
    _table(db, "named", ["told", "model", "called"])
    filled(db, "named", [each for each in named if each[0] != each[2]])
    db.execute("UPDATE good SET provider = called FROM named WHERE provider = told AND good.model = named.model")


def _tell_provisioned(db: duckdb.DuckDBPyConnection, owners: Owners) -> None:
    """What is served from provisioned capacity has no price a token: its list price is not what it costs."""
    models = [model for (model,) in db.execute("SELECT DISTINCT model FROM good").fetchall()]
    _table(db, "provisioned", ["model"])
    filled(db, "provisioned", [(model,) for model in models if is_provisioned(model, owners)])
    db.execute(f"UPDATE good SET tier = '{PROVISIONED}' WHERE model IN (SELECT model FROM provisioned)")


def _of_request(texts: Sequence[str], owners: Owners) -> Labels:
    provider, model, team, app, key, tags = texts
    raw = Raw(provider=provider, model=model, tags=tags, resource=key, sub_account=app, consumed_unit="tokens")
    found = labels(raw, owners)
    told = owners.teams.get(team) or team or owners.teams.get(app) or found.team
    return replace(found, team=told, app=app or found.app, key=key or found.key, scope=Scope.AI)


def _rates(
    prices: Prices, provider: str, model: str, known: dict[tuple[str, str], str], day: date
) -> Iterable[tuple[object, ...]]:
    offers = prices.offers(provider, tuple(dict.fromkeys((model, known[provider, model]))), day)
    for tier in dict.fromkeys(rate.tier for offer in offers for rate in offer):
        for place, offer in enumerate(_rivals(offers, tier), 1):
            for rate, above in zip_longest(offer, offer[1:]):
                until = Decimal(above.above) if above else None
                told = (provider, model, tier, rate.origin, day, place, Decimal(rate.above), until)
                yield *told, *(rate.per_token.get(kind) for kind in PRICED)


def _rivals(offers: Sequence[Offer], tier: str) -> list[Offer]:
    """What the list that counts says of *tier*, and what those say that disagree with it."""
    found = [tuple(rate for rate in offer if rate.tier == tier) for offer in offers]
    said = [offer for offer in found if offer]
    return [offer for offer in said if offer is said[0] or not agree(offer, said[0])]


def _distinct(db: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Iterator[list[tuple[str, ...]]]:
    """The combinations of *names* in `good`, some at a time: where each row has its own, all would be too many."""
    db.execute(f"CREATE TEMP TABLE combinations AS SELECT DISTINCT {', '.join(names)} FROM good")
    (count,) = db.execute("SELECT count(*) FROM combinations").fetchall()[0]
    for first in range(0, count, _SOME):
        yield db.execute("SELECT * FROM combinations WHERE rowid >= ? AND rowid < ?", [first, first + _SOME]).fetchall()


def _table(db: duckdb.DuckDBPyConnection, name: str, texts: Sequence[str], more: tuple[str, ...] = ()) -> None:
    db.execute(f"CREATE TEMP TABLE {name} ({', '.join([*(f'{text} VARCHAR' for text in texts), *more])})")


def filled(db: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Put *rows* into the table called *name*."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        db.execute(f"INSERT INTO {name} SELECT {', '.join('unnest(?)' for _ in columns)}", columns)
