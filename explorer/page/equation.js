// Whether the books add up, and which equation of a promise does not.

import { h } from "page/dom.js";
import { STANDINGS, mark, values } from "page/words.js";

/** The equation of the whole, then those of the promises that are broken. */
export function equations({ sheet, judgements }) {
  const broken = judgements.filter((one) => !["kept", "on-the-way", "open"].includes(one.standing));
  return [
    whole(sheet.equation, broken.length > 0),
    sheet.toll.length > 0 && h("div", { class: "toll" }, h("h3", {}, "Who gained, and who lost, since the start"), h("ul", {}, sheet.toll.map((one) => h("li", {}, one)))),
    broken.length > 0 && h("div", { class: "conjuncts" }, h("h3", {}, "What is false"), h("ul", {}, broken.map(conjunct))),
  ];
}

/** held = balances + burns unpaid + deposits unminted */
function whole(equation, isBroken) {
  const isShort = equation.surplus.startsWith("-");
  const isBeyond = !isShort && equation.surplus !== "0";
  const [sign, read] = isShort ? ["<", "is less than"] : isBeyond ? [">", "is more than"] : ["=", "equals"];
  const isCalm = sign === "=" && !isBroken;
  const term = (number, name) => h("span", { class: "term" }, h("b", {}, number), h("span", {}, name));
  const between = (text, spoken) => h("span", { class: "sign" }, h("span", { "aria-hidden": "true" }, text), h("span", { class: "unseen" }, spoken));
  return h("div", { class: `equation ${isShort ? "short" : isCalm ? "balanced" : "beyond"}` },
    term(equation.held, "held"), between(sign, read),
    term(equation.balances, "balances"), between("+", "plus"),
    term(equation.unpaid, "burns unpaid"), between("+", "plus"),
    term(equation.unminted, "deposits unminted"),
    h("span", { class: "verdict" }, h("span", { "aria-hidden": "true" }, isShort ? "✕ " : isCalm ? "✓ " : "! "), equation.verdict,
      sign === "=" && isBroken && h("span", { class: "but" }, "and yet a promise is broken")),
    equation.below_zero && h("span", { class: "below" }, `Balances below zero are not counted: ${equation.below_zero} in all.`));
}

function conjunct(judgement) {
  return h("li", {},
    mark(judgement.standing, STANDINGS[judgement.standing], true), " ", h("b", {}, judgement.property), ": ",
    h("code", {}, judgement.conjunct), judgement.values?.length > 0 && [" with ", h("span", { class: "values" }, values(judgement.values))]);
}
