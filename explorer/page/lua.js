// The Lua that ran, line by line.

import { h, replace, seen } from "page/dom.js";

/** The part with the source beside the step; only where handlers are checked as a file. */
export function lua() {
  const title = h("h2", { id: "lua-title" }, "Lua");
  const ran = h("div", {});
  const code = h("section", { class: "code", tabindex: "0", "aria-label": "Source" });
  const element = h("section", { class: "part lua", "aria-labelledby": "lua-title", hidden: true }, title, ran, code);
  let shown = null;
  let rows = [];
  const document = ({ document: { source } }) => {
    element.hidden = !source;
    if (!source || source.text === shown) return;
    shown = source.text;
    title.textContent = seen(source.file);
    rows = source.text.split("\n").map((text, n) => line(text, n + 1, place(source, n + 1)));
    replace(code, h("table", {}, h("caption", { class: "unseen" }, "Source"), h("tbody", {}, rows)));
  };
  const detail = ({ document: { source }, detail: { lua: info } }) => {
    if (!source) return;
    replace(ran, ...told(source, info));
    code.hidden = !info;
    rows.forEach((row, n) => marked(row, n + 1, info));
    const first = rows[(info?.stack[0] ?? info?.lines[0] ?? 0) - 1];
    if (first) code.scrollTop = first.offsetTop - 48;
  };
  return { element, document, detail };
}

/** The file that a line of the text is of, and its number there; 0 for what stands between files. */
function place({ file, parts = [] }, n) {
  const part = parts.findLast(({ mark }) => mark <= n);
  if (!part) return { file, n };
  return { file: part.file, n: n - part.mark <= part.lines ? n - part.mark : 0 };
}

function line(text, n, { file, n: own }) {
  const mark = h("td", { class: "line-mark" });
  if (own === 0) return h("tr", { "data-line": n }, mark, h("td", {}), h("td", { class: "faint" }, seen(file)));
  return h("tr", { "data-line": n }, mark, h("td", { class: "line-number" }, own), h("td", {}, h("code", {}, text)));
}

/** A line that ran has a mark, one that threw another. */
function marked(row, n, info) {
  const threw = info?.stack.includes(n), ran = info?.lines.includes(n);
  row.className = threw ? "threw" : ran ? "ran" : "";
  const [shape, word] = threw ? ["✕", "threw"] : ran ? ["▸", "ran"] : ["", ""];
  replace(row.firstChild, shape && [h("span", { "aria-hidden": "true" }, shape), h("span", { class: "unseen" }, word)]);
}

/** A line as text: its number, behind its file where that is a module. */
function named(source, n) {
  const { file, n: own } = place(source, n);
  const isMain = file === (source.parts?.at(-1)?.file ?? source.file);
  return isMain ? own : `${seen(file)}:${own}`;
}

function told(source, info) {
  if (!info) return [h("p", { class: "faint" }, "No Lua ran in this step.")];
  return [
    h("p", {}, "Ran: ", info.handlers.length > 0 ? h("b", {}, info.handlers.join(", ")) : "no handler",
      h("span", { class: "faint" }, " (▸ lines that ran, ✕ lines an error passed)")),
    info.stack.length > 0 && h("p", { class: "stack" }, h("b", {}, "✕ Thrown"), ` in line ${info.stack.map((n) => named(source, n)).join(", called from line ")}`),
    info.printed.length > 0 && h("div", {}, "Printed:", h("pre", { class: "printed" }, info.printed.join("\n"))),
  ];
}
