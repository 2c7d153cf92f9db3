"""The words that questions are asked in: what is told, what it is cut by, what fills, and the names of the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from finops.ask import GRAINS, SAME
from finops.asked import SUMS
from finops.kpi import Kpi
from finops.question import WEEKDAYS, Dimension, Grain, Known
from finops.stamp import LedgerName
from finops.wording.spelling import whole

COST = {"cost", "costs", "costed", "costing", "spend", "spends", "spent", "spending", "pay", "pays", "paid", "paying",
        "expense", "expenses", "expenditure", "expenditures", "expensive", "priciest"}  # fmt: skip
_FIGURES = {
    **dict.fromkeys(COST, "cost"),
    **dict.fromkeys(("bill", "bills", "invoice", "invoices", "invoiced"), "billed_cost"),
    "billed cost": "billed_cost", "list cost": "list_cost", "list price": "list_cost",
    "effective cost": "cost", "token": "tokens", "tokens": "tokens", "unpriced tokens": "unpriced_tokens",
    "requests": "requests", "calls": "requests", "api calls": "requests", "api requests": "requests",
    "seats": "seats", "licences": "seats", "licenses": "seats", "active seats": "active_seats",
    "gpu hours": "gpu_hours", "cost per token": "cost_per_million_tokens",
    "cost per tokens": "cost_per_million_tokens", "unit cost": "cost_per_million_tokens",
    **{f"{said} {verb}{ed}": "billed_cost" for verb, ed in (("bill", "ed"), ("charg", "ed"), ("invoic", "ed"))
       for said in ("were we", "we were", "are we", "been", "got", "get")},
    **{f"{verb} us": "billed_cost" for verb in ("bill", "billed", "charge", "charged", "invoice", "invoiced")},
}  # fmt: skip
_SHARES = ("share", "shares", "share of", "shares of", "percentage", "percentage of", "percent of", "proportion of",
           "fraction of", "which share of", "which share")  # fmt: skip
PHRASES = {
    **{f"{unit} {on} {unit}": f"vs last {unit}" for unit in ("week", "month", "year") for on in ("over", "on")},
    "mom": "vs last month", "wow": "vs last week", "yoy": "vs last year", "over budget": "vs budget",
    "under budget": "vs budget", "within budget": "vs budget", "on budget": "vs budget",
    "a day": "by day", "a week": "by week", "a month": "by month", "every day": "by day", "every week": "by week",
    "every month": "by month", "every hour": "by hour", "an hour": "by hour", "hourly": "by hour",
    "when do we spend": "by hour,weekday",
    "running total": "cumulative", "cumulatively": "cumulative", "cumulative": "cumulative",
    "accumulated": "cumulative", "unallocated": 'team:""', "weekends": "weekday:saturday,sunday",
    **{f"{day.lower()}s": f"weekday:{day.lower()}" for day in WEEKDAYS},
    **{f"{name}{ledger}": str(name) for name in LedgerName for ledger in ("", " ledger")},
    **dict.fromkeys(("estimated", "estimate", "estimates"), "metered"),
    **dict.fromkeys(_SHARES, "share"),
    **{name: f"by {grain}" for name, grain in GRAINS.items()},
}  # fmt: skip
POLITE = ("hi", "hello", "hey", "good morning", "good afternoon", "there", "@tuppence", "tuppence", "could you",
          "would you", "can i", "could i", "may i", "i would like", "i'd like", "i’d like", "id like", "to see",
          "to know", "thanks", "thank you", "thx", "cheers", "kindly", "gimme", "biggest first", "largest first",
          "highest first", "most expensive first", "break down", "broken down")  # fmt: skip
_LITTLE = "how much did do does we our what you can a an the is are was were on in for of at to from with and or"
_FILLERS = """ours us be been have has had please show me give tell get see that it its total overall all altogether
money go goes went gone most biggest largest highest amount during company hit breakdown break split figure figures sum
any make made makes everything their so far"""
LITTLE = frozenset(_LITTLE.split())
FILLERS = LITTLE | frozenset(_FILLERS.split())
VAGUE = ("usage", "use", "used", "uses", "using", "consume", "consumed", "consumes", "burn", "burned", "burnt", "burns",
         "burning", "burn through", "burned through", "burnt through", "go through", "went through")  # fmt: skip
MOVES = ("up", "down", "more", "less", "higher", "lower", "rising", "rise", "risen", "falling", "fallen", "grown",
         "growing", "increased", "decreased", "increasing", "decreasing", "cheaper")  # fmt: skip
MOST = ("most expensive", "priciest", "costliest", "most costly", "biggest", "largest", "highest", "most used")
LEAST = ("least expensive", "cheapest", "least costly", "smallest", "lowest", "least used", "least")
OPENERS = (
    FILLERS | {*_FIGURES} | {"which", "top", "compare", "cumulative", "running", "weekly", "monthly", "daily", "share"}
)
CUTS = ("by", "per", "each", "across", "for each", "for every", "split by", "broken down by", "down by", "grouped by")
NEGATIONS = ("without", "except", "except for", "exclude", "excluding", "excl", "not", "but not", "not counting",
             "not including", "minus", "no", "other than", "apart from", "aside from", "ignoring")  # fmt: skip
COMPARES = ("vs", "versus", "against", "than", "compared to", "compared with", "relative to")
JOINS = (",", "and", "or", "&")
ARTICLES = ("the", "all", "our", "any", "for", "called", "named")
FAMILIES = ("claude", "gpt", "gemini", "llama", "mistral", "deepseek", "qwen", "grok", "nova", "titan", "gemma")
CURRENCIES = {**{code: code.upper() for code in ("usd", "eur", "gbp", "chf", "jpy", "cad", "aud", "inr", "cny", "sek")},
              "dollar": "USD", "dollars": "USD", "$": "USD", "euro": "EUR", "euros": "EUR", "€": "EUR",
              "pounds": "GBP", "£": "GBP", "francs": "CHF", "yen": "JPY"}  # fmt: skip
_NAMED = (Dimension.TEAM, Dimension.MODEL, Dimension.APP, Dimension.PROVIDER, Dimension.KEY, Dimension.ENV,
          Dimension.DRIVER)  # fmt: skip
_PLURALS = {f"{each}s": each for each in Dimension} | {"token_classes": Dimension.TOKEN_CLASS,
            "categories": Dimension.CATEGORY, "environments": Dimension.ENV, "vendors": Dimension.PROVIDER,
            "applications": Dimension.APP, "api_keys": Dimension.KEY, "api_key": Dimension.KEY,
            "spender": Dimension.TEAM, "spenders": Dimension.TEAM}  # fmt: skip
_COMPANIES = (("aws", "amazon", "amazonwebservices"), ("gcp", "google", "googlecloud", "googlecloudplatform"),
              ("azure", "microsoftazure"))  # fmt: skip
_STEPS = {**GRAINS, **{f"{each}s": str(each) for each in Grain}}
_LONGEST = 5
_DIMENSIONS, _GRAINS = frozenset[str](Dimension), frozenset[str](Grain)
Meaning = tuple[Dimension, str]


def cut_of(words: Sequence[str]) -> tuple[Dimension | Grain, int] | None:
    """What the first words name to cut by, and how many they are."""
    for took in (4, 3, 2, 1):
        said = "_".join(words[:took]).replace("-", "_")
        name = _PLURALS.get(said) or SAME.get(said, said)
        if len(words) >= took and name in _DIMENSIONS:
            return Dimension(name), took
    grain = _STEPS.get(words[0], words[0]) if words else ""
    return (Grain(grain), 1) if grain in _GRAINS else None


def matched(words: Sequence[str], phrases: tuple[str, ...]) -> int:
    """How many words the longest of *phrases* has that *words* begin with."""
    every, longest = _together(phrases)
    at_most = min(longest, len(words))
    return next((took for took in range(at_most, 0, -1) if " ".join(words[:took]) in every), 0)


@cache
def _together(phrases: tuple[str, ...]) -> tuple[frozenset[str], int]:
    """*phrases*, and how many words the longest has."""
    return frozenset(phrases), max(len(each.split()) for each in phrases)


def joined(words: Sequence[str]) -> int:
    """How many of the first words only join what is around them."""
    return next((at for at, word in enumerate(words) if word not in JOINS), len(words))


@lru_cache(65536)
def _plain(name: str) -> str:
    return re.sub(r"[\s_./-]+", "", name.lower())


def _part(stem: str, name: str) -> bool:
    """Whether *stem* is a part of *name* by itself; most are in no name, so most patterns are never compiled."""
    return stem in name and re.search(rf"(?<![a-z0-9]){re.escape(stem)}(?![a-z])", name) is not None


@dataclass(frozen=True)
class Vocabulary:
    """The KPIs and the ledger's values as words."""

    known: Known
    kpis: Mapping[str, Kpi] = field(default_factory=dict)

    @cached_property
    def figures(self) -> Mapping[str, str]:
        """What can be told, by the words for it."""
        said = {name.replace("_", " "): name for name in (*SUMS, *self.kpis)}
        labels = {each.label.lower(): each.name for each in self.kpis.values()}
        there = {words: name for words, name in _FIGURES.items() if name in SUMS or name in self.kpis}
        return {**said, **{name: name for name in (*SUMS, *self.kpis)}, **labels, **there}

    def figure(self, words: Sequence[str]) -> tuple[str, int] | None:
        """What the first words say is to be told, and how many they are; `spend per token` is `cost per token`."""
        same = ["cost" if word in COST else word for word in words[: _LONGEST + 2]]
        for took in range(len(same), 0, -1):
            for said in (words[:took], same[:took]):
                if " ".join(said) in self.figures:
                    return self.figures[" ".join(said)], took
        return None

    @cached_property
    def _values(self) -> Mapping[str, tuple[Meaning, ...]]:
        """What is called so; of spellings that differ in capitals only, which filters do not tell apart, one."""
        found: dict[str, tuple[Meaning, ...]] = {}
        for cut in _NAMED:
            for value in self.known.values.get(cut, ()):
                there = found.get(_plain(value), ())
                if _plain(value) and (cut, value.lower()) not in {(of, each.lower()) for of, each in there}:
                    found[_plain(value)] = (*there, (cut, value))
        return found

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Every word that means something alone, and how to write it."""
        values = {value.lower(): value for every in self._values.values() for _, value in every if " " not in value}
        own = {*COST, *FAMILIES, *SAME, *Dimension, *Grain, *GRAINS, *CUTS, *COMPARES, *self.figures,
               "yesterday", "today", "month", "week", "quarter", "year", "last", "this", "since", "budget",
               "previous", "top", "share", *_MONTHS}  # fmt: skip
        return values | {str(word): str(word) for word in own if " " not in word}

    def meanings(self, words: Sequence[str]) -> tuple[tuple[Meaning, ...], int]:
        """What the first words may name, the longest name first, and how many they are; models by family, too."""
        for took in range(min(_LONGEST, len(words)), 0, -1):
            exact = self.exact(words[:took])
            family = self._family("-".join(words[:took])) if not exact or words[0] in FAMILIES[:took] else ()
            if exact or family:
                kept = exact if any(cut is Dimension.MODEL for cut, _ in exact) else (*exact, *family)
                return kept, took
            company = self._company(_plain("".join(words[:took])))
            if company:
                return company, took
        return (), 0

    def whole(self, word: str) -> str:
        """*word*, or what it is short for where nothing is called so."""
        return word if self.exact([word]) else whole(word)

    def exact(self, words: Sequence[str]) -> tuple[Meaning, ...]:
        """What is called just like *words*."""
        return self._values.get(_plain("".join(words)), ()) if all(word.strip("_./-") for word in words) else ()

    def token_class(self, words: Sequence[str]) -> tuple[str, int] | None:
        """The class of tokens that the first words name, and how many they are."""
        there = {_plain(value): value for value in self.known.values.get(Dimension.TOKEN_CLASS, ())}
        said = ((_plain("".join(words[:took])), took) for took in range(min(_LONGEST, len(words)), 0, -1))
        return next(((there[name], took) for name, took in said if name in there), None)

    def _company(self, said: str) -> tuple[Meaning, ...]:
        """The providers that are the company which *said* is short for: `aws`."""
        names = next((each for each in _COMPANIES if said in each), ())
        there = self.known.values.get(Dimension.PROVIDER, ())
        return tuple((Dimension.PROVIDER, value) for value in there if _plain(value) in names)

    def _family(self, stem: str) -> tuple[Meaning, ...]:
        """The models that begin with *stem*, or have it as a part, as one pattern; none if it would catch others."""
        if len(stem) < len("o3") or not re.search("[a-z]", stem):
            return ()
        models = [each.lower() for each in self.known.values.get(Dimension.MODEL, ())]
        meant, having = [each for each in models if _part(stem, each)], [each for each in models if stem in each]
        if not meant:
            return ((Dimension.MODEL, f"{stem}*"),) if stem in FAMILIES else ()
        begins = [each for each in models if each.startswith(stem)]
        if begins == meant:
            return ((Dimension.MODEL, f"{stem}*"),)
        others = tuple((cut, value) for cut in _NAMED if cut is not Dimension.MODEL
                       for value in self.known.values.get(cut, ()) if _part(stem, value.lower()))  # fmt: skip
        return ((Dimension.MODEL, f"*{stem}*"), *others) if having == meant else ()

    def counted(self, word: str) -> tuple[str, ...]:
        """The drivers that *word* may mean: `ticket` those that begin with tickets."""
        there = self.known.values.get(Dimension.DRIVER, ())
        stem = word.removesuffix("s")
        exact = [each for each in there if each.lower() in (word, f"{stem}s", stem)]
        begun = [each for each in there if each.lower().startswith(stem)]
        return tuple(exact or [each for each in begun if re.match(r"s?(?![a-z])", each.lower()[len(stem) :])])


_MONTHS = ("january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
