/** Builds page elements from plain values, never from markup. */

const SVG = "http://www.w3.org/2000/svg";

/** An element: `make("div.card", {title: "x", click: act}, child, "text")`; a function is a listener, `text` the content. */
export function make(tag, options = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  return furnish(document.createElement(name), classes, options, children);
}

/** The same for an element of a drawing. */
export function draw(tag, options = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  return furnish(document.createElementNS(SVG, name), classes, options, children);
}

function furnish(node, classes, options, children) {
  node.classList.add(...classes);
  for (const [key, value] of Object.entries(options)) assign(node, key, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") node.addEventListener(key, value);
  else if (key === "text") node.textContent = value;
  else if (key === "value") node.value = value;
  else if (/^(on|style$|srcdoc$)/i.test(key)) throw new Error(`not allowed as an attribute: ${key}`);
  else node.setAttribute(key, value === true ? "" : String(value));
}

/** The address if it may be followed (http, https, mailto), else null. */
export function followable(address) {
  try {
    const url = new URL(String(address));
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere, or the bare words where the address may not be followed. */
export function anchor(address, ...words) {
  const href = followable(address);
  if (!href) return make("span", {}, ...words);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...words);
}

let counter = 0;

/** A fresh id, for labels. */
export function freshId(stem) {
  counter += 1;
  return `${stem}-${counter}`;
}
