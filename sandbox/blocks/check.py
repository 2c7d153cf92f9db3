"""What Slack would refuse about the blocks of a message or about a whole view."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.blocks.layout import IN_MESSAGE, IN_VIEW
from sandbox.blocks.shape import Check, Checked, Json, Problem, flag, kinds, many, shape, text
from sandbox.blocks.text import plain

Usable = Callable[[Json], bool]
"""Whether a `slack_file` object names a picture that is there and already scanned."""

_ONE_MESSAGE = {"table": 1, "data_visualization": 2}
_MARKDOWN_MOST = 12_000
_DATA_TABLE_MOST = 10_000

_message = many(kinds(IN_MESSAGE), 50, 0)
_blocks = many(kinds(IN_VIEW), 100, 0)
_identified = {"private_metadata": text(3000, 0), "callback_id": text(255, 0), "external_id": text(255, 0)}
_modal = kinds(
    {
        "modal": shape(
            {"title": plain(24), "blocks": _blocks},
            {
                **_identified,
                "close": plain(24),
                "submit": plain(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
                "submit_disabled": flag,
            },
        )
    }
)
_home = kinds({"home": shape({"blocks": _blocks}, _identified)})


def message_problems(blocks: Any, usable: Usable, at: str = "/blocks") -> list[Problem]:
    """Every reason to refuse these blocks in a message; empty if Slack would take them."""
    problems = list(_message(blocks, at))
    return problems or [*_together(blocks, at), *_ids(blocks, at), *_pictures(blocks, at, usable)]


def modal_problems(view: Any, usable: Usable, at: str = "/view") -> list[Problem]:
    """Every reason to refuse this view as a modal."""
    problems = _view_problems(_modal, view, usable, at)
    needs = not problems and "submit" not in view and any(b["type"] == "input" for b in view["blocks"])
    return [Problem(f"{at}/submit", "`submit` is required for views with input blocks")] if needs else problems


def home_problems(view: Any, usable: Usable, at: str = "/view") -> list[Problem]:
    """Every reason to refuse this view as a Home tab."""
    return _view_problems(_home, view, usable, at)


def _view_problems(check: Check, view: Any, usable: Usable, at: str) -> list[Problem]:
    problems = list(check(view, at))
    if problems:
        return problems
    return [*_ids(view["blocks"], f"{at}/blocks"), *_pictures(view["blocks"], f"{at}/blocks", usable)]


def _ids(blocks: list[Json], at: str) -> Checked:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        own = block.get("block_id")
        if own in seen:
            yield Problem(f"{at}/{index}/block_id", f"block_id already exists: {own}")
        seen.update([own] if own else [])


def _together(blocks: list[Json], at: str) -> Checked:
    for kind, most in _ONE_MESSAGE.items():
        for index, where in enumerate(_places(blocks, kind, at)):
            if index >= most:
                yield Problem(where, f"no more than {most} {kind} blocks allowed per message")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > _MARKDOWN_MOST:
        yield Problem(at, f"markdown blocks must be less than {_MARKDOWN_MOST + 1} characters together")
    if sum(_cell_length(block) for block in blocks if block["type"] == "data_table") > _DATA_TABLE_MOST:
        yield Problem(at, f"data_table blocks must be less than {_DATA_TABLE_MOST + 1} characters together")


def _places(blocks: list[Json], kind: str, at: str) -> Iterator[str]:
    for index, block in enumerate(blocks):
        if block["type"] == kind:
            yield f"{at}/{index}"
        yield from _places(block.get("child_blocks", []), kind, f"{at}/{index}/child_blocks")


def _cell_length(table: Json) -> int:
    cells = itertools.chain.from_iterable(table["rows"])
    return sum(len(str(cell.get("text", cell.get("value", "")))) for cell in cells)


def _pictures(value: Any, at: str, usable: Usable) -> Checked:
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _pictures(one, f"{at}/{index}", usable)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "slack_file" and not usable(one):
                yield Problem(f"{at}/{key}", "invalid slack file")
            else:
                yield from _pictures(one, f"{at}/{key}", usable)
