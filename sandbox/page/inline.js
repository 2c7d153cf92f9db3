/** Walks a line of text and turns what its rules recognise into elements, the rest into plain text. */

/**
 * The nodes of a text. A rule is `{mark, pattern, build}`: `mark` the first character, `pattern` a sticky expression,
 * `build(match)` a node or null (null: leave the character as text). `plain` turns the text between into words.
 */
export function scanned(text, rules, plain) {
  const nodes = [];
  let words = "";
  let at = 0;
  while (at < text.length) {
    const hit = firstHit(text, at, rules);
    if (!hit) {
      words += text[at];
      at += 1;
      continue;
    }
    if (words) nodes.push(plain(words));
    words = "";
    nodes.push(hit.node);
    at += hit.length;
  }
  if (words) nodes.push(plain(words));
  return nodes;
}

function firstHit(text, at, rules) {
  for (const { mark, pattern, build } of rules) {
    if (text[at] !== mark || !standsFree(text, at, mark)) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const node = match && build(match);
    if (node) return { node, length: match[0].length };
  }
  return null;
}

function standsFree(text, at, mark) {
  if (!"*_~".includes(mark) || at === 0) return true;
  return !/[\p{L}\p{N}\\]/u.test(text[at - 1]);
}

/** The text with Slack's three escapes undone. */
export function decoded(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
