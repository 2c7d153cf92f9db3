/** Pie charts as inline SVG. */

import { draw } from "./dom.js";

const SIZE = 200;
const RADIUS = 92;

/** The drawing of a pie; `spoken` is what a screen reader says. */
export function pieChart(inside, spoken) {
  const total = inside.segments.reduce((sum, segment) => sum + segment.value, 0);
  let before = 0;
  const slices = inside.segments.map((segment, index) => {
    const from = before / total;
    before += segment.value;
    return slice(segment, index, from, before / total);
  });
  return draw("svg.chart-svg.pie", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": spoken }, ...slices);
}

function slice(segment, index, from, to) {
  const hover = draw("title", { text: `${segment.label}: ${segment.value.toLocaleString("en-US")}` });
  if (to - from > 0.9999) return draw(`circle.fill.slice.s${index}`, { cx: SIZE / 2, cy: SIZE / 2, r: RADIUS }, hover);
  const large = to - from > 0.5 ? 1 : 0;
  const d = `M${SIZE / 2} ${SIZE / 2}L${point(from)}A${RADIUS} ${RADIUS} 0 ${large} 1 ${point(to)}Z`;
  return draw(`path.fill.slice.s${index}`, { d }, hover);
}

function point(part) {
  const angle = 2 * Math.PI * part - Math.PI / 2;
  return `${SIZE / 2 + RADIUS * Math.cos(angle)} ${SIZE / 2 + RADIUS * Math.sin(angle)}`;
}
