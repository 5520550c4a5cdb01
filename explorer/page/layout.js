// Which parts the page has, where they stand, and what each of them needs.

import { announcer } from "page/announce.js";
import { besidePart } from "page/beside.js";
import { chart } from "page/chart.js";
import { choices } from "page/choices.js";
import { h } from "page/dom.js";
import { ending } from "page/ending.js";
import { happened } from "page/happened.js";
import { headline } from "page/headline.js";
import { keys } from "page/keys.js";
import { lanesPart } from "page/lanes.js";
import { legend } from "page/legend.js";
import { lua } from "page/lua.js";
import { promises } from "page/promises.js";
import { search } from "page/search.js";
import { sheetPart } from "page/sheet.js";
import { stepper } from "page/stepper.js";
import { watch } from "page/watch.js";
import { worldPart } from "page/world.js";

/** The parts of the page: what is drawn anew at which stage. */
export function layout(app, place) {
  const help = keys(app);
  const main = lanesPart(app, "Lanes");
  const other = lanesPart(app, "Lanes of the other");
  const parts = {
    headline: headline(app), world: worldPart(app), watch: watch(app),
    search: search(app, () => [main, other].forEach((part) => part.remark())),
    stepper: stepper(app, help.open),
    happened: happened(app), ending: ending(app), sheet: sheetPart(app), chart: chart(app),
    choices: choices(app), promises: promises(), lua: lua(), beside: besidePart(app),
    announcer: announcer(),
  };
  arrange(place, parts, [main.element, other.element], help.element);
  return { update: (stage, model) => update(place, parts, { main, other }, stage, model) };
}

function arrange(place, parts, lanes, help) {
  const element = (name) => parts[name].element;
  const right = ["happened", "sheet", "ending", "watch", "lua", "choices", "promises"].map(element);
  element("stepper").append(element("search"));
  place.append(
    h("header", { class: "top" }, element("headline"), element("world")),
    element("stepper"),
    h("div", { class: "split" },
      h("div", { class: "left" }, h("div", { class: "pair" }, lanes), element("chart"), legend()),
      h("div", { class: "right" }, element("beside"), right)),
    element("announcer"), help);
}

async function update(place, parts, { main, other }, stage, model) {
  place.hidden = false;
  const { beside } = model;
  place.classList.toggle("two", Boolean(beside));
  for (const part of Object.values(parts)) part[stage]?.(model);
  if (stage !== "document") return;
  // Where the money parts; an answer in other words is no reason to look there.
  const parted = beside?.parting.money ?? beside?.parting.parted;
  other.element.hidden = !beside;
  await Promise.all([
    main.show({ ...model, parted }),
    beside && other.show({ ...model, ...beside, parted }),
  ]);
}
