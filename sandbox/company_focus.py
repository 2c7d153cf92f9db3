"""Brightwater's bills, as FOCUS 1.2 files: OpenAI, Anthropic, AWS and GitHub."""

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sandbox.company_story import Use, uses

COLUMNS = (
    "BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart",
    "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd",
    "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost",
    "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId",
    "ResourceId", "ServiceCategory", "ServiceName", "SkuId", "SkuMeter", "SkuPriceId", "SubAccountId", "Tags",
    "x_model", "x_token_type",
)  # fmt: skip
_SERVICES = {"OpenAI": "OpenAI API", "Anthropic": "Claude API", "AWS": "Amazon Bedrock"}
_ACCOUNTS = {"OpenAI": "org-brightwater", "Anthropic": "brightwater", "AWS": "204455667788", "GitHub": "brightwater-gh"}
_SEATS, _SEAT_PRICE = 190, 19.0
Row = dict[str, str]


def write_month(folder: Path, month: date, until: date, now: date, seed: int) -> None:
    """The files of *month*, one a provider, up to and with *until*, in the story that stands at *now*; each appears
    when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[Row]] = {provider: [] for provider in _ACCOUNTS}
    for day in _days(month, until):
        for row in _charges(day, now, seed):
            rows[row["ProviderName"]].append(row)
    for provider, lines in rows.items():
        _write(folder / f"{provider.lower()}-{month:%Y-%m}.csv", lines)


def _days(month: date, until: date) -> Iterator[date]:
    day = month
    while day.month == month.month and day <= until:
        yield day
        day += timedelta(days=1)


def _write(file: Path, rows: list[Row]) -> None:
    unfinished = file.with_suffix(".part")
    with unfinished.open("w", newline="", encoding="utf-8") as out:
        sheet = csv.DictWriter(out, COLUMNS)
        sheet.writeheader()
        sheet.writerows(rows)
    unfinished.replace(file)


def _charges(day: date, now: date, seed: int) -> Iterator[Row]:
    for use in uses(day, now, seed):
        yield from _tokens(use)
    gpu = {"team": "data", "app": "forecasting"}
    yield _charge(day, "AWS", "Amazon EC2", "Compute", 310.0, "p5.4xlarge hours", gpu, "GPU-Hours", 38.0)
    yield _charge(day, "AWS", "Amazon S3", "Storage", 74.5, "Standard storage", {"team": "data"}, "GB-Months", 3240.0)
    yield _charge(day, "AWS", "Amazon RDS", "Databases", 96.25, "PostgreSQL", {"team": "search"}, "Hours", 48.0)
    seats = {"team": "ide-assist", "app": "copilot"}
    cost = _SEATS * _SEAT_PRICE / 30
    yield _charge(
        day, "GitHub", "GitHub Copilot", "Developer Tools", cost, "Copilot seats", seats, "Seats", float(_SEATS)
    )


def _tokens(use: Use) -> Iterator[Row]:
    app = use.app
    tags = {"team": app.team, "app": app.name, "env": "prod", "key": app.key}
    for kind, count in use.tokens.items():
        if not count:
            continue
        row = _charge(use.day, app.provider, _SERVICES[app.provider], "AI and Machine Learning", use.costs[kind],
                      f"{app.model}, {kind.replace('_', ' ')} tokens", tags, "Tokens", float(count))  # fmt: skip
        yield row | {"ConsumedQuantity": str(count), "x_model": app.model, "x_token_type": kind,
                     "SkuId": f"{app.model}:{kind}", "SkuMeter": kind, "ResourceId": app.key}  # fmt: skip


def _charge(
    day: date, provider: str, service: str, category: str, cost: float, text: str, tags: dict[str, str], unit: str,
    quantity: float,
) -> Row:  # fmt: skip
    month = day.replace(day=1)
    after = (month + timedelta(days=32)).replace(day=1)
    money = f"{cost:.9f}"
    return dict.fromkeys(COLUMNS, "") | {
        "BilledCost": money, "EffectiveCost": money, "ListCost": money, "ContractedCost": money,
        "BillingAccountId": _ACCOUNTS[provider], "BillingCurrency": "USD", "BillingPeriodStart": _start(month),
        "BillingPeriodEnd": _start(after), "ChargePeriodStart": _start(day),
        "ChargePeriodEnd": _start(day + timedelta(days=1)), "ChargeCategory": "Usage", "ChargeFrequency": "Usage-Based",
        "ChargeDescription": text, "ConsumedQuantity": f"{quantity:g}", "ConsumedUnit": unit, "PricingUnit": unit,
        "PricingQuantity": f"{quantity:g}", "InvoiceIssuerName": provider, "ProviderName": provider,
        "PublisherName": provider, "RegionId": "eu-central-1" if provider == "AWS" else "", "ServiceCategory": category,
        "ServiceName": service, "SubAccountId": tags.get("team", ""),
        "Tags": json.dumps({name: value for name, value in tags.items() if value}),
    }  # fmt: skip


def _start(day: date) -> str:
    return f"{day}T00:00:00Z"
