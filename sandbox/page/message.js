/** Draws one message: who, when, what, and what hangs below it. */

import { make } from "./dom.js";
import { blocks } from "./blocks.js";
import { clock, dayLine, momentOf } from "./dates.js";
import { Form } from "./form.js";
import { mrkdwn } from "./mrkdwn.js";
import { attachedFile } from "./pictures.js";

/** The scene of a message: like the page's, with its own form and a press that says where it happened. */
function sceneOf(message, scene) {
  const form = new Form();
  const where = { channel: scene.channel, ts: message.ts, view_id: null };
  return { ...scene, form, press: (detail) => scene.send({ ...where, ...detail, state: form.values }) };
}

/** The node of a message; `grouped` leaves out the head, `openThread` is missing inside a thread. */
export function messageNode(message, scene, { grouped = false, openThread = null } = {}) {
  const author = scene.people.get(message.user);
  const own = sceneOf(message, scene);
  return make("article.message", {
    "data-testid": "message", "data-ts": message.ts, "data-user": message.user,
    "data-ephemeral": message.ephemeral ? "yes" : null, "data-grouped": grouped ? "yes" : null,
  },
  grouped ? sideTime(message) : avatar(author, message),
  make("div.message-body", {},
    message.ephemeral && make("p.only-you", { text: "Only visible to you" }),
    grouped ? null : head(author, message),
    content(message, own),
    openThread && !message.ephemeral ? threadLine(message, openThread) : null));
}

/** The round sign of a person or the app. */
export function avatar(author, message = {}) {
  if (author?.bot) return make("span.avatar.coin", { "aria-hidden": "true", text: "2d" });
  const node = make("span.avatar", { "aria-hidden": "true", text: author?.initials ?? (message.username ?? "?")[0] });
  if (/^#[0-9a-f]{3,8}$/i.test(author?.color ?? "")) node.style.setProperty("--person", author.color);
  return node;
}

function sideTime(message) {
  return make("time.side-time", { text: clock(momentOf(message.ts)) });
}

function head(author, message) {
  const isApp = !author || author.bot;
  const moment = momentOf(message.ts);
  return make("header.message-head", {},
    make("strong", { text: author?.name ?? message.username ?? message.user, title: author?.title }),
    isApp && make("span.app-badge", { text: "APP" }),
    make("time", { datetime: moment.toISOString(), title: moment.toLocaleString("en-GB"), text: clock(moment) }));
}

function content(message, scene) {
  const drawn = message.blocks?.length ? blocks(message.blocks, scene) : [make("div.block.plain", {}, ...mrkdwn(message.text ?? "", scene))];
  const edited = message.edited ? make("span.soft.edited", { text: "(edited)" }) : null;
  return make("div.message-content", {}, ...drawn, edited, ...(message.files ?? []).map(attachedFile));
}

function threadLine(message, openThread) {
  const count = message.reply_count;
  const words = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "Reply";
  return make(count ? "button.thread-line" : "button.thread-line.faint", {
    type: "button", "data-testid": "open-thread", click: () => openThread(message.ts),
    "aria-label": count ? `Open thread, ${words}` : "Reply in thread", text: words,
  });
}

/** The line between two days. */
export function dayNode(ts) {
  return make("div.day", { role: "separator" }, make("span", { text: dayLine(momentOf(ts)) }));
}
