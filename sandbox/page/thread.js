/** The pane at the right: one message and its replies. */

import { make } from "./dom.js";
import { composer } from "./composer.js";
import { Stream } from "./stream.js";
import { toast } from "./toast.js";

export class Thread {
  /** @param {HTMLElement} root the pane; @param {(text, ts) => Promise<boolean>} say sends a reply */
  constructor(root, say) {
    Object.assign(this, { root, say, ts: null });
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** Opens the thread of a message. */
  open(ts) {
    this.ts = ts;
    const list = make("div.stream");
    const scroll = make("div.scroll", { tabindex: "0", role: "region", "aria-label": "Replies" }, list);
    const cross = make("button.icon-button", { type: "button", "aria-label": "Close thread", text: "×", click: () => this.close() });
    const write = composer({ label: "Reply in thread", testid: "thread-composer", send: (text) => this.#reply(text) });
    this.stream = new Stream(list, scroll);
    this.root.replaceChildren(make("header.column-head", {}, make("h2", { text: "Thread" }), cross), scroll, write);
    this.root.hidden = false;
    write.querySelector("textarea").focus();
  }

  /** Closes the pane and gives the focus back to the message it belongs to. */
  close() {
    const opener = this.ts && document.querySelector(`#scroll [data-ts="${this.ts}"] [data-testid="open-thread"]`);
    this.ts = null;
    this.root.hidden = true;
    this.root.replaceChildren();
    opener?.focus();
  }

  /** Shows the part of a channel's messages that belongs here. */
  show(messages, scene) {
    if (!this.ts) return;
    this.stream.show(messages.filter((message) => message.ts === this.ts || message.thread_ts === this.ts), scene, "This message is gone.");
  }

  async #reply(text) {
    if (text.startsWith("/")) {
      toast("Commands do not work in threads, here as in Slack.");
      return false;
    }
    return this.say(text, this.ts);
  }
}

/** Whether a message stands in the channel itself, not only in a thread. */
export function inChannel(message) {
  return !message.thread_ts || message.thread_ts === message.ts || Boolean(message.broadcast);
}
