"""Blocks of every kind the sandbox takes, as an app might send them."""

from typing import Any

Json = dict[str, Any]

FIONA, ERIK = "U0FIONA0000", "U0ERIK00000"
FINANCE, ENGINEERING = "C0FINANCE00", "C0ENGINEER0"
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> <!channel> <@U1|you>"
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, about: str | None = None) -> Json:
    described = {"description": plain(about)} if about else {}
    return {"text": plain(text), "value": text.lower(), **described}


def button(text: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action, "value": "7", **more}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def number(value: float, text: str) -> Json:
    return {"type": "raw_number", "value": value, "text": text}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


OPTIONS = [option("Search", "Owner: Erik Lund"), option("Support"), option("Marketing")]
CONFIRM = {
    "title": plain("Deny the request?"),
    "text": mrkdwn("Team *search* stays at $4,000.00 a month."),
    "confirm": plain("Deny"),
    "deny": plain("Go back"),
    "style": "danger",
}


def series(name: str, *values: float) -> Json:
    return {"name": name, "data": [{"label": day, "value": value} for day, value in zip(DAYS, values, strict=True)]}


def drawn(kind: str) -> Json:
    both = [series("Actual", 2310, 2480, 2390, 3120, 2950), series("Expected", 2300, 2350, 2400, 2420, 2450)]
    axes = {"categories": DAYS, "x_label": "Week 47", "y_label": "USD"}
    chart = {"type": kind, "series": both, "axis_config": axes}
    return {"type": "data_visualization", "title": f"Daily spend, USD ({kind})", "chart": chart}


TEXTS: list[Json] = [
    {"type": "header", "text": plain("AI spend, week 47 :chart_with_upwards_trend:")},
    section(
        "*AI cost $18.4k this week, +12 % on last week*; _provisional_, ~$17.9k~ `USD`\n"
        f"<@{FIONA}> in <#{ENGINEERING}|engineering>, <!subteam^S0APPROVERS>, <!here>,"
        " <https://example.com/a?b=1&amp;c=2|the report>\n"
        "> On <!date^1763856000^{date_short} at {time}|22 Nov> &lt;not a tag&gt; :white_check_mark: :unknown_code:\n"
        "```key alias   cost\nsearch-a    1300```"
    ),
    {
        "type": "section",
        "fields": [
            mrkdwn("*Month to date*\n$61.2k of $75k"),
            mrkdwn("*Runs out*\n28 Nov, 2 days early"),
            plain("Plain *field*"),
        ],
    },
    section("With a menu", accessory={"type": "static_select", "action_id": "team", "options": OPTIONS}),
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("billed to *20 Nov*, metered to 22 Nov 24:00 UTC"), plain("USD")]},
    {
        "type": "markdown",
        "text": "## Why\n\nVolume **+9 %**, mix *+5 %*, [docs](https://example.com)\n\n- one\n- `two`\n\n1. first\n\n"
        "> quoted\n\n| team | cost |\n|---|--:|\n| search | 7.2 |\n\n```\ncode\n```",
    },
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Bold ", "style": {"bold": True, "italic": True}},
                    {"type": "user", "user_id": FIONA},
                    {"type": "text", "text": " in "},
                    {"type": "channel", "channel_id": FINANCE},
                    {"type": "text", "text": " with "},
                    {"type": "usergroup", "usergroup_id": "S0APPROVERS"},
                    {"type": "emoji", "name": "warning"},
                    {"type": "link", "url": "https://example.com", "text": "link"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "date", "timestamp": 1763856000, "format": "{date_long}", "fallback": "22 Nov"},
                    {"type": "color", "value": "#0072b2"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": rich({"type": "text", "text": "point"})["elements"],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a quote"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "as  typed"}]},
        ],
    },
]

TABLE: Json = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}, {"align": "right"}],
    "rows": [
        [raw("Team"), raw("Cost")],
        [raw("search"), number(7200.5, "$7,200.50")],
        [rich({"type": "text", "text": "other (14)"}), raw("$500")],
    ],
}
DATA_TABLE: Json = {
    "type": "data_table",
    "caption": "Keys without owner",
    "page_size": 2,
    "rows": [[raw("Key"), raw("Calls")], *([raw(f"ci-batch-{n}"), number(n * 11, f"{n * 11}")] for n in range(1, 6))],
}
PIE: Json = {
    "type": "data_visualization",
    "title": "Spend by team this week",
    "chart": {"type": "pie", "segments": [{"label": "search", "value": 7.2}, {"label": "data", "value": 3}]},
}
TASK: Json = {
    "type": "task_card",
    "task_id": "read-back",
    "title": "Read the limit back",
    "status": "in_progress",
    "details": rich({"type": "text", "text": "LiteLLM still says $4,000.00"}),
    "sources": [{"type": "url", "url": "https://example.com/limits", "text": "Limits"}],
}


def pictures(file: str) -> list[Json]:
    """Blocks around an uploaded picture."""
    shown = {"type": "image", "slack_file": {"id": file}, "alt_text": "Cumulative spend against budget"}
    small = {**shown, "alt_text": "A small chart"}
    card = {
        "type": "card",
        "icon": small,
        "hero_image": small,
        "title": mrkdwn("*search*"),
        "subtitle": plain("over pace"),
        "body": mrkdwn("$3.61k of $4.0k on day 23"),
        "actions": [button("Open", "open")],
    }
    container = {
        "type": "container",
        "title": plain("How this was counted"),
        "subtitle": plain("3 sources"),
        "icon": small,
        "is_collapsible": True,
        "child_blocks": [section("Inside *a container*"), {"type": "divider"}],
    }
    video = {"type": "video", "alt_text": "Tour", "title": plain("A tour"), "video_url": "https://example.com/v"}
    return [
        {**shown, "title": plain("Spend against budget")},
        section("With a picture", accessory=small),
        {"type": "context", "elements": [small, plain("with a sign")]},
        container,
        card,
        {"type": "carousel", "elements": [card, {**card, "title": plain("support")}, {**card, "title": plain("data")}]},
        {"type": "plan", "title": "Raise the limit", "tasks": [{**TASK, "task_id": "set", "status": "complete"}, TASK]},
        TASK,
        {**video, "thumbnail_url": "https://example.com/t.png"},
    ]


def with_options(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": kind, **({"options": OPTIONS} if "static" in kind else {}), **more}


ONE_OF = ("static_select", "users_select", "conversations_select", "channels_select")
MOMENTS = ("datepicker", "timepicker", "datetimepicker")
ACTIONS: list[Json] = [
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            button("Approve", "approve", style="primary"),
            button("Deny…", "deny", style="danger", confirm=CONFIRM),
            button("Details", "details"),
            {"type": "overflow", "action_id": "more", "options": [option("Snooze 1 day"), option("Assign")]},
        ],
    },
    {"type": "actions", "block_id": "choose", "elements": [with_options(kind) for kind in ONE_OF + MOMENTS]},
    {
        "type": "context_actions",
        "block_id": "quiet",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "useful",
                "positive_button": {"text": plain("Useful"), "value": "yes"},
                "negative_button": {"text": plain("Not useful"), "value": "no"},
            },
            {"type": "icon_button", "action_id": "bin", "icon": "trash", "text": plain("Remove")},
        ],
    },
]


def asked(block_id: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(block_id.capitalize()), "element": element, **more}


def field(block_id: str, kind: str, hint: str | None = None, optional: bool = True, **more: Any) -> Json:
    element = {"type": kind, "action_id": f"{block_id}_value", **more}
    return asked(block_id, element, optional=optional, **({"hint": plain(hint)} if hint else {}))


FIELDS: list[Json] = [
    field("amount", "number_input", "In USD a month", optional=False, is_decimal_allowed=True, min_value="0"),
    field("reason", "plain_text_input", optional=False, multiline=True, placeholder=plain("Why this is needed")),
    field("email", "email_text_input"),
    field("link", "url_text_input"),
    field("evidence", "file_input"),
    field("kind", "radio_buttons", options=OPTIONS),
    field("parts", "checkboxes", options=OPTIONS, initial_options=[OPTIONS[1]]),
    *(asked(kind, with_options(kind), optional=True) for kind in ONE_OF + MOMENTS),
    *(asked(f"multi_{kind}", with_options(f"multi_{kind}"), optional=True) for kind in ONE_OF),
]
MODAL: Json = {
    "type": "modal",
    "title": plain("Approve less"),
    "submit": plain("Approve"),
    "close": plain("Go back"),
    "blocks": [section("Search asks for *$6.5k* a month."), *FIELDS],
}
HOME: Json = {"type": "home", "blocks": [*TEXTS[:6], ACTIONS[0]]}
