/** Draws a `markdown` block: headings, lists, quotes, code, tables and inline styles of standard Markdown. */

import { make, anchor } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { scanned } from "./inline.js";

const KINDS = [
  { test: /^```/, take: fence },
  { test: /^#{1,6} /, take: heading },
  { test: /^\s*([-*_])(\s*\1){2,}\s*$/, take: rule },
  { test: /^> ?/, take: quote },
  { test: /^\s*([-*+]|\d+[.)]) /, take: list },
  { test: /^\s*\|.*\|\s*$/, take: table },
  { test: /^\s*$/, take: (lines) => (lines.shift(), null) },
];

/** The elements of a Markdown text. */
export function markdown(text) {
  const lines = String(text).replaceAll("\r", "").split("\n");
  const nodes = [];
  while (lines.length) {
    const kind = KINDS.find(({ test }) => test.test(lines[0]));
    const node = kind ? kind.take(lines) : paragraph(lines);
    if (node) nodes.push(node);
  }
  return nodes;
}

function taken(lines, test) {
  const mine = [];
  while (lines.length && test.test(lines[0])) mine.push(lines.shift());
  return mine;
}

function fence(lines) {
  lines.shift();
  const code = [];
  while (lines.length && !lines[0].startsWith("```")) code.push(lines.shift());
  lines.shift();
  return make("pre.pre", { text: code.join("\n") });
}

function heading(lines) {
  const [, marks, words] = /^(#+) (.*)$/.exec(lines.shift());
  return make(`h${Math.min(6, marks.length + 2)}.md-heading`, {}, ...inline(words));
}

function rule(lines) {
  lines.shift();
  return make("hr.divider");
}

function quote(lines) {
  const inside = taken(lines, /^>/).map((line) => line.replace(/^> ?/, ""));
  return make("blockquote.quote", {}, ...markdown(inside.join("\n")));
}

function list(lines) {
  const ordered = /^\s*\d/.test(lines[0]);
  const items = taken(lines, /^\s*([-*+]|\d+[.)]) /).map(item);
  return make(ordered ? "ol.list" : "ul.list", {}, ...items);
}

function item(line) {
  const [, indent, body] = /^(\s*)(?:[-*+]|\d+[.)]) (.*)$/.exec(line);
  const task = /^\[([ xX])\] (.*)$/.exec(body);
  const node = make("li", {}, ...(task ? [task[1] === " " ? "☐ " : "☑ ", ...inline(task[2])] : inline(body)));
  node.dataset.indent = String(Math.min(4, Math.floor(indent.length / 2)));
  return node;
}

function table(lines) {
  const rows = taken(lines, /^\s*\|.*\|\s*$/).map((line) => line.trim().slice(1, -1).split("|").map((cell) => cell.trim()));
  const marked = rows.length > 1 && rows[1].every((cell) => /^:?-+:?$/.test(cell));
  const aligned = marked ? rows[1].map((cell) => (cell.endsWith(":") ? "right" : "left")) : [];
  const body = rows.filter((row, index) => !(marked && index === 1));
  const drawn = body.map((row, index) => make("tr", {}, ...row.map((cell, at) =>
    make(index === 0 && marked ? "th" : "td", { "data-align": aligned[at] }, ...inline(cell)))));
  return make("div.table-wrap", { tabindex: "0", role: "region", "aria-label": "Table" }, make("table.table", {}, ...drawn));
}

function paragraph(lines) {
  const mine = [lines.shift()];
  while (lines.length && !KINDS.some(({ test }) => test.test(lines[0]))) mine.push(lines.shift());
  return make("p.md-text", {}, ...mine.flatMap((line, index) => (index ? [make("br")] : []).concat(inline(line))));
}

function inline(text) {
  const inner = (tag) => (match) => make(tag, {}, ...inline(match[1]));
  return scanned(text, [
    { mark: "\\", pattern: /\\([\\`*_{}[\]()#+\-.!~|<>])/y, build: (match) => document.createTextNode(match[1]) },
    { mark: "`", pattern: /`([^`]+)`/y, build: (match) => make("code", { text: match[1] }) },
    { mark: "[", pattern: /\[([^\]]+)\]\(([^()\s]+)\)/y, build: (match) => anchor(match[2], ...inline(match[1])) },
    { mark: "*", pattern: /\*\*(?=\S)(.+?)\*\*/y, build: inner("strong") },
    { mark: "*", pattern: /\*(?=\S)([^*]*?[^\s*])\*/y, build: inner("em") },
    { mark: "_", pattern: /__(?=\S)(.+?)__/y, build: inner("strong") },
    { mark: "_", pattern: /_(?=\S)([^_]*?[^\s_])_(?!\w)/y, build: inner("em") },
    { mark: "~", pattern: /~~(?=\S)(.+?)~~/y, build: inner("s") },
  ], withEmoji);
}
