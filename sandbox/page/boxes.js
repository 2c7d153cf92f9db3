/** Blocks that hold other things: container, card, carousel, video. */

import { make, anchor } from "./dom.js";
import { element } from "./elements.js";
import { words, plain } from "./mrkdwn.js";
import { thumb } from "./pictures.js";
import { richText } from "./richtext.js";

/** A container; `blocks` draws its children. */
export function container(block, scene, blocks) {
  if (!Array.isArray(block.child_blocks)) throw new Error("it lacks child_blocks");
  if (!block.title && !block.rich_text_title) throw new Error("it lacks a title");
  const head = make("div.container-head", {}, block.icon && thumb(block.icon), make("div", {},
    block.rich_text_title ? richText(block.rich_text_title, scene) : words(block.title, scene, "strong"),
    block.subtitle && words(block.subtitle, scene, "div")));
  const inside = make("div.container-body", {}, ...blocks(block.child_blocks, scene));
  const width = ["narrow", "standard", "wide", "full"].includes(block.width) ? block.width : "standard";
  if (!block.is_collapsible) return make("div.container", { "data-width": width }, head, inside);
  return make("details.container", { "data-width": width, open: !block.default_collapsed }, make("summary", {}, head), inside);
}

/** A card. */
export function card(block, scene) {
  if (!block.hero_image && !block.title && !block.body && !block.actions) throw new Error("it is empty");
  const text = make("div.card-text", {},
    block.title && words(block.title, scene, "strong"), block.subtitle && words(block.subtitle, scene, "div"));
  return make("article.card", {},
    block.hero_image && thumb(block.hero_image, "hero"),
    make("div.card-head", {}, block.icon && thumb(block.icon), text),
    block.body && words(block.body, scene, "div"),
    block.actions && make("div.block-actions", {}, ...block.actions.map((spec) => element(spec, block.block_id, scene))));
}

/** Cards side by side. */
export function carousel(block, scene) {
  if (!Array.isArray(block.elements) || !block.elements.length) throw new Error("it has no cards");
  const cards = block.elements.map((one) => card({ ...one, block_id: one.block_id ?? block.block_id }, scene));
  return make("div.carousel", { tabindex: "0", role: "region", "aria-label": "Cards" }, ...cards);
}

/** A video, as a link: the sandbox plays nothing from outside. */
export function video(block) {
  if (!block.video_url || !block.alt_text) throw new Error("it lacks its address or alt_text");
  return make("div.video", {},
    anchor(block.title_url ?? block.video_url, `▶ ${plain(block.title)}`),
    block.author_name && make("span.soft", { text: ` · ${block.author_name}` }),
    block.description && make("p", { text: plain(block.description) }));
}
