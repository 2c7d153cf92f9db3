"""Block elements: buttons, selects, pickers and inputs, and the blocks each may stand in."""

from collections.abc import Mapping

from sandbox.blocks.shape import (
    Check,
    Checked,
    Json,
    Problem,
    choice,
    exactly_one,
    flag,
    many,
    number,
    pattern,
    shape,
    text,
    whole,
)
from sandbox.blocks.text import (
    CONFIRM,
    DISPATCH,
    FILTER,
    ID,
    LINKED_OPTION,
    MARKED_OPTION,
    OPTION,
    OPTION_GROUP,
    PICTURE_ELEMENT,
    PLACEHOLDER,
    URL,
    plain,
)

_PRESSED = {"action_id": ID, "confirm": CONFIRM}
_CHOSEN = {**_PRESSED, "focus_on_load": flag, "placeholder": PLACEHOLDER}
_TYPED = {
    "action_id": ID,
    "focus_on_load": flag,
    "placeholder": PLACEHOLDER,
    "dispatch_action_config": DISPATCH,
}
_USER = pattern("[UW][A-Z0-9]{2,}")
_CHANNEL = pattern("C[A-Z0-9]{2,}")
_CONVERSATION = pattern("[CDGU][A-Z0-9]{2,}")
_SEVERAL = {"max_selected_items": whole(1, 100)}
_DAY = pattern(r"\d{4}-\d{2}-\d{2}")
_HOUR = pattern(r"([01]\d|2[0-3]):[0-5]\d")


def _chosen(one: str, check: Check, **more: Check) -> Check:
    return shape({}, {**_CHOSEN, f"initial_{one}": check, **more})


def _several(many_of: str, check: Check, **more: Check) -> Check:
    return shape({}, {**_CHOSEN, **_SEVERAL, f"initial_{many_of}": many(check, 100), **more})


def _among_own(initial: str) -> Check:
    """The initial choice must be one of the options, word for word."""

    def check(value: Json, at: str) -> Checked:
        groups = value.get("option_groups", [])
        own = value.get("options", []) + [option for group in groups for option in group["options"]]
        chosen = value.get(initial, [])
        for one in chosen if isinstance(chosen, list) else [chosen]:
            if one not in own:
                yield Problem(f"{at}/{initial}", "must be one of the options")

    return check


def _values_differ(value: Json, at: str) -> Checked:
    values = [option["value"] for option in value["options"]]
    if len(set(values)) < len(values):
        yield Problem(f"{at}/options", "option values must be unique")


_LISTED = {"options": many(OPTION, 100), "option_groups": many(OPTION_GROUP, 100)}
_BOUNDED = {"min_length": whole(0, 3000), "max_length": whole(1, 3000)}
_FEEDBACK = shape({"text": plain(75), "value": text(2000)}, {"accessibility_label": text(75)})

BUTTON = shape(
    {"text": plain(75)},
    {
        **_PRESSED,
        "url": URL,
        "value": text(2000),
        "style": choice("primary", "danger"),
        "accessibility_label": text(75),
    },
)
_TICKED: Mapping[str, Check] = {
    "checkboxes": shape(
        {"options": many(MARKED_OPTION, 10)},
        {**_PRESSED, "focus_on_load": flag, "initial_options": many(MARKED_OPTION, 10)},
        _values_differ,
        _among_own("initial_options"),
    ),
    "radio_buttons": shape(
        {"options": many(MARKED_OPTION, 10)},
        {**_PRESSED, "focus_on_load": flag, "initial_option": MARKED_OPTION},
        _values_differ,
        _among_own("initial_option"),
    ),
}
_SELECTS: Mapping[str, Check] = {
    "static_select": shape(
        {},
        {**_CHOSEN, **_LISTED, "initial_option": OPTION},
        exactly_one("options", "option_groups"),
        _among_own("initial_option"),
    ),
    "external_select": _chosen("option", OPTION, min_query_length=whole(0, 100)),
    "users_select": _chosen("user", _USER),
    "channels_select": _chosen("channel", _CHANNEL, response_url_enabled=flag),
    "conversations_select": _chosen(
        "conversation",
        _CONVERSATION,
        response_url_enabled=flag,
        default_to_current_conversation=flag,
        filter=FILTER,
    ),
}
_MULTI: Mapping[str, Check] = {
    "multi_static_select": shape(
        {},
        {**_CHOSEN, **_LISTED, **_SEVERAL, "initial_options": many(OPTION, 100)},
        exactly_one("options", "option_groups"),
        _among_own("initial_options"),
    ),
    "multi_external_select": _several("options", OPTION, min_query_length=whole(0, 100)),
    "multi_users_select": _several("users", _USER),
    "multi_channels_select": _several("channels", _CHANNEL),
    "multi_conversations_select": _several(
        "conversations", _CONVERSATION, default_to_current_conversation=flag, filter=FILTER
    ),
}
_PICKERS: Mapping[str, Check] = {
    "datepicker": _chosen("date", _DAY),
    "timepicker": _chosen("time", _HOUR, timezone=text(100)),
}
_MOMENT: Mapping[str, Check] = {
    "datetimepicker": shape(
        {}, {**_PRESSED, "focus_on_load": flag, "initial_date_time": whole(1_000_000_000, 9_999_999_999)}
    )
}
_OVERFLOW: Mapping[str, Check] = {"overflow": shape({"options": many(LINKED_OPTION, 5)}, _PRESSED, _values_differ)}


def _ordered(least: str, most: str) -> Check:
    def check(value: Json, at: str) -> Checked:
        if least in value and most in value and float(value[least]) > float(value[most]):
            yield Problem(at, f"{least} must not be above {most}")

    return check


def _numeral(value: object, at: str) -> Checked:
    if isinstance(value, str):
        yield from pattern(r"-?\d+(\.\d+)?")(value, at)
    else:
        yield from number(value, at)


_TEXT_INPUTS: Mapping[str, Check] = {
    "plain_text_input": shape(
        {},
        {**_TYPED, **_BOUNDED, "multiline": flag, "initial_value": text(3000, 0)},
        _ordered("min_length", "max_length"),
    ),
    "email_text_input": shape({}, {**_TYPED, "initial_value": text(3000)}),
    "url_text_input": shape({}, {**_TYPED, "initial_value": text(3000)}),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**_TYPED, "initial_value": _numeral, "min_value": _numeral, "max_value": _numeral},
        _ordered("min_value", "max_value"),
    ),
    "file_input": shape({}, {"action_id": ID, "filetypes": many(text(20), 50), "max_files": whole(1, 10)}),
}

SECTION: Mapping[str, Check] = {
    "button": BUTTON,
    "image": PICTURE_ELEMENT,
    **_TICKED,
    **_SELECTS,
    **_MULTI,
    **_PICKERS,
    **_OVERFLOW,
}
ACTIONS: Mapping[str, Check] = {
    "button": BUTTON,
    **_TICKED,
    **_SELECTS,
    **_PICKERS,
    **_MOMENT,
    **_OVERFLOW,
}
INPUT: Mapping[str, Check] = {**_TEXT_INPUTS, **_TICKED, **_SELECTS, **_MULTI, **_PICKERS, **_MOMENT}
CONTEXT_ACTIONS: Mapping[str, Check] = {
    "feedback_buttons": shape({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ID}),
    "icon_button": shape(
        {"icon": choice("trash"), "text": plain(75)},
        {
            **_PRESSED,
            "value": text(2000),
            "accessibility_label": text(75),
            "visible_to_user_ids": many(_USER, 100),
        },
    ),
}
