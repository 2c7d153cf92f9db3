/** Menus to choose one or several of: given options, people, channels, conversations. */

import { make } from "./dom.js";
import { plain } from "./mrkdwn.js";

/** Every menu here: `(element, start, changed, scene) → {node, read}`. */
export const SELECTS = {
  static_select: one(given, "selected_option"),
  users_select: one(people, "selected_user"),
  channels_select: one(channels, "selected_channel"),
  conversations_select: one(conversations, "selected_conversation"),
  multi_static_select: several(given, "selected_options"),
  multi_users_select: several(people, "selected_users"),
  multi_channels_select: several(channels, "selected_channels"),
  multi_conversations_select: several(conversations, "selected_conversations"),
};

function entry(option) {
  return { key: option.value, label: plain(option.text), value: option };
}

function given(element) {
  const groups = element.option_groups ?? [{ label: null, options: element.options }];
  if (!Array.isArray(groups[0]?.options)) throw new Error(`${element.type} has no options`);
  return groups.map((group) => ({ label: group.label && plain(group.label), entries: group.options.map(entry) }));
}

function people(element, scene) {
  return [{ label: null, entries: [...scene.people.values()].map(({ id, name }) => ({ key: id, label: name, value: id })) }];
}

function channels(element, scene) {
  const listed = [...scene.channels.values()].filter(({ user }) => !user);
  return [{ label: null, entries: listed.map(({ id, name }) => ({ key: id, label: `#${name}`, value: id })) }];
}

function conversations(element, scene) {
  return [{ label: "Channels", entries: channels(element, scene)[0].entries },
    { label: "People", entries: people(element, scene)[0].entries }];
}

function keyOf(value) {
  return typeof value === "string" ? value : value?.value;
}

function one(source, field) {
  return (element, start, changed, scene) => {
    const groups = source(element, scene);
    const hint = make("option", { value: "", text: element.placeholder ? plain(element.placeholder) : "Choose…" });
    const node = make("select.field.menu-field", { change: changed }, hint, ...groups.flatMap(grouped));
    node.value = keyOf(start[field]) ?? "";
    const entries = groups.flatMap((group) => group.entries);
    const chosen = () => entries.find(({ key }) => key === node.value)?.value ?? null;
    return { node, read: () => ({ type: element.type, [field]: chosen() }) };
  };
}

function grouped({ label, entries }) {
  const options = entries.map(({ key, label: text }) => make("option", { value: key, text }));
  return label ? [make("optgroup", { label }, ...options)] : options;
}

function several(source, field) {
  return (element, start, changed, scene) => {
    const groups = source(element, scene);
    const before = (start[field] ?? []).map(keyOf);
    const rows = groups.flatMap((group) => group.entries).map((choice) => tickRow(choice, before.includes(choice.key)));
    const chosen = () => rows.filter(({ box }) => box.checked);
    const summary = make("summary.field.menu-field");
    const show = () => {
      summary.textContent = chosen().map(({ choice }) => choice.label).join(", ") || hint(element);
      for (const { box } of rows) box.disabled = !box.checked && chosen().length >= (element.max_selected_items ?? Infinity);
    };
    const update = () => (show(), changed());
    for (const { box } of rows) box.addEventListener("change", update);
    show();
    const node = menu(summary, rows);
    return { node, read: () => ({ type: element.type, [field]: chosen().map(({ choice }) => choice.value) }) };
  };
}

function hint(element) {
  return element.placeholder ? plain(element.placeholder) : "Choose some…";
}

function tickRow(choice, checked) {
  const box = make("input", { type: "checkbox", checked });
  return { choice, box, row: make("label.choice", {}, box, make("span", { text: choice.label })) };
}

function menu(summary, rows) {
  const node = make("details.several", {}, summary, make("div.several-list", { role: "group" }, ...rows.map(({ row }) => row)));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !node.open) return;
    event.stopPropagation();
    event.preventDefault();
    node.open = false;
    summary.focus();
  });
  return node;
}
