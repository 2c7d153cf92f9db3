"""Two imports at the same time: whoever is second merges anew with what the first has published."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from storage.ingest.request_publication import RequestPublication
from storage.ingest.runs import Options
from tests.storage.facts.conftest import NOW
from tests.storage.ingest.conftest import Calls, call


@dataclass(frozen=True)
class Overtaken(RequestPublication):
    """An import that another one overtakes so many times while it merges."""

    calls: Calls
    left: list[int]

    def _merged(self, db: Any, batch: Any, rows: Any, now: Any, session: Any = None) -> Any:
        done = super()._merged(db, batch, rows, now, session)
        if self.left and session is None:
            self.calls.tell("litellm", call(f"other {self.left.pop()}"), call("shared", spend="5"))
        return done


@pytest.mark.parametrize("races", [1, 2])
def test_what_is_published_while_an_import_merges_loses_neither(calls: Calls, races: int) -> None:
    calls.tell("csv", call("known"))
    overtaken = Overtaken(**vars(calls.facts._requests()), calls=calls, left=[*range(races)])
    batch = calls.batch("csv", call("known"), call("shared"), call("mine"))
    told = overtaken.publish(batch, NOW, Options())
    assert overtaken.left == []
    assert calls.total() == (3 + races, Decimal(3 + races + 4))
    assert (told.changes.added.rows, told.changes.unchanged.rows) == (1, 1)
    assert list((calls.home / "facts").glob("unfinished-*")) == []
