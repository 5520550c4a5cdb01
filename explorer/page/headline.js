// The first glance: what broke, by how much, at which step, with which fault.

import { h, replace } from "page/dom.js";
import { remedy } from "page/remedy.js";
import { count, told, values } from "page/words.js";

/** The head of the page. */
export function headline(app) {
  const element = h("section", { class: "headline", "aria-label": "What this run shows" });
  const detail = (model) => replace(element, ...(model.document.ending ? found(app, model) : own(app, model)));
  return { element, detail };
}

/** A counterexample: one sentence, what went wrong, and how to prevent it. */
function found(app, { document, end }) {
  const { ending, properties, steps, world } = document;
  const property = properties.find((one) => one.name === ending.property);
  return [
    h("h1", {}, h("span", { class: "broken-mark", "aria-hidden": "true" }, "✕ "), ending.headline),
    h("p", { class: "promise" }, h("b", {}, world.subject), " breaks ", h("b", {}, ending.property), `: ${property?.sentence ?? ""}.`),
    h("div", { class: "cards" },
      card("What went wrong",
        steps.filter((step) => step.fault || step.step === steps.length).map((step) =>
          h("p", {}, toStep(app, step.step), " ", told(briefly(step.sentence), false), ".")),
        earlier(app, ending.remedy, steps.length),
        h("p", {}, falseAtTheEnd(ending)),
        books(end.sheet.equation), toll(ending.toll), faults(ending)),
      card("How to prevent it", remedy(ending.remedy, true, world.subject))),
  ];
}

function card(title, ...body) {
  return h("section", { class: "card" }, h("h2", {}, title), body);
}

/** A run that somebody made. */
function own(app, { document, end, run }) {
  const { steps, world } = document;
  const breaking = steps.filter((step) => step.breaks.length > 0);
  const missing = steps.filter((step) => step.kind === "missing").length;
  return [
    h("h1", {}, `${world.subject}: `, run.lenient ? "the same steps" : "a run of your own"),
    h("p", { class: "promise" }, h("span", { class: "faint" }, "The contract: "), world.sentence),
    h("dl", { class: "facts" },
      fact("Promises broken on the way", breaking.length === 0 ? "none" : breaking.map((step) =>
        h("span", { class: "break" }, toStep(app, step.step), ` ${step.breaks.join(", ")} `))),
      fact("The books at the end", books(end.sheet.equation)),
      fact("Length", count(steps.length, "step"), missing > 0 && `, ${missing} of them not possible here`),
      fact("Faults", steps.map((step) => step.fault).filter(Boolean).join(", ") || "none")),
    app.source.isLive && app.isAway() &&
      h("button", { type: "button", class: "home", "data-focus": "home", onclick: app.home },
        app.start.file ? "Back to the counterexample" : "Back to the start"),
  ];
}

/** A sentence of a step without how a repeat was made: what happened in the step says it. */
function briefly(sentence) {
  return sentence.replace(/ once more: .*/, " once more");
}

/** The condition, with its values; where there is no way out, that there is none. */
function falseAtTheEnd({ conjunct, values: known, trap }) {
  const condition = [h("code", {}, conjunct), trap ? " true: " : " is false: ", h("span", { class: "values" }, values(known))];
  return trap ? ["Nothing that can still happen makes ", condition] : condition;
}

function faults({ faults: needed, causes }) {
  return h("span", { class: "cause" }, "Faults needed: ", h("b", {}, needed), causes.map(([fault, by]) =>
    h("span", { class: "faint by" }, `; ${causes.length > 1 ? `${fault} is ` : ""}caused by ${by}`)));
}

/** Where the contract with every guard differs already before. */
function earlier(app, { contract }, last) {
  if (!contract || contract.step >= last) return null;
  return h("span", { class: "cause" }, `${contract.name} differs already at `, toStep(app, contract.step), ".");
}

function toll(sentences) {
  if (sentences.length === 0) return "Nobody so far: everybody has what is theirs.";
  return h("p", {}, sentences.map((one) => `${one}.`).join(" "));
}

function fact(name, ...value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function toStep(app, step) {
  return h("button", { type: "button", class: "link", "data-focus": `head ${step}`, onclick: () => app.go(step) }, `step ${step}`);
}

/** The verdict, and the numbers that it comes from. */
function books(equation) {
  const owed = [["balances", equation.balances], ["burns unpaid", equation.unpaid], ["deposits unminted", equation.unminted]];
  const listed = owed.filter(([, amount]) => amount !== "0").map(([name, amount]) => `${name} ${amount}`);
  return [
    h("span", { class: "cause" }, "Books: ", h("b", { class: equation.surplus.startsWith("-") ? "short" : "" }, equation.verdict),
      h("span", { class: "numbers faint" }, ` (held ${equation.held}; ${listed.join(", ") || "nothing owed"})`)),
  ];
}
