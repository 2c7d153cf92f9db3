"""Asking: words or named values become a command's report; the same for Slack and for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from bot.subjects import shown
from finops.command import Command, Opens
from finops.desk import Ask, Desk
from finops.errors import Late, NotAllowed, Unclear
from finops.people import Member, Place
from finops.report import Form, Note, Report, say
from finops.wording.vocabulary import OPENERS

_NEAR, _SENTENCE = 0.75, "ask"
ELSEWHERE = "tokens by model last 30d"


@dataclass(frozen=True)
class Asking:
    """The commands, the desk that a person has at a place, and the clock (UTC)."""

    commands: Mapping[str, Command]
    desk_for: Callable[[Member, Place], Desk]
    clock: Callable[[], datetime]

    def ask(self, who: Member, place: Place) -> Ask:
        """What commands are handed."""
        return Ask(self.desk_for(who, place), who, place, self.clock())

    def split(self, text: str) -> tuple[Command, list[str]]:
        """The command that *text* begins with (`help` if it is empty) and the words that follow."""
        name, *words = text.split() or ["help"]
        if self._is_sentence(name.lower(), words):
            name, words = _SENTENCE, [name, *words]
        return self.named(name.lower(), words), words

    def _is_sentence(self, name: str, words: Sequence[str]) -> bool:
        """Whether it is a question without a command before it: its first word is none, nor nearly one."""
        if not words or _SENTENCE not in self.commands or name in self.commands:
            return False
        return name in OPENERS or not get_close_matches(name, self.commands, n=1, cutoff=_NEAR)

    def named(self, name: str, words: Sequence[str] = ()) -> Command:
        """The command called *name*; Unclear with the nearest one, and what else was typed."""
        if name in self.commands:
            return self.commands[name]
        near = next(iter(get_close_matches(name, self.commands, n=1, cutoff=0.5)), "")
        if not near:
            raise Unclear(f"I don't know “{name}”.", example="help")
        example = " ".join((near, *words)) if words else self.commands[near].example
        raise Unclear(f"I don't know “{name}”. Did you mean {near}?", example=example)

    def typed(self, text: str, who: Member, place: Place) -> Report:
        """The report on *text* as typed after the slash command."""
        return self.answered(*self.read(text), who, place)

    def read(self, text: str) -> tuple[Command, dict[str, str]]:
        """The command that *text* names, and the values that the words give its arguments."""
        known, words = self.split(text)
        return known, known.values(words)

    def filled(self, name: str, values: Mapping[str, str], who: Member, place: Place) -> Report:
        """The report on a command whose arguments a button or a form has filled."""
        return self.answered(self.named(name), values, who, place)

    def form(self, opens: Opens, known: Command, values: Mapping[str, str], who: Member, place: Place) -> Form:
        """The form for the *values* that the command still lacks."""
        return opens(self._allowed(known, values, who, place), values)

    def answered(self, known: Command, values: Mapping[str, str], who: Member, place: Place) -> Report:
        """The report on a command whose arguments are filled."""
        ask = self._allowed(known, values, who, place)
        try:
            report = known.run(ask, known.filled(values))
        except Late as late:
            report = told_late(late, ask)
        return narrowed(report if place.sees_amounts else _nobody_absent(report), ask.desk.teams)

    def _allowed(self, known: Command, values: Mapping[str, str], who: Member, place: Place) -> Ask:
        ask = self.ask(who, place)
        if not place.sees_amounts and known.amounts(ask, values):
            raise NotAllowed("Amounts are not shown in this channel; ask for them in another one.", example=ELSEWHERE)
        return ask


def narrowed(report: Report, teams: tuple[str, ...]) -> Report:
    """What is said to somebody who may see *teams* only: to them alone, and naming whom it covers."""
    if not teams:
        return report
    note = Note(say(f"This covers {' and '.join(teams)} only, which is what you may see."))
    return replace(report, parts=(note, *report.parts), private=True)


def _nobody_absent(report: Report) -> Report:
    """*report* where no amounts are shown: a stamp names whoever is not in the figures with their amounts."""
    stamp, beside = (replace(each, absent=()) if each else None for each in (report.stamp, report.beside))
    return replace(report, stamp=stamp, beside=beside)


def told_late(late: Late, ask: Ask) -> Report:
    """Who was faster, privately, with the card as it stands."""
    card = shown(late.subject, ask.desk, ask.place.audience, ask.now)
    return replace(card, title="Too late", verdict=say(str(late)), parts=(Note(card.verdict), *card.parts),
                   private=True, subject="")  # fmt: skip
