/** Shows people, channels, groups, everybody and moments as the words people know them by. */

import { make, anchor } from "./dom.js";
import { filled } from "./dates.js";
import { decoded } from "./inline.js";

/** A person by name; the reader's own name stands out. */
export function person(id, scene, label = null) {
  const name = scene.people.get(id)?.name ?? label ?? id;
  return make(id === scene.me ? "span.mention.me" : "span.mention", { text: `@${name}`, title: scene.people.get(id)?.title });
}

/** A channel by name. */
export function channel(id, scene, label = null) {
  return make("span.mention", { text: `#${scene.channels.get(id)?.name ?? label ?? id}` });
}

/** A group of people by its handle. */
export function group(id, scene, label = null) {
  const handle = label ?? scene.groups?.get(id)?.handle ?? id;
  return make("span.mention", { text: handle.startsWith("@") ? handle : `@${handle}` });
}

/** A call to everybody: here, channel, everyone. */
export function everybody(range) {
  return make("span.mention.everybody", { text: `@${range}` });
}

/** A moment in the reader's own time, or the fallback where it cannot be said. */
export function moment(seconds, format, link, fallback) {
  let words = fallback;
  try {
    words = filled(format, seconds);
  } catch {
    if (!fallback) throw new Error(`not a date: ${format}`);
  }
  const time = make("time", { text: words, title: fallback });
  return link ? anchor(link, time) : time;
}

/** What stands between `<` and `>` in mrkdwn, as an element; null where it is nothing Slack knows. */
export function angled(inside, scene) {
  const bar = inside.indexOf("|");
  const body = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : decoded(inside.slice(bar + 1));
  if (/^@[UW][A-Z0-9]+$/.test(body)) return person(body.slice(1), scene, label);
  if (/^#[CDG][A-Z0-9]+$/.test(body)) return channel(body.slice(1), scene, label);
  if (body.startsWith("!")) return special(body.slice(1), label, scene);
  if (!/^(https?:\/\/|mailto:)/i.test(body)) return null;
  return anchor(decoded(body), label ?? decoded(body).replace(/^mailto:/i, ""));
}

function special(body, label, scene) {
  if (["here", "channel", "everyone"].includes(body)) return everybody(body);
  const parts = body.split("^");
  if (parts[0] === "subteam" && parts[1]) return group(parts[1], scene, label);
  if (parts[0] === "date" && parts.length >= 3) return moment(parts[1], decoded(parts[2]), parts[3] && decoded(parts[3]), label);
  return null;
}
