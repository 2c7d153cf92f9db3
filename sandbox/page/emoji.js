/** Turns the common :codes: into characters, coloured dots into drawn ones; an unknown code stays as it is written. */

import { make } from "./dom.js";

const CODES = {
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", negative_squared_cross_mark: "❎",
  warning: "⚠️", rotating_light: "🚨", no_entry: "⛔", no_entry_sign: "🚫", stop_sign: "🛑", octagonal_sign: "🛑",
  information_source: "ℹ️", question: "❓", grey_question: "❔", exclamation: "❗", grey_exclamation: "❕", bangbang: "‼️",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_right: "➡️", arrow_left: "⬅️", arrow_upper_right: "↗️", arrow_lower_right: "↘️",
  arrow_upper_left: "↖️", arrow_lower_left: "↙️", arrow_up_small: "🔼", arrow_down_small: "🔽", left_right_arrow: "↔️",
  arrows_counterclockwise: "🔄", repeat: "🔁", leftwards_arrow_with_hook: "↩️", small_red_triangle: "🔺",
  small_red_triangle_down: "🔻", hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰",
  clock1: "🕐", clock3: "🕒", clock9: "🕘", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", timer_clock: "⏲️",
  red_circle: "🔴", large_orange_circle: "🟠", orange_circle: "🟠", large_yellow_circle: "🟡", yellow_circle: "🟡",
  large_green_circle: "🟢", green_circle: "🟢", large_blue_circle: "🔵", blue_circle: "🔵", large_purple_circle: "🟣",
  white_circle: "⚪", black_circle: "⚫", large_brown_circle: "🟤", large_green_square: "🟩", large_red_square: "🟥",
  large_yellow_square: "🟨", white_large_square: "⬜", black_large_square: "⬛", large_blue_square: "🟦",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", bar_chart: "📊", clipboard: "📋", memo: "📝",
  pencil: "📝", pencil2: "✏️", page_facing_up: "📄", file_folder: "📁", open_file_folder: "📂", card_index_dividers: "🗂️",
  books: "📚", book: "📖", bookmark: "🔖", label: "🏷️", paperclip: "📎", link: "🔗", pushpin: "📌", round_pushpin: "📍",
  moneybag: "💰", money_with_wings: "💸", dollar: "💵", euro: "💶", pound: "💷", yen: "💴", credit_card: "💳", coin: "🪙",
  receipt: "🧾", heavy_dollar_sign: "💲", bank: "🏦", scales: "⚖️", balance_scale: "⚖️", gem: "💎",
  lock: "🔒", unlock: "🔓", closed_lock_with_key: "🔐", key: "🔑", shield: "🛡️", mag: "🔍", mag_right: "🔎", eyes: "👀",
  bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢", speech_balloon: "💬", thought_balloon: "💭", envelope: "✉️",
  email: "📧", inbox_tray: "📥", outbox_tray: "📤", package: "📦", gear: "⚙️", wrench: "🔧", hammer: "🔨", bug: "🐛",
  robot_face: "🤖", computer: "💻", zap: "⚡", fire: "🔥", bulb: "💡", snowflake: "❄️", ice_cube: "🧊", seedling: "🌱",
  sunny: "☀️", cloud: "☁️", umbrella: "☔", rainbow: "🌈", ocean: "🌊", earth_africa: "🌍", airplane: "✈️", rocket: "🚀",
  checkered_flag: "🏁", triangular_flag_on_post: "🚩", white_flag: "🏳️", trophy: "🏆", tada: "🎉", sparkles: "✨",
  star: "⭐", star2: "🌟", dart: "🎯", crystal_ball: "🔮", recycle: "♻️", wastebasket: "🗑️", trash: "🗑️", pause_button: "⏸️",
  double_vertical_bar: "⏸️", arrow_forward: "▶️", black_square_for_stop: "⏹️", zzz: "💤", sleeping: "😴",
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", ok_hand: "👌", wave: "👋", clap: "👏", raised_hands: "🙌",
  pray: "🙏", muscle: "💪", point_right: "👉", point_down: "👇", raised_hand: "✋", hand: "✋", handshake: "🤝",
  smile: "😄", slightly_smiling_face: "🙂", smiley: "😃", grin: "😁", joy: "😂", wink: "😉", thinking_face: "🤔",
  neutral_face: "😐", cry: "😢", disappointed: "😞", scream: "😱", sweat_smile: "😅", sunglasses: "😎", heart: "❤️",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", heavy_plus_sign: "➕", heavy_minus_sign: "➖", heavy_multiplication_x: "✖️",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", new: "🆕", ok: "🆗", sos: "🆘", test_tube: "🧪", brain: "🧠",
};

const DOT = /^(?:large_)?(red|orange|yellow|green|blue|purple|brown|white|black)_circle$/;

/** The element of a code; null where the code is unknown. */
export function emojiNode(code) {
  const label = { role: "img", "aria-label": code.replaceAll("_", " ") };
  const dot = DOT.exec(code);
  if (dot) return make(`span.dot-sign.${dot[1]}`, label);
  const sign = emoji(code);
  return sign.startsWith(":") ? null : make("span.emoji", { text: sign, ...label });
}

/** The character of a code, or the code in its colons. */
function emoji(code) {
  const name = String(code).replace(/::skin-tone-\d$/, "");
  return Object.hasOwn(CODES, name) ? CODES[name] : `:${code}:`;
}

/** The text with every known :code: turned into its character. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+(?:::skin-tone-\d)?):/g, (whole, code) => emoji(code));
}
