"""A sentence that is being read: what is told, what is kept, and the other parts of its canonical line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from finops.asked import EXAMPLE
from finops.errors import Unclear
from finops.naming import quoted
from finops.question import Dimension
from finops.wording.vocabulary import FILLERS, Meaning, Vocabulary

_NEAR, _SHORTEST, _MOST = 0.78, 4, 40


@dataclass
class Sentence:
    """A sentence as far as it has been read: what is told, what is kept, the rest of the line, and what was heard
    besides that only the whole sentence can make sense of (`who`, `least`, `average` …)."""

    words: list[str]
    vocabulary: Vocabulary
    today: date
    currency: str
    works: Callable[[str], bool]
    figure: str = ""
    at: int = 0
    pieces: list[str] = field(default_factory=list)
    kept: dict[tuple[Dimension, bool], list[str]] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)

    @property
    def rest(self) -> list[str]:
        """What has not been read."""
        return self.words[self.at :]

    def says(self, start: str) -> bool:
        """Whether a part of the line begins with *start*."""
        return any(each.startswith(start) for each in self.pieces)

    def tell(self, name: str) -> None:
        """*name* is to be told; Unclear if another one is. What is `expensive` may be by a cost of its own."""
        if self.figure == "cost" and "priced" in self.heard and "cost" in name:
            self.heard.remove("priced")
        elif self.figure and name not in (self.figure, f"{self.figure}_per_driver"):
            both = " and ".join(each.replace("_", " ") for each in (self.figure, name))
            raise Unclear(f"I read two figures in that, {both}; please name one.", example=f"ask {name} last 30d")
        self.figure = name

    def keep(self, meanings: tuple[Meaning, ...], start: int, took: int, *, negated: bool, more: bool) -> Dimension:
        """Keep what *took* words after *start* more name (*more*: beside others); Unclear if it may be several. Of one
        vendor all spellings are kept."""
        if len(meanings) > 1 and {cut for cut, _ in meanings} != {Dimension.PROVIDER}:
            word = " ".join(self.rest[start : start + took])
            every = [f"{cut}:{quoted(value)}" for cut, value in meanings[:4]]
            raise Unclear(f"“{word}” may be {' or '.join(every)}; which one?",
                          example=self.instead(start, took, every[0]))  # fmt: skip
        cut, value = meanings[0]
        there = self.kept.setdefault((cut, negated), [])
        if there and not more and value not in there:
            raise Unclear(f"I read two {cut}s in that, {there[0]} and {value}; do you mean both?",
                          example=f"ask {self.figure or 'cost'} {cut}:{quoted(there[0])},{quoted(value)}")  # fmt: skip
        there += [each for _, each in meanings if each not in there]
        return cut

    def instead(self, start: int, took: int, meant: str) -> str:
        """The sentence with *meant* in place of some words, as an example, if it can be read."""
        at = self.at + start
        said = " ".join((*self.words[:at], meant, *self.words[at + took :]))
        return f"ask {said}" if len(self.words) <= _MOST and self.works(said) else EXAMPLE

    def unknown(self, start: int = 0) -> Unclear:
        """Why the next word, or the one after *start* more, cannot be read, and what is nearest to it."""
        word = self.rest[start]
        if (word in self.vocabulary.words or word in FILLERS) and self.rest[start + 1 :]:
            return self.unknown(start + 1)
        near = get_close_matches(word, self.vocabulary.words, n=1, cutoff=_NEAR) if len(word) >= _SHORTEST else []
        if not near or near[0] == word:
            return Unclear(f"I don't understand “{word}”.", example=EXAMPLE)
        meanings, _ = self.vocabulary.meanings([near[0]])
        names = [f"{cut}:{quoted(value)}" for cut, value in meanings]
        meant = names[0] if len(names) == 1 else self.vocabulary.words[near[0]]
        return Unclear(f"I don't know “{word}”. Did you mean {meant}?", example=self.instead(start, 1, meant))
