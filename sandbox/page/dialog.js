/** A dialog that keeps the focus inside, closes on Esc and gives the focus back. */

import { make, freshId } from "./dom.js";

const FOCUSABLE = "a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled]),summary,[tabindex='0']";

/** Opens a dialog around `content`; `dismissed()` runs on Esc and on the cross. Returns `{node, close}`. */
export function openDialog({ title, content, kind = "dialog", dismissed }) {
  const label = freshId("dialog-title");
  const cross = make("button.icon-button", { type: "button", "aria-label": "Close", text: "×", click: () => dismissed() });
  const head = make("header.dialog-head", {}, make("h2", { id: label, text: title }), cross);
  const node = make(`dialog.${kind}`, { "aria-labelledby": label, "aria-modal": "true" }, head, content);
  const before = document.activeElement;
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    dismissed();
  });
  node.addEventListener("keydown", (event) => kept(event, node, dismissed));
  document.body.append(node);
  node.showModal();
  focusFirst(content);
  return { node, close: () => closed(node, before) };
}

function closed(node, before) {
  node.close();
  node.remove();
  if (before?.isConnected) before.focus();
}

/** Moves the focus to the first field, else the first button. */
export function focusFirst(root) {
  const field = root.querySelector("input:not([disabled]),select,textarea") ?? root.querySelector(FOCUSABLE);
  field?.focus();
}

function kept(event, node, dismissed) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    dismissed();
  }
  if (event.key !== "Tab") return;
  const stops = [...node.querySelectorAll(FOCUSABLE)].filter((stop) => stop.offsetParent !== null);
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const edge = event.shiftKey ? first : last;
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}
