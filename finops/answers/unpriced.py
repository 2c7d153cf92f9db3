"""Unpriced: what has no known price is never said to cost nothing."""

from __future__ import annotations

from dataclasses import replace

from finops.answers.figure import Figure
from finops.question import Answer, Ledger, Measure, Row, Values

_Key = tuple[object, ...]


def marked(ledger: Ledger, answer: Answer, figure: Figure) -> Answer:
    """*answer* with the tokens that have no price beside each sum that comes to nothing, if there are any."""
    if not figure.money or not answer.stamp.unpriced_share:
        return answer
    if all(figure.of(values) != 0 for values in (answer.total, *(row.values for row in answer.rows))):
        return answer
    asked = replace(answer.question, measures=(Measure.UNPRICED_TOKENS,), top=None, least=False, versus=None,
                    ledger=answer.stamp.ledger)  # fmt: skip
    told = ledger.answer(asked)
    there = {_key(row): row.values for row in told.rows}
    rows = tuple(replace(row, values=_beside(row.values, there.get(_key(row), {}))) for row in answer.rows)
    return replace(answer, rows=rows, total=_beside(answer.total, told.total))


def _key(row: Row) -> _Key:
    return (*row.key.values(), row.day)


def _beside(values: Values, unpriced: Values) -> Values:
    return {**values, **unpriced}
