/** Draws `data_visualization`: checks what Slack checks, then hands over to the axes or the pie. */

import { make } from "./dom.js";
import { axesChart } from "./chart_axes.js";
import { pieChart } from "./chart_pie.js";

const MOST = 6;
const KINDS = { line: axesChart, bar: axesChart, area: axesChart, pie: pieChart };

/** The figure of a chart block; throws where Slack would refuse it. */
export function chart(block) {
  const { title, chart: inside } = block;
  if (!title || typeof title !== "string") throw new Error("a chart needs a title");
  if (!Object.hasOwn(KINDS, inside?.type)) throw new Error(`a chart cannot be “${inside?.type}”`);
  const parts = inside.type === "pie" ? checkedSegments(inside) : checkedSeries(inside);
  return make("figure.chart", {},
    make("figcaption.chart-title", { text: title }),
    KINDS[inside.type](inside, `${title}. ${spoken(inside)}`),
    make("ul.legend", {}, ...parts.map((part, index) => legendEntry(part, index, inside))));
}

function legendEntry(part, index, inside) {
  const words = inside.type === "pie" ? `${part.label} · ${share(part, inside)}` : part.name;
  return make("li", {}, make(`span.swatch.s${index}`, { "aria-hidden": "true" }), words);
}

function share(part, inside) {
  const total = inside.segments.reduce((sum, segment) => sum + segment.value, 0);
  return `${part.value.toLocaleString("en-US")} (${Math.round((100 * part.value) / total)} %)`;
}

function checkedSegments({ segments }) {
  if (!Array.isArray(segments) || !segments.length || segments.length > MOST) throw new Error(`a pie has 1 to ${MOST} segments`);
  if (segments.some((segment) => !(segment.value > 0))) throw new Error("a pie's values are above zero");
  return segments;
}

function checkedSeries({ series, axis_config: axis }) {
  if (!Array.isArray(series) || !series.length || series.length > MOST) throw new Error(`a chart has 1 to ${MOST} series`);
  const labels = axis?.categories;
  if (!Array.isArray(labels) || !labels.length) throw new Error("a chart needs axis_config.categories");
  for (const one of series) {
    const same = one.data?.length === labels.length && one.data.every((point) => labels.includes(point.label));
    if (!same) throw new Error(`series “${one.name}” does not have one point per category`);
    if (one.data.some((point) => !Number.isFinite(point.value))) throw new Error(`series “${one.name}” has a value that is no number`);
  }
  return series;
}

function spoken(inside) {
  const said = (points) => points.map((point) => `${point.label} ${point.value}`).join(", ");
  if (inside.type === "pie") return said(inside.segments);
  return inside.series.map((one) => `${one.name}: ${said(one.data)}`).join("; ");
}
