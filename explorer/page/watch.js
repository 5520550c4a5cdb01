// One value over the whole run: what it is after each step that changes it.

import { h, replace } from "page/dom.js";
import { fold } from "page/fold.js";
import { amount } from "page/words.js";

/** The part; what the steps have is asked for when somebody opens it. */
export function watch(app) {
  const select = h("select", { "aria-label": "Value to watch", onchange: () => draw() });
  const place = h("div", { class: "watched", "aria-live": "polite" });
  const details = fold("watch", false, "Watch a value over the run", h("p", {}, select), place);
  const element = h("section", { class: "part watch", "aria-label": "A value over the run" }, details);
  let model = null, sheets = null;
  const draw = () => sheets && replace(place, table(app, sheets, select.value, model.step));
  const load = async () => {
    if (!details.open || !model) return;
    const { run, document } = model;
    const all = await Promise.all(Array.from({ length: document.steps.length + 1 }, (_, step) => app.source.detail(run, step)));
    if (run !== model.run) return;
    sheets = all.map(({ sheet }) => values(sheet));
    offer(select, sheets);
    draw();
  };
  details.addEventListener("toggle", () => load().catch(app.failed));
  const detail = (now) => {
    const isOther = model?.run !== now.run;
    model = now;
    if (!isOther) return draw();
    sheets = null;
    return load().catch(app.failed);
  };
  return { element, detail };
}

/** Everything of a sheet that has an amount, by name. */
function values({ usda, tim3, totals, equation }) {
  const of = (prefix, entries) => entries.map(({ name, amount: value }) => [`${prefix}${name}`, value]);
  return Object.fromEntries([
    ["Surplus of the books", equation.surplus],
    ...of("USDA: ", usda), ...of("TIM3: ", tim3), ...of("TIM3 says ", totals),
  ]);
}

function offer(select, sheets) {
  const chosen = select.value;
  const names = [...new Set(sheets.flatMap(Object.keys))];
  select.replaceChildren(...names.map((name) => h("option", { value: name }, name)));
  if (names.includes(chosen)) select.value = chosen;
}

function table(app, sheets, name, now) {
  const rows = sheets.map((sheet, step) => [step, sheet[name] ?? "no account"])
    .filter(([step, value]) => step === 0 || value !== (sheets[step - 1][name] ?? "no account"));
  const current = rows.findLast(([step]) => step <= now)?.[0];
  const row = ([step, value]) => h("tr", { class: step === current ? "changed" : "", "aria-current": step === current ? "true" : null },
    h("th", { scope: "row" }, h("button", { type: "button", class: "link", "data-focus": `watch ${step}`, onclick: () => app.go(step) }, step === 0 ? "start" : `step ${step}`)),
    h("td", {}, amount(value, sheets[0][name])));
  return h("table", {}, h("caption", { class: "unseen" }, `${name}: where it changes`),
    h("thead", {}, h("tr", {}, ["From", name].map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, rows.map(row)));
}
