// What the shapes in the lanes mean, each drawn as it is drawn there.

import { h, s } from "page/dom.js";
import { fold } from "page/fold.js";

const line = (className = "shaft") => s("line", { class: className, x1: 2, y1: 10, x2: 62, y2: 10 });
const head = () => s("path", { class: "head", d: "M66 10 l-10 -5 l0 10 z" });

const SHAPES = [
  ["plain", "sent, and arrives", () => [line(), head()]],
  ["notice", "arrives, and has no effect", () => [line(), head()]],
  ["again", "evaluated once more: pushed, signed or assigned again", () => [line("shaft wide"), line("core"), head()]],
  ["assigned", "addressed to another, and assigned to TIM3", () => [line(), s("path", { class: "diamond", d: "M26 10 l8 -8 l8 8 l-8 8 z" }), head()]],
  ["lost", "never arrives", () => [s("line", { class: "shaft", x1: 2, y1: 10, x2: 40, y2: 10 }), s("path", { class: "cross", d: "M34 4 l12 12 m0 -12 l-12 12" })]],
  ["trick", "the stranger sends what no honest user would", () => [line(), head()]],
  ["flying", "has not arrived yet", () => [s("line", { class: "shaft", x1: 2, y1: 10, x2: 50, y2: 10 }), s("circle", { class: "open", cx: 52, cy: 10, r: 5 })]],
  ["owner", "the owner does something to the process", () => [line(), head()]],
];

/** The legend, closed until it is asked for. */
export function legend() {
  const shape = ([name, means, draw]) => h("li", {},
    s("svg", { class: "lanes", width: 70, height: 20, "aria-hidden": "true" }, s("g", { class: `arrow ${name}` }, draw())),
    h("span", {}, h("b", {}, name === "flying" ? "in flight" : name), `: ${means}`));
  return fold("legend", false, "What the arrows mean", h("ul", { class: "legend" }, SHAPES.map(shape)),
    h("p", { class: "faint" }, "✗ BREAKS: the step breaks the promise that the run is about. ✗ others: it breaks other promises."));
}
