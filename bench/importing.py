"""`python -m bench.importing 1 5 16 --keys 60`: processor time and memory of taking in as many million AI requests and
charges, each in a process of its own, beside peers that only write rows by day and sums by hour and day."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench.measured import Used, used_by

_BEGIN = "import sys; file, out, kind = sys.argv[1:]\n"
_OURS = """
from bot.__main__ import main
sys.argv[1:] = ["--home", out, "import", kind, file]
main()
"""
_DUCKDB = """
import duckdb
db = duckdb.connect(config={"threads": 2})
db.execute("SET memory_limit = '1GB'; SET preserve_insertion_order = false; SET enable_progress_bar = false")
db.execute("SET partitioned_write_flush_threshold = 30000")
zstd = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
"""
_LOG_PEERS = {
    "DuckDB": _DUCKDB
    + """
by = "provider, model, team, app, key, status"
sums = "sum(input_tokens)::BIGINT AS i, sum(cached_input_tokens)::BIGINT AS c, sum(output_tokens)::BIGINT AS o, "
sums += "sum(spend_usd::DECIMAL(38, 18)) AS s, count(*) AS n"
again = "sum(i) AS i, sum(c) AS c, sum(o) AS o, sum(s) AS s, sum(n) AS n"
rows = f"SELECT *, ts_start::DATE AS day FROM read_csv('{file}')"
db.execute(f"COPY ({rows}) TO '{out}' ({zstd}, PARTITION_BY (day), WRITE_PARTITION_COLUMNS true)")
hours = f"SELECT day, hour(ts_start) AS hour, {by}, {sums} FROM read_parquet('{out}/*/*') GROUP BY ALL"
db.execute(f"COPY ({hours}) TO '{out}/hours.parquet' ({zstd})")
days = f"SELECT day, {by}, {again} FROM '{out}/hours.parquet' GROUP BY ALL"
db.execute(f"COPY ({days}) TO '{out}/days.parquet' ({zstd})")
""",
    "polars, floats": """
import os, polars
rows = polars.read_csv(file, try_parse_dates=True)
at = polars.col("ts_start").dt
rows = rows.with_columns(day=at.date(), hour=at.hour())
os.makedirs(out)
for (day,), some in rows.partition_by("day", as_dict=True).items():
    some.write_parquet(f"{out}/{day}.parquet", compression="zstd", compression_level=1)
by = ["day", "provider", "model", "team", "app", "key", "status"]
sums = [polars.col(name).sum() for name in ("input_tokens", "cached_input_tokens", "output_tokens", "spend_usd")]
hours = rows.group_by([*by, "hour"]).agg(*sums, polars.len().alias("calls"))
hours.write_parquet(f"{out}/hours.parquet")
hours.drop("hour").group_by(by).agg(polars.all().sum()).write_parquet(f"{out}/days.parquet")
""",
    "pandas, floats, no files": """
import pandas
rows = pandas.read_csv(file, parse_dates=["ts_start"])
rows["day"], rows["hour"] = rows.ts_start.dt.date, rows.ts_start.dt.hour
by = ["day", "provider", "model", "team", "app", "key", "status"]
named = ["input_tokens", "cached_input_tokens", "output_tokens", "spend_usd"]
hours = rows.groupby([*by, "hour"], sort=False)[named].sum().reset_index()
hours.groupby(by, sort=False)[named].sum()
""",
}
"""Rows by day, sums by hour and sums by day: what is kept of a log."""
_BILL_PEERS = {
    "DuckDB": _DUCKDB + """
rows = f"'{file}'" if file.endswith("parquet") else f"read_csv('{file}')"
money = ", ".join(f"sum({name}::DECIMAL(38, 18)) AS {name}" for name in ("BilledCost", "EffectiveCost", "ListCost"))
texts = "* EXCLUDE (BilledCost, EffectiveCost, ListCost, x_tokens)"
rolled = f"SELECT {texts}, {money}, sum(x_tokens) AS tokens FROM {rows} GROUP BY ALL"
db.execute(f"COPY ({rolled}) TO '{out}' ({zstd})")
""",
    "polars, floats": """
import polars
rows = polars.read_parquet(file) if file.endswith("parquet") else polars.read_csv(file)
money = ["BilledCost", "EffectiveCost", "ListCost"]
sums = [polars.col(name).cast(polars.Float64).sum() for name in (*money, "x_tokens")]
rows.group_by([name for name in rows.columns if name not in (*money, "x_tokens")]).agg(*sums).write_parquet(out)
""",
    "pandas, floats, no files": """
import pandas
rows = pandas.read_csv(file)
money = ["BilledCost", "EffectiveCost", "ListCost", "x_tokens"]
rows.groupby([name for name in rows.columns if name not in money], sort=False)[money].sum()
""",
}  # fmt: skip
"""Sums by day and everything that a charge names."""


def main() -> None:
    """Print a line for each size, kind of file and program."""
    parser = argparse.ArgumentParser(prog="python -m bench.importing", description=__doc__)
    parser.add_argument("millions", type=float, nargs="*", default=[1, 5])
    parser.add_argument("--keys", type=int, default=60, help="API keys in the log, three to a team")
    told = parser.parse_args()
    for millions in told.millions:
        rows = int(millions * 1_000_000)
        with TemporaryDirectory() as folder:
            _compared(f"{millions:g} M AI requests, {told.keys} keys", "requests",
                      log(Path(folder) / "log.csv", rows, told.keys), _LOG_PEERS)  # fmt: skip
        for form in ("parquet", "csv"):
            with TemporaryDirectory() as folder:
                _compared(
                    f"{millions:g} M charges, {form}", "focus", bill(Path(folder) / f"bill.{form}", rows), _BILL_PEERS
                )


def log(file: Path, rows: int, keys: int) -> Path:
    """A log of *rows* calls on 90 days, at any minute: keys nested in teams and apps."""
    key = f"(hash(i * 7 + 3) % {keys})::INTEGER"
    used = "(hash(i * 11 + 1) % 40000)::INTEGER"
    return _made(
        file,
        f"""SELECT 'r' || i AS request_id,
        strftime(DATE '2026-09-01' + (i * 90 // {rows})::INTEGER, '%Y-%m-%d')
            || printf('T%02d:%02d:00Z', hash(i * 13) % 24, hash(i * 17) % 60) AS ts_start,
        ['openai', 'anthropic', 'gemini', 'openai'][1 + m] AS provider,
        ['gpt-4o', 'claude-haiku-4-5', 'gemini-2.5-pro', 'gpt-4o-mini'][1 + m] AS model,
        'team-' || (k // 3) AS team, 'app-' || (k // 2) AS app, 'key-' || k AS key, 50 + u AS input_tokens,
        u // (1 + i % 8) AS cached_input_tokens, 1 + i % 2000 AS output_tokens, 'success' AS status,
        ((hash(i * 19) % 20000000)::DECIMAL(18, 8) / 100000000)::VARCHAR AS spend_usd
        FROM (SELECT i, {key} AS k, {used} AS u, (hash(i * 23) % 4)::INTEGER AS m FROM range({rows}) r(i))""",
    )


def bill(file: Path, rows: int) -> Path:
    """A FOCUS export of *rows* charges of three months: accounts, services, models, classes of tokens, and tags."""
    return _made(
        file,
        f"""SELECT strftime(d, '%Y-%m-%dT00:00:00Z') AS ChargePeriodStart,
        strftime(d + 1, '%Y-%m-%dT00:00:00Z') AS ChargePeriodEnd,
        strftime(date_trunc('month', d), '%Y-%m-%dT00:00:00Z') AS BillingPeriodStart,
        strftime(date_trunc('month', d) + INTERVAL 1 MONTH, '%Y-%m-%dT00:00:00Z') AS BillingPeriodEnd,
        'AWS' AS ProviderName, 'account-' || i % 5 AS BillingAccountId, 'sub-' || i % 40 AS SubAccountId,
        ['Amazon Bedrock', 'Amazon EC2', 'Amazon S3'][1 + i % 3] AS ServiceName, 'Compute' AS ServiceCategory,
        'Usage' AS ChargeCategory, (c / 100000)::VARCHAR AS BilledCost, (c / 100000)::VARCHAR AS EffectiveCost,
        (c / 90000)::VARCHAR AS ListCost, 'USD' AS BillingCurrency, 'model-' || i % 8 AS x_model,
        ['uncached_input', 'output'][1 + i % 2] AS x_token_type, (1000 + c)::BIGINT AS x_tokens,
        'team-' || i % 20 AS x_team
        FROM (SELECT i, DATE '2026-08-01' + (i * 92 // {rows})::INTEGER AS d,
                  (hash(i * 29) % 900000)::DECIMAL(18, 6) AS c
              FROM range({rows}) r(i))""",
    )


def _made(file: Path, rows: str) -> Path:
    with duckdb.connect(config={"threads": 2}) as db:
        db.execute(f"COPY ({rows}) TO '{file}' ({'HEADER' if file.suffix == '.csv' else 'FORMAT parquet'})")
    return file


def _compared(title: str, kind: str, file: Path, peers: Mapping[str, str]) -> None:
    print(f"{title} ({file.stat().st_size / 1e6:.0f} MB)", flush=True)
    first: Used | None = None
    for number, (name, code) in enumerate({**peers, "Tuppence": _OURS}.items()):
        try:
            used = used_by(_BEGIN + code, str(file), str(file.parent / f"out-{number}"), kind)
        except subprocess.CalledProcessError:
            print(f"  {name:<26} is not installed, cannot read this, or ran out of memory", flush=True)
            continue
        first = first or used
        ratio = used.seconds / first.seconds
        print(f"  {name:<26} {used.seconds:8.1f} s  {used.megabytes:6,} MB  {ratio:5.2f}×", flush=True)


if __name__ == "__main__":
    main()
