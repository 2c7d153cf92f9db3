/** Line, bar and area charts as inline SVG. */

import { draw } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 264;
const BOX = { left: 52, right: WIDTH - 12, top: 12, bottom: HEIGHT - 44 };
const MOST_LABELS = 8;

const MARKS = { line: lines, bar: bars, area: areas };

/** The drawing of a chart with axes; `spoken` is what a screen reader says. */
export function axesChart(inside, spoken) {
  const labels = inside.axis_config.categories;
  const values = inside.series.flatMap((one) => one.data.map((point) => point.value));
  const ticks = niceTicks(Math.min(0, ...values), Math.max(0, ...values));
  const frame = { labels, ticks, x: across(labels.length), y: upward(ticks) };
  return draw("svg.chart-svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken },
    grid(frame), axisWords(inside.axis_config), MARKS[inside.type](inside.series.map((one) => inOrder(one, labels)), frame));
}

function inOrder(one, labels) {
  return { name: one.name, data: labels.map((label) => one.data.find((point) => point.label === label)) };
}

function niceTicks(low, high) {
  const span = high - low || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (none, index) => (first + index) * step);
}

function across(count) {
  const width = (BOX.right - BOX.left) / count;
  return { width, middle: (index) => BOX.left + width * (index + 0.5) };
}

function upward(ticks) {
  const low = ticks[0];
  const high = ticks[ticks.length - 1];
  return (value) => BOX.bottom - ((value - low) / (high - low)) * (BOX.bottom - BOX.top);
}

function grid({ labels, ticks, x, y }) {
  const every = Math.ceil(labels.length / MOST_LABELS);
  const shown = labels.map((label, index) => [label, index]).filter(([label, index]) => index % every === 0);
  return draw("g", {},
    ...ticks.map((tick) => draw("line", { class: tick === 0 ? "axis" : "grid", x1: BOX.left, x2: BOX.right, y1: y(tick), y2: y(tick) })),
    ...ticks.map((tick) => draw("text.tick", { x: BOX.left - 8, y: y(tick) + 4, "text-anchor": "end", text: brief(tick) })),
    ...shown.map(([label, index]) => draw("text.tick", { x: x.middle(index), y: BOX.bottom + 18, "text-anchor": "middle", text: label })));
}

function brief(value) {
  const clean = Number(value.toPrecision(10));
  return new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 }).format(clean);
}

function axisWords({ x_label: below, y_label: beside }) {
  return draw("g", {},
    below && draw("text.axis-label", { x: (BOX.left + BOX.right) / 2, y: HEIGHT - 6, "text-anchor": "middle", text: below }),
    beside && draw("text.axis-label", { x: 12, y: (BOX.top + BOX.bottom) / 2, "text-anchor": "middle", text: beside,
      transform: `rotate(-90 12 ${(BOX.top + BOX.bottom) / 2})` }));
}

function path(data, { x, y }) {
  return data.map((point, index) => `${index ? "L" : "M"}${x.middle(index)} ${y(point.value)}`).join("");
}

function lines(series, frame) {
  return draw("g", {}, ...series.map((one, index) => draw(`g.s${index}`, {},
    draw("path.stroke", { d: path(one.data, frame) }), ...dots(one, frame))));
}

function areas(series, frame) {
  const floor = frame.y(0);
  return draw("g", {}, ...series.map((one, index) => {
    const d = `${path(one.data, frame)}L${frame.x.middle(one.data.length - 1)} ${floor}L${frame.x.middle(0)} ${floor}Z`;
    return draw(`g.s${index}`, {}, draw("path.wash", { d }), draw("path.stroke", { d: path(one.data, frame) }), ...dots(one, frame));
  }));
}

function dots(one, { x, y }) {
  return one.data.map((point, index) => draw("circle.dot", { cx: x.middle(index), cy: y(point.value), r: 3.5 }, hover(one, point)));
}

function bars(series, { x, y }) {
  const width = Math.min(36, (x.width * 0.72) / series.length);
  return draw("g", {}, ...series.flatMap((one, which) => one.data.map((point, index) => draw(`rect.fill.s${which}`, {
    x: x.middle(index) + (which - series.length / 2) * width + 1, width: Math.max(1, width - 2), rx: 2,
    y: Math.min(y(point.value), y(0)), height: Math.abs(y(point.value) - y(0)),
  }, hover(one, point)))));
}

function hover(one, point) {
  return draw("title", { text: `${one.name}, ${point.label}: ${point.value.toLocaleString("en-US")}` });
}
