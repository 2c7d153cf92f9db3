/** Draws one block element, whichever kind it is; an unknown kind throws. */

import { BUTTONS, pressed } from "./buttons.js";
import { CONTROLS } from "./controls.js";
import { SELECTS } from "./selects.js";

/** The node of an interactive element that acts at once. */
export function element(spec, blockId, scene) {
  if (Object.hasOwn(BUTTONS, spec?.type)) return BUTTONS[spec.type](spec, blockId, scene);
  return control(spec, blockId, scene, { acts: true }).node;
}

/** A control registered in the scene's form: `{node, read}`; it acts at once only where `acts`. */
export function control(spec, blockId, scene, { acts, input = false, optional = false }) {
  const table = [CONTROLS, SELECTS].find((one) => Object.hasOwn(one, spec?.type));
  if (!table) throw new Error(`no such element: “${spec?.type}”`);
  const changed = () => acts && pressed(made.node, spec, { block_id: blockId, action_id: spec.action_id, ...made.read() }, scene);
  const made = table[spec.type](spec, scene.form.start(blockId, spec), changed, scene);
  target(made.node).dataset.actionId = spec.action_id ?? "";
  scene.form.add({ blockId, actionId: spec.action_id, input, optional, ...made });
  return made;
}

/** The part of a control that takes the focus and the label. */
export function target(node) {
  return node.matches("details") ? node.querySelector("summary") : node;
}
