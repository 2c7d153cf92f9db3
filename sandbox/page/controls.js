/** The controls people type or tick in; each gives its node and a way to read its value as Slack words it. */

import { make, freshId } from "./dom.js";
import { plain, words } from "./mrkdwn.js";

/** Every control here: `(element, start, changed, scene) → {node, read}`. */
export const CONTROLS = {
  plain_text_input: textInput,
  email_text_input: typed("email"),
  url_text_input: typed("url"),
  number_input: numberInput,
  datepicker: picked("date", "selected_date"),
  timepicker: picked("time", "selected_time"),
  datetimepicker: dateTime,
  checkboxes: ticks,
  radio_buttons: radios,
  file_input: files,
};

function hintOf(element) {
  return element.placeholder ? plain(element.placeholder) : null;
}

function valueOf(element, node) {
  return () => ({ type: element.type, value: node.value === "" ? null : node.value });
}

function textInput(element, start, changed) {
  const limits = { minlength: element.min_length, maxlength: element.max_length };
  const options = { ...limits, placeholder: hintOf(element), value: start.value ?? "", change: changed };
  const node = element.multiline ? make("textarea.field", { ...options, rows: 4 }) : make("input.field", { ...options, type: "text" });
  return { node, read: valueOf(element, node) };
}

function typed(kind) {
  return (element, start, changed) => {
    const node = make("input.field", { type: kind, placeholder: hintOf(element), value: start.value ?? "", change: changed });
    return { node, read: valueOf(element, node) };
  };
}

function numberInput(element, start, changed) {
  const node = make("input.field", {
    type: "number", inputmode: "decimal", placeholder: hintOf(element), min: element.min_value, max: element.max_value,
    step: element.is_decimal_allowed ? "any" : "1", value: start.value ?? "", change: changed,
  });
  return { node, read: valueOf(element, node) };
}

function picked(kind, field) {
  return (element, start, changed) => {
    const node = make("input.field.narrow", { type: kind, value: start[field] ?? "", change: changed });
    return { node, read: () => ({ type: element.type, [field]: node.value || null }) };
  };
}

function dateTime(element, start, changed) {
  const shown = start.selected_date_time ? localMinute(start.selected_date_time) : "";
  const node = make("input.field.narrow", { type: "datetime-local", value: shown, change: changed });
  const seconds = () => (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null);
  return { node, read: () => ({ type: element.type, selected_date_time: seconds() }) };
}

function localMinute(seconds) {
  const moment = new Date(seconds * 1000);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function choices(element, kind, chosen, changed, scene) {
  if (!Array.isArray(element.options) || !element.options.length) throw new Error(`${element.type} has no options`);
  const name = freshId("choice");
  const boxes = element.options.map((option) => {
    const box = make("input", { type: kind, name, value: option.value, checked: chosen.includes(option.value), change: changed });
    const about = option.description ? words(option.description, scene, "small") : null;
    return { option, box, row: make("label.choice", {}, box, make("span", {}, words(option.text, scene), about)) };
  });
  const node = make("div.choices", { role: kind === "radio" ? "radiogroup" : "group" }, ...boxes.map(({ row }) => row));
  return { node, chosen: () => boxes.filter(({ box }) => box.checked).map(({ option }) => option) };
}

function ticks(element, start, changed, scene) {
  const before = (start.selected_options ?? []).map((option) => option.value);
  const { node, chosen } = choices(element, "checkbox", before, changed, scene);
  return { node, read: () => ({ type: element.type, selected_options: chosen() }) };
}

function radios(element, start, changed, scene) {
  const { node, chosen } = choices(element, "radio", [start.selected_option?.value], changed, scene);
  return { node, read: () => ({ type: element.type, selected_option: chosen()[0] ?? null }) };
}

function files(element, start, changed) {
  const accept = (element.filetypes ?? []).map((ending) => `.${ending}`).join(",");
  const kept = { files: start.files ?? [] };
  const node = make("input.field", { type: "file", accept: accept || null, multiple: (element.max_files ?? 10) > 1 });
  node.addEventListener("change", async () => {
    kept.files = await Promise.all([...node.files].map(fileValue));
    changed();
  });
  return { node, read: () => ({ type: element.type, files: kept.files }) };
}

async function fileValue(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const content = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return { name: file.name, mimetype: file.type, size: file.size, content_base64: content };
}
