"""What people say: `swap gpt-4o to gpt-4o-mini team:search, cache 60%, batch 30% team:evals` read into levers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from finops import ask, when
from finops.errors import Unclear
from finops.period import Period
from finops.question import Dimension, Filter, Known, Measure
from finops.whatif import buying
from finops.whatif.agreeing import agreeing
from finops.whatif.capacity import Capacity
from finops.whatif.gpus import Gpus
from finops.whatif.levers import Batch, Cache, Cap, Lever, Trim
from finops.whatif.listed import Listed
from finops.whatif.routing import Route

EXAMPLES = {"swap": "whatif swap gpt-4o to gpt-4o-mini team:search", "cache": "whatif cache 60% hit 90% team:search",
            "batch": "whatif batch 30% team:evals", "trim": "whatif trim 20% app:support-chat",
            "cap": "whatif cap 800 app:support-chat",
            "route": "whatif route 40% gpt-4o to gpt-4o-mini escalate 10%",
            "self-host": "whatif self-host 60% gpt-4o on 2 gpus at 2.50/h with 1500 tokens/s",
            "provision": "whatif provision 80% gpt-4o on 50 units at 1/h with 2500 tokens/min"}  # fmt: skip
_VERBS = "|".join(EXAMPLES)
_SEAM = re.compile(rf"\s*[,;+]\s*(?=(?:{_VERBS})\b)|\s+(?:and|then)\s+(?=(?:{_VERBS})\s)", re.IGNORECASE)
_NUMBER = r"\d{1,3}(?:\.\d{1,4})?"
_PART = r"[-−+]?\d{1,6}(?:\.\d{1,4})?"
_SHARE = rf"(?P<share>{_PART}) ?%"
_MODELS = r"(?P<old>\S+) (?:to|by|with|for) (?P<new>\S+)"
_AGAIN = rf"(?: escalate (?P<escalated>{_PART}) ?%)?"
_TWICE = r"(?!.* (tokenizer|output) .* \1 )"
_MAKES = rf"(?: tokenizer (?P<tokenizer>{_NUMBER})| output (?P<output>{_NUMBER}) ?[x×]?)*"
_BOUGHT = rf"{_SHARE} (?:of )?(?P<old>\S+)(?: on| to)? {buying.WORDS}"
_SAID = {
    "swap": re.compile(_TWICE + _MODELS + _MAKES, re.IGNORECASE),
    "cache": re.compile(rf"{_SHARE}(?: hit (?P<hit>{_PART}) ?%)?", re.IGNORECASE),
    "batch": re.compile(_SHARE),
    "trim": re.compile(rf"(?:input )?{_SHARE}", re.IGNORECASE),
    "cap": re.compile(r"(?:output )?(?:at |to )?(?P<most>[-−]?\d{1,7})(?: tokens)?", re.IGNORECASE),
    "route": re.compile(rf"{_TWICE}{_SHARE} (?:of )?{_MODELS}{_AGAIN}{_MAKES}", re.IGNORECASE),
    "self-host": re.compile(_BOUGHT, re.IGNORECASE),
    "provision": re.compile(_BOUGHT, re.IGNORECASE),
}
_NUMERAL = re.compile(r"\d{4}[,;]?")
_MOST_TIMES, _MOST_LEVERS = Decimal(5), 12


@dataclass(frozen=True)
class Spoken:
    """The levers that were named, the filters that all of them have, and the period if one was named."""

    levers: tuple[Lever, ...]
    where: tuple[Filter, ...]
    period: Period | None = None

    @property
    def by(self) -> tuple[Dimension, ...]:
        """What the mix has to be told apart by."""
        return tuple(dict.fromkeys(each.dimension for lever in self.levers for each in lever.where))


@dataclass(frozen=True)
class Knows:
    """What words can name: the ledger's values, the list prices, and today; and what our own GPUs were seen to do."""

    known: Known
    listed: Listed
    today: date
    gpus: Callable[[], Gpus] = Gpus


def spoken(words: str, knows: Knows) -> Spoken:
    """The levers that *words* name; Unclear with an example of the one that was meant."""
    rest, period = dated(words.split(), knows.today)
    clauses = [clause for clause in _SEAM.split(" ".join(rest)) if clause]
    if not clauses:
        raise Unclear(f"A what-if needs a lever: {', '.join(EXAMPLES)}.", example=EXAMPLES["swap"])
    if len(clauses) > _MOST_LEVERS:
        raise Unclear(f"{_MOST_LEVERS} levers at most can be put together.", example=EXAMPLES["swap"])
    levers = tuple(_lever(clause, knows) for clause in clauses)
    agreeing(levers, EXAMPLES["swap"])
    shared = tuple(each for each in levers[0].where if all(each in lever.where for lever in levers))
    return Spoken(levers, shared, period)


def dated(words: Sequence[str], today: date) -> tuple[list[str], Period | None]:
    """The words without the period that they name, and that period; `2000` is a number here, not a year."""
    for place, word in enumerate(words):
        number = not word or _NUMERAL.fullmatch(word)
        taken = None if number else when.period([each.rstrip(",;") for each in words[place : place + 4]], today)
        if taken:
            after = place + taken[1]
            seam = [","] if words[after - 1][-1] in ",;" else []
            return [*words[:place], *seam, *words[after:]], taken[0]
    return list(words), None


def _lever(clause: str, knows: Knows) -> Lever:
    verb, *words = clause.rstrip(",;").split()
    verb = verb.lower()
    if verb not in _SAID:
        near = get_close_matches(verb, _SAID, n=1) or ["swap"]
        raise Unclear(f"“{verb[:30]}” is no lever; I know {', '.join(_SAID)}.", example=EXAMPLES[near[0]])
    where, rest = filters(words, knows, EXAMPLES[verb])
    match = _SAID[verb].fullmatch(rest)
    if not match:
        raise Unclear(f"I don't understand “{clause[:60]}”.", example=EXAMPLES[verb])
    said = {name: text for name, text in match.groupdict().items() if text}
    return _MADE[verb](said, where, knows)


def filters(words: Sequence[str], knows: Knows, example: str) -> tuple[tuple[Filter, ...], str]:
    """The filters among *words*, their names checked, and the other words."""
    kept = [word for word in words if word.lstrip("-").partition(":")[0].lower() in tuple(Dimension) and ":" in word]
    rest = " ".join(word for word in words if word not in kept)
    try:
        return ask.question(" ".join(kept), (Measure.COST,), knows.known, knows.today, example=example).where, rest
    except Unclear as told:
        raise Unclear(str(told), example=example) from None


def _share(text: str, verb: str) -> Decimal:
    share = Decimal(text.replace("−", "-")) / 100
    if not 0 < share <= 1:
        raise Unclear(f"{text}% is no share; name one above 0% up to 100%.", example=EXAMPLES[verb])
    return share


def _trim(said: dict[str, str], where: tuple[Filter, ...], knows: Knows) -> Lever:
    return Trim(where, _share(said["share"], "trim"))


def _cap(said: dict[str, str], where: tuple[Filter, ...], knows: Knows) -> Lever:
    if (most := int(said["most"].replace("−", "-"))) <= 0:
        raise Unclear(f"A cap of {most} leaves no answer; name a whole number of tokens above 0.",
                      example=EXAMPLES["cap"])  # fmt: skip
    return Cap(where, most)


def _cache(said: dict[str, str], where: tuple[Filter, ...], knows: Knows) -> Lever:
    share = _share(said["share"], "cache")
    return Cache(where, share, _share(said["hit"], "cache")) if "hit" in said else Cache(where, share)


def _batch(said: dict[str, str], where: tuple[Filter, ...], knows: Knows) -> Lever:
    return Batch(where, _share(said["share"], "batch"))


def _route(said: dict[str, str], where: tuple[Filter, ...], knows: Knows) -> Lever:
    tokenizer, output = _times(said, "tokenizer"), _times(said, "output")
    old, new = _used(said["old"], knows), said["new"].lower()
    if old.lower() == new:
        raise Unclear(f"{old} is what is in use already; name another model.", example=EXAMPLES["swap"])
    if not knows.listed.origin(new):
        near = get_close_matches(new, knows.known.values.get(Dimension.MODEL, ()), n=1)
        hint = f" Did you mean {near[0]}?" if near else " A contract price can be set below prices: in config.yaml."
        raise Unclear(f"No price list knows “{new[:40]}”.{hint}", example=EXAMPLES["swap"])
    share = _share(said["share"], "route") if "share" in said else Decimal(1)
    escalated = _share(said["escalated"], "route") if "escalated" in said else Decimal(0)
    return Route(where, old, new, share, escalated, tokenizer, output)


def _self_host(said: dict[str, str], where: tuple[Filter, ...], knows: Knows) -> Lever:
    if said["unit"].lower() != "gpu":
        raise Unclear("Machines are counted in gpus; provision has units.", example=EXAMPLES["self-host"])
    return _capacity("self-host", said, where, knows)


def _provision(said: dict[str, str], where: tuple[Filter, ...], knows: Knows) -> Lever:
    if said["unit"].lower() == "gpu" or "speed" not in said:
        raise Unclear("How many units, and how many tokens a minute does each?", example=EXAMPLES["provision"])
    return _capacity("provision", said, where, knows)


def _capacity(verb: str, said: dict[str, str], where: tuple[Filter, ...], knows: Knows) -> Lever:
    seen = knows.gpus() if verb == "self-host" else Gpus()
    bought = buying.bought(said, knows.listed.currency, EXAMPLES[verb], seen)
    old, share = _used(said["old"], knows), _share(said["share"], verb)
    return Capacity(where, old, share, bought, own=verb == "self-host")


def _times(said: dict[str, str], what: str) -> Decimal:
    """How many times as many tokens the other model makes, or writes."""
    times = Decimal(said.get(what, "1"))
    if not 0 < times <= _MOST_TIMES:
        does = "A tokenizer makes" if what == "tokenizer" else "Another model writes"
        raise Unclear(f"{does} up to five tokens of one.", example=f"{EXAMPLES['swap']} {what} 1.2")
    return times


def _used(model: str, knows: Knows) -> str:
    there = {each.lower(): each for each in knows.known.values.get(Dimension.MODEL, ()) if each}
    if model.lower() in there:
        return there[model.lower()]
    near = get_close_matches(model.lower(), there, n=1, cutoff=0.5)
    hint = f" Did you mean {there[near[0]]}?" if near else ""
    works = _swap([*(there[each] for each in near), *there.values()], knows)
    raise Unclear(f"Nobody used the model “{model[:40]}”.{hint}", example=works)


def _swap(used: Sequence[str], knows: Knows) -> str:
    """An example that works here: the first of the models in *used* by another one that a price list knows."""
    other = next((each for each in used if each != used[0] and knows.listed.origin(each.lower())), "")
    return f"whatif swap {used[0]} to {other}" if other else EXAMPLES["swap"]


_MADE: dict[str, Callable[[dict[str, str], tuple[Filter, ...], Knows], Lever]] = {
    "trim": _trim, "cap": _cap, "cache": _cache, "batch": _batch, "swap": _route, "route": _route,
    "self-host": _self_host, "provision": _provision,
}  # fmt: skip
