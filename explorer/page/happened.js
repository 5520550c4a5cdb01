// What happened in the chosen step.

import { h, replace } from "page/dom.js";
import { told } from "page/words.js";

/** The part that says it. */
export function happened() {
  const element = h("section", { class: "part happened", "aria-labelledby": "happened-title" });
  const detail = (model) => replace(element, ...(model.step === 0 ? start(model) : step(model)));
  return { element, detail };
}

function title(text) {
  return h("h2", { id: "happened-title", tabindex: "-1", "data-focus": "happened" }, text);
}

function start({ document: { world } }) {
  return [
    title("At the start"),
    h("p", {}, "Nothing has happened yet."),
    h("p", { class: "faint" }, `${world.subject}: ${world.sentence}. ${world.profile}: ${world.profile_sentence}. ${world.bounds_sentence}.`),
  ];
}

function step({ document: { steps, properties, ending }, step, detail }) {
  const taken = steps[step - 1];
  return [
    title(`What happened in step ${step}`),
    h("p", { class: "sentence" }, told(taken.sentence)),
    taken.kind === "missing" && h("p", { class: "note" }, "This step is not possible here: nothing happened."),
    taken.fault && h("p", { class: "note" }, "This step is a fault: ", h("b", {}, taken.fault), "."),
    h("ul", { class: "effects" },
      taken.outcome && h("li", {}, outcome(taken)),
      detail.sent.map(([to, says]) => h("li", {}, `${taken.at} sends `, h("b", {}, to), `: ${says}`)),
      taken.at && detail.sent.length === 0 && h("li", { class: "faint" }, `${taken.at} sends nothing`)),
    broken(taken.breaks, properties, ending?.property),
  ];
}

function outcome({ at, outcome: what, threw }) {
  return threw
    ? h("span", { class: "threw" }, h("b", {}, `✕ ${at} throws`), ": ", h("code", {}, what))
    : [h("b", {}, at), `: ${what}`];
}

/** The promises that a step breaks; the one that the counterexample is about comes first. */
function broken(breaks, properties, first) {
  if (breaks.length === 0) return null;
  const sorted = [...breaks].sort((a, b) => (b === first) - (a === first));
  const one = (name) => {
    const property = properties.find((each) => each.name === name);
    return h("li", {}, h("b", {}, `✕ ${name}`), h("span", {}, `: ${property?.sentence ?? ""}`),
      // Of a counterexample, the head of the page says it.
      !first && h("span", { class: "why" }, ` Why it matters: ${property?.why ?? ""}`));
  };
  return h("div", { class: "breaks" }, h("h3", {}, "This step breaks"), h("ul", {}, sorted.map(one)));
}
