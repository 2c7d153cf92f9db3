"""Roll-ups: what is kept of a batch, one layout for charges, metered AI requests and drivers, summed by day."""

from __future__ import annotations

from finops.batch import Batch, Dataset
from storage import outcomes
from storage.labelling import CHARGE_TEXTS, LABELS, PRICED, REQUEST_TEXTS

DIMENSIONS = ("provider", "account", "sub_account", "service", "category", "charge_category", "charge_class", "scope",
              "model", "token_class", "team", "app", "env", "key", "driver", "currency")  # fmt: skip
LATER = {"charge_class": ("VARCHAR", "''"), "gpu_hours": ("DECIMAL(38,6)", "0")}
"""Columns that files of earlier versions have not: of which type, and what stands there for them."""
MONEY = ("cost", "billed_cost", "list_cost", "token_cost")
COUNTS = ("tokens", "unpriced_tokens", "drivers", "gpu_hours")
LATE = "/billed-"
"""What follows in the name of a feed for what is billed in a later month: else that month's file would replace all
days of the feed since."""
PRICED_IN = "USD"
_GPU_HOURS = r"regexp_full_match(consumed_unit, '\s*gpu[ -]?(hours?|hrs?)\s*', 'i')"
_NO_GPUS = " UNION ALL BY NAME SELECT 0::DECIMAL(38,6) AS gpu_hours WHERE false"
"""Only charges tell of hours of GPUs."""
_SAID = ", ".join(f"said_{name} AS {name}" for name in LABELS)


def rolled(batch: Batch, currency: str) -> str:
    """SQL: the facts of the rows in `good` (labelled), by `feed`, day and dimension."""
    if batch.dataset is Dataset.OUTCOMES:
        return outcomes.kept(batch.source)
    lines = {Dataset.CHARGES: _charges, Dataset.REQUESTS: _requests, Dataset.DRIVERS: _drivers}[batch.dataset](currency)
    feed = " || '/' || ".join([f"'{batch.source}'", *batch.feed_by])
    if batch.dataset is Dataset.CHARGES:
        feed += f" || CASE WHEN late <> '' THEN '{LATE}' || late ELSE '' END"
    every = ", ".join(DIMENSIONS)
    money = ", ".join(f"sum({name})::DECIMAL(38,18) AS {name}" for name in MONEY)
    counts = ", ".join(f"sum({name})::DECIMAL(38,6) AS {name}" for name in COUNTS)
    return f"""
        SELECT {feed} AS feed, day, {every}, {money}, {counts},
            sum(requests)::BIGINT AS requests, sum(rows)::BIGINT AS rows
        FROM ({lines}{_NO_GPUS}) GROUP BY feed, day, {every}"""


def _empty(*names: str) -> str:
    return ", ".join(f"'' AS {name}" for name in names)


def _charges(currency: str) -> str:
    kept = "provider, account, sub_account, service, category, charge_category, charge_class"
    tokens = "coalesce(tokens, CASE WHEN per_unit > 0 THEN greatest(quantity, 0) * per_unit ELSE 0 END)"
    plain = ", ".join(f"good.{name}" for name in kept.split(", "))
    return f"""
        SELECT day, late, {plain}, {_SAID}, '' AS driver, '{currency}' AS currency, cost, billed_cost, list_cost,
            coalesce(good.token_cost, CASE WHEN {tokens} > 0 THEN cost ELSE 0 END) AS token_cost, {tokens} AS tokens,
            0 AS unpriced_tokens, 0 AS drivers, 0 AS requests, 1 AS rows,
            CASE WHEN {_GPU_HOURS} THEN quantity ELSE 0 END AS gpu_hours
        FROM good JOIN labelled USING ({", ".join(CHARGE_TEXTS)})"""


def _requests(currency: str) -> str:
    return f"""
        WITH counted AS ({_COUNTED.format(known=currency == PRICED_IN)}),
        priced AS (SELECT counted.*, {", ".join(f"rates.{kind} AS rate_{kind}" for kind in PRICED)}, rates.above
            FROM counted LEFT JOIN rates ON {currency == PRICED_IN} AND counted.provider = rates.provider
                AND counted.model = rates.model AND counted.day = rates.day
            WHERE above IS NULL OR above * greatest(requests, 1) <= input_tokens
            QUALIFY row_number() OVER (PARTITION BY _id ORDER BY above DESC) = 1),
        listed AS (SELECT *, ({_LISTED})::DECIMAL(38,18) AS listed FROM priced),
        classes AS ({" UNION ALL ".join(_class(kind) for kind in PRICED)} UNION ALL {_WHOLE})
        SELECT day, provider, '' AS account, '' AS sub_account, '' AS service, 'AI and Machine Learning' AS category,
            'Usage' AS charge_category, '' AS charge_class,
            {_SAID.replace("said_token_class AS token_class", "token_class")},
            '' AS driver, '{currency}' AS currency, cost, cost AS billed_cost, list_cost, cost AS token_cost, tokens,
            unpriced_tokens, 0 AS drivers, requests, rows
        FROM classes"""


def _split(way: str, beside: str, rest: str) -> str:
    """SQL: the tokens of a direction less those *beside*, as sound, pictures and the rest, each token once."""
    whole = f"greatest({way}_tokens - {beside}, 0)"
    return f"""least(audio_{way}_tokens, {whole}) AS n_audio_{way},
        least(image_{way}_tokens, {whole} - n_audio_{way}) AS n_image_{way},
        {whole} - n_audio_{way} - n_image_{way} AS n_{rest}"""


_COUNTED = f"""
    SELECT good.*, said_model, said_team, said_app, said_env, said_key, said_scope, row_number() OVER () AS _id,
        CASE WHEN NOT {{known}} THEN NULL
            WHEN spend = 0 AND lower(cache_hit) <> 'true' AND input_tokens + output_tokens > 0 THEN NULL
            ELSE spend END AS told,
        cached_tokens AS n_cache_read, least(cache_write_1h_tokens, cache_write_tokens) AS n_cache_write_1h,
        cache_write_tokens - n_cache_write_1h AS n_cache_write, reasoning_tokens AS n_reasoning,
        {_split("input", "cached_tokens - cache_write_tokens", "uncached_input")},
        {_split("output", "reasoning_tokens", "output")}
    FROM good JOIN labelled USING ({", ".join(REQUEST_TEXTS)})"""
_LISTED = " + ".join(f"n_{kind} * coalesce(rate_{kind}, CASE WHEN n_{kind} = 0 THEN 0 END)" for kind in PRICED)
_NOISE = "told IS NOT NULL AND listed IS NOT NULL AND abs(told - listed) <= listed * 0.01"


def _class(kind: str) -> str:
    """The tokens of one class with their list price; what the gateway says beyond it, if only noise, is output's."""
    noise = f" + CASE WHEN {_NOISE} THEN told - listed ELSE 0 END" if kind == "output" else ""
    listed = f"n_{kind} * rate_{kind}"
    return f"""SELECT day, provider, said_model, said_team, said_app, said_env, said_key, said_scope,
        '{kind}' AS token_class, CASE WHEN listed IS NULL THEN 0 ELSE {listed}{noise} END AS cost,
        CASE WHEN listed IS NULL THEN 0 ELSE {listed} END AS list_cost, n_{kind} AS tokens,
        CASE WHEN listed IS NULL AND told IS NULL THEN n_{kind} ELSE 0 END AS unpriced_tokens, 0 AS requests, 0 AS rows
        FROM listed WHERE n_{kind} > 0"""


_WHOLE = f"""SELECT day, provider, said_model, said_team, said_app, said_env, said_key, said_scope, '' AS token_class,
    CASE WHEN told IS NULL OR ({_NOISE} AND n_output > 0) THEN 0 ELSE told - coalesce(listed, 0) END AS cost,
    0 AS list_cost, 0 AS tokens, 0 AS unpriced_tokens, requests, 1 AS rows FROM listed"""


def _drivers(currency: str) -> str:
    empty = [name for name in DIMENSIONS if name not in ("app", "driver", "team")]
    return f"""
        SELECT day, app, driver, team, {_empty(*empty)}, 0 AS cost, 0 AS billed_cost, 0 AS list_cost, 0 AS token_cost,
            0 AS tokens, 0 AS unpriced_tokens, count AS drivers, 0 AS requests, 1 AS rows FROM good"""
