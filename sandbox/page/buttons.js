/** What people press: buttons, link buttons, overflow menus, feedback and icon buttons. */

import { make, followable } from "./dom.js";
import { confirmed } from "./confirm.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { toast } from "./toast.js";

/** Every pressable here: `(element, blockId, scene) → node`. */
export const BUTTONS = {
  button,
  overflow,
  feedback_buttons: feedback,
  icon_button: iconButton,
};

/** Presses after asking back where the app wants that, with the node busy meanwhile. */
export async function pressed(node, element, detail, scene) {
  if (element.confirm && !(await confirmed(element.confirm, scene))) return;
  node.setAttribute("aria-busy", "true");
  try {
    await scene.press(detail);
  } finally {
    node.removeAttribute("aria-busy");
  }
}

function detailOf(element, blockId, more) {
  return { block_id: blockId, action_id: element.action_id, type: element.type, ...more };
}

function pressable(tag, element, blockId, scene, more, options) {
  const node = make(tag, { type: "button", "data-action-id": element.action_id, ...options });
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-busy")) return;
    pressed(node, element, detailOf(element, blockId, more), scene);
  });
  return node;
}

function button(element, blockId, scene) {
  const style = { primary: ".primary", danger: ".danger" }[element.style] ?? "";
  const label = { text: plain(element.text), "aria-label": element.accessibility_label };
  const node = pressable(`button.button${style}`, element, blockId, scene, { value: element.value }, label);
  if (element.url) node.addEventListener("click", () => leave(element.url));
  return node;
}

function leave(address) {
  const href = followable(address);
  if (href) window.open(href, "_blank", "noopener,noreferrer");
  else toast(`This address is not followed: ${address}`);
}

function overflow(element, blockId, scene) {
  if (!Array.isArray(element.options) || !element.options.length) throw new Error("overflow has no options");
  const root = make("details.overflow", {}, make("summary.button.dots", { "aria-label": "More", "data-action-id": element.action_id, text: "⋯" }));
  const items = element.options.map((option) => overflowItem(option, element, blockId, scene, root));
  root.append(make("div.overflow-list", { role: "menu" }, ...items));
  root.addEventListener("keydown", (event) => overflowKey(event, root, items));
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !root.contains(event.relatedTarget)) root.open = false;
  });
  return root;
}

function overflowItem(option, element, blockId, scene, root) {
  const item = make("button.overflow-item", { type: "button", role: "menuitem", text: plain(option.text) });
  item.addEventListener("click", () => {
    root.open = false;
    if (option.url) leave(option.url);
    pressed(root, element, detailOf(element, blockId, { selected_option: option }), scene);
  });
  return item;
}

function overflowKey(event, root, items) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    root.open = true;
    neighbour(items, step).focus();
  } else if (event.key === "Escape" && root.open) {
    event.stopPropagation();
    root.open = false;
    root.querySelector("summary").focus();
  }
}

/** The next item in a direction; from outside, the first or the last. */
function neighbour(items, step) {
  const from = items.indexOf(document.activeElement);
  if (from < 0) return items.at(step > 0 ? 0 : -1);
  return items.at((from + step) % items.length);
}

function feedback(element, blockId, scene) {
  const one = (given, name) => signed(element, given, name, blockId, scene);
  return make("span.feedback", {}, one(element.positive_button, "up"), one(element.negative_button, "down"));
}

function iconButton(element, blockId, scene) {
  const seen = element.visible_to_user_ids;
  if (seen && !seen.includes(scene.me)) return make("span", { hidden: true });
  return signed(element, element, element.icon, blockId, scene);
}

/** A button that shows a drawing and says its words. */
function signed(element, given, name, blockId, scene) {
  const words = plain(given.text);
  const label = { title: words, "aria-label": given.accessibility_label ?? words };
  const node = pressable("button.icon-button.bordered", element, blockId, scene, { value: given.value }, label);
  node.append(icon(name));
  return node;
}
