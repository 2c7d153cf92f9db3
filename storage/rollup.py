"""Roll-ups: what is kept of a batch, one layout for charges, metered AI requests and drivers, summed by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from finops.batch import Batch, Dataset
from finops.prices import NOTICED
from storage import outcomes
from storage.exchanging import PRICED_IN
from storage.labelling import LABELS, PRICED, REQUEST_TEXTS

DIMENSIONS = ("provider", "account", "sub_account", "service", "category", "charge_category", "charge_class", "scope",
              "model", "token_class", "team", "app", "env", "key", "driver", "currency",
              "original_currency", "price_list", "status", "commitment", "tier")  # fmt: skip
MONEY = ("cost", "billed_cost", "list_cost", "token_cost")
ORIGINAL = {f"original_{name}": name for name in MONEY}
"""The amounts as they were told, in the original currency, by name; *cost* and the others are in ours."""
LATER = {
    name: ("VARCHAR", meant)
    for name, meant in (
        ("charge_class", "''"),
        ("price_list", "''"),
        ("original_currency", "currency"),
        ("status", "''"),
        ("commitment", "''"),
        ("tier", "''"),
    )
}
LATER |= {original: ("DECIMAL(38,18)", name) for original, name in ORIGINAL.items()}
LATER |= {"gpu_hours": ("DECIMAL(38,6)", "0")}
"""Columns that files of earlier versions have not: of which type, and what they mean by that."""
COUNTS = ("tokens", "unpriced_tokens", "drivers", "gpu_hours")
LATE = "/billed-"
"""What follows in the name of a feed for what is billed in another month: else that month's file would replace all
days of the feed since."""
GPU_HOURS = r"regexp_full_match(b.consumed_unit, '\s*gpu[ -]?(hours?|hrs?)\s*', 'i')"
_NO_GPUS = " UNION ALL BY NAME SELECT 0::DECIMAL(38,6) AS gpu_hours WHERE false"
"""Only charges tell of hours of GPUs."""
_SAID = ", ".join(f"said_{name} AS {name}" for name in LABELS)
_EVERY = ", ".join(DIMENSIONS)
_COUNTS = ", ".join((*(f"sum({name})::DECIMAL(38,6) AS {name}" for name in COUNTS),
                     *(f"sum({name})::BIGINT AS {name}" for name in ("requests", "rows"))))  # fmt: skip


def later(files: str) -> str:
    """SQL: the rows of the *files* that it selects, those of earlier versions with what came LATER as they mean it."""
    said = ", ".join(f"coalesce({name}, {meant}) AS {name}" for name, (_, meant) in LATER.items())
    none = ", ".join(f"NULL::{kind} AS {name}" for name, (kind, _) in LATER.items())
    return f"SELECT * REPLACE ({said}) FROM ({files} UNION ALL BY NAME SELECT {none} WHERE false)"


def summed(batch: Batch, currency: str, hours_since: date, classes: Sequence[str]) -> str:
    """SQL: what the rows in `good` (labelled) come to by `feed`, day and dimension, in the currency they were told in;
    AI requests, which tell of these *classes* of tokens, also by `hour` (UTC) since the day *hours_since*."""
    if batch.dataset is Dataset.OUTCOMES:
        return outcomes.kept(batch.source)
    lines = _requests(currency, classes) if batch.dataset is Dataset.REQUESTS else _drivers(currency)
    feed = " || '/' || ".join([f"'{batch.source}'", *batch.feed_by])
    hour = f"CASE WHEN day >= DATE '{hours_since}' THEN hour END AS hour, " if batch.dataset is Dataset.REQUESTS else ""
    money = ", ".join(f"sum({name})::DECIMAL(38,18) AS {original}" for original, name in ORIGINAL.items())
    return f"""SELECT {feed} AS feed, day, {_EVERY}, {hour}{money}, {_COUNTS} FROM ({lines}{_NO_GPUS}) GROUP BY ALL"""


def rolled(batch: Batch) -> str:
    """SQL: the facts of what is `summed`, by `feed`, day and dimension, in our currency, too."""
    if batch.dataset is Dataset.OUTCOMES:
        return "FROM summed"
    money = ", ".join(f"sum({name})::DECIMAL(38,18) AS {name}" for name in ORIGINAL)
    days = f"SELECT feed, day, {_EVERY}, {money}, {_COUNTS} FROM summed GROUP BY ALL"
    return exchanged_sums(f"({days})" if batch.dataset is Dataset.REQUESTS else "summed")


def exchanged_sums(sums: str) -> str:
    """SQL: *sums* in our currency, too: converted when they are summed, so that who has the sums has the same."""
    ours = ", ".join(f"converted({original}, rate) AS {name}" for original, name in ORIGINAL.items())
    return f"""SELECT sums.*, {ours} FROM {sums} sums
        LEFT JOIN exchange ON sold = original_currency AND on_day = day"""


def _empty(*names: str) -> str:
    return ", ".join(f"'' AS {name}" for name in names)


def _known(currency: str) -> str:
    """SQL: whether what USD is worth is known, on the day of a request."""
    return "true" if currency == PRICED_IN else "_rated IS NOT NULL"


def _requests(currency: str, classes: Sequence[str]) -> str:
    return f"""
        WITH counted AS ({_COUNTED.format(known=_known(currency))}),
        priced AS (SELECT counted.*, {_RATES} FROM counted LEFT JOIN counting AS rates ON known AND {_FITS}),
        listed AS (SELECT *, {_listed(classes)} AS listed FROM priced),
        classes AS ({" UNION ALL ".join(map(_class, classes))} UNION ALL {_WHOLE})
        SELECT day, hour, provider, '' AS account, '' AS sub_account, '' AS service,
            'AI and Machine Learning' AS category, 'Usage' AS charge_category, '' AS charge_class, '' AS commitment,
            {_SAID.replace("said_token_class AS token_class", "token_class")},
            '' AS driver, '{currency}' AS currency,
            CASE WHEN known THEN '{PRICED_IN}' ELSE '{currency}' END AS original_currency, price_list, status, tier,
            cost, cost AS billed_cost, list_cost, cost AS token_cost, tokens,
            unpriced_tokens, 0 AS drivers, requests, rows
        FROM classes"""


def _split(way: str, beside: str, rest: str) -> str:
    """SQL: the tokens of a direction less those *beside*, as sound, pictures and the rest, each token once."""
    whole = f"greatest({way}_tokens - {beside}, 0)"
    return f"""least(audio_{way}_tokens, {whole}) AS n_audio_{way},
        least(image_{way}_tokens, {whole} - n_audio_{way}) AS n_image_{way},
        {whole} - n_audio_{way} - n_image_{way} AS n_{rest}"""


_COUNTED = f"""
    SELECT good.*, hour(good."at") AS hour, said_model, said_team, said_app, said_env, said_key, said_scope,
        {{known}} AS known, CASE WHEN NOT known THEN NULL
            WHEN spend = 0 AND lower(cache_hit) <> 'true' AND input_tokens + output_tokens > 0 THEN NULL
            ELSE spend END AS told,
        CASE WHEN largest_input > 0 THEN largest_input * greatest(requests, 1) ELSE input_tokens END AS reach,
        cached_tokens AS n_cache_read, least(cache_write_1h_tokens, cache_write_tokens) AS n_cache_write_1h,
        cache_write_tokens - n_cache_write_1h AS n_cache_write, reasoning_tokens AS n_reasoning,
        {_split("input", "cached_tokens - cache_write_tokens", "uncached_input")},
        {_split("output", "reasoning_tokens", "output")}
    FROM good JOIN labelled USING ({", ".join(REQUEST_TEXTS)})
        LEFT JOIN (SELECT on_day AS _rated FROM exchange) ON _rated = good.day"""


def _listed(classes: Sequence[str]) -> str:
    """SQL: what a request comes to by list, which tells of *classes*; NULL if one that it has is without price."""
    parts = (f"n_{kind} * coalesce(rate_{kind}, CASE WHEN n_{kind} = 0 THEN 0 END)" for kind in classes)
    return f"({' + '.join(parts)})::DECIMAL(38,18)"


_RATES = ", ".join(("price_list", *(f"rates.{kind} AS rate_{kind}" for kind in PRICED)))
_FITS = """counted.provider = rates.provider AND counted.model = rates.model AND counted.tier = rates.tier
    AND counted.day = rates.day AND above * greatest(requests, 1) <= reach
    AND (below IS NULL OR below * greatest(requests, 1) > reach)"""
_TRIED = f"""
    WITH counted AS ({_COUNTED} WHERE {{known}} AND spend > 0
        AND (good.provider, good.model, good.tier) IN (SELECT (provider, model, tier) FROM rates WHERE place > 1))
    SELECT provider, model, tier, price_list, count_if(abs(told - listed) <= listed * {NOTICED}) AS agreed FROM (
        SELECT *, {_listed(PRICED)} AS listed FROM (SELECT counted.*, {_RATES} FROM counted JOIN rates ON {_FITS}))
    GROUP BY ALL"""
_COUNTING = f"""
    SELECT rates.* FROM rates LEFT JOIN ({_TRIED}) USING (provider, model, tier, price_list)
    QUALIFY dense_rank() OVER (PARTITION BY provider, model, tier, day ORDER BY coalesce(agreed, 0) DESC, place) = 1"""


def counting(currency: str, *, rivals: bool) -> str:
    """SQL: of `rates` those that count; where lists are *rivals*, who disagree on a model, of the one that most of the
    prices told in this delivery agree with, and where none is told, of the first."""
    return _COUNTING.format(known=_known(currency)) if rivals else "FROM rates"


_NOISE = "told IS NOT NULL AND listed IS NOT NULL AND abs(told - listed) <= listed * 0.01"


def _class(kind: str) -> str:
    """The tokens of one class with their list price; what the gateway says beyond it, if only noise, is output's."""
    noise = f" + CASE WHEN {_NOISE} THEN told - listed ELSE 0 END" if kind == "output" else ""
    listed = f"n_{kind} * rate_{kind}"
    return f"""SELECT day, hour, known, provider, said_model, said_team, said_app, said_env, said_key, said_scope,
        '{kind}' AS token_class, coalesce(price_list, '') AS price_list, status, tier,
        CASE WHEN listed IS NULL THEN 0 ELSE {listed}{noise} END AS cost,
        CASE WHEN listed IS NULL THEN 0 ELSE {listed} END AS list_cost, n_{kind} AS tokens,
        CASE WHEN listed IS NULL AND told IS NULL THEN n_{kind} ELSE 0 END AS unpriced_tokens, 0 AS requests, 0 AS rows
        FROM listed WHERE n_{kind} > 0"""


_WHOLE = f"""SELECT day, hour, known, provider, said_model, said_team, said_app, said_env, said_key, said_scope,
    '' AS token_class, '' AS price_list, status, tier,
    CASE WHEN told IS NULL OR ({_NOISE} AND n_output > 0) THEN 0 ELSE told - coalesce(listed, 0) END AS cost,
    0 AS list_cost, 0 AS tokens, 0 AS unpriced_tokens, requests, 1 AS rows FROM listed"""


def _drivers(currency: str) -> str:
    empty = [name for name in DIMENSIONS if name not in ("app", "driver", "team")]
    return f"""
        SELECT day, app, driver, team, {_empty(*empty)}, 0 AS cost, 0 AS billed_cost, 0 AS list_cost, 0 AS token_cost,
            0 AS tokens, 0 AS unpriced_tokens, count AS drivers, 0 AS requests, 1 AS rows FROM good"""
