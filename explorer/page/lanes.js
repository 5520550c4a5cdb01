// The lanes: only what is in sight is in the page.

import { drawn, h, replace, s, seen } from "page/dom.js";
import { hide, shownLanes } from "page/hide.js";
import { cursor, label, parting, startRow } from "page/marks.js";
import { walk } from "page/walk.js";

/** Steps beyond the edge that are drawn anyway. */
const AHEAD = 8;
/** Steps of a run that is drawn as a whole: it is printed as a whole, too. */
const SHORT = 40;
/** The least that a wide picture is shrunk to. */
const LEAST_SCALE = 0.75;

/** A picture of lanes that scrolls. */
export function lanesPart(app, name) {
  const head = h("div", { class: "lanes-head" });
  const layers = {
    lanes: s("g"), rows: s("g"), marks: s("g", { class: "marks" }), arrows: s("g"), labels: s("g", { "aria-hidden": "true" }),
  };
  const body = s("svg", { class: "lanes", role: "group", "aria-label": `${name}: time runs downward` }, Object.values(layers));
  const scroll = h("div", { class: "lanes-scroll" }, head, body);
  const title = h("h2", { class: "lanes-title" }, name);
  const shown = shownLanes(name, () => part.drawing && hide(part));
  const element = h("section", { class: "lanes-part", "aria-label": name }, title, shown.element, scroll);
  const part = { app, element, title, head, body, scroll, layers, choice: shown, kept: new Map(), turn: 0 };
  const stepOf = (target) => clickable(target, part);
  body.addEventListener("click", ({ target }) => stepOf(target) !== null && app.go(stepOf(target)));
  walk(part, stepOf);
  scroll.addEventListener("scroll", () => inSight(part).catch(app.failed), { passive: true });
  new ResizeObserver(() => part.drawing && fit(part)).observe(scroll);
  part.show = (model) => show(part, model);
  part.remark = () => part.drawing && marks(part);
  return part;
}

/** The step that a part of the picture belongs to. What is still in flight leads to where it was sent. */
function clickable(target, { document }) {
  const own = target.closest("[data-step]");
  if (!own) return null;
  return Math.min(Number(own.dataset.step), document.steps.length);
}

async function show(part, { run, document, step, parted, isNamed }) {
  const isOther = part.document !== document;
  // A run is read from its first step on, unless somebody asks for another.
  Object.assign(part, { run, document, step, parted, isRead: !isNamed });
  if (isOther) {
    part.shown = null;
    part.scroll.scrollTop = 0;
    part.choice.update(document.parties);
    part.title.textContent = `${seen(document.world.subject)} under ${document.world.profile}`;
    const [first, last] = document.steps.length <= SHORT ? [1, SHORT] : [Math.max(1, step - 15), step + 15];
    await fetched(part, first, last);
    fit(part);
  }
  marks(part);
  toStep(part);
  await inSight(part);
}

/** Fetches what is in sight, unless it is there. */
async function inSight(part) {
  if (!part.drawing) return;
  const row = part.drawing.row * part.scale;
  const top = Math.floor(part.scroll.scrollTop / row);
  const bottom = Math.ceil((part.scroll.scrollTop + part.scroll.clientHeight) / row);
  const { shown } = part;
  if (shown && shown.first <= Math.max(1, top) && shown.last >= Math.min(bottom, part.document.steps.length)) return;
  await fetched(part, Math.max(1, top - AHEAD), bottom + AHEAD);
  marks(part);
}

async function fetched(part, first, until) {
  const turn = ++part.turn;
  const last = Math.min(until, part.document.steps.length);
  const drawing = await part.app.source.drawing(part.run, first, last);
  if (turn !== part.turn) return;
  Object.assign(part, { drawing, shown: { first, last } });
  place(part, drawing, first);
}

/** Puts in what is new and takes out what is gone: what stays keeps the focus. */
function place(part, drawing, first) {
  const wanted = new Map();
  drawing.rows.forEach((svg) => wanted.set(svg, part.layers.rows));
  for (const arrow of drawing.arrows) {
    wanted.set(arrow.svg, part.layers.arrows);
    if (arrow.label) wanted.set(arrow.label, part.layers.labels);
  }
  if (first <= 1) wanted.set("start", part.layers.rows);
  for (const [key, element] of part.kept) {
    if (wanted.has(key)) continue;
    element.remove();
    part.kept.delete(key);
  }
  for (const [key, layer] of wanted) {
    if (part.kept.has(key)) continue;
    const [element] = key === "start" ? [startRow(drawing)] : drawn(key);
    if (layer !== part.layers.labels) label(element, part.document);
    part.kept.set(key, element);
    layer.append(element);
  }
  frame(part, drawing);
  hide(part);
}

/** What does not depend on where one looks. */
function frame(part, drawing) {
  const key = `${drawing.width} ${drawing.height} ${drawing.head}`;
  if (part.framed === key) return;
  part.framed = key;
  replace(part.layers.lanes, ...drawn(drawing.lanes));
  const { width, head_height: height } = drawing;
  replace(part.head, s("svg", { class: "lanes", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Lanes of ${part.document.parties.map((party) => party.name).join(", ")}` },
    drawn(drawing.head)));
  body(part);
}

function fit(part) {
  body(part);
  marks(part);
  toStep(part);
  inSight(part).catch(part.app.failed);
}

function body(part) {
  const { width, height, head_height: head } = part.drawing;
  part.scale = Math.max(LEAST_SCALE, Math.min(1, part.scroll.clientWidth / width || 1));
  const size = (element, high) => {
    element.setAttribute("width", width * part.scale);
    element.setAttribute("height", high * part.scale);
  };
  part.body.setAttribute("viewBox", `0 0 ${width} ${height}`);
  size(part.body, height);
  size(part.head.firstChild, head);
}

function marks(part) {
  const { drawing, step, parted } = part;
  replace(part.layers.marks, cursor(drawing, step), parted && parting(drawing, parted));
  for (const element of part.kept.values()) {
    const isChosen = Number(element.dataset.step) === step;
    element.classList.toggle("chosen", isChosen);
    element.classList.toggle("found", element.classList.contains("row") && part.app.found?.has(Number(element.dataset.step)) === true);
    if (element.classList.contains("row")) element.setAttribute("aria-current", isChosen ? "step" : "false");
    if (element.hasAttribute("tabindex")) element.setAttribute("tabindex", isChosen && element.classList.contains("row") ? 0 : -1);
  }
}

/** Brings the chosen step into sight, with its neighbours; with the last one what is in flight. */
function toStep({ scroll, drawing, scale, step, document, isRead }) {
  if (isRead) return;
  const row = drawing.row * scale;
  const sight = scroll.clientHeight - drawing.head_height * scale;
  const y = step * row;
  const bottom = step === document.steps.length ? drawing.height * scale : y + 1.5 * row;
  if (y - 1.5 * row < scroll.scrollTop) scroll.scrollTop = Math.max(0, y - 1.5 * row);
  else if (bottom > scroll.scrollTop + sight) scroll.scrollTop = Math.min(bottom - sight, y - 1.5 * row);
}
