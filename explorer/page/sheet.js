// The balance sheet at the chosen step; what the step changed is marked.

import { h, replace } from "page/dom.js";
import { equations } from "page/equation.js";
import { flight } from "page/flight.js";
import { amount } from "page/words.js";

/** The part with both ledgers, the totals, what is in flight, and whether it adds up. */
export function sheetPart(app) {
  const element = h("section", { class: "part sheet", "aria-labelledby": "sheet-title" });
  const detail = (model) => replace(element, h("h2", { id: "sheet-title" }, `Balance sheet ${after(model.step)}`), sheet(app, model));
  // Then it is known what can happen to what is in flight.
  return { element, detail, choices: detail };
}

function after(step) {
  return step === 0 ? "at the start" : `after step ${step}`;
}

/** A sheet; also of the run beside. */
export function sheet(app, model) {
  const { detail, previous, origin } = model;
  return [
    equations(detail),
    ledgers(detail.sheet, origin.sheet),
    flight(app, detail.sheet.in_flight, previous?.sheet.in_flight ?? [], model.choices ?? []),
  ];
}

function ledgers({ usda, tim3, totals }, first) {
  const at = (entries, name) => entries.find((entry) => entry.name === name);
  // What TIM3 holds stands last: it is what everything else is measured by.
  const names = [...new Set([...usda, ...tim3].map((entry) => entry.name))];
  names.sort((a, b) => (a === "TIM3") - (b === "TIM3") || a.localeCompare(b));
  const row = (name) => h("tr", { "data-account": name }, h("th", { scope: "row" }, name),
    cell(at(usda, name), at(first.usda, name)), cell(at(tim3, name), at(first.tim3, name)));
  return h("div", { class: "ledgers" },
    h("table", {},
      h("caption", { class: "unseen" }, "Balances at both ledgers"),
      h("thead", {}, h("tr", {}, ["Account", "USDA held", "TIM3 held"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, names.map(row))),
    h("table", {},
      h("caption", { class: "unseen" }, "What TIM3 says of itself"),
      h("thead", {}, h("tr", {}, ["TIM3 says", "Amount"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, totals.map((entry) => h("tr", { "data-account": entry.name }, h("th", { scope: "row" }, entry.name), cell(entry, at(first.totals, entry.name)))))));
}

/** An amount; where the step changed it, by how much, with sign and arrow. */
function cell(entry, first) {
  if (!entry) return h("td", { class: "none" }, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "unseen" }, "no account"));
  const now = amount(entry.amount, first?.amount);
  if (!entry.change) return h("td", {}, now);
  const isLess = entry.change.startsWith("-");
  return h("td", { class: `changed ${isLess ? "less" : "more"}` },
    h("b", {}, now),
    h("span", { class: "change" }, h("span", { "aria-hidden": "true" }, isLess ? "▼ " : "▲ "), entry.change,
      h("span", { class: "was" }, " was ", amount(entry.before, first?.amount))));
}
