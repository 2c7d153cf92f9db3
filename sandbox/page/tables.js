/** Draws `table` and `data_table`; the latter has a caption, pages and sorting. */

import { make } from "./dom.js";
import { decoded } from "./inline.js";
import { richText } from "./richtext.js";

const DEFAULT_PAGE = 5;

/** A table block: the first row is its head. */
export function table(block, scene) {
  const rows = checkedRows(block);
  const settings = block.column_settings ?? [];
  const body = rows.slice(1).map((row) => tableRow(row, "td", settings, scene));
  return wrapped("Table", make("table.table", {},
    make("thead", {}, tableRow(rows[0], "th", settings, scene)), make("tbody", {}, ...body)));
}

function checkedRows(block) {
  if (!Array.isArray(block.rows) || block.rows.length === 0) throw new Error("it has no rows");
  if (block.rows.some((row) => !Array.isArray(row))) throw new Error("a row is not a list of cells");
  return block.rows;
}

function wrapped(label, inner) {
  return make("div.table-wrap", { tabindex: "0", role: "region", "aria-label": label }, inner);
}

function tableRow(row, tag, settings, scene) {
  return make("tr", {}, ...row.map((cell, at) => make(tag, {
    "data-align": settings[at]?.align ?? (cell?.type === "raw_number" ? "right" : null),
    "data-wrap": settings[at]?.is_wrapped ? "yes" : null,
    scope: tag === "th" ? "col" : null,
  }, cellContent(cell, scene))));
}

function cellContent(cell, scene) {
  if (cell?.type === "rich_text") return richText(cell, scene);
  return cellText(cell);
}

function cellText(cell) {
  if (cell?.type === "raw_text" && typeof cell.text === "string") return decoded(cell.text);
  if (cell?.type === "raw_number" && typeof cell.value === "number") return cell.text ?? cell.value.toLocaleString("en-US");
  if (cell?.type === "rich_text") return JSON.stringify(cell.elements);
  throw new Error(`a cell cannot be “${cell?.type}”`);
}

/** A data_table block: caption, sortable head, pages. */
export function dataTable(block, scene) {
  const rows = checkedRows(block);
  if (!block.caption) throw new Error("it lacks a caption");
  if (rows.some((row) => row.length !== rows[0].length)) throw new Error("its rows differ in length");
  const state = { page: 0, column: null, down: false, size: block.page_size ?? DEFAULT_PAGE };
  const root = make("div.data-table");
  const show = () => root.replaceChildren(wrapped(block.caption, dataPage(block, state, scene, show)), ...pager(block, state, show));
  show();
  return root;
}

function dataPage(block, state, scene, show) {
  const body = sorted(block.rows.slice(1), state).slice(state.page * state.size, (state.page + 1) * state.size);
  return make("table.table", {},
    make("caption", { text: block.caption }),
    make("thead", {}, make("tr", {}, ...block.rows[0].map((cell, at) => headCell(cell, at, block, state, show)))),
    make("tbody", {}, ...body.map((row) => tableRow(row, "td", alignments(block), scene))));
}

function alignments(block) {
  return block.rows[0].map((cell, at) => ({ align: block.rows[1]?.[at]?.type === "raw_number" ? "right" : "left" }));
}

function headCell(cell, at, block, state, show) {
  const mine = state.column === at;
  const arrow = mine ? (state.down ? " ↓" : " ↑") : "";
  const sort = () => {
    Object.assign(state, { down: mine && !state.down, column: at, page: 0 });
    show();
  };
  return make("th", {
    scope: "col", "data-align": alignments(block)[at].align,
    "aria-sort": mine ? (state.down ? "descending" : "ascending") : "none",
  }, make("button.sort", { type: "button", click: sort, text: cellText(cell) + arrow }));
}

function sorted(rows, { column, down }) {
  if (column === null) return rows;
  const key = (row) => row[column].value ?? cellText(row[column]);
  const order = (one, two) => (typeof key(one) === "number" && typeof key(two) === "number"
    ? key(one) - key(two) : String(key(one)).localeCompare(String(key(two))));
  return [...rows].sort((one, two) => (down ? order(two, one) : order(one, two)));
}

function pager(block, state, show) {
  const count = block.rows.length - 1;
  const last = Math.max(0, Math.ceil(count / state.size) - 1);
  if (last === 0) return [];
  const turn = (by) => () => {
    state.page += by;
    show();
  };
  const from = state.page * state.size + 1;
  return [make("div.pager", {},
    make("button.button.small", { type: "button", text: "Previous", disabled: state.page === 0, click: turn(-1) }),
    make("span", { text: `${from}–${Math.min(count, from + state.size - 1)} of ${count}` }),
    make("button.button.small", { type: "button", text: "Next", disabled: state.page === last, click: turn(1) }))];
}
