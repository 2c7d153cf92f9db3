/** Asks back before a button acts, with the app's own words; and shows pictures large. */

import { make } from "./dom.js";
import { openDialog } from "./dialog.js";
import { plain, words } from "./mrkdwn.js";

/** Resolves to whether the person agreed. */
export function confirmed(question, scene) {
  return new Promise((resolve) => {
    const answer = (yes) => () => {
      dialog.close();
      resolve(yes);
    };
    const content = make("div.dialog-body", {},
      words(question.text, scene, "p"),
      make("footer.dialog-foot", {},
        make("button.button", { type: "button", text: plain(question.deny), click: answer(false), "data-testid": "confirm-deny" }),
        make(`button.button.${question.style === "danger" ? "danger" : "primary"}`,
          { type: "button", text: plain(question.confirm), click: answer(true), "data-testid": "confirm-yes" })));
    const dialog = openDialog({ title: plain(question.title), content, kind: "dialog", dismissed: answer(false) });
    dialog.node.dataset.testid = "confirm";
  });
}

/** Shows a picture as large as the window. */
export function enlarged(address, alt, title) {
  const content = make("div.dialog-body", {}, make("img", { src: address, alt }), make("p.soft", { text: alt }));
  const dialog = openDialog({ title: title || "Picture", content, kind: "lightbox", dismissed: () => dialog.close() });
  dialog.node.dataset.testid = "lightbox";
}
