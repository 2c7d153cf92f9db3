/** Draws blocks; what is unknown or malformed shows as an error box, never as nothing. */

import { freshId, make } from "./dom.js";
import { chart } from "./chart.js";
import { card, carousel, container, video } from "./boxes.js";
import { control, element, target } from "./elements.js";
import { markdown } from "./markdown.js";
import { plain, words } from "./mrkdwn.js";
import { imageBlock, thumb } from "./pictures.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";
import { plan, taskCard } from "./tasks.js";

const DRAWN = {
  header: (block) => make("h3.block-header", { text: plain(block.text) }),
  section,
  divider: () => make("hr.divider"),
  context: (block, scene) => make("div.block-context", {}, ...listed(block).map((one) => contextPart(one, scene))),
  actions: (block, scene) => row("div.block-actions", block, scene),
  context_actions: (block, scene) => row("div.block-actions.quiet", block, scene),
  image: imageBlock,
  input,
  rich_text: richText,
  markdown: (block) => make("div.md", {}, ...markdown(block.text)),
  table,
  data_table: dataTable,
  data_visualization: chart,
  container: (block, scene) => container(block, scene, blocks),
  card,
  carousel,
  video,
  plan,
  task_card: taskCard,
};

/** The nodes of a list of blocks. */
export function blocks(list, scene) {
  if (!Array.isArray(list)) return [problem("blocks", "blocks is not a list")];
  return list.map((block) => one(block, scene));
}

function one(block, scene) {
  try {
    if (!Object.hasOwn(DRAWN, block?.type)) throw new Error("there is no such block");
    const node = make("div.block", { "data-block-type": block.type }, DRAWN[block.type](block, scene));
    if (block.block_id) node.dataset.blockId = block.block_id;
    return node;
  } catch (error) {
    return problem(block?.type, error.message);
  }
}

/** The box that says what cannot be shown and why. */
export function problem(type, why) {
  return make("div.problem", { role: "alert", "data-testid": "problem" },
    make("strong", { text: `Cannot show block “${type ?? "without type"}”` }), make("span", { text: `: ${why}` }));
}

function listed(block) {
  if (!Array.isArray(block.elements) || !block.elements.length) throw new Error("it has no elements");
  return block.elements;
}

function row(tag, block, scene) {
  return make(tag, {}, ...listed(block).map((spec) => element(spec, block.block_id, scene)));
}

function contextPart(spec, scene) {
  return spec?.type === "image" ? thumb(spec) : words(spec, scene);
}

function section(block, scene) {
  if (!block.text && !block.fields) throw new Error("it has neither text nor fields");
  const text = block.text && words(block.text, scene, "div");
  const fields = block.fields && make("div.fields", {}, ...block.fields.map((field) => words(field, scene, "div")));
  return make("div.block-section", {}, make("div.section-text", {}, text, fields), block.accessory && accessory(block, scene));
}

function accessory(block, scene) {
  const spec = block.accessory;
  const node = spec.type === "image" ? thumb(spec, "accessory-picture") : element(spec, block.block_id, scene);
  return make("div.accessory", {}, node);
}

function input(block, scene) {
  const options = { acts: Boolean(block.dispatch_action), input: true, optional: Boolean(block.optional) };
  const { node } = control(block.element, block.block_id, scene, options);
  const id = freshId("field");
  const label = make("label.label", { for: id, id: `${id}-label`, text: plain(block.label) },
    block.optional && make("span.soft", { text: " (optional)" }));
  const hint = block.hint && make("p.hint", { id: `${id}-hint`, text: plain(block.hint) });
  const error = make("p.field-error", { id: `${id}-error`, role: "alert", "data-error-for": block.block_id, hidden: true });
  named(target(node), id, options.optional);
  return make("div.block-input", {}, label, node, error, hint);
}

function named(node, id, optional) {
  node.id = id;
  node.setAttribute("aria-labelledby", `${id}-label`);
  node.setAttribute("aria-describedby", `${id}-error ${id}-hint`);
  if (!optional && node.matches("input,select,textarea")) node.setAttribute("aria-required", "true");
}
