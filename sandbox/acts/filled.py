"""What stands in the fields of a message or view, and what Slack's client would not let through."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_KEYS = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
_STATELESS = {"button", "overflow", "image", "feedback_buttons", "icon_button", "plain_text", "mrkdwn"}
_REQUIRED = "Please complete this required field."


def key_of(element: Json) -> str:
    """Under which key the value of an element stands in a payload."""
    return _KEYS.get(element["type"], "value")


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block with each of its elements, nested ones included."""
    for block in blocks:
        if block["type"] == "carousel":
            yield from elements(block["elements"])
            continue
        yield from elements(block.get("child_blocks", []))
        single = [block[key] for key in ("accessory", "element") if key in block]
        several = block.get("elements", []) if block["type"] in ("actions", "context_actions") else []
        for element in [*single, *several, *block.get("actions", [])]:
            yield block, element


def values(blocks: list[Json], given: Json) -> Json:
    """state.values of these blocks: what was given, else what the app put in first, else null."""
    state: Json = {}
    for block, element in elements(blocks):
        if element["type"] in _STATELESS:
            continue
        place, action = block["block_id"], element["action_id"]
        state.setdefault(place, {})[action] = _value(element, given.get(place, {}).get(action))
    return state


def refusals(blocks: list[Json], state: Json) -> dict[str, str]:
    """By block_id, why a client would not submit these values."""
    wrong = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            value = state[block["block_id"]][element["action_id"]][key_of(element)]
            if problem := _refusal(block, element, value):
                wrong[block["block_id"]] = problem
    return wrong


def _value(element: Json, given: Json | None) -> Json:
    key = key_of(element)
    initial = element.get("initial_value" if key == "value" else key.replace("selected_", "initial_"))
    value = initial if given is None else given.get(key)
    plain = value if value != "" else None
    return {"type": element["type"], key: [] if plain is None and key.endswith("s") else plain}


def _refusal(block: Json, element: Json, value: Any) -> str | None:
    if value in (None, "", []):
        return None if block.get("optional") else _REQUIRED
    match element["type"]:
        case "plain_text_input":
            return _length(element, value)
        case "number_input":
            return _number(element, value)
        case "email_text_input":
            return None if re.fullmatch(r"\S+@\S+\.\S+", value) else "Please enter an email address."
        case "url_text_input":
            return None if re.fullmatch(r"https?://\S+", value) else "Please enter a URL."
        case "static_select" | "radio_buttons":
            return None if value in options(element) else "Please choose one of the options."
    return None


def options(element: Json) -> list[Json]:
    """All options an element offers, those in groups included."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def _length(element: Json, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Please enter at most {element.get('max_length', 3000)} characters."
    return None


def _number(element: Json, value: str) -> str | None:
    decimals = r"(\.\d+)?" if element["is_decimal_allowed"] else ""
    if not re.fullmatch(rf"-?\d+{decimals}", value):
        return "Please enter a number." if decimals else "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
