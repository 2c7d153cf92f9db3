"""Exports of a part of an account: what they replace, what they leave as it is, and what they may not lose."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.batch import Change, Delivery
from finops.errors import BadFile
from finops.period import Period
from finops.question import Measure, Question
from sources.focus import Focus
from tests.storage.facts.conftest import House

AUTUMN = Period(date(2026, 9, 1), date(2026, 12, 1))
HEAD = ("ChargePeriodStart", "BillingPeriodStart", "ProviderName", "BillingAccountId", "SubAccountId", "ServiceName",
        "ChargeCategory", "BilledCost", "EffectiveCost", "BillingCurrency", "x_team")  # fmt: skip
Row = tuple[str, ...]


def row(day: str, cost: str, *, sub: str = "sub-a", service: str = "Chat", team: str = "", billed: str = "2026-11-01",
        category: str = "Usage") -> Row:  # fmt: skip
    return (day, billed, "Microsoft", "a1", sub, service, category, cost, cost, "USD", team)


def export(file: Path, rows: Iterable[Row]) -> Path:
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([HEAD, *rows])
    return file


def take(house: House, *rows: Row, again: bool = False, add: bool = False) -> Delivery:
    """Import *rows* as one export: `--replace` if *again*, `--add` if *add*."""
    batch = Focus().batch((export(house.home / "export.csv", rows),))
    return house.publish(replace(batch, replace=again, add=add))


def facts(house: House) -> list[tuple[object, ...]]:
    """What is known, row by row."""
    house.ledger.shelf.close()
    with house.ledger.shelf.opened().facts("billed", AUTUMN) as db:
        return db.execute("SELECT * EXCLUDE (file) FROM facts ORDER BY ALL").fetchall() if db else []


def total(house: House) -> Decimal:
    return house.ledger.answer(Question((Measure.COST,), AUTUMN)).total[Measure.COST]


def bill(chance: random.Random, subs: int = 4) -> list[Row]:
    days = [f"2026-{month}-{day:02d}" for month in ("10", "11") for day in (1, 7, 8, 30)]
    return [row(chance.choice(days), str(chance.randrange(1, 900)), sub=f"sub-{chance.randrange(subs)}" if subs else "",
                service=chance.choice(("Chat", "VM")), team=chance.choice(("", "search")),
                billed=chance.choice(("2026-11-01", "2026-10-01"))) for _ in range(60)]  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_exports_by_subscription_in_any_order_are_the_whole(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows = bill(chance)
    homes = [House(tmp_path / name) for name in ("whole", "parts") if not (tmp_path / name).mkdir()]
    take(homes[0], *rows)
    subs = sorted({each[4] for each in rows})
    chance.shuffle(subs)
    parts = [subs[:1], *([each] for each in subs[1:3]), subs[3:]]
    for some in chance.sample([*parts, *parts], 2 * len(parts)):
        if some:
            take(homes[1], *(each for each in rows if each[4] in some))
    assert facts(homes[1]) == facts(homes[0])
    assert total(homes[1]) == sum(Decimal(each[8]) for each in rows)
    again = take(homes[1], *chance.sample(rows, len(rows)))
    assert again.changes.unchanged == Change(len(rows), total(homes[0]))
    assert (again.changes.added, again.changes.replaced, again.changes.removed) == (Change(), Change(), Change())
    assert again.changed == 0


def test_an_empty_subscription_is_one_of_its_own(house: House) -> None:
    take(house, row("2026-11-05", "70"))
    take(house, row("2026-11-05", "5", sub=""))
    take(house, row("2026-11-05", "6", sub=""))
    assert total(house) == 76


def test_days_that_the_export_does_not_hold_stay_and_are_named(house: House) -> None:
    take(house, row("2026-10-31", "1"), *(row(f"2026-11-{day:02d}", "2") for day in range(1, 14)))
    said = take(house, row("2026-11-01", "3"), row("2026-11-13", "4"))
    assert said.notes == ("11 other days of November 2026 of Microsoft a1, sub-account sub-a stay as they were.",)
    assert said.changes.replaced == Change(2, Decimal(7))
    assert said.changes.previous == Change(2, Decimal(4))
    assert total(house) == 1 + 11 * 2 + 7


def test_late_charges_follow_the_same_rule(house: House) -> None:
    take(house, row("2026-10-30", "8"), row("2026-10-30", "1", sub="sub-b"), row("2026-11-02", "2"))
    take(house, row("2026-10-30", "9"), row("2026-11-02", "2"))
    assert total(house) == 9 + 1 + 2


LOST = [
    ([row("2026-11-05", "70", service="VM")], [row("2026-11-05", "30")], r"\$70\.00 of VM on 2026-11-05"),
    ([row("2026-11-05", "70", service="VM")], [row("2026-11-05", "300")], r"\$70\.00 of VM on 2026-11-05"),
    ([row("2026-11-05", "70", team="search")], [row("2026-11-05", "100", team="support")], r"\$70\.00 of Chat"),
    ([row("2026-11-05", "-7", category="Credit")], [row("2026-11-05", "100")], r"−\$7\.00 of Chat"),
    ([row("2026-11-05", "10")] * 10, [row("2026-11-05", "10")] * 3, r"\$70\.00 of Chat"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "said", "reason"), LOST)
def test_what_the_export_holds_in_no_form_is_not_lost(
    house: House, known: list[Row], said: list[Row], reason: str
) -> None:
    take(house, *known)
    before, files = facts(house), {*house.facts.folder.iterdir()}
    with pytest.raises(BadFile, match=rf"export\.csv: .*{reason}.*sub-account sub-a.*--replace.*--add"):
        take(house, *said)
    assert facts(house) == before
    assert {*house.facts.folder.iterdir()} == files


@pytest.mark.parametrize(("known", "said", "reason"), LOST)
def test_both_ways_out_are_open(tmp_path: Path, known: list[Row], said: list[Row], reason: str) -> None:
    homes = [House(tmp_path / name) for name in ("anew", "both") if not (tmp_path / name).mkdir()]
    old, new = (sum(Decimal(each[8]) for each in rows) for rows in (known, said))
    for each in homes:
        take(each, *known)
    anew, both = take(homes[0], *said, again=True), take(homes[1], *said, add=True)
    assert (total(homes[0]), total(homes[1])) == (new, old + new)
    assert both.changes.added == Change(len(said), new)
    changes = anew.changes
    assert changes.added.rows + changes.replaced.rows + changes.unchanged.rows == len(said)
    assert changes.previous.amount + changes.removed.amount == old
    assert [note for note in anew.notes if note.startswith("Removed: ")] == [
        note for note in anew.notes if changes.removed.rows]  # fmt: skip


@pytest.mark.parametrize("said", [
    [row("2026-11-05", "71", team="search"), row("2026-11-05", "30", team="support")],
    [row("2026-11-05", "70", team="data"), row("2026-11-05", "30", team="support")],
    [row("2026-11-05", "100", team="data")],
    [row("2026-11-05", "40", team="x"), row("2026-11-05", "25", team="y"), row("2026-11-05", "35", team="z")],
    [row("2026-11-05", "40", team="search"), row("2026-11-05", "30", team="support"), row("2026-11-05", "9", team="q")],
])  # fmt: skip
def test_a_restatement_below_other_labels_is_taken(house: House, said: list[Row]) -> None:
    take(house, row("2026-11-05", "70", team="search"), row("2026-11-05", "30", team="support"))
    delivery = take(house, *said)
    assert delivery.published
    assert total(house) == sum(Decimal(each[8]) for each in said)
    changes = delivery.changes
    assert changes.previous.amount + changes.unchanged.amount == 100
    assert changes.removed == Change()
    assert changes.added.rows + changes.replaced.rows + changes.unchanged.rows == len(said)


def test_replacing_removes_what_the_source_knew_of_its_days_whatever_the_account(house: House) -> None:
    take(house, *(row(f"2026-11-{day:02d}", "5", sub=sub) for day in (4, 5, 6, 7) for sub in ("sub-a", "sub-b")))
    said = take(house, row("2026-11-05", "1"), row("2026-11-06", "1"), again=True)
    assert total(house) == 4 * 5 + 2
    assert said.changes.removed == Change(2, Decimal(10))
    assert said.notes[0] == "Removed: 1 row of Chat on 2026-11-05, $5.00."


def test_imports_of_other_subscriptions_at_once_lose_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    houses = [House(tmp_path / "home") for _ in range(3)]
    files = [export(tmp_path / f"{sub}.csv", (row(f"2026-11-{day:02d}", "5", sub=sub) for day in range(1, 8)))
             for sub in ("sub-a", "sub-b", "sub-c")]  # fmt: skip

    def imported(number: int) -> None:
        for _ in range(3):
            houses[number].publish(Focus().batch((files[number],)))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(imported, range(3)))
    assert total(houses[0]) == 3 * 7 * 5
