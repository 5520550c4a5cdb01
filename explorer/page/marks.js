// What the page adds to the picture of the lanes.

import { s } from "page/dom.js";

/** Where one is: a frame with a pointer, so that it shows without colours. */
export function cursor({ row, width }, step) {
  const top = step === 0 ? 1 : step * row - row / 2 + 3;
  const height = step === 0 ? row / 2 - 4 : row - 6;
  const middle = top + height / 2;
  return s("g", { class: "cursor" },
    s("rect", { x: 3, y: top, width: width - 6, height, rx: 3 }),
    s("path", { d: `M3 ${middle - 8} l9 8 l-9 8 z` }));
}

/** Where two runs part. */
export function parting({ row, width }, step) {
  const y = step * row - row / 2;
  return s("g", { class: "parting" },
    s("line", { x1: 0, y1: y, x2: width, y2: y }),
    s("text", { x: 14, y: y + 16 }, "≠ part here"));
}

/** The start, which is no step. */
export function startRow({ row, width }) {
  return s("g", { class: "row start", "data-step": "0" },
    s("rect", { class: "band", x: 0, y: 0, width, height: row / 2 }),
    s("text", { class: "number", x: 16, y: 20 }, "0"),
    s("text", { class: "note", x: 30, y: 20 }, "start"));
}

/** Makes a row or an arrow something that can be chosen. */
export function label(element, { steps }) {
  const step = Number(element.dataset.step);
  element.setAttribute("role", "button");
  element.setAttribute("tabindex", -1);
  const title = element.querySelector("title")?.textContent;
  if (element.classList.contains("row") && steps[step - 1]?.threw) element.append(threw(element));
  const sentence = step === 0 ? "the start" : spoken(step, steps[step - 1]);
  element.setAttribute("aria-label", title ? `message ${title}` : sentence);
}

function spoken(step, { sentence, breaks } = { sentence: "", breaks: [] }) {
  return `step ${step}: ${sentence}${breaks.length > 0 ? `. Breaks ${breaks.join(", ")}` : ""}`;
}

/** Said at the row, below what else is said there. */
function threw(row) {
  const y = Number(row.querySelector(".number").getAttribute("y")) + 29;
  return s("text", { class: "note threw", x: 12, y }, "✕ throws");
}
