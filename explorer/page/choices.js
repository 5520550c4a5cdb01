// What else could have happened: everything that is possible after the chosen step.

import { h, replace } from "page/dom.js";
import { fold } from "page/fold.js";
import { OUTLOOKS, beyond, mark, told } from "page/words.js";

const GROUPS = [
  ["deliver", "A message is delivered", ["deliver"]],
  ["wallets", "A wallet acts", ["act", "exit"]],
  ["lose", "A message is lost", ["lose"]],
  ["repeat", "A message is repeated", ["again"]],
  ["owner", "The owner makes a mistake", ["owner"]],
  ["tricks", "The stranger tries a trick", ["trick"]],
];

/** The part with all choices, each with what is ahead after it. */
export function choices(app) {
  const title = h("h2", { id: "choices-title" }, "What can happen next");
  const body = h("div", {});
  const element = h("section", { class: "part choices", "aria-labelledby": "choices-title" }, title, body);
  const named = ({ step, document: { steps } }) => {
    const when = step === 0 ? "at the start" : `after step ${step}`;
    title.textContent = step === steps.length ? `What can happen next, ${when}` : `What else could happen ${when}`;
  };
  return {
    element,
    document: (model) => { named(model); body.setAttribute("aria-busy", "true"); },
    choices: (model) => { body.removeAttribute("aria-busy"); replace(body, ...shown(app, model)); },
  };
}

function shown(app, { choices: all, document: { steps, states_per_question: states }, detail, step, isLive }) {
  const taken = steps[step]?.action;
  const lost = detail.judgements.filter((one) => one.standing === "doomed").map((one) => one.property);
  if (all.length === 0) return [h("p", { class: "faint" }, "Nothing: every wallet has done all that it can, nothing is in flight, and no fault is left.")];
  const outlooks = WORST_FIRST.filter((outlook) => all.some((one) => one.outlook === outlook));
  return [
    h("p", { class: "map" }, `${all.length} possible: `, outlooks.map((outlook, n) =>
      [n > 0 && ", ", mark(outlook, [OUTLOOKS[outlook][0], `${all.filter((one) => one.outlook === outlook).length} ${OUTLOOKS[outlook][1]}`])])),
    all.some((one) => one.outlook === "unknown") && h("p", { class: "note" }, beyond(states)),
    lost.length > 0 && h("p", { class: "note" }, "Already broken, whatever happens next: ", h("b", {}, lost.join(", ")), "."),
    isLive ? h("p", { class: "faint" }, "Choose one: the run continues with it.")
      : h("p", { class: "faint" }, "To continue with one of them: ", h("code", {}, "tim3 explore FILE")),
    outlooks.map((outlook) => ahead(app, outlook, all.filter((one) => one.outlook === outlook), { taken, lost, isOnly: outlooks.length === 1 })),
  ];
}

const WORST_FIRST = ["doomed", "unknown", "recoverable", "safe"];

/** What leads to the same; what is safe is folded, unless nothing else is there. */
function ahead(app, outlook, all, { taken, lost, isOnly }) {
  const [shape, word] = OUTLOOKS[outlook];
  // Where all is lost, no trick makes it worse.
  const hasNews = outlook === "doomed" && lost.length === 0;
  return fold(`choices ${outlook}`, isOnly || outlook !== "safe", [mark(outlook, [shape, word]), h("span", { class: "faint" }, ` ${all.length}`)],
    GROUPS.map(([name, title, kinds]) => group(app, [outlook, name, title], all.filter((one) => kinds.includes(one.kind)), taken, hasNews)));
}

function group(app, [outlook, name, title], all, taken, hasNews) {
  if (all.length === 0) return null;
  const list = h("ul", { class: "choice-list" }, all.map((one) => choice(app, one, one.action === taken)));
  return fold(`choices ${outlook} ${name}`, name !== "tricks" || hasNews, [title, h("span", { class: "faint" }, ` ${all.length}`)], list);
}

function choice(app, one, isTaken) {
  const text = [
    mark(one.outlook, OUTLOOKS[one.outlook]), h("span", { class: "what" }, told(one.sentence),
      isTaken && h("b", { class: "taken" }, " (what happened)"),
      one.breaks?.length > 0 && h("span", { class: "breaks-names" }, ` breaks ${one.breaks.join(", ")}`)),
  ];
  const isButton = app.source.isLive;
  return h("li", { class: isTaken ? "is-taken" : "" }, isButton
    ? h("button", { type: "button", class: "choice", "data-action": one.action, "data-focus": `take ${one.action}`, onclick: () => app.take(one.action) }, text)
    : h("div", { class: "choice", "data-action": one.action }, text));
}
