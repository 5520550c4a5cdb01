// A search over the messages and steps of a run.

import { h } from "page/dom.js";
import { count } from "page/words.js";

/** The field; Enter goes to the next step that has the text. `changed` is called where others are found. */
export function search(app, changed) {
  const found = h("span", { class: "faint", "aria-live": "polite" });
  const field = h("input", { type: "search", placeholder: "Search messages", "aria-label": "Search messages", autocomplete: "off" });
  const look = ({ document }) => {
    const steps = field.value.trim() === "" ? [] : matching(document.steps, field.value.trim());
    app.found = new Set(steps);
    found.textContent = field.value.trim() === "" ? "" : steps.length === 0 ? "nothing found" : count(steps.length, "step");
    changed();
  };
  field.addEventListener("input", () => look(app.model));
  field.addEventListener("keydown", ({ key }) => {
    const steps = [...app.found ?? []];
    if (key === "Enter" && steps.length > 0) app.go(steps.find((step) => step > app.view.step) ?? steps[0]);
  });
  return { element: h("span", { class: "group search" }, field, found), document: look };
}

/** The numbers of the steps that have the text, in whatever is said of them. */
export function matching(steps, text) {
  const wanted = text.toLowerCase();
  const has = (one) => [one.sentence, one.action, one.outcome].some((said) => said?.toLowerCase().includes(wanted));
  return steps.filter(has).map((one) => one.step);
}
