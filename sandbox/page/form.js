/** Keeps the values of a surface's controls, in the shape Slack gives them to an app. */

const INITIAL = {
  initial_value: "value", initial_option: "selected_option", initial_options: "selected_options", initial_date: "selected_date",
  initial_time: "selected_time", initial_date_time: "selected_date_time", initial_user: "selected_user",
  initial_users: "selected_users", initial_conversation: "selected_conversation", initial_conversations: "selected_conversations",
  initial_channel: "selected_channel", initial_channels: "selected_channels",
};

export class Form {
  /** @param {object} kept values to start from, `{block_id: {action_id: value}}`, as `values` gives them */
  constructor(kept = {}) {
    this.kept = kept;
    this.controls = [];
  }

  /** What a control starts with: the kept value, else what the app says. */
  start(blockId, element) {
    const kept = this.kept[blockId]?.[element.action_id];
    return kept?.type === element.type ? kept : initial(element);
  }

  /** Adds a control: `{blockId, actionId, read, node, optional}`. */
  add(control) {
    this.controls.push(control);
  }

  /** All values, `{block_id: {action_id: {type, …}}}`. */
  get values() {
    const all = {};
    for (const { blockId, actionId, read } of this.controls) (all[blockId] ??= {})[actionId] = read();
    return all;
  }

  /** What the person must mend before sending, `{block_id: words}`. */
  get complaints() {
    const found = this.controls.filter((one) => one.input).map((one) => [one.blockId, complaint(one)]);
    return Object.fromEntries(found.filter(([, words]) => words));
  }
}

function initial(element) {
  const state = { type: element.type };
  for (const [from, to] of Object.entries(INITIAL)) if (element[from] !== undefined) state[to] = element[from];
  return state;
}

function complaint({ read, node, optional }) {
  if (isEmpty(read())) return optional ? null : "Please complete this required field.";
  const fields = [...node.querySelectorAll("input,textarea,select"), node].filter((field) => field.checkValidity);
  return fields.find((field) => !field.checkValidity())?.validationMessage ?? null;
}

function isEmpty(value) {
  const inside = Object.entries(value).filter(([key]) => key !== "type").map(([, one]) => one);
  return inside.every((one) => one === null || one === undefined || one === "" || (Array.isArray(one) && !one.length));
}
