"""The report of a what-if: a month now and then, what each lever saves, what is assumed, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from finops.money import Money
from finops.prices import PRICED_IN
from finops.report import Bars, Choice, Choices, Facts, Note, Part, Quantity, Report, Share, Start, Table, Text, say
from finops.whatif.capacity import Capacity
from finops.whatif.composed import Plan, Step
from finops.whatif.levers import Assumed, Batch, Cache, Cap, Ground, Lever, percent
from finops.whatif.listed import Listed
from finops.whatif.routing import Route

CAVEAT = "Quality not checked: nothing here knows whether the answers stay as good."


@dataclass(frozen=True)
class Asking:
    """The *team* whose whole use is changed and whose budget can follow it, and what it costs *besides* a month: seats
    and what else is no use of models, in the same currency."""

    team: str
    besides: Decimal = Decimal(0)

    def amount(self, plan: Plan) -> Money:
        """The budget to ask for: a month then and what there is besides, up to the next whole unit."""
        return Money((plan.then + self.besides).to_integral_value(ROUND_CEILING), plan.mix.currency)


def report(plan: Plan, listed: Listed, words: str, asking: Asking | None = None) -> Report:
    """What *plan* makes of a month; *asking* is who may ask for the new budget, if anybody."""
    proof: list[Part] = [Facts((*_facts(plan), *_besides(plan, asking)))]
    if plan.steps and plan.now:
        proof.append(_way(plan))
    proof.append(Note(say(" ".join((CAVEAT, *_warnings(plan))))))
    proof.append(Choices(tuple(_choices(plan, words, asking))))
    return Report("What if", verdict(plan), tuple(proof), (_steps(plan), assumptions(plan, listed)),
                  stamp=plan.mix.stamp)  # fmt: skip


def note(plan: Plan, listed: Listed, words: str, seen: str = "") -> Report:
    """The same as a design note: what was decided on, without buttons, for whoever reads the thread later. *seen* is
    what a month then was said to cost; where that has moved since, the note says so."""
    then = Money(plan.then, plan.mix.currency).cents
    moved = (Note(say(f"The figures have moved since: a month then was said to cost {seen[:30]}.")),)
    return Report("Design note", verdict(plan), (Note(say(f"Levers: {words}"), quoted=True),
                  *(moved if seen not in ("", then) else ()),
                  Facts(tuple(_facts(plan))), _steps(plan), assumptions(plan, listed),
                  Note(say(" ".join((CAVEAT, *_warnings(plan)))))), stamp=plan.mix.stamp)  # fmt: skip


def verdict(plan: Plan) -> Text:
    """Now and then, in a sentence."""
    now, then = (Money(each, plan.mix.currency) for each in (plan.now, plan.then))
    if not plan.now:
        return say("Nothing was spent there, so nothing would change.")
    change = (plan.then - plan.now) / plan.now
    return say(now, " a month would be ", then, " (", Share(change, signed=True), ").")


def _way(plan: Plan) -> Bars:
    """From a month now to one then, by what each lever makes of what the ones before have left."""
    rows = tuple((step.lever.name, step.change) for step in plan.steps)
    return Bars("What each lever does to a month, one after the other", rows, plan.mix.currency, about="A month",
                start=Start("now", plan.now, "what if"))  # fmt: skip


def _facts(plan: Plan) -> Iterator[tuple[str, Text]]:
    currency = plan.mix.currency
    low, high = (Money(each, currency) for each in plan.band)
    yield "A month now", say(Money(plan.now, currency))
    yield "A month then", say(Money(plan.then, currency), " (95 %: ", low, " to ", high, ")")
    if plan.tokenizers:
        fewer, more = (Money(each, currency) for each in plan.tokenizers)
        yield "Tokenizer ±15 %", say(fewer, " to ", more)
    if plan.moved:
        yield "Tokens moved", say(Share(plan.moved))
    yield "Measured", say(f"{plan.mix.period}, ", Quantity(plan.mix.requests, "requests"))


def _besides(plan: Plan, asking: Asking | None) -> Iterator[tuple[str, Text]]:
    if asking and asking.besides:
        besides = Money(asking.besides, plan.mix.currency)
        yield "A budget request", say(asking.amount(plan), ": that, and ", besides, " a month that is no use of models")


def _warnings(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        if not step.touched:
            yield f"{step.lever.name}: nothing was spent there."
        elif step.stuck:
            short = Money(step.stuck, plan.mix.currency).short
            yield f"{step.lever.name}: {short} a month stay as they are, for want of a price or a count by class."
        elif step.change > 0:
            yield f"{step.lever.name} costs more than it saves."
        if isinstance(step.lever, Capacity) and step.lever.short():
            yield step.lever.short()
    if plan.mix.unpriced:
        yield f"{plan.mix.unpriced * 100:.1f} % of tokens have no price, and are not in these figures."


def _steps(plan: Plan) -> Table:
    """Each marginal, and the total that they add up to."""
    rows = [_row(step, plan.mix.currency) for step in plan.steps]
    whole = tuple(say(Money(each, plan.mix.currency).cents) for each in (plan.now, plan.then - plan.now, plan.then))
    return Table(("Lever, in order", "Before", "Change", "After"), (*rows, (say("All together"), *whole)))


def _row(step: Step, currency: str) -> tuple[Text, ...]:
    figures = (Money(each, currency).cents for each in (step.before, step.change, step.after))
    return say(step.lever.name), *(say(each) for each in figures)


def assumptions(plan: Plan, listed: Listed) -> Table:
    """What the figures stand on, and how firm that is."""
    mix = plan.mix
    said: list[Assumed] = [
        (
            Ground.MEASURED,
            f"cost by model and token class, {mix.days} of {mix.period.days} days, \
{mix.stamp.ledger} ledger",
        ),
        (Ground.HEURISTIC, "a month of 30.4 days like those measured, no growth"),
    ]
    for step in plan.steps:
        said += _of(step.lever, plan, listed)
    return Table(("Ground", "Assumption"), tuple((say(str(ground)), say(text)) for ground, text in said))


def _of(lever: Lever, plan: Plan, listed: Listed) -> Iterator[Assumed]:
    yield Ground.CONFIGURED, f"as you said: {lever.name}"
    match lever:
        case Cache():
            yield from _of_cache(lever, plan, listed)
        case Route():
            yield Ground.CONFIGURED, f"price of {lever.new}: {listed.origin(lever.new)}, standard tier, mean call"
            yield from _of_dollars(lever, plan)
            yield _times(f"{lever.new} makes", lever.tokenizer, "as many tokens of the same text")
            yield _times(f"{lever.new} writes", lever.output, "as much")
            if lever.escalated:
                yield Ground.CONFIGURED, f"{percent(lever.escalated)} of what is routed is asked again of {lever.old}"
        case Capacity():
            yield from lever.grounds(plan.mix.currency)
        case Batch():
            yield from _of_batch(lever, plan, listed)
            yield Ground.HEURISTIC, "nothing of it is in batch now, and it can wait up to 24 hours"
        case Cap():
            yield Ground.HEURISTIC, f"cap {lever.most}: a lower bound on the saving, from the mean call only"


def _times(does: str, times: Decimal, what: str) -> Assumed:
    """How many times as much the other model does; what nobody said is assumed to stay as it is."""
    if times == 1:
        return Ground.HEURISTIC, f"{does} {what}"
    return Ground.CONFIGURED, f"{does} {times.normalize():f} times {what}"


def _of_dollars(lever: Route, plan: Plan) -> Iterator[Assumed]:
    """What a dollar of list price is worth here, of the largest use that moves."""
    worth = next((pool.usd for pool in plan.mix.pools if lever.concerns(pool)), None)
    if worth and plan.mix.currency != PRICED_IN:
        yield (
            Ground.CONFIGURED,
            f"lists are in {PRICED_IN}: a dollar is {worth:.4f} {plan.mix.currency} by the rates of those days",
        )


def _of_cache(lever: Cache, plan: Plan, listed: Listed) -> Iterator[Assumed]:
    firm = Ground.HEURISTIC if lever.hit == Cache.hit else Ground.CONFIGURED
    yield firm, f"{percent(lever.hit)} of the stable prefix is read from the cache; prefixes have 1,024 tokens or more"
    for pool in (each for each in plan.mix.pools[:3] if lever.concerns(each)):
        even = lever.break_even(pool, listed)
        pays = (
            f"pays from a hit rate of {even * 100:.1f} %" if even is not None else "has no cheaper cache in the lists"
        )
        yield Ground.CONFIGURED, f"{pool.model or 'no model'} {pays}"


def _of_batch(lever: Batch, plan: Plan, listed: Listed) -> Iterator[Assumed]:
    known = [listed.batch(pool, kind)[1] for pool in plan.mix.pools if lever.concerns(pool) for kind in pool.classes]
    if any(known):
        yield Ground.CONFIGURED, "batch prices from the lists where they have them"
    if not all(known):
        yield Ground.HEURISTIC, "half price in batch where no list says"


def _choices(plan: Plan, words: str, asking: Asking | None) -> Iterator[Choice]:
    """What can be done: a request carries its currency, a note what was seen of which days."""
    if asking and plan.then:
        yield Choice("Create budget request", "request",
                     {"team": asking.team, "amount": asking.amount(plan).cents})  # fmt: skip
    seen = Money(plan.then, plan.mix.currency).cents
    yield Choice("Save as design note", "whatif", {"levers": f"note {words}", "seen": seen})
