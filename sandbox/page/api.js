/** Speaks to the sandbox server: reads, sends, and listens for what changed. */

const AGAIN_MS = 2000;

export class Api {
  /** @param {string} key the run's key, from the page's own address */
  constructor(key) {
    this.key = key;
  }

  /** The JSON answer of a reading call; throws an Error with words for people. */
  async read(path, query = {}) {
    const search = new URLSearchParams(query).toString();
    return this.#call(search ? `${path}?${search}` : path, { method: "GET" });
  }

  /** The JSON answer of an acting call; `ok: false` is an answer, not an exception. */
  async send(path, body) {
    const headers = { "Content-Type": "application/json" };
    return this.#call(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async #call(path, options) {
    const headers = { ...options.headers, "X-Sandbox-Key": this.key };
    const answer = await reached(() => fetch(path, { ...options, headers }));
    const body = await answer.json().catch(() => null);
    if (body && typeof body.ok === "boolean") return body;
    if (!answer.ok) throw new Error(refusal(answer.status, body));
    if (!body) throw new Error("The sandbox answered something that is not JSON.");
    return body;
  }

  /** Calls `changed(event)` for every change and `linked(bool)` when the line to the sandbox opens or breaks. */
  listen(changed, linked) {
    const source = new EventSource(`/ui/events?key=${encodeURIComponent(this.key)}`);
    source.addEventListener("open", () => linked(true));
    source.addEventListener("message", (message) => changed(JSON.parse(message.data)));
    source.addEventListener("error", () => {
      linked(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.listen(changed, linked), AGAIN_MS);
    });
  }
}

async function reached(ask) {
  try {
    return await ask();
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
}

function refusal(status, body) {
  if (status === 401 || status === 403) return "The key in the address is not this run's. Open the address the sandbox printed.";
  return body?.error ? `Refused: ${body.error}` : `The sandbox answered ${status}.`;
}
