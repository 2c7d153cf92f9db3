"""Exporting: the facts of one ledger and period as a FOCUS file that can be imported again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from finops.allocation import By
from finops.errors import BadFile
from finops.focus import CHARGE_CATEGORIES, NOTHING, SERVICE_CATEGORIES, Version, allocates, columns
from finops.period import Period
from finops.stamp import LedgerName
from storage.columns import GUARDED
from storage.quoting import literal, quoted
from storage.rollup import LATE, ORIGINAL
from storage.shelf import Shelf

_UNNAMED = "Unnamed"
_ABOUT = "The charges of a day, summed"
_CUT = ("provider", "account", "sub_account", "service", "category", "charge_category", "scope", "model",
        "token_class", "team", "app", "env", "key", "charge_class", "commitment", "tier", "currency",
        "original_currency", "price_list", "method", "share", "used", "own_team")  # fmt: skip
_UNUSED = ", ".join(literal(each) for each in CHARGE_CATEGORIES if each != "Usage")
_SUMMED = {**{name: original for original, name in ORIGINAL.items()}, "tokens": "tokens", "gpu_hours": "gpu_hours"}
_TAGS = ("team", "app", "env", "key")


def export(shelf: Shelf, ledger: LedgerName, period: Period, version: Version, out: Path) -> int:
    """Write what *ledger* knows of *period* to *out*, which appears when it is whole: the number of its rows."""
    unfinished = out.with_name(f"{out.name}.{secrets.token_hex(4)}.part")
    try:
        with shelf.opened().facts(ledger, period, whole=not allocates(version)) as db:
            if db is None:
                raise BadFile(f"The {ledger} ledger knows nothing {period.within}; nothing was written.")
            rows = db.execute(f"COPY ({_lines(version)}) TO {literal(str(unfinished))} (FORMAT csv, HEADER)").fetchall()
        unfinished.replace(out)
    except (OSError, duckdb.IOException):
        raise BadFile(f"{out} cannot be written.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return int(rows[0][0])


def _lines(version: Version) -> str:
    """SQL: the rows of the file, one for each day, billing month and cut, in the same order each time."""
    late = f"try_strptime(nullif(regexp_extract(feed, '{LATE}(\\d{{4}}-\\d{{2}})$', 1), ''), '%Y-%m')"
    sums = ", ".join(f"sum({told}) AS {name}" for name, told in _SUMMED.items())
    facts = f"SELECT day, coalesce({late}, date_trunc('month', day)) AS billed, {', '.join(_CUT)}, {sums} \
FROM facts GROUP BY ALL"
    said = _said()
    named = ", ".join(f"{said[name]} AS {quoted(name)}" for name in columns(version))
    return f"SELECT {named} FROM ({facts}) ORDER BY day, billed, {', '.join(_CUT)}"


def _said() -> Mapping[str, str]:
    """SQL: what each column says of a fact."""
    provider = _safe(_or("provider", literal(_UNNAMED)))
    used = f"charge_category NOT IN ({_UNUSED})"
    counted = f"({used} AND (tokens <> 0 OR token_class <> ''))"
    gpus = f"({used} AND gpu_hours <> 0)"
    amount = {name: _number(name) for name in _SUMMED}
    return {
        **_periods(),
        **dict.fromkeys(("ProviderName", "PublisherName", "ServiceProviderName", "HostProviderName",
                         "InvoiceIssuerName"), provider),
        "BilledCost": amount["billed_cost"],
        "EffectiveCost": amount["cost"],
        "ListCost": amount["list_cost"],
        "ContractedCost": f"CASE WHEN {used} THEN {amount['cost']} ELSE {amount['billed_cost']} END",
        "BillingAccountId": _safe(_or("account", _or("provider", literal(_UNNAMED)))),
        "BillingAccountName": "NULL",
        "BillingCurrency": "original_currency",
        "ChargeCategory": _allowed("charge_category", CHARGE_CATEGORIES, "Usage"),
        "ChargeClass": "CASE WHEN charge_class = 'Correction' THEN charge_class END",
        "ChargeDescription": literal(_ABOUT),
        "ChargeFrequency": f"CASE WHEN {used} THEN 'Usage-Based' ELSE 'One-Time' END",
        "ConsumedQuantity": f"CASE WHEN {counted} THEN {amount['tokens']} WHEN {gpus} THEN {amount['gpu_hours']} "
                            f"WHEN {used} THEN '1.0' END",
        "ConsumedUnit": f"CASE WHEN {counted} THEN 'Tokens' WHEN {gpus} THEN 'GPU-Hours' WHEN {used} THEN 'Count' END",
        "PricingQuantity": f"CASE WHEN {counted} THEN {amount['tokens']} WHEN charge_category <> 'Tax' THEN '1.0' END",
        "PricingUnit": f"CASE WHEN {counted} THEN 'Tokens' WHEN charge_category <> 'Tax' THEN 'Count' END",
        "ServiceCategory": _allowed("category", SERVICE_CATEGORIES, "Other"),
        "ServiceSubcategory": f"'Other (' || {_allowed('category', SERVICE_CATEGORIES, 'Other')} || ')'",
        "InvoiceId": "NULL",
        "ServiceName": _safe(_or("service", _or("provider", literal(_UNNAMED)))),
        "SubAccountId": _safe("sub_account"),
        "Tags": _tags(("own_team", *_TAGS[1:])),
        **_allocated(),
        **_ours(amount),
    }  # fmt: skip


def _allocated() -> dict[str, str]:
    """What the slice of a shared charge says of how it was cut; nothing of all else."""
    unit = (
        f"CASE WHEN method LIKE '%-{By.TOKENS}-%' THEN 'Tokens' WHEN method LIKE '%-{By.REQUESTS}-%' THEN 'Requests' \
ELSE currency END"
    )
    details = f"""'{{"Elements": [{{"AllocatedRatio": ' || {_number("share")} || ', "UsageUnit": "' || {unit}
        || '", "UsageQuantity": ' || {_number("used")} || '}}]}}'"""
    told = {"AllocatedMethodId": "method", "AllocatedMethodDetails": details, "AllocatedResourceId": _safe("team"),
            "AllocatedResourceName": _safe("team"), "AllocatedTags": _tags(("team",))}  # fmt: skip
    return {name: f"CASE WHEN method <> '' THEN {text} END" for name, text in told.items()}


def _periods() -> dict[str, str]:
    ends = {"ChargePeriodStart": "day", "ChargePeriodEnd": "day + INTERVAL 1 DAY", "BillingPeriodStart": "billed",
            "BillingPeriodEnd": "billed + INTERVAL 1 MONTH"}  # fmt: skip
    return {name: f"strftime({moment}, '%Y-%m-%dT%H:%M:%SZ')" for name, moment in ends.items()}


def _ours(amount: Mapping[str, str]) -> dict[str, str]:
    """What FOCUS has no column for, and what a column that must say something could not say."""
    return {
        "x_ModelId": _safe("model"),
        "x_TokenType": _safe("token_class"),
        "x_ConsumedTokens": f"CASE WHEN tokens <> 0 THEN {amount['tokens']} END",
        "x_PriceList": _safe("price_list"),
        "x_TuppenceScope": "scope",
        "x_TuppenceCommitment": _safe("commitment"),
        "x_TuppenceTier": _safe("tier"),
        "x_TuppenceTokenCost": f"CASE WHEN token_cost <> CASE WHEN tokens <> 0 THEN cost ELSE 0 END THEN "
                               f"{amount['token_cost']} END",
        "x_TuppenceProvider": _unsaid("provider"),
        "x_TuppenceAccount": _unsaid("account"),
        "x_TuppenceService": _unsaid("service"),
        "x_TuppenceCategory": _unsaid("category", SERVICE_CATEGORIES),
        "x_TuppenceChargeCategory": _unsaid("charge_category", CHARGE_CATEGORIES),
    }  # fmt: skip


def _number(name: str) -> str:
    """SQL: every digit, and a point, by which readers know a decimal."""
    return f"regexp_replace(rtrim({name}::VARCHAR, '0'), '\\.$', '.0')"


def _or(name: str, otherwise: str) -> str:
    return f"coalesce(nullif({name}, ''), {otherwise})"


def _safe(text: str) -> str:
    """SQL: *text*, NULL if empty, with a ' before what a spreadsheet would calculate or a reader take for NULL."""
    return f"CASE WHEN regexp_matches({text}, {literal(GUARDED)}) THEN chr(39) || {text} ELSE nullif({text}, '') END"


def _allowed(name: str, allowed: Sequence[str], otherwise: str) -> str:
    return f"CASE WHEN {name} IN ({', '.join(map(literal, allowed))}) THEN {name} ELSE {literal(otherwise)} END"


def _unsaid(name: str, allowed: Sequence[str] = ()) -> str:
    """SQL: what the fact says where its column says something else, because it must."""
    other = f"WHEN {name} NOT IN ({', '.join(map(literal, allowed))}) THEN {_safe(name)} " if allowed else ""
    return f"CASE WHEN {name} = '' THEN {literal(NOTHING)} {other}END"


def _tags(columns: Sequence[str]) -> str:
    named = [(column.removeprefix("own_"), column) for column in columns]
    pairs = ", ".join(
        f"CASE WHEN {column} <> '' THEN '\"{tag}\": ' || to_json({column})::VARCHAR END" for tag, column in named
    )
    return f"'{{' || nullif(concat_ws(', ', {pairs}), '') || '}}'"
