"""What the terminal prints: a report's exact figures as JSON, and what became of an import."""

from __future__ import annotations

import json
from typing import Any

from bot.escape import clean
from finops.batch import Change, Changes, Delivery, Quarantined
from finops.money import Money, plain
from finops.question import Question
from finops.report import Figures, Report
from finops.stamp import Stamp


def as_json(report: Report) -> str:
    """One object: question, rows, total, unit, stamp; every number an exact string."""
    figures = report.figures
    said: dict[str, Any] = _figures(figures) if figures else {"question": None, "rows": [], "total": None, "unit": ""}
    said["stamp"] = _stamp(report.stamp) if report.stamp else None
    if report.beside:
        said["beside"] = _stamp(report.beside)
    return json.dumps(said, ensure_ascii=False)


def _figures(figures: Figures) -> dict[str, Any]:
    rows = [{"key": dict(key), "value": plain(value) if value is not None else None} for key, value in figures.rows]
    total = plain(figures.total) if figures.total is not None else None
    asked = ({"words": figures.words} if figures.words else {}) | _question(figures.question)
    return {"question": asked, "rows": rows, "total": total, "unit": figures.unit}


def _question(asked: Question) -> dict[str, Any]:
    return {
        "measures": [str(each) for each in asked.measures],
        "period": {"start": str(asked.period.start), "end": str(asked.period.end)},
        "by": [str(each) for each in asked.by],
        "where": [str(each) for each in asked.where],
        "versus": {"start": str(asked.versus.start), "end": str(asked.versus.end)} if asked.versus else None,
        "grain": str(asked.grain) if asked.grain else None,
        "ledger": str(asked.ledger) if asked.ledger else None,
        "top": asked.top,
        "least": asked.least,
        "cumulative": asked.cumulative,
        "budgeted": asked.budgeted,
        "shares": asked.shares,
        **({"zone": asked.zone} if asked.hourly else {}),
    }


def _stamp(stamp: Stamp) -> dict[str, Any]:
    return {
        "as_of": stamp.as_of.isoformat() if stamp.as_of else None,
        "finality": str(stamp.finality),
        "ledger": str(stamp.ledger),
        **({"beside": str(stamp.beside)} if stamp.beside else {}),
        "currency": stamp.currency,
        **({"converted_from": list(stamp.converted_from)} if stamp.converted_from else {}),
        "unpriced_share": f"{stamp.unpriced_share:.4f}",
        **({"absent": _absent(stamp)} if stamp.absent else {}),
        **({"daily": {each.provider: each.days for each in stamp.daily}} if stamp.daily else {}),
    }


def _absent(stamp: Stamp) -> list[dict[str, str]]:
    other = str(stamp.ledger.other)
    return [{"provider": each.provider, "ledger": other, "amount": plain(each.amount)} for each in stamp.absent]


def delivered(delivery: Delivery, currency: str = "USD") -> str:
    """What became of an import, in rows and money, then the first rows that were held back (row 1 is below the
    header)."""
    counts = f"{delivery.read} read: {changed(delivery.changes, currency)}, {delivery.quarantined} quarantined"
    held = [f"{_place(each)}: {each.reason}" for each in delivery.examples]
    more = delivery.quarantined - len(held)
    notes = [f"… and {more} more"] if more > 0 else []
    notes += ["not believed yet, because most of what is known would go"] if delivery.doubted else []
    notes += [*delivery.notes, *_ignored(delivery.ignored_columns)]
    return "\n".join([counts, *(f"  {clean(line)}" for line in (*held, *notes))])


def changed(changes: Changes, currency: str) -> str:
    """What changed, in rows and money: added, replaced, unchanged, removed."""

    def told(change: Change) -> str:
        return f" ({Money(change.amount, currency).cents})" if change.amount else ""

    replaced, previous = changes.replaced, changes.previous
    was = f" (from {Money(previous.amount, currency).cents} to {Money(replaced.amount, currency).cents})"
    moved = was if replaced.amount != previous.amount else told(replaced)
    return (f"{changes.added.rows} added{told(changes.added)}, {replaced.rows} replaced{moved}, "
            f"{changes.unchanged.rows} unchanged{told(changes.unchanged)}, "
            f"{changes.removed.rows} removed{told(changes.removed)}")  # fmt: skip


def _ignored(columns: tuple[str, ...]) -> tuple[str, ...]:
    some = f"{', '.join(columns[:5])}{' …' if columns[5:] else ''}"
    return (f"{several(len(columns), 'unknown column')} ignored: {some}",) if columns else ()


def several(count: int, one: str, many: str = "") -> str:
    """`1 row`, `2 rows`."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _place(held: Quarantined) -> str:
    return f"{held.file}, row {held.row}" + (f", {held.field}" if held.field else "")
