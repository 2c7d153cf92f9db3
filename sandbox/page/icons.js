/** Small line drawings for buttons and links, so that none depends on the fonts of a machine. */

import { draw } from "./dom.js";

const THUMB = "M7 11v9H4v-9zM7 11l4-8c2 0 3 1.5 3 3l-.8 4H20l-1.6 10H7";
const PATHS = {
  home: "M4 11.5 12 4l8 7.5M6 10v10h4.5v-6h3v6H18V10",
  letter: "M3.5 6h17v12h-17zM3.5 7l8.5 7 8.5-7",
  up: THUMB,
  down: THUMB,
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  menu: "M4 7h16M4 12h16M4 17h16",
  theme: "M20 14.6A8.5 8.5 0 1 1 9.4 4a6.8 6.8 0 0 0 10.6 10.6z",
};

/** The drawing of that name; it says nothing to a screen reader, the button around it does. */
export function icon(name) {
  const path = draw("path", { d: PATHS[name], transform: name === "down" ? "rotate(180 12 12)" : null });
  return draw("svg.icon", { viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}
