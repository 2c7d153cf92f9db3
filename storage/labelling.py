"""Labelling: the distinct combinations of texts are normalised and priced in plain Python, and joined back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace
from datetime import date
from decimal import Decimal

import duckdb

from finops.charge import Labels, Scope, TokenClass
from finops.normalise import Owners, Raw, labels, model_name, provider_name
from finops.prices import Prices, Rates
from finops.units import unit_of

CHARGE_TEXTS = ("provider", "service", "category", "sku", "sku_meter", "sku_details", "description", "tags",
                "sub_account", "resource", "model", "token_type", "consumed_unit", "scope")  # fmt: skip
REQUEST_TEXTS = ("provider", "model", "team", "app", "key", "tags")
LABELS = ("model", "token_class", "team", "app", "env", "key", "scope")
PRICED = tuple(TokenClass)


def label_charges(db: duckdb.DuckDBPyConnection, owners: Owners) -> None:
    """Fill `labelled`: each combination of texts in `good`, its labels, and the tokens in one of its unit (0: none)."""
    rows = []
    for texts in _distinct(db, CHARGE_TEXTS):
        raw = Raw(**dict(zip(CHARGE_TEXTS, texts, strict=True)))
        unit = unit_of(raw.consumed_unit)
        rows.append((*texts, *astuple(labels(raw, owners)), unit.count if unit.is_tokens else Decimal(0)))
    said = [f"said_{name}" for name in LABELS]
    _table(db, "labelled", [*CHARGE_TEXTS, *said], rows, ("per_unit DECIMAL(38,6)",))


def label_requests(db: duckdb.DuckDBPyConnection, owners: Owners, prices: Prices) -> None:
    """Fill `labelled` for AI requests, and `rates`: USD per token by provider, model, day and size of the input."""
    _name_providers(db, owners)
    found = [(texts, _of_request(texts, owners)) for texts in _distinct(db, REQUEST_TEXTS)]
    said = [f"said_{name}" for name in LABELS]
    _table(db, "labelled", [*REQUEST_TEXTS, *said], [(*texts, *astuple(each)) for texts, each in found])
    known = {(texts[0], texts[1]): each.model for texts, each in found}
    days = db.execute("SELECT DISTINCT provider, model, day FROM good").fetchall()
    rates = [row for provider, model, day in days for row in _rates(prices, provider, model, known, day)]
    _table(db, "rates", ["provider", "model"], rows=rates, more=("day DATE", "above DECIMAL(38,6)", *(
        f"{kind} DECIMAL(38,18)" for kind in PRICED)))  # fmt: skip


def _name_providers(db: duckdb.DuckDBPyConnection, owners: Owners) -> None:
    """The same calls, told of by several sources, have the same provider, so that they are never added."""
    told = db.execute("SELECT DISTINCT provider, model FROM good").fetchall()
    named = [(provider, model, provider_name(provider, model_name(model, owners))) for provider, model in told]
    _table(db, "named", ["told", "model", "called"], [each for each in named if each[0] != each[2]])
    db.execute("UPDATE good SET provider = called FROM named WHERE provider = told AND good.model = named.model")


def _of_request(texts: Sequence[str], owners: Owners) -> Labels:
    provider, model, team, app, key, tags = texts
    raw = Raw(provider=provider, model=model, tags=tags, resource=key, sub_account=app, consumed_unit="tokens")
    found = labels(raw, owners)
    told = owners.teams.get(team) or team or owners.teams.get(app) or found.team
    return replace(found, team=told, app=app or found.app, key=key or found.key, scope=Scope.AI)


def _rates(
    prices: Prices, provider: str, model: str, known: dict[tuple[str, str], str], day: date
) -> Iterable[tuple[object, ...]]:
    names = dict.fromkeys((model, known[provider, model]))
    rates: tuple[Rates, ...] = next((found for name in names if (found := prices.rates(provider, name, day))), ())
    for rate in rates:
        yield provider, model, day, Decimal(rate.above), *(rate.per_token.get(kind) for kind in PRICED)


def _distinct(db: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[tuple[str, ...]]:
    return db.execute(f"SELECT DISTINCT {', '.join(names)} FROM good").fetchall()


def _table(
    db: duckdb.DuckDBPyConnection,
    name: str,
    texts: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    more: tuple[str, ...] = (),
) -> None:
    kinds = [*(f"{text} VARCHAR" for text in texts), *more]
    db.execute(f"CREATE TEMP TABLE {name} ({', '.join(kinds)})")
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    db.execute(f"INSERT INTO {name} SELECT {', '.join('unnest(?)' for _ in columns)}", columns)
