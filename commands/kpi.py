"""`/finops kpi`: a figure of merit, cut by anything."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated

from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.kpi import Kpi
from finops.reconciling import asked as reconciled
from finops.reconciling import merit as both
from finops.reconciling.sides import compared
from finops.report import Code, Note, Report, lines, say
from finops.telling import asked, told


class KpiWords(Arguments):
    """Which KPI, and a question in words."""

    name: str = ""
    words: Annotated[str, Rest] = ""


def _amounts(ask: Ask, values: Mapping[str, str]) -> bool:
    known = ask.desk.kpis.get(_key(values.get("name", "")))
    return known is not None and known.is_money


@command("kpi [cost_per_million_tokens] [by model] [last 30d]", KpiWords, amounts=_amounts)
def kpi(ask: Ask, arguments: KpiWords) -> Report:
    """A KPI by anything: cost per million tokens, tokens per business driver …; bare, the list of them."""
    if not arguments.name:
        return _catalogue(ask)
    if _key(arguments.name) == both.NAME:
        return _of_both_ledgers(ask, arguments.words)
    known = _named(ask, _key(arguments.name))
    return told(ask, asked(ask, arguments.words, known.name))


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
    every = [say(Code(f"kpi {name}"), f" · {kpi.label}: {_sentence(kpi.about)}") for name, kpi in ask.desk.kpis.items()]
    every.append(say(Code(f"kpi {both.NAME} 2026-10"), f" · {both.ABOUT} Of a period, from both ledgers."))
    verdict = say(f"{len(every)} KPIs; all but the last can be cut by team, model, app, key, provider or day.")
    return Report("KPIs", verdict, (Note(lines(*every)),), private=True)
