"""The doctor: what is not as it should be, each in one sentence with its fix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.connections import connected_targets
from bot.doctor_sources import Finding, sources
from bot.wiring import House
from finops.disagreeing import disagreements
from finops.errors import FinopsError
from finops.money import Money
from finops.people import Role
from finops.period import day_in, last_days
from storage.chain import verified
from storage.effects import Effects
from storage.holding import HeldPrices

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:read",
        "users:read",
    }
)


def findings(house: House) -> Iterator[Finding]:
    """Whether each thing is well, and a sentence about it."""
    yield True, f"The configuration of {house.settings.home} can be read."
    yield from _chain(house)
    yield from _people(house)
    yield from _slack(house)
    yield from _effects(house)
    yield from sources(house)
    yield from _prices(house)
    yield from _jumps(house)
    yield from _targets(house)


def _chain(house: House) -> Iterator[Finding]:
    found = verified(house.engine, house.key)
    if found.broken_at is None:
        yield True, f"The audit chain holds {found.entries} entries, all as they were written."
    else:
        yield False, f"Entry {found.broken_at} of the audit chain does not fit; restore the database from a backup."


def _people(house: House) -> Iterator[Finding]:
    approvers = [id for id, person in house.settings.people.items() if Role.APPROVER in person.roles]
    if len(approvers) > 1:
        yield True, f"{len(approvers)} people may approve."
    else:
        yield (
            False,
            "Fewer than two people may approve, so nobody can decide on an approver's own request; name them \
below people in config.yaml with roles: [approver].",
        )


def _slack(house: House) -> Iterator[Finding]:
    settings = house.settings.slack
    if not settings.bot_token.get_secret_value():
        yield False, "SLACK_BOT_TOKEN is not set; take it from OAuth & Permissions of your Slack app."
        return
    client = WebClient(settings.bot_token.get_secret_value(), base_url=settings.api_base, timeout=10)
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield (
            False,
            f"Slack does not take SLACK_BOT_TOKEN ({error.response['error']}); reinstall the app and copy it anew.",
        )
        return
    except OSError as error:
        yield False, f"Slack cannot be reached at {settings.api_base} ({error}); check the network."
        return
    yield True, f"Slack knows the bot as {answer['user']} of {answer['team']}."
    yield from _scopes(answer.headers)
    for audience, place in house.channels.items():
        yield _joined(client, str(audience), place.channel)


def _scopes(headers: Any) -> Iterator[Finding]:
    granted = {name.strip() for name in headers.get("x-oauth-scopes", "").split(",") if name.strip()}
    missing = SCOPES - granted
    if granted and missing:
        yield (
            False,
            f"The app lacks the scopes {', '.join(sorted(missing))}; update it from manifest.yaml and reinstall.",
        )
    elif granted:
        yield True, "The app has every scope it needs."


def _joined(client: WebClient, audience: str, channel: str) -> Finding:
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError:
        return False, f"The channel {channel} of {audience} is not known to the bot; invite it there with /invite."
    if not found.get("is_member"):
        return False, f"The bot is not in #{found['name']} of {audience}; invite it there with /invite."
    return True, f"The bot is in #{found['name']} of {audience}."


def _effects(house: House) -> Iterator[Finding]:
    parked = Effects(house.engine).parked()
    if parked:
        what = "1 thing that was" if parked == 1 else f"{parked} things that were"
        yield False, f"{what} decided could not be done in a day; mend what the log says, then start the bot anew."


def _prices(house: House) -> Iterator[Finding]:
    period = last_days(30, day_in(house.settings.company.zone, house.clock()))
    for each in disagreements(house.ledger, house.facts.prices, period):
        depends = "" if each.worth is None else f": {Money(each.worth)} {period.within}"
        yield True, f"The price lists disagree on {each}{depends}; what you pay belongs below prices: in config.yaml."


def _jumps(house: House) -> Iterator[Finding]:
    for jump in HeldPrices(house.engine, house.facts.prices).waiting(house.clock().date()):
        yield (
            False,
            f"A price has jumped and the old one is in force: {jump}; `tuppence prices accept {jump.used.models[-1]}` \
takes the new one.",
        )


def _targets(house: House) -> Iterator[Finding]:
    connected = connected_targets(house.settings)
    for held in house.states.budgets():
        budget = held.state
        if not budget.target:
            continue
        try:
            limit = connected[budget.target].read_back(budget.target_id)
        except FinopsError as error:
            yield False, f"The limit of {budget.team} cannot be read back: {error}"
            continue
        fits = limit == budget.amount
        yield fits, (f"{budget.target} holds {limit or 'no limit'} for {budget.team}"
                     + ("." if fits else f", but the budget is {budget.amount}; ask for it anew."))  # fmt: skip
