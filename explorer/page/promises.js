// How every promise stands; broken ones first.

import { h, replace } from "page/dom.js";
import { fold } from "page/fold.js";
import { STANDINGS, mark, values } from "page/words.js";

const ORDER = Object.keys(STANDINGS);

/** The part with all promises. */
export function promises() {
  const element = h("section", { class: "part promises", "aria-labelledby": "promises-title" });
  const detail = (model) => replace(element, h("h2", { id: "promises-title" }, "Promises"), standings(model));
  return { element, detail };
}

/** The promises as they stand after a step; also of the run beside. */
export function standings({ document: { properties }, detail: { judgements }, key = "" }) {
  const rank = (one) => ORDER.indexOf(one.standing);
  const sorted = judgements.map((one, n) => ({ ...one, n })).sort((a, b) => rank(a) - rank(b) || a.n - b.n);
  const kept = sorted.filter((one) => one.standing === "kept");
  const rest = sorted.filter((one) => one.standing !== "kept");
  const one = (judgement) => promise(judgement, properties.find((each) => each.name === judgement.property), key);
  return [
    rest.length === 0 && h("p", {}, mark("kept", STANDINGS.kept), ": all of them."),
    rest.map(one),
    fold(`kept${key}`, rest.length === 0 && key === "", [mark("kept", STANDINGS.kept), ` ${kept.length} of ${sorted.length}`], kept.map(one)),
  ];
}

function promise({ property: name, standing, conjunct, values: pairs = [] }, property, key) {
  return fold(`promise ${name}${key}`, false, [mark(standing, STANDINGS[standing]), " ", h("b", {}, name)],
    h("p", {}, property?.sentence ?? ""),
    conjunct && h("p", {}, "False: ", h("code", {}, conjunct), pairs.length > 0 && [" with ", values(pairs)], ` (${STANDINGS[standing][2]})`),
    h("p", { class: "faint" }, `Why it matters: ${property?.why ?? ""}`));
}
