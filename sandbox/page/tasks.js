/** Blocks that show work going on: one task, or a plan of several. */

import { make, anchor } from "./dom.js";
import { richText } from "./richtext.js";

const STATES = { pending: "waiting", in_progress: "under way", complete: "done", error: "failed" };

/** A task: its state, what it is about, what came of it, where that stands. */
export function taskCard(block, scene) {
  if (!Object.hasOwn(STATES, block.status)) throw new Error(`a task cannot be “${block.status}”`);
  const sources = (block.sources ?? []).map(({ url, text }) => make("li", {}, anchor(url, text || url)));
  return make("div.task", { "data-status": block.status },
    make("div.task-head", {}, make("strong", { text: block.title }), make("span.task-state", { text: STATES[block.status] })),
    block.details && richText(block.details, scene),
    block.output && richText(block.output, scene),
    sources.length > 0 && make("ul.list", {}, ...sources));
}

/** A plan: its title and its tasks. */
export function plan(block, scene) {
  const tasks = (block.tasks ?? []).map((task) => taskCard(task, scene));
  return make("section.plan", {}, make("strong", { text: block.title }), ...tasks);
}
