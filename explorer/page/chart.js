// What USDA really holds for TIM3 against what TIM3 owes, over the steps.

import { h, replace, s } from "page/dom.js";
import { scale, short } from "page/scale.js";

const WIDTH = 520, HEIGHT = 128, LEFT = 56, RIGHT = 96, TOP = 18, BOTTOM = 22;

/** The chart. A click shows the step. */
export function chart(app) {
  const place = h("div", { class: "chart" });
  const caption = h("figcaption", { class: "faint" });
  const element = h("section", { class: "part", "aria-labelledby": "chart-title" },
    h("h2", { id: "chart-title" }, "Held and owed over time"), h("figure", {}, place, caption));
  const document = (model) => {
    const { balance } = model.document;
    const scaled = scale(balance.flatMap(({ held, owed }) => [held, owed]));
    replace(place, picture(app, balance, scaled, model));
    caption.textContent = `What USDA holds for TIM3 (solid) and what TIM3 owes (dashed): balances, burns unpaid, deposits unminted. Scale: ${
      scaled.isStraight ? "linear" : `symmetric logarithm, linear up to ${short(scaled.least)}, since amounts differ by more than a thousand times`}.`;
  };
  return { element, document };
}

function picture(app, balance, { part }, { step, document: { steps } }) {
  const last = Math.max(1, balance.length - 1);
  const x = (n) => LEFT + (n / last) * (WIDTH - LEFT - RIGHT);
  const y = (amount) => HEIGHT - BOTTOM - part(amount) * (HEIGHT - TOP - BOTTOM);
  const line = (name) => s("path", { class: name, d: stairs(balance.map((one) => one[name]), x, y) });
  const { held, owed } = balance.at(-1);
  const toStep = ({ clientX, currentTarget }) => {
    const box = currentTarget.getBoundingClientRect();
    const at = ((clientX - box.left) / box.width) * WIDTH;
    app.go(Math.round(((at - LEFT) / (WIDTH - LEFT - RIGHT)) * last));
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
    line("held"), line("owed"),
    dots(balance[step], x(step), y),
    ends(y, held, owed).map(([name, at, amount]) => s("text", { class: `end ${name}`, x: WIDTH - RIGHT + 5, y: at }, `${name} ${short(amount)}`)));
}

/** The largest amount, at the axis. */
function top(balance, y) {
  const most = Math.max(...balance.flatMap(({ held, owed }) => [held, owed]));
  return most > 0 && s("text", { class: "tick", x: LEFT - 6, y: y(most) + 4, "text-anchor": "end" }, short(most));
}

/** Amounts jump at a step and stay until the next. */
function stairs(amounts, x, y) {
  return amounts.map((amount, n) => (n === 0 ? `M${x(0)} ${y(amount)}` : `H${x(n)} V${y(amount)}`)).join(" ");
}

function dots({ held, owed }, x, y) {
  return [
    s("circle", { class: "dot held", cx: x, cy: y(held), r: 4 }),
    s("rect", { class: "dot owed", x: x - 4, y: y(owed) - 4, width: 8, height: 8 }),
  ];
}

/** The names of the lines stand at their ends, one under the other. */
function ends(y, held, owed) {
  const at = { held: y(held) + 4, owed: y(owed) + 4 };
  if (Math.abs(at.held - at.owed) < 13) {
    const upper = held >= owed ? "held" : "owed";
    const middle = Math.min(Math.max((at.held + at.owed) / 2, TOP), HEIGHT - BOTTOM - 2);
    at.held = middle + (upper === "held" ? -6.5 : 6.5);
    at.owed = middle + (upper === "held" ? 6.5 : -6.5);
  }
  return [["held", at.held, held], ["owed", at.owed, owed]];
}

function spoken(balance, step) {
  const { held, owed } = balance[step];
  const short_ = balance.findIndex((one) => one.held < one.owed);
  return `Held and owed over ${balance.length - 1} steps. At step ${step}: held ${short(held)}, owed ${short(owed)}.${
    short_ < 0 ? " What is held covers what is owed at every step." : ` From step ${short_} on less is held than owed.`}`;
}
