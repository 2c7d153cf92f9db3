"""Telling: a question in words becomes a report, with the budgets beside it where they are asked for."""

from __future__ import annotations

from dataclasses import replace

from finops.answers.figure import Figure, merit, summed
from finops.answers.report import report
from finops.answers.summing import summing
from finops.asked import LICENSED, SUMS, Asked
from finops.budgets.spending import against_budgets
from finops.desk import Ask
from finops.merits.asked import asked as of_kpi
from finops.question import MONEY
from finops.report import Report
from finops.running import beside_budget
from finops.wording.reading import Wording


def asked(ask: Ask, words: str, name: str = "") -> Asked:
    """What *words* ask, of *name* if that is settled."""
    desk = ask.desk
    return Wording(desk.ledger.known(), desk.kpis, ask.today, desk.company.currency).asked(words, name)


def tells_amounts(ask: Ask, this: Asked) -> bool:
    """Whether the answer is an amount of money."""
    return this.question.measures[0] in MONEY if this.name in SUMS else ask.desk.kpis[this.name].is_money


def told(ask: Ask, this: Asked) -> Report:
    """The answer to *this* as a report."""
    ledger = ask.desk.ledger
    this = replace(this, question=replace(this.question, zone=ask.place.zone)) if this.question.hourly else this
    kpi = ask.desk.kpis.get(this.name) if this.name not in SUMS else None
    answer = of_kpi(kpi, ask.desk, this.question) if kpi else summing(ledger, this.question)
    said = report(answer, _figure(ask, this, answer.stamp.currency), ledger.known().days)
    if kpi:
        said = replace(said, tone=kpi.tone(kpi.of(answer.total)))
    if not this.question.budgeted:
        return said
    beside = against_budgets(ask.desk.budgets, ledger, answer)
    said = beside_budget(ask, answer, said) if said.parts else said
    return replace(said, parts=(*said.parts, *beside))


def _figure(ask: Ask, this: Asked, currency: str) -> Figure:
    if this.name not in SUMS:
        return merit(ask.desk.kpis[this.name], currency)
    figure = summed(this.question.measures[0], currency)
    if this.name not in LICENSED:
        return figure
    return replace(figure, label=this.name.replace("_", " ").capitalize(), unit=this.name.replace("_", " "))
