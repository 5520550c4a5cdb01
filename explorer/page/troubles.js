// What went wrong, said in the page.

import { h, seen } from "page/dom.js";

/** The place where errors are shown; `toStart` leads back to what can be shown. */
export function troubles(toStart) {
  const text = h("p", {});
  const back = h("button", { type: "button", onclick: toStart }, "Show the start");
  const element = h("div", { class: "trouble", role: "alert", hidden: true },
    h("h1", {}, "This cannot be shown"), text, back);
  const show = (error) => {
    text.textContent = seen(error?.message ?? String(error));
    element.hidden = false;
  };
  return { element, show, clear: () => (element.hidden = true) };
}
