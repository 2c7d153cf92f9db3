"""`python -m sandbox.company`: write a made-up company's bills, gateway log, driver counts and budgets."""

import argparse
import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sandbox.company_focus import write_month
from sandbox.company_requests import write_day
from sandbox.company_story import APPS, driver_count, uses

_LOG_DAYS = 35
_TEAMS = ("search", "support", "ide-assist", "marketing", "data")
_EXTRA = {"ide-assist": 190 * 19.0 / 30}
_RECENT = timedelta(days=45)


def main() -> None:
    """Write what is missing up to the given day; the last weeks are written anew, older files are left alone."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.company", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--until", type=date.fromisoformat, required=True)
    parser.add_argument("--months", type=int, default=13)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    write(told.out, told.until, told.months, told.seed)


def write(out: Path, until: date, months: int = 13, seed: int = 7) -> None:
    """All of the company's files, up to and with *until*. What happened to the company happened just before the first
    day that it was written up to; written again later, it goes on from there."""
    now = _now(out, until)
    for month in _months(until, months):
        recent = _after(month) > until - _RECENT
        if recent or not (out / "focus" / f"github-{month:%Y-%m}.csv").exists():
            write_month(out / "focus", month, until, now, seed)
    for ago in range(_LOG_DAYS):
        write_day(out / "requests", until - timedelta(days=ago), now, seed)
    _write_drivers(out / "drivers", _months(until, months)[0], until, seed)
    if not (out / "budgets.json").exists():
        (out / "budgets.json").write_text(json.dumps(_budgets(now, seed), indent=1))


def _now(out: Path, until: date) -> date:
    """The day on which the story stands: *until*, the first time."""
    file = out / "story.json"
    if not file.exists():
        out.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"now": str(until)}))
    return date.fromisoformat(json.loads(file.read_text())["now"])


def _months(until: date, count: int) -> list[date]:
    months = [until.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def _after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _write_drivers(folder: Path, first: date, until: date, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "drivers.csv").open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(("date", "app", "driver", "count", "team"))
        for day in _days(first, until):
            sheet.writerows((day, app.name, app.driver, driver_count(app, day, seed), app.team)
                            for app in APPS if app.driver)  # fmt: skip


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _budgets(now: date, seed: int) -> list[dict[str, str | float]]:
    """Search has used nine tenths of its budget; the others have a quarter more than a usual month."""
    spent = dict.fromkeys(_TEAMS, 0.0)
    for day in _days(now.replace(day=1), now):
        for team in _TEAMS:
            spent[team] += _EXTRA.get(team, 0.0)
        for use in uses(day, now, seed):
            if use.app.team:
                spent[use.app.team] += sum(use.costs.values())
    usual = {team: amount / now.day * 30 * 1.25 for team, amount in spent.items()}
    rounded = {team: max(500, round(amount / 500) * 500) for team, amount in usual.items()}
    rounded["search"] = max(100, round(spent["search"] / 0.9 / 100) * 100)
    return [{"team": team, "monthly": float(amount), "target": "litellm", "id": f"team/{team}"}
            for team, amount in rounded.items()]  # fmt: skip


if __name__ == "__main__":
    main()
