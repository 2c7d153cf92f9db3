/** The side: the workspace, who you are, the channels, the app. */

import { make } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./message.js";

/** Draws the sidebar; `go(place)` moves, `unread` holds ids of channels with news. */
export function drawSidebar(root, { workspace, place, unread, go }) {
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  const link = (id, sign, words, title) => channelLink({ id, sign, words, title, place, unread, go });
  const { rooms, direct } = sortedChannels(workspace, place.me);
  root.replaceChildren(
    make("h1.workspace-name", { text: workspace.workspace }),
    personSwitch(workspace, place, go),
    make("h2.side-head", { text: "Channels" }),
    make("ul.side-list", {}, ...rooms.map((channel) => link(channel.id, "#", channel.name, channel.topic))),
    make("h2.side-head", { text: "Apps" }),
    make("ul.side-list", {},
      link("home", icon("home"), `${workspace.bot.name} home`, "The app's own page"),
      ...direct.map((channel) => link(channel.id, icon("letter"), `${workspace.bot.name} messages`, "Direct messages with the app"))));
  if (focused) root.querySelector(`[data-testid="${focused}"]`)?.focus();
}

/** Arrow keys step through the links. */
export function stepThrough(root) {
  root.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = [...root.querySelectorAll(".side-link")];
    const at = links.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    links[(at + step + links.length) % links.length].focus();
  });
}

/** Rooms for all, and this person's own direct messages with the app. */
function sortedChannels(workspace, me) {
  return {
    rooms: workspace.channels.filter((channel) => !channel.user),
    direct: workspace.channels.filter((channel) => channel.user === me),
  };
}

function personSwitch(workspace, place, go) {
  const me = workspace.people.find((person) => person.id === place.me);
  const options = workspace.people.map((person) => make("option", { value: person.id, text: `${person.name} (${person.title})` }));
  const select = make("select.person", { id: "person", "data-testid": "person" }, ...options);
  select.value = place.me;
  select.addEventListener("change", () => go({ ...place, me: select.value }));
  return make("div.person-card", {}, avatar(me), make("div.person-words", {},
    make("label", { for: "person", text: "You are" }), make("strong", { text: me.name }), make("span", { text: me.title })), select);
}

function channelLink({ id, sign, words, title, place, unread, go }) {
  const here = place.channel === id;
  const news = unread.has(id) && !here;
  const node = make("button.side-link", {
    type: "button", title, "data-testid": `channel-${id}`, "aria-current": here ? "page" : null, "data-news": news ? "yes" : null,
    click: () => go({ ...place, channel: id }),
  }, make("span.sign", { "aria-hidden": "true" }, sign), make("span.side-words", { text: words }),
  news && make("span.news", { title: "New messages" }, make("span.unseen", { text: "new messages" })));
  return make("li", {}, node);
}
