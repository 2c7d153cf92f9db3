/** The box to write in: `/` sends a command, other text a message; arrow-up brings back what was sent. */

import { make } from "./dom.js";

const KEPT = 50;

/** A composer; `send(text)` resolves to whether it was taken. `commands` is empty where none work. */
export function composer({ label, send, commands = [], testid = "composer", id = null }) {
  const past = { lines: [], at: 0 };
  const box = make("textarea.composer-text", { rows: 1, id, "aria-label": label, placeholder: label, "data-testid": testid });
  const hint = make("p.composer-hint", { "aria-live": "polite" });
  const form = make("form.composer", {}, box, make("button.button.primary.send", { type: "submit", text: "Send" }));
  const submit = () => submitted(form, box, past, send);
  form.addEventListener("submit", (event) => (event.preventDefault(), submit()));
  box.addEventListener("keydown", (event) => key(event, box, past, submit));
  box.addEventListener("input", () => (grow(box), hinted(box, hint, commands)));
  hinted(box, hint, commands);
  return make("div.composer-wrap", {}, commands.length ? examples(box, commands[0]) : null, form, hint);
}

async function submitted(form, box, past, send) {
  const text = box.value.trim();
  if (!text) return;
  form.setAttribute("aria-busy", "true");
  box.value = "";
  past.lines = [...past.lines.filter((line) => line !== text), text].slice(-KEPT);
  past.at = past.lines.length;
  box.dispatchEvent(new Event("input"));
  if (!(await send(text)) && !box.value) put(box, text);
  form.removeAttribute("aria-busy");
}

function put(box, text) {
  box.value = text;
  box.setSelectionRange(text.length, text.length);
  box.dispatchEvent(new Event("input"));
}

function key(event, box, past, submit) {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && atStart(box)) recall(event, box, past, -1);
  else if (event.key === "ArrowDown" && past.at < past.lines.length && !box.value.includes("\n")) recall(event, box, past, 1);
}

function atStart(box) {
  return !box.value.slice(0, box.selectionStart).includes("\n");
}

function recall(event, box, past, step) {
  if (!past.lines.length) return;
  event.preventDefault();
  past.at = Math.max(0, Math.min(past.lines.length, past.at + step));
  put(box, past.lines[past.at] ?? "");
}

function grow(box) {
  box.rows = Math.min(8, box.value.split("\n").length);
}

function hinted(box, hint, commands) {
  const mine = commands.find(({ command }) => box.value.startsWith("/") && command.startsWith(box.value.split(" ")[0]));
  const usage = mine && `${mine.command} ${mine.usage_hint ?? ""} — ${mine.description ?? ""}`;
  hint.textContent = usage ?? "Enter sends, Shift+Enter makes a line, ↑ brings back what you sent.";
}

/** What the app itself suggests, as buttons that fill the box. */
function examples(box, { command, usage_hint: usage }) {
  const suggested = (usage ?? "").split("|").map((words) => words.trim()).filter(Boolean);
  const chip = (text) => make("button.chip", { type: "button", text, click: () => (put(box, text), box.focus()) });
  return make("div.chips", { role: "group", "aria-label": "Examples" },
    make("span.soft", { text: "Try" }), ...suggested.map((words) => chip(`${command} ${words}`)));
}
