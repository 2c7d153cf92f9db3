"""Checking: texts become days, money and counts; a row that cannot be is told apart with its field and the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from finops.batch import Batch, Dataset
from finops.focus import NOTHING
from finops.prices import STANDARD_TIERS
from finops.stamp import LedgerName
from storage import outcomes
from storage.exchanging import UNKNOWN
from storage.moments import moment

_MONEY, _COUNT = "DECIMAL(38,18)", "DECIMAL(38,6)"
_DEAREST, _MOST, _VAST = 10**12, 10**15, 10**24
_STANDARD = ", ".join(f"'{tier}'" for tier in sorted(STANDARD_TIERS))
_WELL, _FAILED = "'success', 'succeeded', 'ok'", "'failure', 'failed', 'error'"
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"

_DOLLARS = r"[+-]?\$(\d{1,3}(,\d{3})+|\d+)(\.\d*)?"


def number(column: str, kind: str = _MONEY, largest: int = _DEAREST) -> str:
    """SQL: the exact number that the text *column* writes, NULL if it writes none or one that is out of all bounds:
    sums of such rows, times a price, must stay exact."""
    cast = f"TRY_CAST({column} AS {kind})"
    return f"(CASE WHEN regexp_full_match({column}, '{_NUMBER}') AND abs({cast}) <= {largest} THEN {cast} END)"


def _amount(column: str) -> str:
    """SQL: the amount that the text *column* writes, also as spreadsheets write dollars, `$1,234.50`: the sign says
    that the comma groups; without it a comma may be a decimal one, and nothing is guessed."""
    bare = f"replace(replace({column}, '$', ''), ',', '')"
    dollars = f"starts_with(ltrim({column}, '+-'), '$') AND regexp_full_match({column}, '{_DOLLARS}')"
    return number(f"(CASE WHEN {dollars} THEN {bare} ELSE {column} END)")


def whole_number(column: str) -> str:
    """SQL: the whole number from 0 that the text *column* writes, NULL if it writes none. Plain digits are told by
    writing the number again; only of what differs is the text looked at."""
    plain = f"TRY_CAST({column} AS BIGINT)"
    rest = f"TRY_CAST({column} AS DECIMAL(38,6))"
    odd = (f"CASE WHEN regexp_full_match({column}, '{_NUMBER}') AND abs({rest}) <= {_MOST} AND {rest} = trunc({rest}) "
           f"THEN {rest}::BIGINT END")  # fmt: skip
    return f"(CASE WHEN {plain}::VARCHAR = {column} AND {plain} <= {_MOST} THEN {plain} ELSE {odd} END)"


def amount_of(column: str) -> str:
    """SQL: the exact amount that the text *column* writes, NULL if it writes none within bounds."""
    cast = f"TRY_CAST({column} AS {_MONEY})"
    return f"(CASE WHEN abs({cast}) <= {_DEAREST} AND NOT contains({column}, '_') THEN {cast} END)"


def count_of(column: str) -> str:
    """SQL: the exact count that the text *column* writes, NULL if none."""
    return number(column, _COUNT, _MOST)


def typed(batch: Batch, currency: str, *, exchanges: bool = False, rows: str = "raw") -> str:
    """SQL: the *rows* of `raw`, typed, with `_problem` (`field|reason`) where a row cannot be kept: one in another
    currency than *currency*, too, unless this house *exchanges* and `exchange` has the rate of its day. So is a row
    outside of what the batch covers: alone it would take the place of all that is known of its day."""
    told, outside = _typed(batch, currency, exchanges=exchanges, rows=rows), outside_of(batch, "day")
    return f"SELECT * REPLACE (coalesce(_problem, {outside}) AS _problem) FROM ({told})" if outside else told


def outside_of(batch: Batch, day: str) -> str:
    """SQL: what is wrong with a row of *day* if the batch does not cover it; empty if all days may come."""
    arm = outside(batch, _DAYS[batch.dataset], day)
    return f"CASE {arm} END" if arm else ""


def outside(batch: Batch, column: str, day: str) -> str:
    """The arm for a row whose *day* (SQL) is none that the batch covers; *column* is named as its reason."""
    covers = batch.covers
    if covers is None or batch.by_billing:
        return ""
    return (f"WHEN {day} < DATE '{covers.start}' OR {day} >= DATE '{covers.end}' "
            f"THEN '{column}|' || {day} || ' is no day that was asked for' ")  # fmt: skip


def _typed(batch: Batch, currency: str, *, exchanges: bool, rows: str) -> str:
    if batch.dataset is Dataset.OUTCOMES:
        return outcomes.checked(day_problems("told_at"), moment("told_at"))
    if batch.dataset is Dataset.CHARGES:
        return _charges(Columns(batch), currency, exchanges=exchanges, rows=rows)
    return _drivers(Columns(batch))


_DAYS = {Dataset.CHARGES: "day_start", Dataset.REQUESTS: "started_at", Dataset.DRIVERS: "day",
         Dataset.OUTCOMES: "told_at"}  # fmt: skip


class Columns:
    """The columns that `raw` has; those it has not are NULL."""

    def __init__(self, batch: Batch) -> None:
        self.nothing = "NULL::VARCHAR"
        self.there = {*batch.columns, *batch.constants}
        self.metered = batch.ledger is LedgerName.METERED
        self.months = batch.covers if batch.by_billing else None

    def __call__(self, name: str) -> str:
        return name if name in self.there else self.nothing

    def text(self, name: str) -> str:
        return f"coalesce({self(name)}, '') AS {name}"

    def told(self, name: str) -> str:
        """What our own export says of it, else what the standard's column says."""
        ours = self(f"told_{name}")
        return f"CASE WHEN {ours} = '{NOTHING}' THEN '' ELSE coalesce({ours}, {self(name)}, '') END AS {name}"


def _read(numbers: Mapping[str, str], rows: str = "raw") -> str:
    """SQL: the *rows* with the *numbers* that their texts write as `read_…`: each is read once, not wherever it
    is judged or kept."""
    return f"(SELECT *, {', '.join(f'{number} AS read_{name}' for name, number in numbers.items())} FROM {rows})"


def bad_number(column: str, value: str, *, needed: bool = False) -> str:
    """One arm of the CASE that finds the first problem of a row."""
    wrong = f"{value} IS NOT NULL AND read_{column} IS NULL"
    signs = f"translate({value}, '$€£¥,', '') <> {value}"
    plain = f"CASE WHEN {signs} THEN ': write 1234.50, without sign or separators' ELSE '' END"
    arm = f"WHEN {wrong} THEN '{column}|“' || left({value}, 40) || '” is not a number that can be kept' || {plain} "
    return (f"WHEN {value} IS NULL THEN '{column}|is empty' " if needed else "") + arm


def below_zero(column: str) -> str:
    """The arm for a number below zero."""
    return f"WHEN read_{column} < 0 THEN '{column}|is below zero' "


def day_problems(column: str, when: str = "") -> str:
    """The arms for a text *column* that writes no day within bounds; *when* is its instant, if it was read already."""
    when = when or moment(column)
    return (f"WHEN {column} IS NULL THEN '{column}|is empty' "
            f"WHEN {when} IS NULL THEN '{column}|“' || left({column}, 40) || '” is no date' "
            f"WHEN {when} < TIMESTAMP '2000-01-01' OR {when} > TIMESTAMP '2100-01-01' "
            f"THEN '{column}|' || left({column}, 40) || ' lies out of all bounds' ")  # fmt: skip


CHARGE_NUMBERS = ("billed_cost", "effective_cost", "list_cost", "token_cost", "consumed_quantity", "tokens")
NEEDED = ("billed_cost", "effective_cost")
_TOLD = ("provider", "account", "service", "category", "charge_category")
_TEXTS = ("sub_account", "scope", "charge_class", "sku", "sku_meter", "sku_details", "description", "resource", "tags",
          "model", "token_type", "price_list", "tier")  # fmt: skip


def charge_number(name: str, column: str) -> str:
    """SQL: the number of a charge called *name* that the text *column* writes."""
    kind, largest = charge_bounds(name)
    return number(column, kind, largest) if kind == _COUNT else _amount(column)


def charge_bounds(name: str) -> tuple[str, int]:
    """The type of the number of a charge called *name*, and how large it may be on either side of zero."""
    counts = {"consumed_quantity": (_COUNT, _VAST), "tokens": (_COUNT, _MOST)}
    return counts.get(name, (_MONEY, _DEAREST))


def charge_texts(have: Columns) -> dict[str, str]:
    """SQL of the texts of a charge that are kept or looked at, by name."""
    told = {name: have.told(name).removesuffix(f" AS {name}") for name in _TOLD}
    texts = {name: have.text(name).removesuffix(f" AS {name}") for name in _TEXTS}
    return told | texts | {"commitment": _commitment(have), "consumed_unit": _unit(have)}


def late(have: Columns) -> str:
    """SQL: the billing month of a charge that is billed in another month than its own, else nothing."""
    return _late_month(moment(have("billed_from")), moment("day_start"))


def unfit_dates(batch: Batch) -> str:
    """SQL: whether a charge cannot be kept for its dates."""
    outside = outside_of(batch, f"({moment('day_start')})::DATE") or "NULL"
    return (
        f"(CASE {day_problems('day_start')}{_billed_elsewhere(Columns(batch))}END IS NOT NULL OR {outside} IS NOT NULL)"
    )


def unfit_texts(currency: str, *, exchanges: bool) -> str:
    """SQL: whether a charge cannot be kept for its texts; the rate of a currency on its day is another question."""
    other = "" if exchanges else f" OR upper(currency) <> '{currency}'"
    return f"(provider IS NULL OR currency IS NULL{other})"


def negative(have: Columns) -> str:
    """SQL: whether tokens below zero correct nothing."""
    return f"read_tokens < 0 AND {have('charge_class')} IS DISTINCT FROM 'Correction'"


def too_many(have: Columns) -> str:
    """SQL: whether a quantity is more tokens than can be kept."""
    return f"{have('consumed_unit')} ILIKE '%token%' AND abs(read_consumed_quantity) > {_MOST}"


def _charges(have: Columns, currency: str, *, exchanges: bool, rows: str) -> str:
    problems = day_problems("day_start") + "WHEN provider IS NULL THEN 'provider|is empty' "
    problems += "".join(bad_number(name, have(name), needed=name in NEEDED) for name in CHARGE_NUMBERS)
    problems += f"WHEN {negative(have)} THEN 'tokens|is below zero' "
    problems += f"WHEN {too_many(have)} THEN 'consumed_quantity|is more tokens than can be kept' "
    problems += _foreign(currency, exchanges=exchanges) + _billed_elsewhere(have)
    numbers = {name: charge_number(name, have(name)) for name in CHARGE_NUMBERS}
    return f"""SELECT _file, _row, {moment("day_start")}::DATE AS day, CASE {problems} END AS _problem
        FROM {_read(numbers, rows)}{_RATED if exchanges else ""}"""


_RATED = f" LEFT JOIN exchange ON sold = upper(currency) AND on_day = {moment('day_start')}::DATE"


def _foreign(currency: str, *, exchanges: bool) -> str:
    """The arms for money that cannot be told in *currency*."""
    none = f"'no rate for ' || upper(left(currency, 10)) || ' on ' || {moment('day_start')}::DATE"
    unknown = f"'“' || left(currency, 10) || '” is not the reporting currency {currency}; {UNKNOWN}'"
    lacking, reason = ("AND rate IS NULL", none) if exchanges else ("", unknown)
    return (f"WHEN currency IS NULL THEN 'currency|is empty' WHEN upper(currency) <> '{currency}' {lacking} "
            f"THEN 'currency|' || {reason} ")  # fmt: skip


def _unit(have: Columns) -> str:
    """SQL: what is counted; nothing where a vendor sells its own currency by the name of token."""
    return f"CASE WHEN {have('pricing_currency')} ILIKE 'token%' THEN '' ELSE coalesce({have('consumed_unit')}, '') END"


def _commitment(have: Columns) -> str:
    """SQL: whether usage drew on a commitment, or is what nobody drew of one. A commitment's purchase is neither, and
    so never stands beside the usage it pays for."""
    said = f"lower({have('commitment')})"
    return f"CASE WHEN charge_category ILIKE 'usage' AND {said} IN ('used', 'unused') THEN {said} ELSE '' END"


def _late_month(billed: str, at: str) -> str:
    month = f"date_trunc('month', {billed})"
    return f"CASE WHEN {month} <> date_trunc('month', {at}) THEN strftime({month}, '%Y-%m') ELSE '' END"


def _billed_elsewhere(have: Columns) -> str:
    """SQL: the arm that finds a row of a billing month that was not delivered: a part of it is not taken for it all."""
    if not have.months:
        return ""
    billed = f"coalesce({moment(have('billed_from'))}, {moment('day_start')})"
    return (f"WHEN {billed} < TIMESTAMP '{have.months.start}' OR {billed} >= TIMESTAMP '{have.months.end}' "
            f"THEN CASE WHEN {have('billed_from')} IS NULL THEN 'day_start' ELSE 'billed_from' END || "
            f"'|lies outside of {have.months.start} to {have.months.last}, which was read' ")  # fmt: skip


def status_of(have: Callable[[str], str]) -> str:
    """SQL: whether a request went well or failed, as its source says; a word that says neither (Langfuse's level where
    nobody set one, OpenTelemetry's UNSET) leaves it unknown, unless an error is named."""
    said = f"lower(trim(coalesce({have('status')}, '')))"
    failed = f"trim(coalesce({have('error')}, '')) <> ''"
    return f"""CASE WHEN {said} IN ({_WELL}) THEN 'ok' WHEN {said} IN ({_FAILED}) THEN 'error'
        WHEN {failed} THEN 'error' ELSE '' END"""


def _drivers(have: Columns) -> str:
    problems = (
        day_problems("day") + "WHEN driver IS NULL THEN 'driver|is empty' " + bad_number("count", "count", needed=True)
    )
    problems += below_zero("count")
    texts = ", ".join(have.text(name) for name in ("app", "driver", "team"))
    return f"""
        SELECT _file, _row, {moment("day")}::DATE AS day, {texts}, read_count AS count, CASE {problems} END AS _problem
        FROM {_read({"count": count_of("count")})}"""
