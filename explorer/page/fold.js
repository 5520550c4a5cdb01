// Parts that open and close, and stay as they were left when they are drawn again.

import { h } from "page/dom.js";

const left = new Map();

/** A part under a summary; `isOpen` holds until somebody opens or closes it. */
export function fold(key, isOpen, summary, ...body) {
  const line = h("summary", { "data-focus": `fold ${key}` }, summary);
  const details = h("details", { open: left.get(key) ?? isOpen, "data-fold": key }, line, body);
  line.addEventListener("click", () => left.set(key, !details.open));
  return details;
}
