"""Roll-ups: what is kept of a batch, one layout for charges, metered AI requests and drivers, summed by day."""

from __future__ import annotations

from finops.batch import Batch, Dataset
from storage import outcomes

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
_EVERY = ", ".join(DIMENSIONS)
_COUNTS = ", ".join((*(f"sum({name})::DECIMAL(38,6) AS {name}" for name in COUNTS),
                     *(f"sum({name})::BIGINT AS {name}" for name in ("requests", "rows"))))  # fmt: skip


def later(files: str) -> str:
    """SQL: the rows of the *files* that it selects, those of earlier versions with what came LATER as they mean it."""
    said = ", ".join(f"coalesce({name}, {meant}) AS {name}" for name, (_, meant) in LATER.items())
    none = ", ".join(f"NULL::{kind} AS {name}" for name, (kind, _) in LATER.items())
    return f"SELECT * REPLACE ({said}) FROM ({files} UNION ALL BY NAME SELECT {none} WHERE false)"


def summed(batch: Batch, currency: str) -> str:
    """SQL: what the rows in `good` (drivers or outcomes) come to by `feed`, day and dimension."""
    if batch.dataset is Dataset.OUTCOMES:
        return outcomes.kept(batch.source)
    feed = " || '/' || ".join([f"'{batch.source}'", *batch.feed_by])
    money = ", ".join(f"sum({name})::DECIMAL(38,18) AS {original}" for original, name in ORIGINAL.items())
    rows = f"({_drivers(currency)}{_NO_GPUS})"
    return f"SELECT {feed} AS feed, day, {_EVERY}, {money}, {_COUNTS} FROM {rows} GROUP BY ALL"


def rolled(batch: Batch) -> str:
    """SQL: the facts of what is `summed`, by `feed`, day and dimension, in our currency, too."""
    return "FROM summed" if batch.dataset is Dataset.OUTCOMES else exchanged_sums("summed")


def exchanged_sums(sums: str) -> str:
    """SQL: *sums* in our currency, too: converted when they are summed, so that who has the sums has the same."""
    ours = ", ".join(f"converted({original}, rate) AS {name}" for original, name in ORIGINAL.items())
    return f"""SELECT sums.*, {ours} FROM {sums} sums
        LEFT JOIN exchange ON sold = original_currency AND on_day = day"""


def _empty(*names: str) -> str:
    return ", ".join(f"'' AS {name}" for name in names)


def _drivers(currency: str) -> str:
    empty = [name for name in DIMENSIONS if name not in ("app", "driver", "team")]
    return f"""
        SELECT day, app, driver, team, {_empty(*empty)}, 0 AS cost, 0 AS billed_cost, 0 AS list_cost, 0 AS token_cost,
            0 AS tokens, 0 AS unpriced_tokens, count AS drivers, 0 AS requests, 1 AS rows FROM good"""
