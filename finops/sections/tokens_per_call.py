"""Engineering: how many tokens a call takes, how many of them come from a cache, and what a million costs."""

from collections.abc import Sequence

from finops.charge import cache_hit_rate
from finops.digests.heavier import daily_tokens_per_call, heaviest, since, unusual_apps
from finops.digests.section import Briefing, section
from finops.digests.weekly import days, money, per_call, week
from finops.people import Audience
from finops.question import Dimension, Measure
from finops.report import Facts, Mark, Part, Piece, Quantity, Share, Text, Trend, say


@section(10, Audience.ENGINEERING)
def tokens_per_call(briefing: Briefing) -> Sequence[Part]:
    """Tokens per call by app, over four weeks, unusual apps always among them; the cache hit rate and the price of a
    million tokens beside it."""
    pairs = [*_calls(briefing), *_cached(briefing), *_price(briefing)]
    chart = _chart(briefing)
    return (Facts(tuple(pairs)), *((chart,) if chart else ())) if pairs else ()


def _chart(briefing: Briefing) -> Trend | None:
    each = heaviest(briefing)
    begun = since(daily_tokens_per_call(briefing, each.app), each, briefing.week) if each else None
    marks = (Mark(begun, f"since {begun:%a} {begun.day} {begun:%b}"),) if begun else ()
    title = f"{each.app} sends {'more' if each.moved > 0 else 'fewer'} tokens per call" if each else "Tokens per call"
    mine = (each.app,) if each else ()
    matter = (*mine, *sorted(unusual_apps(briefing) - set(mine)))
    return days(briefing, title, Dimension.APP, "tokens", Measure.TOKENS, Measure.REQUESTS, first=matter,
                about="tokens per call, by app", marks=marks)  # fmt: skip


def _moved(label: str, now: Piece, before: Piece) -> tuple[str, Text]:
    return label, say(before, " → ", now)


def _calls(briefing: Briefing) -> list[tuple[str, Text]]:
    answer = week(briefing, Measure.TOKENS, Measure.REQUESTS)
    now, before = per_call(answer.total), per_call(answer.previous) if answer.previous else None
    if now is None or before is None:
        return []
    return [_moved("Tokens per call", Quantity(now), Quantity(before)),
            ("Calls this week", say(Quantity(answer.total[Measure.REQUESTS])))]  # fmt: skip


def _cached(briefing: Briefing) -> list[tuple[str, Text]]:
    answer = week(briefing, Measure.TOKENS, by=(Dimension.TOKEN_CLASS,))
    rows = {row.key[Dimension.TOKEN_CLASS]: row for row in answer.rows}
    now = cache_hit_rate({name: row.values[Measure.TOKENS] for name, row in rows.items()})
    before = cache_hit_rate({name: row.previous[Measure.TOKENS] for name, row in rows.items() if row.previous})
    return [_moved("Cache hit rate", Share(now), Share(before))] if now is not None and before is not None else []


def _price(briefing: Briefing) -> list[tuple[str, Text]]:
    kpi = briefing.desk.kpis.get("cost_per_million_tokens")
    if kpi is None:
        return []
    answer = week(briefing, *kpi.measures)
    now, before = kpi.of(answer.total), kpi.of(answer.previous) if answer.previous else None
    if now is None or before is None:
        return []
    return [_moved("Per million tokens", money(briefing, now), money(briefing, before))]
