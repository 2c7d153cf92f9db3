"""Two imports at the same time: whoever is second merges anew with what the first has published."""

from decimal import Decimal
from typing import Any

import pytest

from storage.ingest.request_publication import RequestPublication
from tests.storage.ingest.conftest import Calls, call


@pytest.mark.parametrize("races", [1, 2])
def test_what_is_published_while_an_import_merges_loses_neither(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, races: int
) -> None:
    calls.tell("csv", call("known"))
    merged, left = RequestPublication._merged, [races]

    def overtaken(self: RequestPublication, db: Any, batch: Any, rows: Any, now: Any, session: Any = None) -> Any:
        done = merged(self, db, batch, rows, now, session)
        if left[0] and session is None:
            left[0], number = left[0] - 1, left[0]
            calls.tell("litellm", call(f"other {number}"), call("shared", spend="5"))
        return done

    monkeypatch.setattr(RequestPublication, "_merged", overtaken)
    told = calls.tell("csv", call("known"), call("shared"), call("mine"))
    assert calls.total() == (3 + races, Decimal(3 + races + 4))
    assert (told.changes.added.rows, told.changes.unchanged.rows) == (1, 1)
    assert sorted(path.name for path in (calls.home / "facts").glob("unfinished-*")) == []
