/** Draws `rich_text`: sections, lists, quotes, preformatted text and their inline elements. */

import { make, anchor } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { channel, everybody, group, moment, person } from "./mentions.js";

const PARTS = {
  rich_text_section: (part, scene) => make("div.rich-section", {}, ...inlines(part, scene)),
  rich_text_quote: (part, scene) => make("blockquote.quote", {}, ...inlines(part, scene)),
  rich_text_preformatted: (part, scene) => make("pre.pre", {}, ...inlines(part, scene)),
  rich_text_list: list,
};

const INLINES = {
  text: (item) => required(item, "text"),
  link: (item) => anchor(required(item, "url"), item.text || item.url),
  emoji: (item) => emojiNode(required(item, "name")) ?? (item.unicode ? fromCode(item.unicode) : `:${item.name}:`),
  user: (item, scene) => person(required(item, "user_id"), scene),
  usergroup: (item, scene) => group(required(item, "usergroup_id"), scene),
  channel: (item, scene) => channel(required(item, "channel_id"), scene),
  broadcast: (item) => everybody(required(item, "range")),
  date: (item) => moment(required(item, "timestamp"), required(item, "format"), item.url, item.fallback),
  color: (item) => make("code", { text: required(item, "value") }),
};

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u", highlight: "mark" };

/** The element of a rich_text block or cell; throws where a part is unknown or lacks what it needs. */
export function richText(block, scene) {
  if (!Array.isArray(block.elements)) throw new Error("rich_text lacks its elements");
  return make("div.rich", {}, ...block.elements.map((part) => drawn(PARTS, part, scene)));
}

function drawn(table, item, scene) {
  if (!Object.hasOwn(table, item?.type)) throw new Error(`rich_text does not know “${item?.type}”`);
  return table[item.type](item, scene);
}

function inlines(part, scene) {
  if (!Array.isArray(part.elements)) throw new Error(`${part.type} lacks its elements`);
  return part.elements.map((item) => dressed(drawn(INLINES, item, scene), item.style));
}

function dressed(node, style) {
  return Object.keys(style ?? {}).filter((name) => style[name] && STYLES[name])
    .reduce((inner, name) => make(STYLES[name], {}, inner), node);
}

function list(part, scene) {
  if (!Array.isArray(part.elements)) throw new Error("rich_text_list lacks its elements");
  const tag = part.style === "ordered" ? "ol.list" : "ul.list";
  const items = part.elements.map((item) => make("li", { "data-indent": part.indent ?? 0 }, ...inlines(item, scene)));
  return make(part.border ? `${tag}.quote` : tag, { start: part.offset ? part.offset + 1 : null }, ...items);
}

function required(item, field) {
  if (item[field] === undefined || item[field] === null) throw new Error(`${item.type} lacks ${field}`);
  return typeof item[field] === "string" ? item[field] : String(item[field]);
}

function fromCode(unicode) {
  return String.fromCodePoint(...unicode.split("-").map((part) => Number.parseInt(part, 16)));
}
