"""Telling: a question in words becomes a report, with the budgets beside it where they are asked for."""

from __future__ import annotations

from dataclasses import replace

from finops import understanding
from finops.answers.figure import Figure, merit, summed
from finops.answers.report import report
from finops.answers.summing import summing
from finops.asked import LICENSED, SUMS, Asked
from finops.budgets.spending import against_budgets
from finops.desk import Ask
from finops.kpi import Kpi
from finops.merits.asked import asked as of_kpi
from finops.moving.counted import one
from finops.question import MONEY, Dimension, Known, Question
from finops.report import Report
from finops.running import beside_budget, counted
from finops.wording.reading import Wording


def asked(ask: Ask, words: str, name: str = "") -> Asked:
    """What *words* ask, of *name* if that is settled."""
    desk = ask.desk

    def read(known: Known, said: str) -> Asked:
        return Wording(known, desk.kpis, ask.today, desk.company.currency).asked(said, name)

    return understanding.asked(desk.ledger, words, read)


def tells_amounts(ask: Ask, this: Asked) -> bool:
    """Whether the answer is an amount of money."""
    return this.question.measures[0] in MONEY if this.name in SUMS else ask.desk.kpis[this.name].is_money


def told(ask: Ask, this: Asked) -> Report:
    """The answer to *this* as a report."""
    this = replace(this, question=replace(this.question, zone=ask.place.zone)) if this.question.hourly else this
    kpi = ask.desk.kpis.get(this.name) if this.name not in SUMS else None
    said = _merit(ask, this, kpi) if kpi else _beside_budgets(ask, this) if this.question.budgeted else _sum(ask, this)
    return replace(said, figures=replace(said.figures, words=this.words) if said.figures else None)


def _merit(ask: Ask, this: Asked, kpi: Kpi) -> Report:
    answer, ledger = of_kpi(kpi, ask.desk, this.question), ask.desk.ledger
    figure = _named(merit(kpi, answer.stamp.currency), this.question)
    said = report(answer, figure, ledger.known().days, ledger)
    beside = against_budgets(ask.desk.budgets, ledger, answer) if this.question.budgeted else ()
    return replace(said, tone=kpi.tone(kpi.of(answer.total)), parts=(*said.parts, *beside))


def _named(figure: Figure, asked: Question) -> Figure:
    """*figure* called after the driver, where one is asked for: cost per ticket."""
    drivers = [each.values for each in asked.where if each.dimension is Dimension.DRIVER and not each.negated]
    if len(drivers) != 1 or len(drivers[0]) != 1 or "*" in drivers[0][0]:
        return figure
    return replace(figure, label=figure.label.replace("business driver", one(drivers[0][0])))


def _sum(ask: Ask, this: Asked) -> Report:
    answer, ledger = summing(ask.desk.ledger, this.question), ask.desk.ledger
    return report(answer, _figure(this, answer.stamp.currency), ledger.known().days, ledger)


def _beside_budgets(ask: Ask, this: Asked) -> Report:
    """What budgets count of the cost that is asked for, and the budgets."""
    asked, ledger, kept = this.question, ask.desk.ledger, counted(ask, this.question)
    narrowed = replace(asked, where=(*asked.where, *kept.where))
    answer = replace(summing(ledger, narrowed), question=asked)
    beside = against_budgets(ask.desk.budgets, ledger, answer)
    figure = replace(_figure(this, answer.stamp.currency), label=kept.label)
    said = report(answer, figure, ledger.known().days, ledger)
    said = beside_budget(ask, answer, said) if said.parts else said
    figures = replace(said.figures, question=narrowed) if said.figures else None
    return replace(said, parts=(*said.parts, *beside), figures=figures)


def _figure(this: Asked, currency: str) -> Figure:
    figure = summed(this.question.measures[0], currency)
    if this.name not in LICENSED:
        return figure
    return replace(figure, label=this.name.replace("_", " ").capitalize(), unit=this.name.replace("_", " "))
