// What a counterexample costs, and what would have prevented it.

import { h, replace } from "page/dom.js";
import { remedy } from "page/remedy.js";
import { count } from "page/words.js";

/** The part that says it, at the last step. */
export function ending(app) {
  const element = h("section", { class: "part ending", "aria-labelledby": "ending-title" });
  const detail = (model) => {
    const { ending: end, steps } = model.document;
    element.hidden = !end || model.step < steps.length;
    replace(element, ...(element.hidden ? [] : told(app, model, end)));
  };
  return { element, detail };
}

function told(app, { document: { steps, world }, step, isLive, beside }, end) {
  return [
    h("h2", { id: "ending-title" }, "What it took, and what would have prevented it"),
    h("p", {}, "Faults needed: ", h("b", {}, end.faults), end.causes.map(([fault, by]) => `; ${fault}: caused by ${by}`), "."),
    end.trap && trap(end.trap, step),
    turn(app, steps, end),
    h("h3", {}, "Where the same steps keep the promise"),
    remedy(end.remedy, false, world.subject),
    isLive && !beside && world.subject !== "hardened" && h("p", {},
      h("button", { type: "button", "data-focus": "hardened", onclick: () => app.beside("hardened") }, "Show hardened beside it"),
      " the same steps, with every guard in place."),
  ];
}

/** The last fault, which decided the outcome. */
function turn(app, steps, { property }) {
  const fault = steps.findLast((step) => step.fault);
  if (!fault) return h("p", {}, "No fault was needed: the contract alone causes this.");
  const before = fault.step - 1;
  const stands = fault.step === steps.length ? `, where ${property} still stood` : "";
  return h("p", {}, `The last fault is step ${fault.step} (${fault.fault}). What could have happened instead of it: `,
    h("button", { type: "button", class: "link", "data-focus": "before", onclick: () => app.go(before) }, before === 0 ? "see the start" : `see step ${before}`),
    `${stands}.`);
}

function trap({ states, way_before: way }, step) {
  return h("div", { class: "trap" },
    h("p", {}, h("b", {}, "There is no way out: "),
      `no continuation makes it true (${count(states, "state")} tried, without further faults and with everybody helping).`),
    way.length === 0
      ? h("p", {}, `Before step ${step} it was true. Step ${step} closed it.`)
      : [h("p", {}, `Before step ${step} there was a way out, and step ${step} closed it:`),
        h("ol", {}, way.map((action) => h("li", {}, h("code", {}, action))))]);
}
