"""`/finops kpi`: a figure of merit, cut by anything."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated

from finops.answers.figure import merit
from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.kpi import Kpi
from finops.merits.asked import asked as of_kpi
from finops.moving import cost as moving
from finops.period import last_days
from finops.question import Question
from finops.reconciling import asked as reconciled
from finops.reconciling import merit as both
from finops.reconciling.sides import compared
from finops.report import Code, Note, Report, Text, lines, say
from finops.telling import asked, told
from finops.understanding import understood

_A_NOTE = 8
_MOVED = f"kpi {moving.NAME} by model last 30d"


class KpiWords(Arguments):
    """Which KPI, and a question in words."""

    name: str = ""
    words: Annotated[str, Rest] = ""


def _amounts(ask: Ask, values: Mapping[str, str]) -> bool:
    name = _key(values.get("name", ""))
    known = ask.desk.kpis.get(name)
    return name == moving.NAME or (known is not None and known.is_money)


@command("kpi [cost_per_million_tokens] [by model] [last 30d]", KpiWords, amounts=_amounts)
def kpi(ask: Ask, arguments: KpiWords) -> Report:
    """A KPI by anything: cost per million tokens, tokens per business driver …; bare, what each is now."""
    if not arguments.name:
        return _catalogue(ask)
    if _key(arguments.name) == both.NAME:
        return _of_both_ledgers(ask, arguments.words)
    if _key(arguments.name) == moving.NAME:
        return _moved(ask, arguments.words)
    known = _named(ask, _key(arguments.name))
    return told(ask, asked(ask, arguments.words, known.name))


def _moved(ask: Ask, words: str) -> Report:
    """The one KPI that is a way from one period to another."""
    ledger = ask.desk.ledger
    return moving.report(ledger, understood(ledger, lambda known: moving.asked(words, known, ask.today, _MOVED)))


def _of_both_ledgers(ask: Ask, words: str) -> Report:
    """The one KPI that a single ledger cannot answer."""
    period = reconciled.asked(words, ask.today, f"kpi {both.NAME} 2026-10")
    return both.merit(compared(ask.desk.ledger, period), period)


def _key(name: str) -> str:
    return name.lower().replace("-", "_")


def _named(ask: Ask, name: str) -> Kpi:
    known = ask.desk.kpis
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1) or sorted(known)[:1]
    raise Unclear(f"I don't know the KPI “{name}”. Did you mean {near[0]}?", example=f"kpi {near[0]} last 30d")


def _sentence(about: str) -> str:
    """Its first sentence."""
    return " ".join(about.split()).partition(". ")[0].removesuffix(".") + "."


def _catalogue(ask: Ask) -> Report:
    """What each comes to now; its formula in the thread."""
    every = list(ask.desk.kpis.values())
    now = [say(Code(f"kpi {kpi.name}"), f" · {kpi.label}: ", *_now(ask, kpi)) for kpi in every]
    now.append(say(Code(f"kpi {moving.NAME}"), f" · {moving.ABOUT}"))
    now.append(say(Code(f"kpi {both.NAME} 2026-10"), f" · {both.ABOUT} Of a period, from both ledgers."))
    formulas = [say(Code(kpi.name), f": {_sentence(kpi.about)}") for kpi in every]
    verdict = say(f"{len(now)} KPIs, of the last 30 days; all but the last can be cut by team, model, app or day.")
    return Report("KPIs", verdict, _notes(now), _notes(formulas), private=True)


def _notes(every: Sequence[Text]) -> tuple[Note, ...]:
    """A few in each, so that none is too long for a message."""
    return tuple(Note(lines(*every[n : n + _A_NOTE])) for n in range(0, len(every), _A_NOTE))


def _now(ask: Ask, kpi: Kpi) -> Text:
    if kpi.is_money and not ask.place.sees_amounts:
        return say("not told here")
    answer = of_kpi(kpi, ask.desk, Question(kpi.measures, last_days(30, ask.today)))
    value = kpi.of(answer.total)
    if value is None:
        return say(f"no data; it needs {kpi.needs}." if kpi.needs else "no data.")
    return say(merit(kpi, answer.stamp.currency).said(value), ".")
