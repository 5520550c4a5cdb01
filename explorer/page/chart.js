// What USDA really holds for TIM3 against what TIM3 owes, over the steps.

import { h, replace, s } from "page/dom.js";
import { scale } from "page/scale.js";

const WIDTH = 560, HEIGHT = 112, LEFT = 84, RIGHT = 128, TOP = 16, BOTTOM = 22;

/** Letters that an amount may have at the chart. */
const LONGEST = 12;

/** The chart. A click shows the step. */
export function chart(app) {
  const place = h("div", { class: "chart" });
  const caption = h("figcaption", { class: "faint" });
  const element = h("section", { class: "part", "aria-labelledby": "chart-title" },
    h("h2", { id: "chart-title" }, "Held and owed over time"), h("figure", {}, place, caption));
  const document = (model) => {
    const { balance } = model.document;
    const scaled = scale(balance.flatMap(({ held, owed }) => [held, owed ?? 0]));
    replace(place, picture(app, balance, scaled, model));
    caption.textContent = `${told(balance)}Scale: ${
      scaled.isStraight ? "linear" : `symmetric logarithm, linear up to ${said(balance, scaled.least)}, since amounts differ by more than a thousand times`}.`;
  };
  return { element, document };
}

/** What the two lines are, and a difference that is too small to be seen. */
function told(balance) {
  const hidden = balance.findIndex((one) => one.is_short && one.held === one.owed);
  const without = balance.findIndex((one) => one.owed === null);
  return [
    "What TIM3 owes (wide line) and what USDA holds for it (narrow line). ",
    balance.some((one) => one.is_short) ? "The filled gap is what is missing. " : "",
    hidden >= 0 ? `At step ${hidden}, less is held than owed, but too little to see here. ` : "",
    without >= 0 ? `From step ${without} on, what is owed is not a finite number and is not drawn. ` : "",
  ].join("");
}

/** An amount of the chart as it is exactly. */
function said(balance, amount) {
  for (const one of balance) {
    if (Math.abs(one.held) === amount) return one.held_exactly.replace("-", "");
    if (Math.abs(one.owed) === amount) return one.owed_exactly.replace("-", "");
  }
  return String(amount);
}

function picture(app, balance, { part }, { step, document: { steps } }) {
  // The books after the last step have a width, too.
  const last = balance.length;
  const x = (n) => LEFT + (n / last) * (WIDTH - LEFT - RIGHT);
  const y = (amount) => HEIGHT - BOTTOM - part(amount) * (HEIGHT - TOP - BOTTOM);
  const line = (name) => s("path", { class: name, d: stairs(balance.map((one) => one[name]), x, y) });
  const gaps = balance.map((one, n) => one.is_short && gap(one, [x(n), x(n + 1)], y));
  const toStep = ({ clientX, currentTarget }) => {
    const box = currentTarget.getBoundingClientRect();
    const at = ((clientX - box.left) / box.width) * WIDTH;
    app.go(Math.floor(((at - LEFT) / (WIDTH - LEFT - RIGHT)) * last));
  };
  const breaking = steps.filter((one) => one.breaks.length > 0);
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken(balance, step), onclick: toStep },
    s("rect", { class: "hit", width: WIDTH, height: HEIGHT }),
    s("line", { class: "axis", x1: LEFT, x2: WIDTH - RIGHT, y1: y(0), y2: y(0) }),
    s("text", { class: "tick", x: LEFT - 6, y: y(0) + 4, "text-anchor": "end" }, "0"),
    top(balance, y),
    breaking.map((one) => s("text", { class: "broke", x: x(one.step), y: HEIGHT - 3, "text-anchor": "middle" }, "✕")),
    s("line", { class: "now", x1: x(step), x2: x(step), y1: TOP - 6, y2: HEIGHT - BOTTOM + 4 }),
    s("text", { class: "tick", x: x(step) + 8, y: HEIGHT - 4 }, `step ${step}`),
    gaps, line("owed"), line("held"),
    dots(balance[step], x(step), y),
    ends(y, balance.at(-1)).map(([name, at, amount]) => s("text", { class: `end ${name}`, x: WIDTH - RIGHT + 8, y: at }, `${name} ${amount}`)));
}

/** The largest amount, at the axis. */
function top(balance, y) {
  const most = Math.max(...balance.flatMap(({ held, owed }) => [held, owed ?? 0]));
  return most > 0 && s("text", { class: "tick", x: LEFT - 6, y: y(most) + 4, "text-anchor": "end" }, fitted(said(balance, most), most));
}

/** What is missing between two steps. */
function gap({ held, owed }, [left, right], y) {
  if (owed === null) return null;
  return s("rect", { class: "gap", x: left, y: y(owed), width: right - left, height: Math.max(0, y(held) - y(owed)) });
}

/** Amounts jump at a step and stay until the next; what is not a number leaves a gap. */
function stairs(amounts, x, y) {
  const from = (n) => (amounts[n - 1] ?? null) === null ? `M${x(n)} ${y(amounts[n])}` : `H${x(n)} V${y(amounts[n])}`;
  const end = amounts.at(-1) === null ? "" : ` H${x(amounts.length)}`;
  return amounts.map((amount, n) => (amount === null ? "" : from(n))).join(" ") + end;
}

function dots({ held, owed }, x, y) {
  return [
    s("circle", { class: "dot held", cx: x, cy: y(held), r: 4 }),
    owed !== null && s("rect", { class: "dot owed", x: x - 4, y: y(owed) - 4, width: 8, height: 8 }),
  ];
}

/** The names of the lines stand at their ends, one under the other. */
function ends(y, { held, owed, held_exactly: exactHeld, owed_exactly: exactOwed }) {
  const at = { held: y(held) + 4, owed: y(owed ?? 0) + 4 };
  if (Math.abs(at.held - at.owed) < 13) {
    const sign = held >= (owed ?? 0) ? 1 : -1;
    const middle = Math.min(Math.max((at.held + at.owed) / 2, TOP), HEIGHT - BOTTOM - 2);
    at.held = middle - 6.5 * sign;
    at.owed = middle + 6.5 * sign;
  }
  return [["held", at.held, fitted(exactHeld, held)], ["owed", at.owed, fitted(exactOwed, owed)]];
}

/** An amount as it is exactly, or about where that is too long; the sheet has all of it. */
function fitted(exact, amount) {
  if (amount === null) return "not a number";
  return exact.length <= LONGEST ? exact : `≈${amount.toExponential(2).replace("e+", "e")}`;
}

function spoken(balance, step) {
  const { held_exactly: held, owed_exactly: owed } = balance[step];
  const short = balance.findIndex((one) => one.is_short);
  return `Held and owed over ${balance.length - 1} steps. At step ${step}: held ${held}, owed ${owed}.${
    short < 0 ? " What is held covers what is owed at every step." : ` Less is held than owed first at step ${short}.`}`;
}
