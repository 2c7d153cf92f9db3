"""Routing: a share of what one model does goes to another; all of it, a swap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from finops.charge import OUTPUT
from finops.question import Dimension
from finops.whatif.levers import ONE, ROUTE, ZERO, Pools, Where, percent, scaled, written
from finops.whatif.listed import Listed, covers
from finops.whatif.mix import Pool, Used


@dataclass(frozen=True)
class Route(Where):
    """A *share* of what *old* does goes to *new*, and a part *escalated* of that to *old* once more; *tokenizer* is
    how many tokens the new model makes of one, *output* how many times as much it writes. With a share of one, a
    swap."""

    old: str = ""
    new: str = ""
    share: Decimal = ONE
    escalated: Decimal = ZERO
    tokenizer: Decimal = ONE
    output: Decimal = ONE
    rank = ROUTE

    @property
    def name(self) -> str:
        what = "swap" if self.share == ONE and not self.escalated else f"route {percent(self.share)}"
        writes = f" output {self.output.normalize():f}x" if self.output != ONE else ""
        return f"{what} {self.old} to {self.new}{writes}{self.whose}"

    def concerns(self, pool: Pool) -> bool:
        return pool.model.lower() == self.old.lower() and super().concerns(pool)

    def changed(self, pool: Pool, listed: Listed) -> Pools | None:
        rates, worth = listed.rates(pool, self.new), pool.usd
        if not covers(rates, pool) or not worth:
            return None
        moved = scaled(pool, self.share)
        longer = self._longer(moved)
        tokens = {kind: used.tokens * (longer if kind in OUTPUT else self.tokenizer)
                  for kind, used in moved.classes.items()}  # fmt: skip
        classes = {kind: Used(count, count * rates.get(kind, ZERO) * worth) for kind, count in tokens.items()}
        labels = {**pool.labels, Dimension.MODEL: self.new}
        gone = replace(moved, model=self.new, provider="", classes=classes, labels=labels,
                       wanted=moved.wanted * self.tokenizer * self.output)  # fmt: skip
        stays = scaled(pool, ONE - self.share + self.share * self.escalated)
        return (gone,) if self.share == ONE and not self.escalated else (stays, gone)

    def _longer(self, moved: Pool) -> Decimal:
        """How many times as many tokens the new model writes: of a capped use it writes what was wanted, up to the
        cap, which counts its own tokens."""
        times, now = self.tokenizer * self.output, written(moved)
        if moved.ceiling is None or not now:
            return times
        return min(moved.wanted * times, moved.ceiling * moved.requests) / now
