// Two runs of the same steps, side by side.

import { h, replace } from "page/dom.js";
import { standings } from "page/promises.js";
import { sheet } from "page/sheet.js";

/** The part that says how the two differ, and shows the sheet of the other. */
export function besidePart(app) {
  const element = h("section", { class: "part beside", "aria-labelledby": "beside-title", hidden: true });
  const detail = (model) => {
    element.hidden = !model.beside;
    replace(element, ...(model.beside ? compared(app, model) : []));
  };
  // Then it is known what can happen to what is in flight.
  return { element, detail, choices: detail };
}

function compared(app, model) {
  const { beside, run, step } = model;
  const { subject } = beside.run;
  return [
    h("h2", { id: "beside-title" }, `${run.subject} and ${subject}, the same steps`),
    h("p", {}, parted(app, beside.parting, step)),
    h("div", { class: "differences" }, h("h3", {}, `How they differ ${step === 0 ? "at the start" : `at step ${step}`}`),
      differences(beside.parting.steps[step] ?? [])),
    h("div", { class: "sides" }, side(app, model, "own"), side({ source: { isLive: false } }, beside, "other")),
    h("button", { type: "button", "data-focus": "close beside", onclick: () => app.beside(null) }, "Close the comparison"),
  ];
}

/** Sheet and promises of one of the two; only the first can go on. */
function side(app, model, name) {
  const { subject } = model.run;
  return h("div", { class: `side ${name}` },
    h("h3", {}, `Balance sheet of ${subject}`), sheet(app, model),
    h("h3", {}, `Promises of ${subject}`), standings({ ...model, key: ` ${name}` }));
}

function parted(app, { parted: first, money }, now) {
  if (isNone(first)) return "They never differ: every step has the same outcome in both.";
  const at = (step, name) => (step === now
    ? h("b", {}, `step ${step}, this one`)
    : h("button", { type: "button", class: "link", "data-focus": name, onclick: () => app.go(step) }, `step ${step}`));
  if (isNone(money)) return ["The money never differs. What they answer differs first at ", at(first, "parting"), "."];
  return ["The money differs first at ", at(money, "money"), ".",
    first < money && [" What they answer differs already at ", at(first, "parting"), "."]];
}

const isNone = (step) => step === null || step === undefined;

function differences(sentences) {
  return sentences.length === 0
    ? h("p", { class: "faint" }, "Not at all.")
    : h("ul", {}, sentences.map((sentence) => h("li", {}, sentence)));
}
