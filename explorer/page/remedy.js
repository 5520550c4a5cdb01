// What would have prevented it: where the same steps keep the promise.

import { h } from "page/dom.js";

/** The guards of the contract, the setting of an operator, the platforms; in brief, one guard stands for all. */
export function remedy({ contract, guards, platforms }, isBrief, subject) {
  const lines = [
    ...guards.slice(0, isBrief ? 1 : guards.length).map((one) => guard(one, contract, isBrief)),
    isBrief && guards.length > 1 && `${guards.length - 1} more of its guards ${guards.length === 2 ? "does" : "do"} the same.`,
    contract && guards.length === 0 && !contract.with && "In the contract: several guards stop this; no single one is essential.",
    contract && ["The contract ", h("b", {}, contract.name), `${contract.with} has it: step ${contract.step} `, says(contract.says), "."],
    subject === "hardened" && platforms.length > 0 && "In the contract: hardened has every guard that we know, and none stops this.",
    ...settings(platforms),
    ...platforms.map(({ names, step, says: what }) =>
      ["It does not happen on the platforms ", h("b", {}, names.join(", ")), `: step ${step} `, says(isBrief ? what.split(";")[0] : what), "."]),
  ].filter(Boolean);
  if (lines.length === 0) return h("p", {}, "No fix is known here: neither hardened nor another platform avoids it.");
  return h("ul", { class: "plain" }, lines.map((line) => h("li", {}, line)));
}

function guard({ mutant, sentence, line }, contract, isBrief) {
  return ["In the contract: ", h("b", {}, sentence), ` (${contract?.name ?? "hardened"}.lua, line ${line})`,
    !isBrief && ["; ", h("b", {}, mutant), " lacks it, and breaks this too"], "."];
}

/** What an operator sets, each once. */
function settings(platforms) {
  const named = new Set(platforms.map((one) => one.setting).filter(Boolean));
  return [...named].map((setting) =>
    ["On the platform: the operator of the scheduler sets ", h("code", {}, setting), ", which is off by default."]);
}

/** What stands between backticks is what the process said. */
function says(text) {
  return text.split("`").map((part, n) => (n % 2 === 1 ? h("code", {}, part) : part));
}
