// Stepping by buttons. The keys do the same.

import { h, replace } from "page/dom.js";

/** Where each way of stepping leads from a step; nothing where it leads nowhere. */
export function ways({ steps }, step, account) {
  const last = steps.length;
  const isFault = (one) => one.fault && one.step;
  const touches = (one) => account && one.accounts.includes(account);
  return {
    first: step > 0 ? 0 : null,
    previous: step > 0 ? step - 1 : null,
    next: step < last ? step + 1 : null,
    last: step < last ? last : null,
    fault: steps.find((one) => isFault(one) && one.step > step)?.step ?? null,
    faultBefore: steps.findLast((one) => isFault(one) && one.step < step)?.step ?? null,
    change: steps.find((one) => touches(one) && one.step > step)?.step ?? null,
  };
}

const BUTTONS = [
  ["first", "⇤", "First", "Home"],
  ["previous", "←", "Previous", "k"],
  ["next", "→", "Next", "j"],
  ["last", "⇥", "Last", "End"],
  ["faultBefore", "↶", "Fault before", "F"],
  ["fault", "↷", "Next fault", "f"],
];

/** The bar with the buttons. */
export function stepper(app, openHelp) {
  const button = ([way, shape, name, key]) => [way, h("button", {
    type: "button", "aria-keyshortcuts": key, title: `${name} (${key})`,
    onclick: () => app.step(way),
  }, h("span", { "aria-hidden": "true" }, `${shape} `), name)];
  const buttons = Object.fromEntries(BUTTONS.map(button));
  const place = h("span", { class: "place" });
  const account = h("select", { "aria-label": "Account", onchange: () => update(app.model) });
  [, buttons.change] = button(["change", "Δ", "Next change", "a"]);
  app.step = (way) => {
    const target = ways(app.model.document, app.view.step, account.value)[way];
    if (target !== null) app.go(target);
  };
  const element = h("nav", { class: "stepper", "aria-label": "Steps" },
    h("span", { class: "group" }, buttons.first, buttons.previous, place, buttons.next, buttons.last),
    h("span", { class: "group" }, buttons.faultBefore, buttons.fault),
    h("span", { class: "group" }, account, buttons.change),
    h("button", { type: "button", title: "Keys (?)", "aria-keyshortcuts": "?", onclick: openHelp }, "? Keys"));
  const update = ({ document, step }) => {
    replace(place, "step ", h("b", {}, String(step)), ` of ${document.steps.length}`);
    choose(account, document);
    const targets = ways(document, step, account.value);
    // A button that has the focus keeps it, so that it is not disabled, only said to be.
    for (const [way, one] of Object.entries(buttons)) one.setAttribute("aria-disabled", String(targets[way] === null));
  };
  return { element, document: update };
}

/** The accounts that change in this run. */
function choose(select, { steps }) {
  const names = [...new Set(steps.flatMap((step) => step.accounts))].sort();
  if (names.join() === select.dataset.names) return;
  const chosen = select.value;
  select.dataset.names = names.join();
  select.replaceChildren(...names.map((name) => h("option", { value: name }, name.replace(" ", ": "))));
  if (names.length === 0) select.append(h("option", { value: "" }, "no account changes"));
  if (names.includes(chosen)) select.value = chosen;
}
