// What would have prevented it: where the same steps keep the promise.

import { h } from "page/dom.js";

/** The contract, its guards, the platforms; in brief, one guard stands for all. */
export function remedy({ contract, guards, platforms }, isBrief) {
  const shown = isBrief ? guards.slice(0, 1) : guards;
  const more = guards.length - shown.length;
  const lines = [
    contract && ["contract ", h("b", {}, contract.name), `${contract.with}: step ${contract.step} `, says(contract.says)],
    ...shown.map((one) => guard(one, isBrief, more)),
    contract && guards.length === 0 && !contract.with && "its guards: several of them stop this; no single one is essential",
    ...platforms.map(({ names, step, says: what }) =>
      ["platform ", h("b", {}, names.join(", ")), `: step ${step} `, says(isBrief ? what.split(";")[0] : what)]),
  ].filter(Boolean);
  if (lines.length === 0) return "No fix is known here: neither hardened nor another platform avoids it.";
  return h("ul", { class: "plain" }, lines.map((line) => h("li", {}, line)));
}

function guard({ mutant, sentence }, isBrief, more) {
  return ["its guard: ", h("b", {}, sentence), !isBrief && ["; ", h("b", {}, mutant), " lacks it, and breaks this too"],
    more > 0 && `, and ${more} more`];
}

/** What stands between backticks is what the process said. */
function says(text) {
  return text.split("`").map((part, n) => (n % 2 === 1 ? h("code", {}, part) : part));
}
