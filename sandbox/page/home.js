/** The app's own page, as the chosen person sees it. */

import { make } from "./dom.js";
import { blocks } from "./blocks.js";
import { Form } from "./form.js";

export class Home {
  /** @param {HTMLElement} root where it is drawn */
  constructor(root) {
    Object.assign(this, { root, look: null, form: new Form() });
  }

  /** Draws the view unless it is drawn already; keeps what was typed while the app redraws its page. */
  show(view, scene) {
    const look = JSON.stringify([view, scene.me]);
    if (look === this.look && this.root.firstChild) return;
    const form = new Form(this.me === scene.me ? this.form.values : {});
    Object.assign(this, { look, form, me: scene.me });
    const press = (detail) => scene.send({ channel: null, ts: null, view_id: view.id ?? null, ...detail, state: form.values });
    const nodes = view ? blocks(view.blocks, { ...scene, form, press }) : [make("p.empty", { text: "Waiting for the app to show its home…" })];
    this.root.replaceChildren(make("div.home", { "data-testid": "home" }, ...nodes));
  }

  /** Forgets what is drawn. */
  clear() {
    this.look = null;
    this.root.replaceChildren();
  }
}
