/** Shows the top of a person's stack of modals: fields, errors, submit, close. */

import { make } from "./dom.js";
import { blocks, problem } from "./blocks.js";
import { focusFirst, openDialog } from "./dialog.js";
import { Form } from "./form.js";
import { plain } from "./mrkdwn.js";
import { toast } from "./toast.js";

export class Modals {
  /** @param {object} acts `{submit(id, values), close(id), scene()}`: how the page reaches the server */
  constructor(acts) {
    Object.assign(this, { acts, open: null });
  }

  /** Shows the last view of the stack, or nothing. */
  show(stack) {
    const view = stack.at(-1) ?? null;
    const look = JSON.stringify(view);
    if (this.open?.look === look) return;
    const same = this.open && view && this.open.view.id === view.id;
    const kept = same ? this.open.form.values : {};
    this.open?.dialog.close();
    this.open = view ? { look, ...this.#opened(view, kept) } : null;
  }

  #opened(view, kept) {
    const form = new Form(kept);
    const scene = { ...this.acts.scene(), channel: null };
    const press = (detail) => scene.send({ channel: null, ts: null, view_id: view.id, ...detail, state: form.values });
    const body = make("div.dialog-body", {}, ...blocks(view.blocks, { ...scene, form, press }));
    const node = make("form.modal-form", { novalidate: true }, body, this.#foot(view));
    const close = () => this.acts.close(view.id);
    const dialog = openDialog({ title: titleOf(view, body), content: node, kind: "modal", dismissed: close });
    dialog.node.dataset.testid = "modal";
    node.addEventListener("submit", (event) => (event.preventDefault(), this.#submit(view, form, node)));
    return { view, form, dialog };
  }

  #foot(view) {
    const close = { type: "button", text: view.close ? plain(view.close) : "Close", "data-testid": "modal-close", click: () => this.acts.close(view.id) };
    const submit = view.submit && make("button.button.primary", { type: "submit", text: plain(view.submit), "data-testid": "modal-submit" });
    return make("footer.dialog-foot", {}, make("button.button", close), submit);
  }

  async #submit(view, form, node) {
    const button = node.querySelector("[type=submit]");
    if (!view.submit || button?.disabled) return;
    if (complained(node, form.complaints)) return;
    button.disabled = true;
    const answer = await this.acts.submit(view.id, form.values);
    button.disabled = false;
    if (answer?.errors) complained(node, answer.errors);
  }
}

function titleOf(view, body) {
  try {
    return plain(view.title);
  } catch (error) {
    body.prepend(problem("modal", error.message));
    return "Untitled";
  }
}

/** Shows errors below their fields and goes to the first; returns whether there were any. */
function complained(node, errors) {
  for (const place of node.querySelectorAll("[data-error-for]")) setError(place, errors[place.dataset.errorFor]);
  const shown = [...node.querySelectorAll("[data-error-for]:not([hidden])")];
  const known = shown.map((place) => place.dataset.errorFor);
  for (const [id, words] of Object.entries(errors)) if (!known.includes(id)) toast(`${id}: ${words}`);
  if (shown.length) focusFirst(shown[0].closest(".block"));
  return Object.keys(errors).length > 0;
}

function setError(place, words) {
  place.hidden = !words;
  place.textContent = words ?? "";
  const field = place.closest(".block-input").querySelector("[id^=field-]:not(label):not(p)");
  if (words) field?.setAttribute("aria-invalid", "true");
  else field?.removeAttribute("aria-invalid");
}
