/** Short notices in the corner, for what went wrong. */

import { make } from "./dom.js";

const STAYS_MS = 9000;

/** Shows the words until they are dismissed or some seconds have passed. */
export function toast(words) {
  const close = make("button.icon-button", { type: "button", "aria-label": "Dismiss", text: "×" });
  const note = make("div.toast", { "data-testid": "toast" }, make("span", { text: words }), close);
  close.addEventListener("click", () => note.remove());
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), STAYS_MS);
}

/** Runs an action and shows its failure, if it fails; returns its answer or null. */
export async function told(act) {
  try {
    const answer = await act();
    if (answer && answer.ok === false && answer.error) toast(wordsOf(answer.error));
    return answer;
  } catch (error) {
    toast(error.message);
    return null;
  }
}

const WORDS = {
  operation_timeout: "The app did not answer in 3 seconds (operation_timeout).",
  dispatch_failed: "The app is not connected, so this failed (dispatch_failed).",
  no_socket: "The app is not connected, so this failed.",
};

function wordsOf(error) {
  return WORDS[error] ?? String(error);
}
