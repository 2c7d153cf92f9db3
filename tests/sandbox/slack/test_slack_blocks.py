"""Each limit of Block Kit is kept at its edge, and each block stands only where Slack lets it."""

from typing import Any

import pytest

from sandbox.blocks.check import home_problems, message_problems, modal_problems

Json = dict[str, Any]


def usable(file: Json) -> bool:
    return file.get("id") == "F0SCANNED1"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", **more}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(count)]


def button(number: int = 0, **more: Any) -> Json:
    return {"type": "button", "action_id": f"press-{number}", "text": plain("Press"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **more: Any) -> Json:
    return actions({"type": "static_select", "options": options(count), **more})


def confirm(**more: str) -> Json:
    texts = {"title": "Sure?", "text": "This spends money.", "confirm": "Yes", "deny": "No", **more}
    return actions(button(confirm={key: plain(text) for key, text in texts.items()}))


def image(**more: Any) -> Json:
    return {"type": "image", "alt_text": "a chart", "slack_file": {"id": "F0SCANNED1"}, **more}


def field(**more: Any) -> Json:
    return {"type": "input", "label": plain("Team"), "element": {"type": "plain_text_input"}, **more}


def cells(count: int) -> list[Json]:
    return [{"type": "raw_text", "text": "x"} for _ in range(count)]


def table(rows: int, columns: int = 1) -> Json:
    return {"type": "table", "rows": [cells(columns) for _ in range(rows)]}


def data_table(rows: int, **more: Any) -> Json:
    return {"type": "data_table", "caption": "Top movers", "rows": [cells(2) for _ in range(rows)], **more}


def chart(series: int = 1, points: int = 2, title: str = "Daily spend", name: str = "Actual") -> Json:
    days = [f"d{n}" for n in range(points)]
    data = [{"label": day, "value": -1.5} for day in days]
    lines = [{"name": f"{name}{n or ''}", "data": data} for n in range(series)]
    drawn = {"type": "line", "series": lines, "axis_config": {"categories": days}}
    return {"type": "data_visualization", "title": title, "chart": drawn}


def pie(*values: float) -> Json:
    segments = [{"label": f"part {n}", "value": value} for n, value in enumerate(values)]
    return {"type": "data_visualization", "title": "Share", "chart": {"type": "pie", "segments": segments}}


def container(count: int, **more: Any) -> Json:
    return {"type": "container", "title": plain("More"), "child_blocks": [{"type": "divider"}] * count, **more}


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain("A card"), **more}


EDGES = [
    ("blocks of a message", [{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    ("block_id", [section(text=plain("x"), block_id="x" * 255)], [section(text=plain("x"), block_id="x" * 256)]),
    ("header", [{"type": "header", "text": plain("x" * 150)}], [{"type": "header", "text": plain("x" * 151)}]),
    ("header is plain", [{"type": "header", "text": plain("x")}], [{"type": "header", "text": marked("x")}]),
    ("section text", [section(text=marked("x" * 3000))], [section(text=marked("x" * 3001))]),
    ("section is not empty", [section(text=plain("x"))], [section()]),
    ("text is not empty", [section(text=plain("x"))], [section(text=plain(""))]),
    ("fields", [section(fields=[marked("x")] * 10)], [section(fields=[marked("x")] * 11)]),
    ("field text", [section(fields=[marked("x" * 2000)])], [section(fields=[marked("x" * 2001)])]),
    (
        "context",
        [{"type": "context", "elements": [marked("x")] * 10}],
        [{"type": "context", "elements": [marked("x")] * 11}],
    ),
    ("actions", [actions(*map(button, range(25)))], [actions(*map(button, range(26)))]),
    ("actions are not empty", [actions(button())], [actions()]),
    ("action_id differs", [actions(button(1), button(2))], [actions(button(1), button(1))]),
    ("action_id", [actions(button(action_id="x" * 255))], [actions(button(action_id="x" * 256))]),
    ("button text", [actions(button(text=plain("x" * 75)))], [actions(button(text=plain("x" * 76)))]),
    ("button value", [actions(button(value="x" * 2000))], [actions(button(value="x" * 2001))]),
    ("button url", [actions(button(url="x" * 3000))], [actions(button(url="x" * 3001))]),
    ("button style", [actions(button(style="danger"))], [actions(button(style="loud"))]),
    ("confirm title", [confirm(title="x" * 100)], [confirm(title="x" * 101)]),
    ("confirm text", [confirm(text="x" * 300)], [confirm(text="x" * 301)]),
    ("confirm button", [confirm(deny="x" * 30)], [confirm(deny="x" * 31)]),
    ("select options", [select(100)], [select(101)]),
    ("placeholder", [select(1, placeholder=plain("x" * 150))], [select(1, placeholder=plain("x" * 151))]),
    ("initial option", [select(2, initial_option=options(2)[1])], [select(2, initial_option=options(3)[2])]),
    (
        "option text",
        [select(0, options=[{"text": plain("x" * 75), "value": "v" * 150}])],
        [select(0, options=[{"text": plain("x" * 76), "value": "v" * 151}])],
    ),
    (
        "overflow",
        [actions({"type": "overflow", "options": options(5)})],
        [actions({"type": "overflow", "options": options(6)})],
    ),
    ("alt text", [image(alt_text="x" * 2000)], [image(alt_text="x" * 2001)]),
    ("image title", [image(title=plain("x" * 2000))], [image(title=plain("x" * 2001))]),
    ("image has one source", [image()], [image(image_url="https://example.com/a.png")]),
    ("slack_file is id or url", [image()], [image(slack_file={"id": "F0SCANNED1", "url": "https://example.com"})]),
    ("slack_file id", [image()], [image(slack_file={"id": "F1"})]),
    ("slack_file is there", [image()], [image(slack_file={"id": "F0UNKNOWN1"})]),
    (
        "file in a context",
        [{"type": "context", "elements": [image()]}],
        [{"type": "context", "elements": [image(slack_file={"id": "F0UNKNOWN1"})]}],
    ),
    ("markdown", [{"type": "markdown", "text": "x" * 12_000}], [{"type": "markdown", "text": "x" * 12_001}]),
    (
        "markdown together",
        [{"type": "markdown", "text": "x" * 6_000}] * 2,
        [{"type": "markdown", "text": "x" * 6_000}] * 2 + [{"type": "markdown", "text": "x"}],
    ),
    ("table rows", [table(100)], [table(101)]),
    ("table columns", [table(1, 20)], [table(1, 21)]),
    ("tables of a message", [table(1)], [table(1), table(1)]),
    ("tables in containers count", [table(1)], [table(1), container(0, child_blocks=[table(1)])]),
    ("row widths", [table(2)], [{"type": "table", "rows": [cells(1), cells(2)]}]),
    ("data_table rows", [data_table(101)], [data_table(102)]),
    ("data_table page", [data_table(3, page_size=100)], [data_table(3, page_size=101)]),
    ("charts of a message", [chart(), chart()], [chart(), chart(), chart()]),
    ("chart series", [chart(series=6)], [chart(series=7)]),
    ("chart points", [chart(points=20)], [chart(points=21)]),
    ("chart title", [chart(title="x" * 50)], [chart(title="x" * 51)]),
    ("series name", [chart(name="x" * 20)], [chart(name="x" * 21)]),
    ("pie segments", [pie(*[1] * 6)], [pie(*[1] * 7)]),
    ("pie value", [pie(0.1)], [pie(0)]),
    ("container children", [container(10)], [container(11)]),
    ("container title", [container(1, title=plain("x" * 150))], [container(1, title=plain("x" * 151))]),
    ("container collapses", [container(1, is_collapsible=True)], [container(1, default_collapsed=True)]),
    ("card title", [card(title=plain("x" * 150))], [card(title=plain("x" * 151))]),
    ("card body", [card(body=marked("x" * 200))], [card(body=marked("x" * 201))]),
    (
        "carousel",
        [{"type": "carousel", "elements": [card()] * 10}],
        [{"type": "carousel", "elements": [card()] * 11}],
    ),
    ("input label", [field(label=plain("x" * 2000))], [field(label=plain("x" * 2001))]),
    ("unknown key", [section(text=plain("x"))], [section(text=plain("x"), colour="red")]),
    ("unknown type", [section(text=plain("x"))], [{"type": "html"}]),
    ("type is text", [section(text=plain("x"))], [{"type": ["section"]}]),
    ("a block is an object", [section(text=plain("x"))], ["section"]),
    ("block_id differs", [{"type": "divider", "block_id": "a"}], [{"type": "divider", "block_id": "a"}] * 2),
]


@pytest.mark.parametrize(("good", "bad"), [edge[1:] for edge in EDGES], ids=[edge[0] for edge in EDGES])
def test_a_limit_holds_at_its_edge(good: list[Json], bad: list[Any]) -> None:
    assert message_problems(good, usable) == []
    assert message_problems(bad, usable)


@pytest.mark.parametrize(
    "block",
    [
        chart(),
        table(1),
        data_table(2),
        card(),
        container(1),
        {"type": "markdown", "text": "x"},
        {"type": "carousel", "elements": [card()]},
    ],
    ids=lambda block: str(block["type"]),
)
def test_some_blocks_stand_in_messages_only(block: Json) -> None:
    assert message_problems([block], usable) == []
    modal = {"type": "modal", "title": plain("T"), "blocks": [block]}
    assert [one.pointer for one in modal_problems(modal, usable)] == ["/view/blocks/0/type"]
    assert [one.pointer for one in home_problems({"type": "home", "blocks": [block]}, usable)] == [
        "/view/blocks/0/type"
    ]


@pytest.mark.parametrize("block", [section(text=plain("x")), image(), field(), actions(button())])
def test_other_blocks_stand_everywhere(block: Json) -> None:
    modal = {"type": "modal", "title": plain("T"), "submit": plain("Go"), "blocks": [block]}
    assert message_problems([block], usable) == []
    assert modal_problems(modal, usable) == []
    assert home_problems({"type": "home", "blocks": [block]}, usable) == []


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"title": plain("x" * 25)}, "/view/title/text"),
        ({"submit": plain("x" * 25)}, "/view/submit/text"),
        ({"close": plain("x" * 25)}, "/view/close/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"external_id": "x" * 256}, "/view/external_id"),
        ({"blocks": [{"type": "divider"}] * 101}, "/view/blocks"),
        ({"blocks": [field()]}, "/view/submit"),
        ({"type": "dialog"}, "/view/type"),
        ({"colour": "red"}, "/view"),
        ({"blocks": [image(slack_file={"id": "F0UNKNOWN1"})]}, "/view/blocks/0/slack_file"),
    ],
)
def test_a_modal_has_limits_of_its_own(more: Json, pointer: str) -> None:
    good = {
        "type": "modal",
        "title": plain("x" * 24),
        "close": plain("x" * 24),
        "private_metadata": "x" * 3000,
        "blocks": [{"type": "divider"}] * 100,
    }
    assert modal_problems(good, usable) == []
    assert [one.pointer for one in modal_problems({**good, **more}, usable)] == [pointer]


@pytest.mark.parametrize("view", [None, [], "modal", {}])
def test_what_is_no_view_is_refused_without_breaking(view: Any) -> None:
    assert modal_problems(view, usable)
    assert home_problems(view, usable)
