/** A list of messages that changes only where a message changed, so focus and half-made choices survive. */

import { make } from "./dom.js";
import { momentOf } from "./dates.js";
import { dayNode, messageNode } from "./message.js";

const GROUP_SECONDS = 300;
const NEAR_END_PX = 120;

export class Stream {
  /** @param {HTMLElement} root the list; @param {HTMLElement} scroller what scrolls */
  constructor(root, scroller, options = {}) {
    Object.assign(this, { root, scroller, options, drawn: new Map() });
    root.setAttribute("role", "log");
    root.setAttribute("aria-live", "polite");
  }

  /** Forgets everything, for another channel or person. */
  clear() {
    this.drawn.clear();
    this.root.replaceChildren();
  }

  /** Shows these messages, oldest first. */
  show(messages, scene, empty) {
    const stay = this.drawn.size && !this.#nearEnd();
    const nodes = messages.flatMap((message, index) => this.#nodes(message, messages[index - 1], scene));
    this.#place(nodes.length ? nodes : [make("p.empty", { text: empty })]);
    if (!stay) this.toEnd();
  }

  /** Scrolls to the newest message, also once its pictures have come. */
  toEnd() {
    const end = () => (this.scroller.scrollTop = this.scroller.scrollHeight);
    end();
    for (const image of this.root.querySelectorAll("img")) {
      if (!image.complete) image.addEventListener("load", end, { once: true });
    }
  }

  /** Scrolls to one message and marks it for a moment. */
  reveal(ts) {
    const node = this.drawn.get(ts)?.node;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.dataset.revealed = "yes";
  }

  #nearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #nodes(message, before, scene) {
    const grouped = Boolean(before) && together(before, message);
    const node = this.#kept(message, grouped, scene);
    return !before || !sameDay(before, message) ? [this.#day(message), node] : [node];
  }

  #kept(message, grouped, scene) {
    const look = JSON.stringify([message, grouped, scene.me]);
    const known = this.drawn.get(message.ts);
    if (known?.look === look) return known.node;
    const node = messageNode(message, scene, { grouped, openThread: this.options.openThread });
    this.drawn.set(message.ts, { look, node });
    return node;
  }

  #day(message) {
    const key = `day-${momentOf(message.ts).toDateString()}`;
    if (!this.drawn.has(key)) this.drawn.set(key, { look: key, node: dayNode(message.ts) });
    return this.drawn.get(key).node;
  }

  #place(nodes) {
    const wanted = new Set(nodes);
    for (const child of [...this.root.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, index) => {
      if (this.root.children[index] !== node) this.root.insertBefore(node, this.root.children[index] ?? null);
    });
  }
}

function sameDay(one, two) {
  return momentOf(one.ts).toDateString() === momentOf(two.ts).toDateString();
}

function together(before, message) {
  const close = Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
  const plainly = !message.blocks?.length && !before.blocks?.length;
  return close && plainly && sameDay(before, message) && before.user === message.user && before.ephemeral === message.ephemeral;
}
