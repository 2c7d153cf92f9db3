/** Says moments the way people read them: Slack's date tokens, clock times, day lines. */

const DAY_MS = 86400000;

/** A Slack date format filled in; throws where the moment or a token is not one. */
export function filled(format, seconds) {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) throw new Error(`not a moment: ${seconds}`);
  return String(format).replace(/\{(\w+)\}/g, (whole, token) => {
    if (!Object.hasOwn(TOKENS, token)) throw new Error(`not a date token: ${token}`);
    return TOKENS[token](moment);
  });
}

const said = (options) => (moment) => moment.toLocaleString("en-GB", options);
const long = said({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const short = said({ day: "numeric", month: "short", year: "numeric" });
const usual = said({ day: "numeric", month: "long", year: "numeric" });
const pretty = (otherwise) => (moment) => relativeDay(moment)?.toLowerCase() ?? otherwise(moment);

const TOKENS = {
  date_num: (moment) => isoDay(moment),
  date_slash: said({ day: "2-digit", month: "2-digit", year: "numeric" }),
  date: usual,
  date_short: short,
  date_long: long,
  date_long_full: long,
  date_pretty: pretty(usual),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  day_divider_pretty: (moment) => dayLine(moment),
  time: (moment) => clock(moment),
  time_secs: said({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (moment) => ago(moment),
};

function isoDay(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** The clock time, as 14:05. */
export function clock(moment) {
  return moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function relativeDay(moment) {
  const days = { [isoDay(new Date())]: "Today", [isoDay(new Date(Date.now() - DAY_MS))]: "Yesterday" };
  days[isoDay(new Date(Date.now() + DAY_MS))] = "Tomorrow";
  return days[isoDay(moment)] ?? null;
}

/** The line between two days: Today, Yesterday or the date. */
export function dayLine(moment) {
  return relativeDay(moment) ?? long(moment);
}

function ago(moment) {
  const minutes = Math.round((Date.now() - moment.getTime()) / 60000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(-minutes, "minute");
  if (Math.abs(minutes) < 60 * 48) return words.format(-Math.round(minutes / 60), "hour");
  return words.format(-Math.round(minutes / 1440), "day");
}

/** The moment of a message's ts. */
export function momentOf(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}
