"""Sums of AI requests: wide, one column a class of tokens; read as facts, one row a class.

A wide row is what the requests of one feed, day (and hour) and set of labels come to. Money is in the currency it was
told in (USD where it is priced); `rate` converts it and is NULL where that is the reporting currency. Of each class k
there are `tokens_k` and `cost_k`, by the price list. Where the told cost differs from the list by less than a percent,
`noise` is the difference: it belongs to the cost of output. `rest` is what was told and the list does not explain.
Where the list knows no price and no cost was told, the row is `unpriced`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from finops.charge import TokenClass
from finops.prices import PRICED_IN
from storage.quoting import literal

KINDS = tuple(TokenClass)
NAME = "sums-"
"""How the name of a file of wide sums begins; those of an earlier version begin with the name of their dataset."""
DIMENSIONS = ("provider", "model", "team", "app", "env", "key", "price_list", "status", "tier")
CONSTANT = {"account": "", "sub_account": "", "service": "", "category": "AI and Machine Learning",
            "charge_category": "Usage", "charge_class": "", "scope": "ai", "driver": "", "commitment": ""}  # fmt: skip
_GROUP = ("feed", "day", *DIMENSIONS, "currency", "original_currency", "rate", "unpriced")
_MONEY, _COUNT = "DECIMAL(38,18)", "DECIMAL(38,6)"
_SUMS = {
    **{f"tokens_{kind}": _COUNT for kind in KINDS},
    **{f"cost_{kind}": _MONEY for kind in KINDS},
    "noise": _MONEY, "rest": _MONEY, "requests": "BIGINT", "rows": "BIGINT",
}  # fmt: skip
BUCKETS = ("latency", "ttft")
BASE = 1.1
"""How much wider each bucket of a histogram is than the one before: its middle is at most 4.9 % off."""


def tokens(counts: Collection[str] = ()) -> dict[str, str]:
    """SQL: how many tokens of each class a row of a request has, each token once; of what is not among the *counts*
    that any row tells (none: all are) there are none."""

    def said(name: str) -> str:
        return name if not counts or name in counts else "0"

    cached, written = said("cached_tokens"), said("cache_write_tokens")
    long = f"least({said('cache_write_1h_tokens')}, {written})" if said("cache_write_1h_tokens") != "0" else "0"
    found = {TokenClass.CACHE_READ: cached, TokenClass.CACHE_WRITE_1H: long,
             TokenClass.CACHE_WRITE: f"({written} - {long})" if long != "0" else written,
             TokenClass.REASONING: said("reasoning_tokens")}  # fmt: skip
    for way, beside, rest in (("input", (cached, written), TokenClass.UNCACHED_INPUT),
                              ("output", (said("reasoning_tokens"),), TokenClass.OUTPUT)):  # fmt: skip
        apart = [each for each in beside if each != "0"]
        whole = f"greatest({' - '.join([f'{way}_tokens', *apart])}, 0)" if apart else f"{way}_tokens"
        audio, image = said(f"audio_{way}_tokens"), said(f"image_{way}_tokens")
        heard = f"least({audio}, {whole})" if audio != "0" else "0"
        seen = f"least({image}, {whole}{f' - {heard}' if heard != '0' else ''})" if image != "0" else "0"
        found |= {TokenClass(f"audio_{way}"): heard, TokenClass(f"image_{way}"): seen}
        found[rest] = " - ".join([whole, *(each for each in (heard, seen) if each != "0")])
    return {kind: found[kind] for kind in KINDS}


def listed(parts: dict[str, str]) -> str:
    """SQL: what a request with *parts* (tokens by class) comes to by its rates; NULL if a class that it has is without
    a price."""
    some = [
        f"({count}) * coalesce(rate_{kind}, CASE WHEN ({count}) = 0 THEN 0 END)"
        for kind, count in parts.items()
        if count != "0"
    ]
    return f"({' + '.join(some)})::{_MONEY}"


_IS_NOISE = "told IS NOT NULL AND listed IS NOT NULL AND abs(told - listed) <= listed * 0.01 AND n_output > 0"


def summed(rows: str, columns: Collection[str], hours_since: str, currency: str) -> str:
    """SQL: the wide sums of the *rows* (a relation of requests that count, with these *columns*; none: with all), by
    hour since the day *hours_since* (an SQL date), else by day. *currency* is the reporting currency. There are no
    columns for what no row can tell."""
    there = kinds(columns)
    parts = tokens(columns)
    told = not columns or "told" in columns
    rates = "".join(f", rate_{kind}" for kind in there)
    each = "".join(f", ({parts[kind]}) AS n_{kind}" for kind in there)
    rate = "rate" if not columns or "rate" in columns else "NULL::DECIMAL(38,18) AS rate"
    priced = "priced" if not columns or "priced" in columns else "true AS priced"
    requests = "requests" if not columns or "requests" in columns else "1 AS requests"
    keys = ", ".join(("source", "provider", "day", *DIMENSIONS[1:], "rate", "priced", "hour", "is_listed", "is_told",
                      *(f"rate_{kind}" for kind in there)))  # fmt: skip
    sums = "".join(f", sum(n_{kind}) AS t_{kind}" for kind in there)
    noise = f"sum(CASE WHEN {_IS_NOISE} THEN told - listed ELSE 0 END)" if told else "0"
    rest = f"sum(CASE WHEN told IS NULL OR ({_IS_NOISE}) THEN 0 ELSE told - coalesce(listed, 0) END)" if told else "0"
    grouped = f"""SELECT {keys}{sums}, {noise} AS noise, {rest} AS rest, sum(requests) AS requests, count(*) AS rows
        FROM (SELECT source, provider, day, {", ".join(DIMENSIONS[1:])}, {rate}, {priced}, {requests},
                listed{rates}{each},
                {"told, " if told else ""}CASE WHEN day >= {hours_since} THEN hour("at") END AS hour,
                listed IS NOT NULL AS is_listed, {"told IS NOT NULL" if told else "false"} AS is_told FROM {rows})
        GROUP BY ALL"""
    amounts = {f"tokens_{kind}": f"t_{kind}" for kind in there}
    amounts |= {f"cost_{kind}": f"CASE WHEN is_listed AND t_{kind} <> 0 THEN t_{kind} * rate_{kind} ELSE 0 END"
                for kind in there}  # fmt: skip
    amounts |= {name: name for name in ("noise", "rest", "requests", "rows")}
    named = ", ".join(f"({sql})::{_SUMS[name]} AS {name}" for name, sql in amounts.items())
    return f"""SELECT source || '/' || provider AS feed, day, {", ".join(DIMENSIONS)}, '{currency}' AS currency,
            CASE WHEN priced THEN '{PRICED_IN}' ELSE '{currency}' END AS original_currency, rate,
            NOT is_listed AND NOT is_told AS unpriced, hour, {named} FROM ({grouped})"""


def kinds(columns: Collection[str]) -> list[TokenClass]:
    """The classes of tokens that rows with these *columns* (none: all) can tell."""
    parts = tokens(columns)
    return [kind for kind in KINDS if parts[kind] != "0"]


def added(sums: str, classes: Sequence[str] = KINDS) -> str:
    """SQL: the wide *sums* (a relation that tells these *classes*) added up by day."""
    some = {f"{what}_{kind}" for kind in classes for what in ("tokens", "cost")} | {"noise", "rest", "requests", "rows"}
    adding = ", ".join(f"sum({name})::{kind} AS {name}" for name, kind in _SUMS.items() if name in some)
    return f"SELECT {', '.join(_GROUP)}, {adding} FROM {sums} GROUP BY ALL"


def histograms(rows: str, measures: Sequence[str], *, requests: bool) -> str:
    """SQL: how long the *rows* took, by feed, day and labels: for each bucket of the *measures* (BUCKETS; milliseconds)
    how many requests fell into it. Bucket n holds what lies between BASE^n and BASE^(n+1); 0 what is below a
    millisecond."""
    keys = ("source || '/' || provider AS feed", "day", *DIMENSIONS)
    names = ("feed", "day", *DIMENSIONS)
    calls = "sum(requests)" if requests else "count(*)"
    some = [f"SELECT {', '.join(keys)}, '{name}' AS measure, {_bucket(f'{name}_ms')} AS bucket, "
            f"{calls}::BIGINT AS calls FROM {rows} WHERE {name}_ms >= 0 GROUP BY ALL"
            for name in measures]  # fmt: skip
    return f"SELECT {', '.join(names)}, measure, bucket, calls FROM ({' UNION ALL '.join(some)})"


def _bucket(column: str) -> str:
    return f"CASE WHEN {column} < 1 THEN 0 ELSE floor(ln({column}) / ln({BASE})) END::SMALLINT"


MACROS = """
    CREATE OR REPLACE MACRO in_reporting(n, rate) AS CASE WHEN rate IS NULL THEN n ELSE
        (trunc(n)::DECIMAL(19,0) * trunc(rate)::DECIMAL(13,0))::DECIMAL(38,18)
        + (trunc(n)::DECIMAL(19,0) * (rate - trunc(rate))::DECIMAL(18,18))::DECIMAL(38,18)
        + ((n - trunc(n))::DECIMAL(18,18) * trunc(rate)::DECIMAL(13,0))::DECIMAL(38,18)
        + ((n - trunc(n))::DECIMAL(18,18) * (rate - trunc(rate))::DECIMAL(18,18))::DECIMAL(38,18) END
"""
"""Of an amount with 18 places and a rate the product with 18 places, rounded half away from zero; see exchanging."""


def read(files: Sequence[str]) -> str:
    """SQL: the wide rows of *files*, with the name of each `file`."""
    listed_files = ", ".join(map(literal, files))
    there = f"SELECT * FROM read_parquet([{listed_files}], filename = 'file', union_by_name = true)"
    none = ", ".join(f"NULL::{kind} AS {name}" for name, kind in _SUMS.items())
    said = ", ".join(f"coalesce({name}, 0) AS {name}" for name in _SUMS)
    return f"SELECT * REPLACE ({said}) FROM ({there} UNION ALL BY NAME SELECT {none} WHERE false)"


def facts(
    wide: str,
    named: Collection[str] | None = None,
    *,
    extra: Sequence[str] = ("file",),
    classes: Sequence[TokenClass] = KINDS,
) -> str:
    """SQL: the *wide* rows (a query) as facts, one a class of tokens and one with what belongs to none; with the
    *extra* columns and of these *classes*. Where neither classes nor price lists are *named* (None: all is), all
    classes are one fact."""
    apart = named is None or {"token_class", "price_list"} & {*named}
    lines = [*map(_class, classes), _REST] if apart else [_TOGETHER]
    keys = ("feed", "day", *(name for name in DIMENSIONS if name != "price_list"), "currency", "original_currency",
            *extra)  # fmt: skip
    plain = ", ".join((*keys, *(f"{literal(text)} AS {name}" for name, text in CONSTANT.items())))
    told = " UNION ALL ".join(f"SELECT {plain}, {line}" for line in lines)
    return f"WITH wide AS NOT MATERIALIZED ({wide}) {told}"


def coarser(wide: str, classes: Sequence[str], kept: Collection[str]) -> str:
    """SQL: the *wide* rows (a relation) added up over all dimensions but those *kept*: exact where nothing is
    converted."""
    blank = ", ".join(f"'' AS {name}" for name in DIMENSIONS if name not in kept)
    return added(f"(SELECT * REPLACE ({blank}) FROM {wide})", classes)


def _told(token_class: str, price_list: str, cost: str, ours: str, amounts: dict[str, str]) -> str:
    money = {"original_cost": cost, "original_billed_cost": cost, "original_token_cost": cost,
             "original_list_cost": amounts["list"], "cost": ours, "billed_cost": ours, "token_cost": ours,
             "list_cost": amounts["our_list"]}  # fmt: skip
    counts = {"tokens": amounts["tokens"], "unpriced_tokens": f"CASE WHEN unpriced THEN {amounts['tokens']} ELSE 0 END",
              "drivers": "0", "gpu_hours": "0"}  # fmt: skip
    whole = {"requests": amounts["requests"], "rows": amounts["rows"]}
    told = [*(f"({sql})::{_MONEY} AS {name}" for name, sql in money.items()),
            *(f"({sql})::{_COUNT} AS {name}" for name, sql in counts.items()),
            *(f"{sql}::BIGINT AS {name}" for name, sql in whole.items())]  # fmt: skip
    return f"{literal(token_class)} AS token_class, {price_list} AS price_list, {', '.join(told)}"


def _class(kind: str) -> str:
    cost = f"cost_{kind} + noise" if kind == "output" else f"cost_{kind}"
    told = _told(kind, "price_list", cost, f"in_reporting({cost}, rate)", {
        "list": f"cost_{kind}", "our_list": f"in_reporting(cost_{kind}, rate)", "tokens": f"tokens_{kind}",
        "requests": "0", "rows": "0"})  # fmt: skip
    return f"{told} FROM wide WHERE tokens_{kind} <> 0"


_REST = _told("", "''", "rest", "in_reporting(rest, rate)", {
    "list": "0", "our_list": "0", "tokens": "0", "requests": "requests", "rows": "rows"}) + " FROM wide"  # fmt: skip


def _sum(names: Iterable[str]) -> str:
    return " + ".join(names)


_COSTS = [*(f"cost_{kind}" for kind in KINDS if kind != "output"), "(cost_output + noise)", "rest"]
_TOGETHER = _told("", "''", _sum(_COSTS), _sum(f"in_reporting({each}, rate)" for each in _COSTS), {
    "list": _sum(f"cost_{kind}" for kind in KINDS),
    "our_list": _sum(f"in_reporting(cost_{kind}, rate)" for kind in KINDS),
    "tokens": _sum(f"tokens_{kind}" for kind in KINDS), "requests": "requests",
    "rows": "rows"}) + " FROM wide"  # fmt: skip
