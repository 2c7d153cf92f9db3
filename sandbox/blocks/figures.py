"""Blocks that show figures: table, data_table and data_visualization."""

from typing import Any

from sandbox.blocks.rich import RICH_TEXT
from sandbox.blocks.shape import (
    Check,
    Checked,
    Json,
    Problem,
    choice,
    flag,
    kinds,
    many,
    number,
    positive,
    shape,
    text,
    whole,
)
from sandbox.blocks.text import ID

_RAW = {
    "raw_text": shape({"text": text(3000)}),
    "raw_number": shape({"value": number}, {"text": text(3000)}),
}
_CELL = kinds({**_RAW, "rich_text": RICH_TEXT})
_HEADER = kinds(_RAW)


def _column(value: Any, at: str) -> Checked:
    known = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})
    yield from known(value, at) if value is not None else ()


def _same_width(value: Json, at: str) -> Checked:
    for index, row in enumerate(value["rows"]):
        if len(row) != len(value["rows"][0]):
            yield Problem(f"{at}/rows/{index}", "every row must have the same number of cells")


def _plain_header(value: Json, at: str) -> Checked:
    for index, cell in enumerate(value["rows"][0]):
        yield from _HEADER(cell, f"{at}/rows/0/{index}")


TABLE = shape({"rows": many(many(_CELL, 20), 100)}, {"column_settings": many(_column, 20), "block_id": ID}, _same_width)
DATA_TABLE = shape(
    {"caption": text(3000), "rows": many(many(_CELL, 20), 101, 2)},
    {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19), "block_id": ID},
    _same_width,
    _plain_header,
)

_LABEL = text(20)
_SERIES = shape({"name": _LABEL, "data": many(shape({"label": _LABEL, "value": number}), 20)})
_AXES = shape({"categories": many(_LABEL, 20)}, {"x_label": text(50), "y_label": text(50)})


def _names_differ(value: Json, at: str) -> Checked:
    names = [series["name"] for series in value["series"]]
    if len(set(names)) < len(names):
        yield Problem(f"{at}/series", "series names must be unique")


def _points_match(value: Json, at: str) -> Checked:
    categories = value["axis_config"]["categories"]
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            problem = "data points must match axis_config.categories one to one"
            yield Problem(f"{at}/series/{index}/data", problem)


def _plotted() -> Check:
    return shape({"series": many(_SERIES, 6), "axis_config": _AXES}, {}, _names_differ, _points_match)


DATA_VISUALIZATION = shape(
    {
        "title": text(50),
        "chart": kinds(
            {
                "pie": shape({"segments": many(shape({"label": _LABEL, "value": positive}), 6)}),
                "line": _plotted(),
                "bar": _plotted(),
                "area": _plotted(),
            }
        ),
    },
    {"block_id": ID},
)
