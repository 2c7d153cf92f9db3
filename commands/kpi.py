"""`/finops kpi`: a figure of merit, cut by anything."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from typing import Annotated

from finops.answers.figure import merit
from finops.budgets.spending import budgets_of
from finops.command import Arguments, Rest, command
from finops.desk import Ask
from finops.errors import Unclear
from finops.forecasting import run_out as out
from finops.forecasting.foreseen import foreseen
from finops.kpi import Kpi
from finops.merits.asked import asked as of_kpi
from finops.merits.crossing import joined
from finops.merits.gathered import Gathered
from finops.moving import cost as moving
from finops.period import last_days
from finops.question import Answer, Question
from finops.reconciling import asked as reconciled
from finops.reconciling import merit as both
from finops.reconciling.sides import compared
from finops.report import Code, Note, Report, Text, lines, say
from finops.stamp import Stamp
from finops.telling import asked, told
from finops.understanding import understood

_A_NOTE, _LONGEST, _NEAR, _NEARLY = 8, 6, 0.6, 0.85
_MOVED = f"kpi {moving.NAME} by model last 30d"


class KpiWords(Arguments):
    """Which KPI, and a question in words."""

    name: str = ""
    words: Annotated[str, Rest] = ""


def _amounts(ask: Ask, values: Mapping[str, str]) -> bool:
    """Of what cannot be read, nothing is told."""
    try:
        name, _ = _meant(ask, f"{values.get('name', '')} {values.get('words', '')}")
    except Unclear:
        return False
    known = ask.desk.kpis.get(name)
    return name == moving.NAME or (known is not None and known.is_money)


@command("kpi [cost_per_million_tokens] [by model] [last 30d]", KpiWords, amounts=_amounts)
def kpi(ask: Ask, arguments: KpiWords) -> Report:
    """A KPI by anything: cost per million tokens, tokens per business driver …; bare, what each is now."""
    if not arguments.name:
        return _catalogue(ask)
    name, words = _meant(ask, f"{arguments.name} {arguments.words}")
    if name in _APART:
        return _APART[name](ask, words)
    return told(ask, asked(ask, words, name))


def _of_two_periods(ask: Ask, words: str) -> Report:
    """The one KPI that is a way from one period to another."""
    ledger = ask.desk.ledger
    return moving.report(ledger, understood(ledger, lambda known: moving.asked(words, known, ask.today, _MOVED)))


def _of_both_ledgers(ask: Ask, words: str) -> Report:
    """The one KPI that a single ledger cannot answer."""
    period = reconciled.asked(words, ask.today, f"kpi {both.NAME} 2026-10")
    return both.merit(compared(ask.desk.ledger, period), period)


def _of_budgets(ask: Ask, words: str) -> Report:
    """The one whose figure is a date."""
    question = out.only_teams(asked(ask, words, "cost").question, ask.today)
    budgets = budgets_of(ask.desk.budgets, question.where)
    return out.merit(foreseen(budgets, ask.desk.ledger, ask.desk.reach(ask.now)), question, ask.today)


_APART: Mapping[str, Callable[[Ask, str], Report]] = {
    moving.NAME: _of_two_periods, both.NAME: _of_both_ledgers, out.NAME: _of_budgets}  # fmt: skip
"""The KPIs that are more than one figure of sums."""


def _meant(ask: Ask, text: str) -> tuple[str, str]:
    """The KPI that *text* is about, by its name or in a sentence, and the words that say what of it; Unclear with the
    nearest one. The longest name that *text* begins with counts."""
    words, names = text.split(), _names(ask)
    for took in range(len(words), 0, -1):
        if (name := names.get(_key(words[:took]))) is not None:
            return name, " ".join(words[took:])
    try:
        this = asked(ask, text)
    except Unclear as unclear:
        raise _unknown(words, names) or unclear from None
    if this.name in ask.desk.kpis:
        return this.name, this.words.partition(" ")[2]
    raise Unclear(f"{this.name.replace('_', ' ').capitalize()} is a sum, not a KPI.", example=this.words)


def _names(ask: Ask) -> Mapping[str, str]:
    """The names of all KPIs by how they may be written: names and labels."""
    every = {_key(each.label.split()): name for name, each in ask.desk.kpis.items()}
    return every | {name: name for name in (*ask.desk.kpis, *_APART)}


def _key(words: Sequence[str]) -> str:
    return "_".join(words).lower().replace("-", "_")


def _unknown(words: Sequence[str], names: Mapping[str, str]) -> Unclear | None:
    """That no KPI is called so, and the one whose name is nearest to the first words; None if none of several words is
    nearly one."""
    said = {_key(words[:took]): took for took in range(1, min(len(words), _LONGEST) + 1)}
    cutoff = _NEAR if len(words) == 1 else _NEARLY
    near = [(SequenceMatcher(None, key, name).ratio(), name, took) for key, took in said.items()
            for name in get_close_matches(key, names, n=1, cutoff=cutoff)]  # fmt: skip
    if not near:
        return Unclear(f"I don't know the KPI “{words[0]}”.", example="kpi") if len(words) == 1 else None
    _, name, took = max(near)
    return Unclear(f"I don't know the KPI “{' '.join(words[:took])}”. Did you mean {names[name]}?",
                   example=f"kpi {names[name]} last 30d")  # fmt: skip


def _sentence(about: str) -> str:
    """Its first sentence."""
    return " ".join(about.split()).partition(". ")[0].removesuffix(".") + "."


def _catalogue(ask: Ask) -> Report:
    """What each comes to now, all from the same few answers of the ledger; its formula in the thread."""
    every, period = list(ask.desk.kpis.values()), last_days(30, ask.today)
    at_once = replace(ask, desk=replace(ask.desk, ledger=Gathered(ask.desk.ledger, period)))
    seen = [kpi for kpi in every if ask.place.sees_amounts or not kpi.is_money]
    answers = {kpi.name: of_kpi(kpi, at_once.desk, Question(kpi.measures, period)) for kpi in seen}
    now = [say(Code(f"kpi {kpi.name}"), f" · {kpi.label}: ", *_now(kpi, answers.get(kpi.name))) for kpi in every]
    now.append(say(Code(f"kpi {out.NAME}"), f" · {out.LABEL}: {out.ABOUT}"))
    now.append(say(Code(f"kpi {moving.NAME}"), f" · {moving.ABOUT}"))
    now.append(say(Code(f"kpi {both.NAME} 2026-10"), f" · {both.ABOUT} Of a period, from both ledgers."))
    formulas = [say(Code(kpi.name), f": {_sentence(kpi.about)}") for kpi in every]
    verdict = say(f"{len(now)} KPIs, of the last 30 days; most can be cut by team, model, app or day.")
    return Report("KPIs", verdict, _notes(now), _notes(formulas), _stamp(answers.values()), private=True)


def _stamp(answers: Iterable[Answer]) -> Stamp | None:
    """The stamp of all of them together, without a last day, for each has its own."""
    whole: Stamp | None = None
    for each in answers:
        whole = joined(whole, each.stamp)
    return replace(whole, until=None) if whole else None


def _notes(every: Sequence[Text]) -> tuple[Note, ...]:
    """A few in each, so that none is too long for a message."""
    return tuple(Note(lines(*every[n : n + _A_NOTE])) for n in range(0, len(every), _A_NOTE))


def _now(kpi: Kpi, answer: Answer | None) -> Text:
    if answer is None:
        return say("not told here")
    value = kpi.of(answer.total)
    if value is None:
        return say(f"no data; it needs {kpi.needs}." if kpi.needs else "no data.")
    return say(merit(kpi, answer.stamp.currency).said(value), ".")
