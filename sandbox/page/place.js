/** Keeps who you are and where you look in the page's address, so reloads and links lead back. */

const FORM = /^#\/([A-Za-z0-9]+)\/as\/([A-Z0-9]+)$/;
const PERMALINK = /^#\/?([CD][A-Z0-9]+)\/p(\d{10})(\d{6})$/;
const KEPT_KEY = "sandbox-key";
const KEPT_ME = "sandbox-me";

/** The place of an address hash: `{channel, me, ts?}` or null; the channel `home` is the app's home. */
export function placeOf(hash) {
  const found = FORM.exec(hash);
  if (found) return { channel: found[1], me: found[2] };
  const linked = PERMALINK.exec(hash);
  return linked ? { channel: linked[1], me: localStorage.getItem(KEPT_ME), ts: `${linked[2]}.${linked[3]}` } : null;
}

/** The address hash of a place. */
export function hashOf({ channel, me }) {
  return `#/${channel}/as/${me}`;
}

/** The nearest place that exists in this workspace and that this person may see. */
export function settled(wanted, workspace) {
  const me = (workspace.people.find((person) => person.id === wanted?.me) ?? workspace.people[0]).id;
  localStorage.setItem(KEPT_ME, me);
  const mine = workspace.channels.filter((channel) => !channel.user || channel.user === me);
  const known = wanted?.channel === "home" || mine.some((channel) => channel.id === wanted?.channel);
  if (known) return { me, channel: wanted.channel, ts: wanted.ts };
  const direct = wanted?.channel.startsWith("D") && mine.find((channel) => channel.user === me);
  return { me, channel: (direct || mine[0]).id };
}

/** The run's key: from the address, else as last seen, so that permalinks work. */
export function keyOf(search) {
  const key = new URLSearchParams(search).get("key") ?? localStorage.getItem(KEPT_KEY) ?? "";
  localStorage.setItem(KEPT_KEY, key);
  return key;
}

/** The workspace in which everybody's direct messages with the app are channels too, where the app takes any. */
export function withDirect(workspace) {
  const { bot, people } = workspace;
  if (workspace.messages_tab === false) return workspace;
  const direct = people.filter((person) => person.dm).map((person) => (
    { id: person.dm, name: bot.name, topic: "Direct messages with the app", user: person.id, bot_member: true }));
  return { ...workspace, channels: [...workspace.channels, ...direct] };
}
