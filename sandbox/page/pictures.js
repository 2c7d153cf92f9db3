/** Pictures: with their alt text, large at a click, and honest where they cannot be shown. */

import { make } from "./dom.js";
import { enlarged } from "./confirm.js";
import { words, plain } from "./mrkdwn.js";

/** A small picture, as in context blocks and accessories. */
export function thumb(spec, className = "thumb") {
  return shown(spec, className);
}

function shown(spec, className) {
  if (!spec?.image_url) throw new Error("an image lacks its address");
  if (typeof spec.alt_text !== "string") throw new Error("an image lacks alt_text");
  const node = make(`img.${className}`, { src: spec.image_url, alt: spec.alt_text, title: className === "thumb" ? spec.alt_text : null });
  node.addEventListener("error", () => node.replaceWith(missing(spec.alt_text)));
  return node;
}

function missing(alt) {
  return make("span.missing", { text: `Picture not loaded (the sandbox shows only its own). ${alt}` });
}

/** An image block: title, picture, larger at a click. */
export function imageBlock(block, scene) {
  const title = block.title ? plain(block.title) : null;
  const node = shown(block, "picture");
  const open = () => enlarged(block.image_url, block.alt_text, title);
  const button = make("button.picture-button", { type: "button", "aria-label": `Enlarge: ${title ?? block.alt_text}`, click: open }, node);
  return make("figure.image-block", {}, block.title && words(block.title, scene, "figcaption"), button);
}

/** A file that came with a message. */
export function attachedFile(file) {
  if (!file.url) return make("span.missing", { text: file.name });
  if (!/\.(png|jpe?g|gif|webp|svg)$/i.test(file.name ?? "")) {
    return make("a.file", { href: file.url, download: file.name, text: file.name });
  }
  return imageBlock({ image_url: file.url, alt_text: file.alt ?? file.name, title: { type: "plain_text", text: file.name } }, null);
}
