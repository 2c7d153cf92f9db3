/** Draws Slack's mrkdwn: styles, code, quotes, links, mentions, dates, emoji; anything else stays text. */

import { make } from "./dom.js";
import { emojiNode, withEmoji } from "./emoji.js";
import { decoded, scanned } from "./inline.js";
import { angled } from "./mentions.js";

const FENCE = /```([\s\S]*?)```/g;

/** The elements of a mrkdwn text. */
export function mrkdwn(text, scene) {
  const nodes = [];
  let from = 0;
  for (const match of String(text).matchAll(FENCE)) {
    nodes.push(...paragraphs(text.slice(from, match.index), scene));
    nodes.push(make("pre.pre", { text: decoded(match[1].replace(/^\n/, "").replace(/\n$/, "")) }));
    from = match.index + match[0].length;
  }
  return nodes.concat(paragraphs(String(text).slice(from), scene));
}

function paragraphs(text, scene) {
  const nodes = [];
  let quote = null;
  for (const line of trimmedBreaks(text).split("\n")) {
    const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = make("blockquote.quote")));
      else quote.append(make("br"));
      quote.append(...styled(quoted[1], scene));
      continue;
    }
    if (nodes.length && !quote) nodes.push(make("br"));
    quote = null;
    nodes.push(...styled(line, scene));
  }
  return nodes;
}

function trimmedBreaks(text) {
  return text.replace(/^\n|\n$/g, "");
}

function styled(text, scene) {
  const inner = (tag) => (match) => make(tag, {}, ...styled(match[1], scene));
  return scanned(text, rules(inner, scene), (words) => decoded(words));
}

function rules(inner, scene) {
  return [
    { mark: "`", pattern: /`([^`\n]+)`/y, build: (match) => make("code", { text: decoded(match[1]) }) },
    { mark: "<", pattern: /<([^<>\n]+)>/y, build: (match) => angled(match[1], scene) },
    { mark: "*", pattern: /\*(?=\S)([^*\n]*?[^\s*])\*(?![\p{L}\p{N}])/uy, build: inner("strong") },
    { mark: "_", pattern: /_(?=\S)([^_\n]*?[^\s_])_(?![\p{L}\p{N}])/uy, build: inner("em") },
    { mark: "~", pattern: /~(?=\S)([^~\n]*?[^\s~])~(?![\p{L}\p{N}])/uy, build: inner("s") },
    { mark: ":", pattern: /:([a-z0-9_+-]+(?:::skin-tone-\d)?):/y, build: (match) => emojiNode(match[1]) },
  ];
}

/** A text object as an element: `plain_text` as it is, `mrkdwn` drawn; throws where it is neither. */
export function words(object, scene, tag = "span") {
  if (!object || typeof object.text !== "string") throw new Error("a text object is missing");
  if (object.type === "mrkdwn") return make(tag, {}, ...mrkdwn(object.text, scene));
  if (object.type !== "plain_text") throw new Error(`a text cannot be “${object.type}”`);
  return make(tag, { text: plain(object) });
}

/** The bare characters of a text object, for labels and options. */
export function plain(object) {
  if (!object || typeof object.text !== "string") throw new Error("a text object is missing");
  const text = decoded(object.text);
  return object.emoji === false ? text : withEmoji(text);
}
