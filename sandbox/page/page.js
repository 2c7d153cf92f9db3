/** The page as a whole: where you are, what to re-read when something changed, what goes to the server. */

import { make } from "./dom.js";
import { composer } from "./composer.js";
import { Home } from "./home.js";
import { Modals } from "./modal.js";
import { hashOf, placeOf, settled, withDirect } from "./place.js";
import { drawSidebar, stepThrough } from "./sidebar.js";
import { Stream } from "./stream.js";
import { inChannel, Thread } from "./thread.js";
import { told } from "./toast.js";

export class Page {
  /** @param {Api} api the server; @param {(id) => HTMLElement} byId finds the page's fixed parts */
  constructor(api, byId) {
    Object.assign(this, { api, byId, unread: new Set(), reading: 0, line: false });
    this.list = make("div.stream");
    this.homeRoot = make("div.home-root");
    this.stream = new Stream(this.list, byId("scroll"), { openThread: (ts) => this.openThread(ts) });
    this.home = new Home(this.homeRoot);
    stepThrough(byId("sidebar"));
    this.thread = new Thread(byId("thread"), (text, ts) => this.say(text, ts));
    this.modals = new Modals({
      scene: () => this.scene,
      submit: (id, values) => this.act("/ui/submit", { view_id: id, values }, () => this.readViews()),
      close: (id) => this.act("/ui/close", { view_id: id }, () => this.readViews()),
    });
  }

  /** Reads everything once and follows from then on. */
  async start() {
    await this.readWorkspace();
    this.place = settled(placeOf(location.hash), this.workspace);
    window.addEventListener("hashchange", () => this.moved(settled(placeOf(location.hash), this.workspace)));
    history.replaceState(null, "", hashOf(this.place));
    await this.arrive();
    this.api.listen((event) => told(() => this.changed(event)), (open) => this.linked(open));
  }

  /** What drawing needs to know: names, the reader, and how to send a press. */
  get scene() {
    const { people, bot, channels, groups } = this.workspace;
    const everybody = [...people, { ...bot, bot: true }];
    const byKey = (list) => new Map(list.map((one) => [one.id, one]));
    return {
      people: byKey(everybody), channels: byKey(channels), groups: byKey(groups ?? []), me: this.place.me,
      channel: this.place.channel, send: (press) => this.act("/ui/press", press, () => this.readAll()),
    };
  }

  /** Goes elsewhere, by way of the address, so that back and reload work. */
  go(place) {
    location.hash = hashOf(settled(place, this.workspace));
  }

  async moved(place) {
    history.replaceState(null, "", hashOf(place));
    if (hashOf(place) === hashOf(this.place) && !place.ts) return;
    if (place.me !== this.place.me) this.unread.clear();
    this.place = place;
    this.thread.close();
    this.stream.clear();
    this.home.clear();
    await this.arrive();
  }

  async arrive() {
    this.unread.delete(this.place.channel);
    this.drawFrame();
    if (this.place.channel === "home") await this.act("/ui/home/open", {}, () => null);
    await told(() => this.readAll());
    if (this.place.ts) this.stream.reveal(this.place.ts);
  }

  drawFrame() {
    const { workspace, place } = this;
    this.drawSide();
    const isHome = place.channel === "home";
    const channel = workspace.channels.find((one) => one.id === place.channel);
    this.byId("column-head").replaceChildren(...headOf(isHome, channel, workspace));
    this.byId("scroll").replaceChildren(isHome ? this.homeRoot : this.list);
    this.byId("foot").replaceChildren(...(isHome ? [] : [this.writer(channel)]));
    document.title = `${isHome ? "Home" : nameOf(channel, workspace)} · ${workspace.workspace} · demo sandbox, not Slack`;
  }

  writer(channel) {
    const label = `Message ${nameOf(channel, this.workspace)}`;
    const send = (text) => {
      this.stream.toEnd();
      return text.startsWith("/") ? this.command(text) : this.say(text, null);
    };
    return composer({ label, send, commands: this.workspace.commands, id: "composer-text" });
  }

  async command(text) {
    return (await this.act("/ui/command", { channel: this.place.channel, text }, () => this.readAll()))?.ok === true;
  }

  async say(text, thread) {
    const where = { channel: this.place.channel, text, ...(thread ? { thread_ts: thread } : {}) };
    return (await this.act("/ui/say", where, () => this.readMessages()))?.ok === true;
  }

  /** Sends something as the chosen person, shows a failure, then re-reads. */
  async act(path, body, after) {
    const answer = await told(() => this.api.send(path, { as: this.place.me, ...body }));
    if (answer?.ok) await told(after);
    return answer;
  }

  openThread(ts) {
    this.thread.open(ts);
    this.thread.show(this.messages ?? [], this.scene);
  }

  /** Re-reads what an event says has changed. */
  async changed(event) {
    if (event.kind === "link") return this.readWorkspace();
    if (event.for && event.for !== this.place.me) return null;
    if (event.kind === "view") return this.readViews();
    if (event.kind === "home") return this.readHome();
    if (event.channel === this.place.channel) return this.readMessages();
    return this.news(event.channel);
  }

  news(channel) {
    this.unread.add(channel);
    this.drawSide();
  }

  drawSide() {
    const { workspace, place, unread } = this;
    drawSidebar(this.byId("sidebar"), { workspace, place, unread, go: (next) => this.go(next) });
  }

  async readAll() {
    await Promise.all([this.readMessages(), this.readHome(), this.readViews()]);
  }

  async readWorkspace() {
    this.workspace = withDirect(await this.api.read("/ui/workspace"));
    const { bot, connected } = this.workspace;
    if (this.line) this.sayLink(connected, `${bot.name} is ${connected ? "connected" : "not connected"}`);
    if (this.place) this.drawSide();
  }

  async readMessages() {
    const { channel, me } = this.place;
    if (channel === "home") return;
    const turn = (this.reading += 1);
    const { messages } = await this.api.read("/ui/messages", { channel, as: me });
    if (turn !== this.reading || channel !== this.place.channel || me !== this.place.me) return;
    this.messages = messages;
    this.stream.show(messages.filter(inChannel), this.scene, "Nothing here yet. Say something, or try a command.");
    this.thread.show(messages, this.scene);
  }

  async readHome() {
    const { channel, me } = this.place;
    if (channel !== "home") return;
    const { view } = await this.api.read("/ui/home", { as: me });
    if (me === this.place.me) this.home.show(view, this.scene);
  }

  async readViews() {
    const { me } = this.place;
    const { stack } = await this.api.read("/ui/views", { as: me });
    if (me === this.place.me) this.modals.show(stack);
  }

  linked(open) {
    const back = open && !this.line;
    this.line = open;
    if (back) told(async () => (await this.readWorkspace(), await this.readAll()));
    if (!open) this.sayLink(false, "The sandbox is out of reach");
  }

  /** Shows whether the app is connected. */
  sayLink(good, words) {
    const node = this.byId("link-state");
    node.textContent = words;
    node.dataset.state = good ? "good" : "bad";
  }
}

function nameOf(channel, workspace) {
  return channel.user ? workspace.bot.name : `#${channel.name}`;
}

function headOf(isHome, channel, workspace) {
  if (isHome) return [make("h2", { text: `${workspace.bot.name} home` }), make("span.app-badge", { text: "APP" })];
  const absent = channel.bot_member ? null : make("span.absent", { text: `${workspace.bot.name} is not in this channel` });
  return [make("h2", { text: nameOf(channel, workspace) }), make("span.topic", { text: channel.topic ?? "" }), absent].filter(Boolean);
}
