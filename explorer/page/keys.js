// Keys, and the list of them.

import { h } from "page/dom.js";

const KEYS = {
  Home: "first", End: "last",
  ArrowLeft: "previous", k: "previous",
  ArrowRight: "next", j: "next",
  f: "fault", F: "faultBefore", a: "change",
};

const TOLD = [
  ["→ or j", "next step"], ["← or k", "previous step"],
  ["Home", "the start"], ["End", "last step"],
  ["f", "next fault"], ["F", "fault before"],
  ["a", "next change of the chosen account"],
  ["↑ and ↓ in the lanes", "move between steps and messages; Enter shows one"],
  ["?", "this list"], ["Esc", "closes it"],
];

/** Listens to keys; the element is the list of them. */
export function keys(app) {
  const rows = TOLD.map(([key, does]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)));
  const close = h("button", { type: "button", onclick: () => element.close() }, "Close");
  const element = h("dialog", { "aria-labelledby": "keys-title" },
    h("h2", { id: "keys-title" }, "Keys"), h("dl", { class: "keys" }, rows), close);
  const open = () => element.open || element.showModal();
  addEventListener("keydown", (event) => {
    if (!app.model || isTyping(event) || element.open) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") open();
    else if (KEYS[event.key]) app.step(KEYS[event.key]);
    else return;
    event.preventDefault();
  });
  return { element, open };
}

/** Fields, lists to choose from and the source, which scrolls by them, keep their keys. */
function isTyping({ target }) {
  return target instanceof Element && target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], .code") !== null;
}
