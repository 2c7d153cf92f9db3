"""Things that happen without waiting for the app: mentions and opened Home tabs, told with retries."""

import asyncio
from dataclasses import replace
from typing import Any

from sandbox import people
from sandbox.acts.wording import with_mentions
from sandbox.carrier import Carrier, Envelope, Sort, Undelivered
from sandbox.methods.call import SlackError
from sandbox.payloads import event
from sandbox.people import Channel, Person
from sandbox.state.messages import Message
from sandbox.workspace import Workspace

_RETRY_SECONDS = (1.0, 60.0, 300.0)


class Events:
    """Tells the app what it subscribed to; an unheard event is told again at about 0, +1 and +5 minutes."""

    def __init__(self, workspace: Workspace, carrier: Carrier) -> None:
        self._workspace, self._carrier = workspace, carrier
        self._telling: set[asyncio.Task[None]] = set()

    def home_opened(self, who: Person) -> None:
        """Somebody looks at the app's Home tab."""
        view = self._workspace.views.home(who.id)
        shown = {"view": view.payload} if view else {}
        now = f"{self._workspace.clock():.6f}"
        place = {"user": who.id, "channel": who.direct, "tab": "home", "event_ts": now}
        self._tell({"type": "app_home_opened", **place, **shown})

    def say(self, who: Person, where: Channel, text: str, thread_ts: str | None) -> Message:
        """Post what a person says; a mention of the app is told to it. Raises SlackError."""
        if who.id not in where.members:
            raise SlackError("not_in_channel")
        names = (self._workspace.manifest.bot_name, self._workspace.manifest.name)
        said = with_mentions(text, names, named=False)
        ts = self._workspace.messages.next_ts()
        message = Message(where.id, ts, who.id, said, thread_ts=thread_ts)
        self._workspace.messages.keep(message)
        heard = people.BOT_USER in where.members and not where.is_direct
        if heard and f"<@{people.BOT_USER}>" in said:
            self._mention(message)
        return message

    async def close(self) -> None:
        """Give up on everything not told yet."""
        for telling in list(self._telling):
            telling.cancel()

    def _mention(self, message: Message) -> None:
        if "app_mentions:read" not in self._workspace.manifest.scopes:
            return
        thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
        place = {"channel": message.channel, "event_ts": message.ts, "team": people.TEAM_ID, **thread}
        said = {"user": message.user, "text": message.text, "ts": message.ts}
        self._tell({"type": "app_mention", **said, **place})

    def _tell(self, inner: dict[str, Any]) -> None:
        if inner["type"] not in self._workspace.manifest.events:
            return
        envelope = Envelope(Sort.EVENT, event(self._workspace, inner), answerable=False)
        telling = asyncio.create_task(self._told(envelope))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _told(self, envelope: Envelope) -> None:
        for attempt, wait in enumerate((0.0, *_RETRY_SECONDS)):
            await asyncio.sleep(wait)
            try:
                await self._carrier.carry(replace(envelope, attempt=attempt))
            except Undelivered as unheard:
                envelope = replace(envelope, reason=str(unheard))
            else:
                return
