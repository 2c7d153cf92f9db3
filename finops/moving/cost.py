"""Why cost moved: volume, mix, price and what has no tokens, and who moved it; the parts add up to the difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from finops.ask import question
from finops.errors import Unclear
from finops.money import Money
from finops.moving.price_mix_volume import parts
from finops.moving.words import Part, difference, each, moved, signed, table, titled, versus, waterfall
from finops.question import Answer, Dimension, Known, Ledger, Measure, Question, Row
from finops.reach import cut_short
from finops.report import Figures, Note, Report, Share, Strong, Table, Text, say

NAME = "price_mix_volume"
ABOUT = "Why cost moved: price, mix and volume, in parts that add up to the whole move. Of two periods."
_BY = (Dimension.MODEL, Dimension.TOKEN_CLASS)
_USED = (Measure.COST, Measure.TOKENS, Measure.TOKEN_COST, Measure.UNPRICED_TOKENS)
_MOST, _ROWS = 3, 20
_NOTHING = Decimal(0)


def asked(words: str, known: Known, today: date, example: str) -> Question:
    """The cost that *words* ask why it moved; Unclear with *example*."""
    found = question(words, (Measure.COST,), known, today, example=example)
    if found.shares:
        raise Unclear("Why is told of amounts, not of shares.", example=example)
    if found.grain:
        raise Unclear(f"Why compares two periods as a whole, not by {found.grain}.", example=example)
    return found


def report(ledger: Ledger, asked: Question) -> Report:
    """Why the cost moved that *asked* keeps, and which rows of its cut moved it; both from one ledger."""
    cut = replace(asked, measures=(Measure.COST,), by=asked.by or (Dimension.MODEL,), versus=versus(asked), top=None)
    movers = ledger.answer(cut)
    used = ledger.answer(replace(cut, measures=_USED, by=_BY, ledger=movers.stamp.ledger))
    short = cut_short(ledger, used.stamp.ledger, asked.period, versus(asked))
    return _Cost(asked, movers, used, short).report()


@dataclass(frozen=True)
class _Cost:
    asked: Question
    movers: Answer
    used: Answer
    short: str

    @property
    def _now(self) -> Decimal:
        return self.used.total[Measure.COST]

    @property
    def _before(self) -> Decimal:
        return self.used.previous[Measure.COST] if self.used.previous else _NOTHING

    @property
    def _currency(self) -> str:
        return self.used.stamp.currency

    def report(self) -> Report:
        title, before = titled("Why cost moved", self.asked), versus(self.asked)
        made, whole = self._parts(), difference(self._now, self._before)
        figures = Figures(self.movers.question, tuple(({"part": name}, amount) for name, amount in made), whole,
                          self._currency)  # fmt: skip
        if not self._before and not self._now:
            text = f"Nothing was spent {self.asked.period.within}, and nothing {before.within}."
            return Report(title, say(text), stamp=self.used.stamp, figures=figures)
        drawn = waterfall(self._finding(made), made, self._before, self.asked, self._currency, "Cost")
        return Report(title, self._verdict(made), (drawn, *self._notes()),
                      (table(made, self._before, self._now, self._currency), self._table()), self.used.stamp,
                      figures=figures)  # fmt: skip

    def _parts(self) -> tuple[Part, ...]:
        """The parts that moved anything; all that has no tokens in both periods is one of them."""
        found = parts(self.used.rows)
        tokens = (("volume", found.volume), ("mix", found.mix), ("price", found.price)) if found else ()
        known = found.total if found else _NOTHING
        left = difference(difference(self._now, self._before), known)
        name = "without tokens" if found else "not told apart"
        return (*tokens, *(((name, left),) if left or not found else ()))

    def _verdict(self, made: tuple[Part, ...]) -> Text:
        within = self.asked.period.within
        if self._now == self._before:
            return say("Cost did not move: ", Money(self._now, self._currency), f" {within}.")
        start = say(
            "Cost ",
            *moved(self._before, self._now, self._currency),
            " to ",
            Money(self._now, self._currency),
            f" {within}",
        )
        reasons = (": ", *each(made, self._before, self._currency)) if len(made) > 1 else ()
        return (*start, *reasons, *self._mover(), ".")

    def _mover(self) -> Text:
        moves = self._moves()
        if not moves or len(self.movers.rows) < 2:
            return ()
        name, amount = moves[0]
        return say(f"; {name} moved most, ", *signed(amount, self._currency))

    def _moves(self) -> list[Part]:
        found = [(row.name, _move(row)) for row in self.movers.rows]
        return sorted((move for move in found if move[1]), key=lambda move: (-abs(move[1]), move[0]))

    def _finding(self, made: tuple[Part, ...]) -> str:
        """What the chart shows: the part that moved it most."""
        name, amount = max(made, key=lambda part: abs(part[1]))
        if not amount or len(made) < 2:
            return "Cost and what moved it"
        return f"{name[:1].upper()}{name[1:]} {'raised' if amount > 0 else 'lowered'} cost most"

    def _notes(self) -> tuple[Note, ...]:
        return tuple(Note(text) for text in (say(self.short), self._who(), self._unsplit(), self._unpriced()) if text)

    def _who(self) -> Text:
        moves = self._moves()
        shown, rest = moves[: self.asked.top or _MOST], moves[self.asked.top or _MOST :]
        if rest:
            shown.append((f"other ({len(rest)})", sum((amount for _, amount in rest), _NOTHING)))
        said = [piece for name, amount in shown for piece in (" · ", f"{name} ", *signed(amount, self._currency))]
        return (Strong("Moves"), "  ", *said[1:]) if said else ()

    def _unsplit(self) -> Text:
        if parts(self.used.rows):
            return ()
        return say(f"Price, mix and volume need tokens with a cost {versus(self.asked).within}; there are none.")

    def _unpriced(self) -> Text:
        shares = [sums[Measure.UNPRICED_TOKENS] / sums[Measure.TOKENS] for sums in (self.used.total, self.used.previous)
                  if sums and sums[Measure.TOKENS]]  # fmt: skip
        most = max(shares, default=_NOTHING)
        return (
            say(Share(most), " of the tokens have no known price: they count as volume, and cost nothing.")
            if most
            else ()
        )

    def _table(self) -> Table:
        moves = self._moves()
        rows = {row.name: row for row in self.movers.rows}
        shown = [self._cells(name, _was(rows[name]), rows[name].values[Measure.COST]) for name, _ in moves[:_ROWS]]
        rest = [rows[name] for name, _ in moves[_ROWS:]]
        if rest:
            was, now = (sum(map(of, rest), _NOTHING) for of in (_was, _is))
            shown.append(self._cells(f"other ({len(rest)})", was, now))
        cut = " · ".join(each.replace("_", " ").capitalize() for each in self.movers.question.by)
        return Table((cut, "Before", "Now", "Moved by"), tuple(shown))

    def _cells(self, name: str, was: Decimal, now: Decimal) -> tuple[Text, ...]:
        return say(name), *(say(Money(each, self._currency)) for each in (was, now, difference(now, was)))


def _was(row: Row) -> Decimal:
    return row.previous[Measure.COST] if row.previous else _NOTHING


def _is(row: Row) -> Decimal:
    return row.values[Measure.COST]


def _move(row: Row) -> Decimal:
    return difference(_is(row), _was(row))
