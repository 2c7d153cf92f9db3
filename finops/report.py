"""A report is data: nine kinds of part that name a meaning, never a layout; texts hold typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate

from finops.people import Audience
from finops.question import Question
from finops.stamp import Stamp
from finops.text import Code, Link, Moment, Piece, Quantity, Share, Strong, Text, lines, say

__all__ = ["Code", "Link", "Moment", "Piece", "Quantity", "Share", "Strong", "Text", "lines", "say"]


class Tone(StrEnum):
    """How a report is meant: at most one sign of status is shown for it."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True)
class Facts:
    """A few figures that prove the verdict, each with its label."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Start:
    """What a figure was (*amount*) in the time called *name*; *then* is what the time is called that it came to."""

    name: str
    amount: Decimal
    then: str


@dataclass(frozen=True)
class Bars:
    """Figures by name, largest first; the rest is *other (n)*; drawn. *about* says what they are; *total* what the
    rows add up to, where they do; *previous* what was before. With a *start* they are steps: the reasons why a figure
    moved from there, in their order, which add up to the whole difference. *shares* are per cents of a whole. *ordered*
    rows stand as on the clock, and all are shown."""

    title: str
    rows: tuple[tuple[str, Decimal], ...]
    unit: str
    previous: Mapping[str, Decimal] = field(default_factory=dict)
    about: str = ""
    total: Decimal | None = None
    start: Start | None = None
    shares: bool = False
    ordered: bool = False

    @property
    def steps(self) -> tuple[tuple[str, Decimal, Decimal], ...]:
        """The name, beginning and end of each bar of a way from *start*: what was, each step, and what it came to."""
        if not self.start:
            return ()
        ends = tuple(accumulate((value for _, value in self.rows), initial=self.start.amount))
        made = tuple((name, a, b) for (name, _), a, b in zip(self.rows, ends, ends[1:], strict=False))
        nothing = Decimal(0)
        return ((self.start.name, nothing, ends[0]), *made, (self.start.then, nothing, ends[-1]))


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day of a trend."""

    day: date
    text: str
    ring: bool = False


@dataclass(frozen=True)
class Line:
    """One series of a trend; None where nothing is known. What is *ahead* has not happened yet."""

    name: str
    values: tuple[Decimal | None, ...]
    ahead: bool = False


@dataclass(frozen=True)
class Trend:
    """How figures move over days; *band* is an expected range, *limit* a budget; drawn. *about* says what a figure is
    (nothing said: *unit* a day); the lines that *matters* names stand out, the others are muted (none named: all).
    *apart*: each line is a small picture of its own, on one scale. *shares* are per cents of the whole of each step."""

    title: str
    days: tuple[date, ...]
    lines: tuple[Line, ...]
    unit: str
    band: tuple[tuple[Decimal, Decimal] | None, ...] = ()
    limit: Decimal | None = None
    marks: tuple[Mark, ...] = ()
    stacked: bool = False
    provisional_from: date | None = None
    about: str = ""
    matters: tuple[str, ...] = ()
    apart: bool = False
    shares: bool = False


@dataclass(frozen=True)
class Heat:
    """Figures by two things, as the hours (*columns*) of weekdays (*rows*): the more, the darker; drawn. None where
    nothing is known; *adds* if they have totals. *about* says what they are."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Decimal | None, ...], ...]
    unit: str
    about: str = ""
    adds: bool = True

    @property
    def row_totals(self) -> tuple[Decimal, ...]:
        """What each row adds up to."""
        return tuple(sum((value or Decimal(0) for value in row), Decimal(0)) for row in self.cells)

    @property
    def column_totals(self) -> tuple[Decimal, ...]:
        """What each column adds up to."""
        return tuple(
            sum((value or Decimal(0) for value in cells), Decimal(0)) for cells in zip(*self.cells, strict=True)
        )


@dataclass(frozen=True)
class Table:
    """Exact figures in rows; the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Progress:
    """How much of a limit is used; *pace* is the share of the period that has gone by."""

    label: str
    used: Decimal
    limit: Decimal
    unit: str
    pace: Decimal | None = None


@dataclass(frozen=True)
class Note:
    """A sentence or two."""

    text: Text
    quoted: bool = False


@dataclass(frozen=True)
class Choice:
    """A button: a command already typed. *confirm* is the consequence to be asked back."""

    label: str
    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    style: Tone = Tone.PLAIN
    confirm: str = ""


@dataclass(frozen=True)
class Choices:
    """What can be done about it, as buttons."""

    options: tuple[Choice, ...]


@dataclass(frozen=True)
class Blank:
    """One field of a form, for one argument of its command; *options* makes it a select."""

    argument: str
    label: str
    hint: str = ""
    value: str = ""
    options: tuple[str, ...] = ()
    long: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Form:
    """A command with blanks to fill; *fixed* arguments travel along."""

    command: str
    title: str
    submit: str
    blanks: tuple[Blank, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)


Drawn = Bars | Trend | Heat
"""What is drawn."""
Part = Facts | Drawn | Table | Progress | Note | Choices | Form


@dataclass(frozen=True)
class Figures:
    """The exact figures that a report is about, for whoever computes on: rows by key, in *unit*; None is no figure.
    *words* are the question in canonical words, which are read as the same again."""

    question: Question
    rows: tuple[tuple[Mapping[str, str], Decimal | None], ...]
    total: Decimal | None
    unit: str
    words: str = ""


@dataclass(frozen=True)
class Report:
    """What we say: the *verdict* first (it is also the notification), then the proof; *details* go to the thread.

    *subject* is what the report shows (a request, an incident): its messages are remembered and kept current.
    *private* reports go to the asker only. *beside* is the stamp of the other ledger, where both are told apart.
    """

    title: str
    verdict: Text
    parts: tuple[Part, ...] = ()
    details: tuple[Part, ...] = ()
    stamp: Stamp | None = None
    tone: Tone = Tone.PLAIN
    subject: str = ""
    private: bool = False
    audience: Audience | None = None
    figures: Figures | None = None
    beside: Stamp | None = None

    def privately(self) -> Report:
        """The same report, for the asker only."""
        return replace(self, private=True)
