"""What is asked for, by name, and its question: read from canonical words, and said in them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from finops.ask import question
from finops.errors import Unclear
from finops.kpi import Kpi
from finops.naming import leaves, quoted, split
from finops.period import Period, month_of
from finops.question import Dimension, Filter, Known, Measure, Question

_PLAIN = (Measure.COST, Measure.BILLED_COST, Measure.LIST_COST, Measure.TOKENS, Measure.UNPRICED_TOKENS,
          Measure.REQUESTS, Measure.GPU_HOURS, Measure.DRIVERS)  # fmt: skip
LICENSED = {name: Filter(Dimension.DRIVER, (name,)) for name in ("seats", "active_seats")}
SUMS: Mapping[str, tuple[Measure, ...]] = {
    **{str(each): (each,) for each in _PLAIN},
    **dict.fromkeys(LICENSED, (Measure.DRIVERS,)),
}
EXAMPLE = "cost by model last 30d"


@dataclass(frozen=True)
class Asked:
    """*name* says what is to be told: a sum (`cost`, `seats`) or a KPI; the question asks for what that needs."""

    name: str
    question: Question

    @property
    def words(self) -> str:
        """The canonical words of it, which are read as the same again."""
        asked = self.question
        steps = (*asked.by, *([asked.grain] if asked.grain else []))
        where = [each for each in asked.where if each != LICENSED.get(self.name)]
        said = (self.name, f"by {','.join(steps)}" if steps else "", *map(filtered, where), _dates(asked.period),
                f"vs {_dates(asked.versus)}" if asked.versus else "", "vs budget" if asked.budgeted else "",
                f"{'bottom' if asked.least else 'top'} {asked.top}" if asked.top else "",
                "cumulative" if asked.cumulative else "", "share" if asked.shares else "",
                asked.ledger or "")  # fmt: skip
        return " ".join(filter(None, said))


def line(words: str, kpis: Mapping[str, Kpi], known: Known, today: date) -> Asked:
    """What a canonical line asks: the name of what is to be told, then a question about it."""
    name, *rest = split(words) or [""]
    measures = kpis[name].measures if name in kpis else SUMS.get(name)
    if measures is None:
        near = next(iter(get_close_matches(name, (*SUMS, *kpis), n=1)), "cost")
        raise Unclear(f"I can't tell “{name}”. Did you mean {near}?", example=f"ask {near} last 30d")
    asked = question(" ".join(rest), measures, known, today, example=EXAMPLE)
    if name in LICENSED:
        asked = replace(asked, where=(LICENSED[name], *asked.where))
        if not leaves(asked.where, Dimension.DRIVER, known):
            raise Unclear(f"{name} are a driver themselves, so no other can be named.", example=f"ask {name} by team")
    return Asked(name, _fitting(name, asked))


def _fitting(name: str, asked: Question) -> Question:
    """*asked*, if what it wants of *name* means something."""
    if asked.cumulative and name not in SUMS:
        raise Unclear(
            f"{name} does not add up over time, so there is no cumulative one.", example="cost mtd cumulative"
        )
    if asked.budgeted and Measure.COST not in asked.measures[:1]:
        raise Unclear("Budgets are of cost, so nothing else is compared with them.", example="cost mtd vs budget")
    if asked.shares:
        _refuse_shares(name, asked)
    return asked


def _refuse_shares(name: str, asked: Question) -> None:
    """Shares are of what adds up, and of something."""
    if name not in SUMS:
        raise Unclear(f"{name} does not add up, so nothing has a share of it.", example="cost share by model last 30d")
    if asked.cumulative:
        raise Unclear("Shares of what was spent so far? Please ask for one of both.", example=f"{name} share by team")
    if not asked.by and not part(asked.where):
        kept = [each for each in asked.where if not each.negated and each not in LICENSED.values()]
        cut = kept[-1].dimension if kept else Dimension.TEAM
        raise Unclear("A share of what? Name what is cut, and by what.",
                      example=" ".join((name, f"share by {cut}", *map(filtered, kept[:1]))))  # fmt: skip


def part(where: Sequence[Filter]) -> Filter | None:
    """The one filter of *where* that keeps a part of what the others leave; None if that may be several or none."""
    kept = [each for each in where if not each.negated and each not in LICENSED.values()]
    found = [each for each in kept if each.dimension is not Dimension.SCOPE] or kept
    return found[0] if len(found) == 1 else None


def filtered(each: Filter) -> str:
    """The filter in canonical words: `-team:"customer success"`."""
    return f"{'-' if each.negated else ''}{each.dimension}:{','.join(map(quoted, each.values))}"


def _dates(period: Period) -> str:
    if period == month_of(period.start):
        return f"{period.start:%Y-%m}"
    return f"{period.start}" if period.days == 1 else f"{period.start}..{period.last}"
